from django.db import migrations

from matching import sql

AS_IT_IS = """
ALTER TABLE matching_near DROP CONSTRAINT matching_near_pkey,
    ADD CONSTRAINT matching_near_pkey PRIMARY KEY (work, home) INCLUDE (tenths);
CREATE INDEX IF NOT EXISTS matching_seeker_far ON matching_seeker (trade, zip, reach) WHERE reach > 600;
"""
AS_IT_WAS = """
DROP INDEX matching_seeker_far;
ALTER TABLE matching_near DROP CONSTRAINT matching_near_pkey,
    ADD CONSTRAINT matching_near_pkey PRIMARY KEY (work, home);
"""


class Migration(migrations.Migration):
    """For an opening, ZIP codes far away are looked into only where somebody travels that far."""

    dependencies = [("matching", "0012_taken_at_once")]
    operations = [
        migrations.RunSQL(AS_IT_IS, AS_IT_WAS),
        migrations.RunSQL(sql.anew(), migrations.RunSQL.noop),
    ]
