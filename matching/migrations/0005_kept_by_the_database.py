from django.db import migrations, models

from matching import sql


class Migration(migrations.Migration):
    dependencies = [
        ("matching", "0004_full_rematch"),
    ]
    operations = [
        migrations.AlterField("match", "gates", models.JSONField(null=True)),
        migrations.RunSQL(sql.keep(), sql.DROP_KEEP),
    ]
