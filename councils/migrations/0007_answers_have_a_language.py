from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("councils", "0006_steps_left_off")]

    operations = [
        migrations.AddField(
            model_name="recommendation",
            name="answer_language",
            field=models.CharField(
                blank=True,
                choices=[("en", "English"), ("es", "Spanish")],
                db_default="",
                default="",
                max_length=2,
                verbose_name="the language of the answer",
            ),
        ),
        migrations.AddField(
            model_name="recommendation",
            name="answer_translated",
            field=models.TextField(
                blank=True,
                db_default="",
                default="",
                max_length=5000,
                verbose_name="the same in the other language",
            ),
        ),
    ]
