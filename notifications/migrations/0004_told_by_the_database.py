"""Notices are written by a function of the database, and each row they cost is in fewer indexes."""

from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

TELL = Path(__file__).parents[1] / "outbox" / "tell.sql"
UNTELL = """
DROP FUNCTION IF EXISTS notifications_tell(notifications_post[], timestamptz);
DROP FUNCTION IF EXISTS notifications_tell(notifications_post[], timestamptz, text);
DROP TYPE notifications_told, notifications_post;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0003_texts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.AlterField("delivery", "message_id", models.CharField(max_length=120)),
        migrations.AlterField(
            "delivery",
            "notice",
            models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="deliveries",
                to="notifications.notice",
            ),
        ),
        migrations.AlterField(
            "notice",
            "user",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="notices",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            "delivery", models.UniqueConstraint(fields=("message_id",), name="delivery_message_id_once")
        ),
        migrations.RunSQL(TELL.read_text(encoding="utf-8"), UNTELL),
    ]
