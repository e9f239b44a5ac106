from django.db import migrations

from matching import sql


class Migration(migrations.Migration):
    """Both sides are told in a transaction of its own, after the one that matched."""

    dependencies = [("matching", "0010_what_is_unsure")]
    operations = [
        migrations.RunSQL(sql.text("untold"), "DROP TABLE matching_untold"),
        migrations.RunSQL(sql.anew(), migrations.RunSQL.noop),
    ]
