from django.db import migrations

from matching import sql


class Migration(migrations.Migration):
    """What somebody fits or could comes with how many credentials are unsure."""

    dependencies = [("matching", "0009_written_once")]
    operations = [migrations.RunSQL(sql.anew(), migrations.RunSQL.noop)]
