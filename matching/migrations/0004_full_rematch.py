from django.db import migrations, models

from matching import sql


class Migration(migrations.Migration):
    dependencies = [
        ("matching", "0003_near_is_asked_live"),
    ]
    operations = [
        migrations.RunSQL(
            sql.text("lists"),
            "DROP TABLE IF EXISTS matching_top_before, matching_short_before, matching_gap_before;"
            "DROP TABLE matching_top, matching_short, matching_gap",
        ),
        migrations.CreateModel(
            name="Run",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("started_at", models.DateTimeField(db_index=True)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("on", models.DateField()),
                ("state", models.CharField(choices=[("running", "running"), ("done", "done"), ("failed", "went wrong")], default="running", max_length=7)),
                ("attempts", models.PositiveSmallIntegerField(default=1)),
                ("people", models.PositiveIntegerField(default=0)),
                ("openings", models.PositiveIntegerField(default=0)),
                ("passing", models.PositiveBigIntegerField(default=0)),
                ("near", models.PositiveBigIntegerField(default=0)),
                ("missed", models.JSONField(default=dict)),
                ("changes", models.JSONField(default=dict)),
                ("seconds", models.JSONField(default=dict)),
                ("error", models.TextField(blank=True)),
            ],
            options={
                "ordering": ["-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("finished_at__isnull", True), ("state", "running")),
                            models.Q(models.Q(("state", "running"), _negated=True), ("finished_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="run_finished_has_a_time",
                        violation_error_message="A run that ended needs the time it ended.",
                    )
                ],
            },
        ),
    ]
