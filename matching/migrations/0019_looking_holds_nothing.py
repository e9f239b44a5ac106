from django.db import migrations

from matching import sql


class Migration(migrations.Migration):
    """Whoever waits its turn to match keeps nothing locked from those before it."""

    dependencies = [("matching", "0018_one_waits_in_the_statement")]
    operations = [migrations.RunSQL(sql.anew(), migrations.RunSQL.noop)]
