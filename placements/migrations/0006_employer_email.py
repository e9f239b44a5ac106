"""Whom a person lets us ask at an employer that is not on this site."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("placements", "0005_hire_by_mistake")]

    operations = [
        migrations.AddField(
            "placement",
            "employer_email",
            models.EmailField(blank=True, default="", max_length=254),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            "placement",
            models.CheckConstraint(
                condition=models.Q(employer_email="") | models.Q(employer__isnull=True),
                name="placement_asks_by_mail_who_is_not_here",
                violation_error_message="The people of this employer are asked on this site.",
            ),
        ),
    ]
