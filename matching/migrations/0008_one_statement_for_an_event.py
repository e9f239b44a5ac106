from django.db import migrations, models
from django.db.models import deletion

from matching import sql


class Migration(migrations.Migration):
    """An event is matched and told in one statement; fewer indexes to write. What keeps and asks follows in 0009."""

    dependencies = [
        ("accounts", "0008_looking_for_work"),
        ("matching", "0007_lists_swapped_by_functions"),
        ("notifications", "0004_told_by_the_database"),
        ("openings", "0001_initial"),
    ]
    operations = [
        migrations.RemoveIndex("match", "matching_ma_trainee_3be0a5_idx"),
        migrations.AlterField(
            "match",
            "trainee",
            models.ForeignKey(
                on_delete=deletion.CASCADE, related_name="matches", to="accounts.traineeprofile", db_index=False
            ),
        ),
        migrations.AlterField(
            "match",
            "opening",
            models.ForeignKey(
                on_delete=deletion.CASCADE, related_name="matches", to="openings.opening", db_index=False
            ),
        ),
        migrations.RunSQL(sql.tell(), sql.DROP_TELL),
    ]
