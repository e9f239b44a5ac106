"""The proof of `make chaos` finds what it looks for: a proof that cannot fail proves nothing."""

import json
import uuid
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from chaos import figures, proof
from chaos.browser import Answer, Log
from chaos.cast import day_zone
from chaos.load import Notes
from ledger.log import record
from ledger.models import Handoff
from notifications import outbox
from notifications.models import Delivery


@pytest.fixture(autouse=True)
def one_connection(monkeypatch):
    """The tests' own connection holds the transaction they live in."""
    monkeypatch.setattr(proof, "fresh", lambda: None)


@pytest.fixture
def notes(tmp_path):
    with Notes(tmp_path / "acknowledged.jsonl") as kept:
        yield kept


@pytest.fixture
def certificate(cast, notes):
    """A certificate of Ana's, written down and acknowledged."""
    made = cast.certify(level="self", by=cast.ana)
    notes.acknowledged("declared", trainee=cast.trainee.pk, credential="aws_cw", issued_on=made.issued_on.isoformat())
    return made


def test_what_is_there_once_is_there(certificate, notes):
    assert proof.lost(notes) == (1, [])
    assert [json.loads(line)["kind"] for line in notes.path.read_text().splitlines()] == ["declared"]


def test_what_is_not_there_is_lost(certificate, notes):
    certificate.delete()
    present, (complaint,) = proof.lost(notes)
    assert present == 0
    assert complaint.startswith("declared: 1 of 1 acknowledged are not there once")


def test_what_happened_twice_is_not_there_once(certificate, notes, cast):
    record("certification.recorded", certificate, by=cast.ana, at=cast.now, trainee=cast.trainee.pk)
    present, (complaint,) = proof.lost(notes)
    assert present == 0
    assert "there 2 times" in complaint


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("confirmed", {"certification": str(uuid.uuid4())}),
        ("published", {"opening": str(uuid.uuid4())}),
        ("answered", {"match": str(uuid.uuid4()), "step": "yes"}),
        ("responded", {"referral": str(uuid.uuid4())}),
    ],
)
def test_what_nobody_knows_is_lost(db, notes, kind, key):
    notes.acknowledged(kind, **key)
    assert proof.lost(notes)[0] == 0


def test_a_change_that_did_not_happen_is_lost(cast, notes):
    notes.acknowledged("changed", trainee=cast.trainee.pk, cents=101)
    notes.acknowledged("taken", trainee=cast.trainee.pk, coordinator=cast.carla.pk)
    assert proof.lost(notes)[0] == 0


@pytest.fixture
def told(cast):
    """One delivery to Ana that the row says was sent."""
    outbox.post(cast.ana, "matches", topic="matches", once_key="x", data={}, path="/me/", at=cast.now)
    delivery = Delivery.objects.get()
    Delivery.objects.update(state="sent", sent_at=cast.now, sent_as=delivery.message_id)
    return delivery


def accepted(message_id, answer="250"):
    return {"at": 0, "id": message_id, "to": ["ana@throughline.example"], "answer": answer}


def boundary(cast, *lines):
    return proof.at_the_boundary(list(lines), cast.now - timedelta(hours=1))


def test_a_letter_that_left_again_is_counted(told, cast):
    counts, complaints = boundary(cast, accepted(told.message_id, "cut"), accepted(told.message_id))
    assert (counts["letters"], counts["duplicates"], counts["cut"], complaints) == (1, 1, 1, [])


def test_a_letter_that_never_left_is_found(told, cast):
    assert "never saw" in boundary(cast)[1][0]


def test_a_letter_with_another_message_id_is_found(told, cast):
    assert "Message-ID of nobody" in boundary(cast, accepted(told.message_id), accepted("<other@x>"))[1][0]


def test_a_failure_the_post_office_knows_nothing_of_is_found(told, cast):
    Delivery.objects.update(state="failed")
    assert "never refused" in boundary(cast, accepted(told.message_id))[1][0]


def test_work_that_nobody_did_is_found(cast):
    cast.opening()
    handoffs, deliveries = proof.unfinished(timedelta(minutes=1))
    rooms = Handoff.objects.values_list("room", flat=True)
    assert sorted(rooms) == ["matching", "placements.boards"]  # whoever hears of an opening
    assert (handoffs, deliveries) == (len(rooms), 0)
    assert "not dealt with" in proof.untold(cast.now)[0]


def test_a_wake_that_was_missed_is_found(cast, settle):
    cast.agree()
    cast.certify()
    cast.opening()
    settle()
    assert proof.missed_wakes() == []
    cast.trainee.__class__.objects.update(miles=7)
    assert "missed" in proof.missed_wakes()[0]


def test_an_error_is_excused_only_while_the_database_is_away_and_only_as_503():
    def answer(status, at, seconds=1.0):
        return Answer(at, seconds, "GET", "/me/", status)

    away = [(100.0, 130.0)]
    cases = {(503, 110): 0, (503, 134): 0, (503, 136): 1, (500, 110): 1, (503, 90): 1, (200, 90): 0, (0, 90): 0}
    for (status, at), complaints in cases.items():
        log = Log()
        log.add(answer(status, at))
        assert len(figures.errors(log, away, 5).complaints) == complaints, (status, at)


@pytest.mark.parametrize("hour", range(24))
def test_it_is_noon_for_the_people_of_the_load(hour):
    now = datetime(2026, 11, 24, hour, tzinfo=UTC)
    assert now.astimezone(ZoneInfo(day_zone(now))).hour == 12
