from django.db import migrations

# A trigger that always fires also does under session_replication_role = replica, the setting by which a superuser would
# pass ordinary ones. And the role that owns the table gives up what it must never do; another role never gets it.
LOCK = """
ALTER TABLE ledger_event ENABLE ALWAYS TRIGGER ledger_event_append_only;
ALTER TABLE ledger_event ENABLE ALWAYS TRIGGER ledger_event_no_truncate;
REVOKE UPDATE, DELETE, TRUNCATE, TRIGGER ON ledger_event FROM PUBLIC, CURRENT_USER;
"""
UNLOCK = """
GRANT UPDATE, DELETE, TRUNCATE, TRIGGER ON ledger_event TO CURRENT_USER;
ALTER TABLE ledger_event ENABLE TRIGGER ledger_event_append_only;
ALTER TABLE ledger_event ENABLE TRIGGER ledger_event_no_truncate;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_projected_trades")]
    operations = [migrations.RunSQL(LOCK, UNLOCK)]
