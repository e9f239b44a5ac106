from django.db import migrations

from matching import sql


class Migration(migrations.Migration):
    """What waits is taken, matched and marked done in one statement."""

    dependencies = [("matching", "0011_told_after"), ("ledger", "0007_events_of_a_kind")]
    operations = [migrations.RunSQL(sql.anew(), migrations.RunSQL.noop)]
