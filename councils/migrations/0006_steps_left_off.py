from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("councils", "0005_recommendations_initiatives_resources")]

    operations = [
        migrations.AddField(
            model_name="actionstep",
            name="left_off",
            field=models.ManyToManyField(blank=True, related_name="+", to="councils.meeting"),
        ),
    ]
