"""A referral may end because the same employer or hall hired the person for another of its openings."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("placements", "0006_employer_email")]

    operations = [
        migrations.RemoveConstraint("referral", "referral_closed_has_a_reason"),
        migrations.AddConstraint(
            "referral",
            models.CheckConstraint(
                condition=~models.Q(state="closed")
                | models.Q(reason__in=["filled", "shut", "elsewhere", "here", "mistake"]),
                name="referral_closed_has_a_reason",
                violation_error_message="Say what ended it.",
            ),
        ),
    ]
