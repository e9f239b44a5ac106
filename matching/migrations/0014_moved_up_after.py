from django.db import migrations

from matching import sql

VACATED = """
CREATE TABLE matching_vacated (
    opening_id bigint PRIMARY KEY,
    queued_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    tries smallint NOT NULL DEFAULT 0
);
"""


class Migration(migrations.Migration):
    """Where somebody left a place the next moves up in a transaction of its own, after the one that matched."""

    dependencies = [("matching", "0013_whoever_travels_far")]
    operations = [
        migrations.RunSQL(VACATED, "DROP TABLE matching_vacated"),
        migrations.RunSQL(sql.anew(), migrations.RunSQL.noop),
    ]
