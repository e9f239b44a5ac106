"""A reader's clock is read only where a digest of theirs depends on it."""

import importlib

from django.db import migrations

ANEW = importlib.import_module("notifications.migrations.0005_ids_in_time").ANEW


class Migration(migrations.Migration):
    dependencies = [("notifications", "0006_letters_with_notices")]
    operations = [migrations.RunSQL(ANEW, migrations.RunSQL.noop)]
