import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

OPEN = ("queued", "yes", "seen", "interview", "trial", "offer", "put_off")


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_entry_links_and_restored_factors"),
        ("placements", "0002_up_to_the_hire"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(
                condition=models.Q(("state__in", OPEN)), fields=["due_on", "id"], name="referral_open_by_day"
            ),
        ),
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(
                condition=models.Q(("state__in", OPEN)), fields=["owner", "due_on", "id"], name="referral_open_by_owner"
            ),
        ),
        migrations.CreateModel(
            name="Waiting",
            fields=[
                (
                    "trainee",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="waiting",
                        serialize=False,
                        to="accounts.traineeprofile",
                    ),
                ),
                ("since", models.DateField()),
                ("block", models.CharField(max_length=8)),
                ("county", models.CharField(blank=True, max_length=60)),
                (
                    "missing",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), blank=True, default=list, size=None
                    ),
                ),
                ("checked_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["since", "pk"],
                "indexes": [
                    models.Index(fields=["since", "trainee"], name="waiting_longest_first"),
                    models.Index(fields=["block", "since", "trainee"], name="waiting_by_block"),
                    models.Index(fields=["checked_at"], name="waiting_checked"),
                ],
            },
        ),
        migrations.CreateModel(
            name="BulkChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("at", models.DateTimeField()),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("owner", "gave the next step to somebody"),
                            ("later", "put the due date off"),
                            ("remind", "sent a reminder"),
                        ],
                        max_length=8,
                    ),
                ),
                ("rows", models.JSONField(default=list)),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
                "indexes": [
                    models.Index(fields=["by", "-at"], name="bulk_change_latest"),
                    models.Index(
                        condition=models.Q(("sent_at__isnull", True), ("undone_at__isnull", True), ("what", "remind")),
                        fields=["at"],
                        name="bulk_change_to_send",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("board", models.CharField(max_length=20)),
                ("name", models.CharField(max_length=60, verbose_name="name of the view")),
                ("query", models.CharField(blank=True, max_length=500)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "organization",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.organization",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="saved_views",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["name", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("owner", "board", "name"),
                        name="view_name_once",
                        violation_error_message="You have a view of this name already.",
                    )
                ],
            },
        ),
    ]
