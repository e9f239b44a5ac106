"""Letters are put on their way by the database, in one statement with the notices they are about."""

import importlib

from django.db import migrations

ANEW = importlib.import_module("notifications.migrations.0005_ids_in_time").ANEW
# Where the type was made by an earlier version of the text.
LETTER = """
DROP FUNCTION IF EXISTS notifications_tell(notifications_post[], timestamptz);
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'notifications_told'::regclass AND attname = 'letter') THEN
        ALTER TYPE notifications_told DROP ATTRIBUTE email, DROP ATTRIBUTE time_zone, DROP ATTRIBUTE frequency,
                                      ADD ATTRIBUTE letter boolean;
    END IF;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("notifications", "0005_ids_in_time")]
    operations = [migrations.RunSQL(LETTER + ANEW, migrations.RunSQL.noop)]
