"""What an employer or hall answered is named in words that are true of both; nothing in the table changes."""

from django.db import migrations, models

STATES = [
    ("queued", "said yes, waiting in order"),
    ("yes", "said yes, waiting for an answer"),
    ("seen", "seen, waiting for an answer"),
    ("interview", "interview"),
    ("trial", "trial day"),
    ("offer", "offer made"),
    ("hired", "hired"),
    ("not_now", "not now"),
    ("no", "no"),
    ("put_off", "put off by the employer or hall"),
    ("declined", "declined by the employer or hall"),
    ("withdrawn", "withdrawn"),
    ("closed", "ended"),
]


class Migration(migrations.Migration):

    dependencies = [("placements", "0007_hired_here")]

    operations = [
        migrations.AlterField("referral", "state", models.CharField(choices=STATES, max_length=10)),
    ]
