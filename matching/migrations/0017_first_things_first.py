from django.db import migrations

from matching import sql


class Migration(migrations.Migration):
    """Who tells lets go first what is to be matched and what is to be read."""

    dependencies = [("matching", "0016_told_with_letters")]
    operations = [migrations.RunSQL(sql.anew(), migrations.RunSQL.noop)]
