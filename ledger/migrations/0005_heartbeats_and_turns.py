from django.db import migrations, models

# A heartbeat says only who lives now: the old rows say nothing that the new ones will not say in a minute.
EMPTY = migrations.RunSQL("DELETE FROM ledger_heartbeat", migrations.RunSQL.noop)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_locked")]

    operations = [
        EMPTY,
        migrations.AlterModelOptions(name="heartbeat", options={"ordering": ["kind", "process"]}),
        migrations.AlterField("heartbeat", "process", models.CharField(max_length=120)),
        migrations.AddField("heartbeat", "kind", models.CharField(default="worker", max_length=20), preserve_default=False),
        migrations.AddConstraint(
            "heartbeat", models.UniqueConstraint(fields=("kind", "process"), name="heartbeat_once_per_process")
        ),
        migrations.CreateModel(
            name="Turn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("job", models.CharField(max_length=40, unique=True)),
                ("begun_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("leased_until", models.DateTimeField(blank=True, null=True)),
                ("by", models.CharField(blank=True, max_length=120)),
                ("error", models.TextField(blank=True)),
            ],
            options={"ordering": ["job"]},
        ),
        migrations.AddIndex(
            "handoff",
            models.Index(condition=models.Q(("state", "parked")), fields=["id"], name="handoff_parked"),
        ),
    ]
