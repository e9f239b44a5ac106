import uuid

import django.contrib.postgres.functions
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

LANGUAGES = [
    ("en", "English"),
    ("es", "Spanish"),
    ("pa", "Punjabi"),
    ("hmn", "Hmong"),
    ("tl", "Tagalog"),
    ("vi", "Vietnamese"),
]


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_organizations_people_and_verification")]

    operations = [
        migrations.AddField(
            model_name="consent",
            name="public_id",
            field=models.UUIDField(
                db_default=django.contrib.postgres.functions.RandomUUID(),
                default=uuid.uuid4,
                editable=False,
                unique=True,
            ),
        ),
        migrations.AddField(
            model_name="consent",
            name="version",
            field=models.CharField(blank=True, db_default="", default="", max_length=20),
        ),
        migrations.AlterField(
            model_name="consent",
            name="purpose",
            field=models.CharField(
                choices=[
                    ("match", "match me with openings"),
                    ("certificates", "show my certificates to this opening"),
                    ("contact", "show my name and contact to this opening"),
                    ("sms", "send me text messages"),
                    ("record", "share my record with the coordinators"),
                ],
                max_length=12,
            ),
        ),
        migrations.RemoveConstraint(model_name="consent", name="consent_contact_names_the_opening"),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("purpose__in", ["contact", "certificates"]), _negated=True),
                    ("opening_id__isnull", False),
                    _connector="OR",
                ),
                name="consent_for_an_opening_names_it",
                violation_error_message="Agreeing to share with an opening needs the opening it is shared with.",
            ),
        ),
        migrations.AddField(
            model_name="traineeprofile",
            name="spoken",
            field=models.CharField(
                blank=True,
                choices=LANGUAGES,
                db_default="",
                default="",
                max_length=5,
                verbose_name="language to talk with you",
            ),
        ),
        migrations.AddField(
            model_name="traineeprofile",
            name="written",
            field=models.CharField(
                blank=True,
                choices=LANGUAGES,
                db_default="",
                default="",
                max_length=5,
                verbose_name="language to write to you",
            ),
        ),
        migrations.AddField(
            model_name="traineeprofile",
            name="is_minor",
            field=models.BooleanField(db_default=False, default=False, verbose_name="I am under 18"),
        ),
        migrations.CreateModel(
            name="RecordView",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("list", "saw your name in the list of an opening you said yes to"),
                            ("referral", "opened your yes: your contact or certificates"),
                            ("certificates", "saw your certificates as your training provider"),
                            ("board", "saw you in the list of people who look for work"),
                            ("record", "opened your record"),
                            ("messages", "read which messages we sent you"),
                            ("export", "took a copy of your record"),
                        ],
                        max_length=12,
                    ),
                ),
                ("day", models.DateField()),
                ("first_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
                ("times", models.PositiveIntegerField(db_default=1, default=1)),
                (
                    "organization",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="accounts.organization",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="seen_by",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "viewer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-last_at", "-pk"],
                "indexes": [models.Index(fields=["person", "-last_at"], name="record_view_of_person")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("viewer", "day", "person", "purpose", "organization"),
                        name="record_view_once_a_day",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Erasure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("person", models.UUIDField(unique=True)),
                ("asked_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-asked_at"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("done_at__isnull", True)), fields=["due_at"], name="erasure_waiting"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Guardian",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address", models.CharField(max_length=254)),
                ("digest", models.CharField(blank=True, max_length=64)),
                ("asked_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("name", models.CharField(blank=True, max_length=150)),
                ("wording", models.TextField(blank=True)),
                ("version", models.CharField(blank=True, max_length=20)),
                ("language", models.CharField(blank=True, max_length=5)),
                ("agreed_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="guardian",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("digest", ""), _negated=True), fields=["digest"], name="guardian_by_digest"
                    )
                ],
            },
        ),
    ]
