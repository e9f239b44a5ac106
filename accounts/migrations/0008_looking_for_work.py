from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_entry_links_and_restored_factors")]

    operations = [
        migrations.AddField(
            model_name="traineeprofile",
            name="looking",
            field=models.BooleanField(db_default=True, default=True, verbose_name="I look for work"),
        ),
    ]
