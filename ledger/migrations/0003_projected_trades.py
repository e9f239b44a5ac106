from django.db import migrations

# A past list is made of the people who ever were in the opening's trade (matching/replay.py); this finds their events
# among everybody's. The pending list is short, so that no single event has to wait for a long one to be filed.
CREATE = """
CREATE INDEX ledger_event_projected_trades ON ledger_event
    USING gin (jsonb_path_query_array((facts ->> 'rows')::jsonb, '$[*].trade'))
    WITH (fastupdate = on, gin_pending_list_limit = 256)
    WHERE kind = 'seeker.projected';
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_append_only")]
    operations = [migrations.RunSQL(CREATE, "DROP INDEX ledger_event_projected_trades")]
