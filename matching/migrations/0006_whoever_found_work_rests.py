from django.db import migrations

from matching import sql


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_looking_for_work"),
        ("matching", "0005_kept_by_the_database"),
    ]
    operations = [migrations.RunSQL(sql.looking(), sql.not_looking())]
