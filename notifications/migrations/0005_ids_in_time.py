"""Notices get ids in the order of time: in their index they come one behind the other."""

import importlib

from django.db import migrations

told = importlib.import_module("notifications.migrations.0004_told_by_the_database")
TELL = told.TELL.read_text(encoding="utf-8")
ANEW = TELL[TELL.index("CREATE FUNCTION") :].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)


class Migration(migrations.Migration):
    dependencies = [("notifications", "0004_told_by_the_database")]
    operations = [migrations.RunSQL(ANEW, migrations.RunSQL.noop)]
