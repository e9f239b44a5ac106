from django.db import migrations, models

import programs.models.people


class Migration(migrations.Migration):
    dependencies = [("programs", "0003_fewer_indexes")]
    operations = [
        migrations.AlterField(
            "certification",
            "public_id",
            models.UUIDField(default=programs.models.people.uuid_in_time, editable=False, unique=True),
        ),
    ]
