from django.db import migrations

from matching import sql

MOVED = """
INSERT INTO matching_unfilled (opening_id, queued_at, due_at, tries)
SELECT opening_id, queued_at, due_at, tries FROM matching_vacated ORDER BY queued_at, opening_id;
DROP TABLE matching_vacated;
"""
BACK = """
CREATE TABLE matching_vacated (
    opening_id bigint PRIMARY KEY,
    queued_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    tries smallint NOT NULL DEFAULT 0
);
INSERT INTO matching_vacated SELECT opening_id, min(queued_at), min(due_at), max(tries) FROM matching_unfilled GROUP BY 1;
DROP TABLE matching_unfilled;
"""


class Migration(migrations.Migration):
    """The lists of openings are read under no lock, after the transaction that matched; many are told together."""

    dependencies = [("matching", "0014_moved_up_after")]
    operations = [
        migrations.RunSQL(sql.text("unfilled") + MOVED, BACK),
        migrations.RunSQL(sql.anew(), migrations.RunSQL.noop),
    ]
