"""The seed of an opening's draws: fixed when it is published, sealed until it closes, never exchanged."""

import hashlib
import importlib
import re

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from ledger.log import history
from ledger.models import Event
from openings import actions, queries
from openings.lifecycle import OPENING
from openings.models import Opening


@pytest.fixture
def draft(cast):
    def made(**values):
        return cast.opening(state="draft", published_at=None, **values)

    return made


def seal_of(seed: str) -> str:
    return hashlib.sha256(bytes.fromhex(seed)).hexdigest()


@pytest.mark.parametrize("rule", Opening.OrderRule.values)
def test_every_opening_gets_its_seed_when_it_is_published_and_the_ledger_only_the_seal(cast, draft, rule):
    opening = actions.publish(draft(order_rule=rule), by=cast.elliot, at=cast.now)
    assert re.fullmatch("[0-9a-f]{64}", opening.lottery_seed)
    event = history(opening).get(kind="opening.published")
    assert event.facts["seed_sha256"] == seal_of(opening.lottery_seed)
    assert opening.lottery_seed not in str(list(Event.objects.values_list("facts", flat=True)))


def test_closing_opens_the_seal_and_publishing_again_keeps_the_seed(cast, draft):
    opening = actions.publish(draft(), by=cast.elliot, at=cast.now)
    seed = opening.lottery_seed
    actions.close(opening, reason="filled", by=cast.elliot, at=cast.now)
    assert history(opening).get(kind="opening.closed").facts["lottery_seed"] == seed
    again = actions.publish(opening, by=cast.elliot, at=cast.now)
    assert again.lottery_seed == seed
    assert history(opening).filter(kind="opening.published").first().facts["seed_sha256"] == seal_of(seed)


def test_an_opening_whose_last_day_is_over_opens_its_seal_as_well(cast, draft):
    opening = actions.publish(draft(), by=cast.elliot, at=cast.now)
    stale = Opening(pk=opening.pk, organization=cast.shop)  # whatever the caller holds, the row counts
    actions.close_past(stale, at=cast.now)
    assert history(opening).get(kind="opening.closed").facts["lottery_seed"] == opening.lottery_seed


def test_another_order_rule_keeps_the_seed(cast, draft):
    opening = actions.publish(draft(), by=cast.elliot, at=cast.now)
    changed = actions.amend(
        opening,
        facts={"order_rule": "lottery"},
        asks=queries.asks_of(opening),
        version=queries.version_of(opening),
        by=cast.elliot,
        at=cast.now,
    )
    assert changed.order_rule == "lottery"
    assert changed.lottery_seed == opening.lottery_seed


@pytest.mark.parametrize("other", ["", "ab" * 32])
def test_the_database_refuses_another_seed_whoever_asks(cast, draft, other):
    opening = actions.publish(draft(), by=cast.elliot, at=cast.now)
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        Opening.objects.filter(pk=opening.pk).update(lottery_seed=other)
    OPENING.lock(opening).save()  # a save that leaves the seed alone is no change
    assert Opening.objects.get().lottery_seed == opening.lottery_seed


def test_pages_show_the_seal_from_the_first_day_and_the_seed_only_after_closing(cast, draft, client, sign_in):
    opening = actions.publish(draft(order_rule="lottery"), by=cast.elliot, at=cast.now)
    path = reverse("opening", args=[opening.public_id])
    for browser in (client, sign_in(cast.elliot), sign_in(cast.carla), sign_in(cast.ana)):
        page = browser.get(path).text
        assert seal_of(opening.lottery_seed) in page
        assert opening.lottery_seed not in page
    for name in ("opening_edit", "opening_people"):
        assert opening.lottery_seed not in sign_in(cast.elliot).get(reverse(name, args=[opening.public_id])).text
    actions.close(opening, reason="filled", by=cast.elliot, at=cast.now)
    page = client.get(path).text
    assert seal_of(opening.lottery_seed) in page
    assert f"printf %s {opening.lottery_seed} | xxd -r -p | sha256sum" in page


def test_a_draft_has_no_seal_and_other_order_rules_show_none(cast, draft, sign_in, client):
    path = reverse("opening", args=[draft(order_rule="lottery").public_id])
    assert "seal" not in sign_in(cast.elliot).get(path).text
    waiting = actions.publish(draft(), by=cast.elliot, at=cast.now)
    assert seal_of(waiting.lottery_seed) not in client.get(reverse("opening", args=[waiting.public_id])).text


def test_openings_from_before_get_a_seed_that_keeps_their_draws_and_the_ledger_its_seal(cast, draft):
    none, short = cast.opening(), cast.opening(order_rule="lottery", lottery_seed="7f3a")
    over, waiting = cast.opening(state="closed", closed_at=cast.now), draft(lottery_seed="7f3a")
    with connection.cursor() as cursor:  # as before the migration that follows this one
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; DROP TRIGGER openings_opening_seed_stays ON openings_opening")
    importlib.import_module("openings.migrations.0002_give_seeds").give(apps, None)
    for opening in (none, short, over):
        opening.refresh_from_db()
        assert history(opening).get(kind="opening.sealed").facts["seed_sha256"] == seal_of(opening.lottery_seed)
    assert short.lottery_seed == hashlib.sha256(f"7f3a{short.public_id}".encode()).hexdigest()
    assert history(over).get(kind="opening.sealed").facts["lottery_seed"] == over.lottery_seed
    assert "lottery_seed" not in history(none).get(kind="opening.sealed").facts
    waiting.refresh_from_db()
    assert waiting.lottery_seed == ""
