"""People are found by parts of their name, without accents, and of their phone number; and who looked is written down.

Without a lock that anybody waits for, so each index by itself: what was cut off half-way can be begun again.
"""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.operations import AddIndexConcurrently, TrigramExtension
from django.db import migrations, models
from django.db.models.functions import Lower

SWAPPED = "đøłı-‐–.,"
DROPPED = "\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u0309\u030a\u030b\u030c\u031b\u0323\u0327\u0328'’‘ʻʼ`´"
NAME = models.Func(
    Lower(models.Func("full_name", template="normalize(' ' || %(expressions)s, NFD)", output_field=models.TextField())),
    models.Value(SWAPPED + DROPPED),
    models.Value("doli     "),
    function="translate",
    output_field=models.TextField(),
)
PURPOSES = [
    ("list", "saw your name in the list of an opening you said yes to"),
    ("referral", "opened your yes: your contact or certificates"),
    ("certificates", "saw your certificates as your training provider"),
    ("board", "saw you in the list of people who look for work"),
    ("found", "found you by your name, email or phone"),
    ("record", "opened your record"),
    ("messages", "read which messages we sent you"),
    ("export", "took a copy of your record"),
    ("assisted", "acted for you, as you agreed"),
    ("tasks", "saw you in a list of things to do"),
    ("sheet", "saw you in a spreadsheet they brought in"),
    ("request", "opened your request to act for an organization"),
    ("place", "opened your request for a place in a class"),
]


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("accounts", "0011_asking_to_act_for_an_organization")]
    operations = [
        migrations.RunSQL("SET statement_timeout = 0; SET lock_timeout = 0", ""),
        TrigramExtension(),
        migrations.AlterField("recordview", "purpose", models.CharField(choices=PURPOSES, max_length=12)),
        AddIndexConcurrently("user", GinIndex(OpClass(NAME, name="gin_trgm_ops"), name="user_name_trgm")),
        AddIndexConcurrently("user", GinIndex(fields=["phone"], opclasses=["gin_trgm_ops"], name="user_phone_trgm")),
    ]
