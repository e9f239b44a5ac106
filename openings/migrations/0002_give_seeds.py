"""Every opening that is or was published gets the 32-byte seed of its draws; the ledger gets the seal of each."""

import hashlib
import re
import secrets

from django.db import migrations
from django.utils import timezone


def give(apps, schema_editor):
    Opening = apps.get_model("openings", "Opening")
    Event = apps.get_model("ledger", "Event")
    Opening.objects.filter(state="draft").exclude(lottery_seed="").update(lottery_seed="")  # fixed when published
    now, events = timezone.now(), []
    for opening in Opening.objects.exclude(state="draft").order_by("pk"):
        if not re.fullmatch("[0-9a-f]{64}", opening.lottery_seed):
            # A shorter seed keeps the draws it already made (matching_offers hashed it so); none was drawn by itself.
            told = f"{opening.lottery_seed}{opening.public_id}".encode()
            opening.lottery_seed = hashlib.sha256(told).hexdigest() if opening.lottery_seed else secrets.token_hex(32)
            opening.save(update_fields=["lottery_seed"])
        facts = {"seed_sha256": hashlib.sha256(bytes.fromhex(opening.lottery_seed)).hexdigest()}
        if opening.state == "closed":
            facts["lottery_seed"] = opening.lottery_seed
        events.append(
            Event(
                kind="opening.sealed",
                at=now,
                organization_id=opening.organization_id,
                subject_type="opening",
                subject_id=opening.pk,
                facts=facts,
            )
        )
    Event.objects.bulk_create(events, batch_size=1000)


class Migration(migrations.Migration):
    dependencies = [("openings", "0001_initial"), ("ledger", "0002_append_only")]
    operations = [migrations.RunPython(give, migrations.RunPython.noop)]
