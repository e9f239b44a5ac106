"""After a hire by mistake the same yes may end in another, and what it ended may have been that mistake."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("placements", "0004_hires")]

    operations = [
        migrations.AlterField(
            "placement",
            "referral",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="placements",
                to="placements.referral",
            ),
        ),
        migrations.AddConstraint(
            "placement",
            models.UniqueConstraint(
                condition=~models.Q(end_reason="mistake"),
                fields=["referral"],
                name="placement_once_of_a_referral",
                violation_error_message="This hire is written down already.",
            ),
        ),
        migrations.RemoveConstraint("referral", "referral_closed_has_a_reason"),
        migrations.AddConstraint(
            "referral",
            models.CheckConstraint(
                condition=~models.Q(state="closed") | models.Q(reason__in=["filled", "shut", "elsewhere", "mistake"]),
                name="referral_closed_has_a_reason",
                violation_error_message="Say what ended it.",
            ),
        ),
    ]
