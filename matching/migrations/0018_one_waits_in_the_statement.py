from django.db import migrations

from matching import sql


class Migration(migrations.Migration):
    """Whoever comes while somebody else matches waits in the statement that takes, and keeps nothing from those before."""

    dependencies = [("matching", "0017_first_things_first")]
    operations = [migrations.RunSQL(sql.anew(), migrations.RunSQL.noop)]
