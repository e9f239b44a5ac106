from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledger", "0005_heartbeats_and_turns")]

    operations = [
        migrations.AddIndex(
            "event",
            models.Index(models.F("facts__trainee"), name="event_of_trainee"),
        ),
    ]
