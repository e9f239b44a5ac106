from django.db import migrations

from matching import sql


class Migration(migrations.Migration):
    """Telling is one statement, letters included."""

    dependencies = [("matching", "0015_lists_apart"), ("notifications", "0006_letters_with_notices")]
    operations = [migrations.RunSQL(sql.anew(), migrations.RunSQL.noop)]
