"""Who mentioned somebody is looked up for each reader: told once, the name outlived every agreement, and erasure."""

from django.db import migrations

UNNAMED = """
    UPDATE notifications_notice SET data = jsonb_set(data, '{by}', '""') WHERE kind = 'mentioned' AND data ->> 'by' <> ''
"""


class Migration(migrations.Migration):
    dependencies = [
        ("placements", "0008_said_of_halls_too"),
        ("notifications", "0007_clocks_of_digests"),
    ]
    operations = [migrations.RunSQL(UNNAMED, migrations.RunSQL.noop)]
