"""Who goes first, written a second time in Python, is what the database says; a closed draw can be checked."""

import hashlib
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from ledger.handoffs import drain
from ledger.log import record
from matching import live, order
from openings import actions
from openings.models import ListPlace, Opening

SEED = "5eed" * 16


@pytest.fixture
def six(cast):
    """Six people of whom some were certified the same day, and an opening for each rule."""
    days = (1, 2, 2, 2, 3, 3)
    people = [cast.another_trainee(name) for name in ("Ada", "Bea", "Cleo", "Dan", "Eli", "Fay")]
    for person, day in zip(people, days, strict=True):
        cast.certify(trainee=person, issued=date(2026, 10, day))
    return people


def tickets() -> dict[int, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT trainee_id, ticket FROM matching_ticket")
        return dict(cursor.fetchall())


@pytest.mark.parametrize("rule", Opening.OrderRule.values)
def test_python_and_the_database_put_everybody_in_the_same_order(cast, six, rule):
    opening = cast.opening(order_rule=rule, lottery_seed=SEED)
    for number, person in enumerate(six[:4]):
        moment = cast.now + timedelta(microseconds=number // 2)
        ListPlace.objects.create(opening=opening, trainee=person, rank=2 - number // 2, registered_at=moment)
    drain("matching")
    numbers, days = tickets(), (1, 2, 2, 2, 3, 3)
    places = {place.trainee_id: place for place in ListPlace.objects.all()}
    expected = []
    for person, day in zip(six, days, strict=True):
        place = places.get(person.pk)
        key = order.key(
            rule,
            certified_on=date(2026, 10, day),
            rank=place and place.rank,
            registered_at=place and place.registered_at,
        )
        expected.append((key, order.draw(bytes.fromhex(SEED), numbers[person.pk]), person.pk))
    listed = live.passing(opening.pk, cast.now.date())
    assert [(order.NO_KEY if p.key is None else p.key, p.draw, p.trainee_id) for p in listed] == sorted(expected)


def test_a_draw_is_what_the_recipe_on_the_page_prints():
    ticket = 0x0123456789ABCDEF
    typed = bytes.fromhex(f"{SEED}{order.shown(ticket)}")  # printf %s SEED TICKET | xxd -r -p
    assert hashlib.sha256(typed).digest() == order.draw(bytes.fromhex(SEED), ticket)
    assert hashlib.sha256(bytes.fromhex(SEED)).hexdigest() == order.sealed(bytes.fromhex(SEED))


def test_whoever_has_nothing_the_rule_reads_comes_last():
    assert order.key("waiting") == order.key("ranked") == order.key("fifo") == order.NO_KEY
    assert order.key("waiting", certified_on=date(1949, 1, 1)) == 0


@pytest.fixture
def closed(cast, six):
    """A lottery that six people took part in, published and closed as people do it."""
    opening = cast.opening(order_rule="lottery", state="draft", published_at=None)
    actions.publish(opening, by=cast.elliot, at=timezone.now())
    drain("matching")
    return actions.close(opening, reason="filled", by=cast.elliot, at=timezone.now())


def check(opening) -> str:
    said = StringIO()
    call_command("check_draw", str(opening.public_id), stdout=said)
    return said.getvalue()


def test_a_closed_lottery_is_drawn_again(closed, six):
    said = check(closed)
    assert "6 people, drawn again: the same order." in said
    assert f"seal  {order.sealed(bytes.fromhex(closed.lottery_seed))}" in said
    assert all(order.shown(tickets()[person.pk]) in said for person in six)


def test_a_seal_that_does_not_fit_and_an_open_opening_are_refused(cast, closed):
    with transaction.atomic():
        record("opening.sealed", closed, by=None, at=timezone.now(), seed_sha256="00" * 32)
    with pytest.raises(CommandError, match="does not fit the seed"):
        check(closed)
    with pytest.raises(CommandError, match="once the opening is closed"):
        check(cast.opening(lottery_seed=SEED))
