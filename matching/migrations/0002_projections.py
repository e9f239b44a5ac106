from django.db import migrations, models

from matching import sql


class Migration(migrations.Migration):
    dependencies = [
        ("matching", "0001_initial"),
        ("accounts", "0001_initial"),
        ("programs", "0001_initial"),
        ("openings", "0001_initial"),
    ]
    operations = [
        migrations.RunSQL(
            sql.create(),
            sql.DROP,
            state_operations=[
                migrations.CreateModel(
                    name="Bit",
                    fields=[
                        ("credential_id", models.CharField(max_length=40, primary_key=True, serialize=False)),
                        ("bit", models.SmallIntegerField(unique=True)),
                    ],
                    options={"db_table": "matching_bit", "ordering": ["bit"], "managed": False},
                ),
            ],
        )
    ]
