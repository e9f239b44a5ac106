from django.db import migrations

from matching import sql


class Migration(migrations.Migration):
    """Where somebody left a place the next moves up in a transaction of its own, after the one that matched."""

    dependencies = [("matching", "0013_whoever_travels_far")]
    operations = [
        migrations.RunSQL(sql.text("vacated"), "DROP TABLE matching_vacated"),
        migrations.RunSQL(sql.anew(), migrations.RunSQL.noop),
    ]
