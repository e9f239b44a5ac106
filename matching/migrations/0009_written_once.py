from django.db import migrations

from matching import sql


class Migration(migrations.Migration):
    """A new match is written once, told or not; one person is projected without reading every credential there is."""

    dependencies = [("matching", "0008_one_statement_for_an_event")]
    operations = [migrations.RunSQL(sql.anew(), migrations.RunSQL.noop)]
