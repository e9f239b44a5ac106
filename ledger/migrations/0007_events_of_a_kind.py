from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledger", "0006_events_of_a_person")]

    operations = [
        migrations.AddIndex(model_name="event", index=models.Index(fields=["kind", "at"], name="event_of_kind")),
        migrations.AlterField(model_name="event", name="kind", field=models.CharField(max_length=60)),
    ]
