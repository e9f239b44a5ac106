"""What keeps the boards: the rows of who waits, and what is done with many rows at once."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts import consents
from accounts.models import Consent
from accounts.policies import Denied
from ledger.models import Event
from matching import nightly
from matching.models import Match
from notifications import words
from notifications.models import Notice
from placements import actions, ladder
from placements.boards import bulk, rows, waiting
from placements.models import BulkChange, Referral, Waiting


@pytest.fixture
def match(cast):
    cast.agree()
    cast.opening()
    cast.certify()
    nightly.rematch(at=cast.now, quiet=True)
    waiting.look_again(at=cast.now)
    return Match.objects.get()


def people(cast, **asked):
    return [(person.user, person.block) for person in rows.people(asked, cast.carla, timezone.localdate(cast.now))]


def test_a_row_follows_the_person_by_what_the_ledger_says(cast, match, settle):
    assert people(cast) == [(cast.ana, "answer")]
    referral = actions.say_yes(match, by=cast.ana, at=cast.now)
    settle()
    assert people(cast, block="hirer") == [(cast.ana, "hirer")]
    assert people(cast, block="answer") == []
    actions.withdraw(referral, by=cast.ana, at=cast.now)
    settle()
    assert Waiting.objects.get().block == "later"
    # Looked at once more soon, for matching hears of the same.
    assert Waiting.objects.get().checked_at == waiting.SOON
    assert waiting.look_again(at=cast.now) == 1
    assert waiting.look_again(at=cast.now) == 0


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_sheet_of_the_board_writes_due_days_as_a_spreadsheet_sorts_them(cast, match, settle, sign_in, language):
    referral = actions.say_yes(match, by=cast.ana, at=cast.now)
    settle()
    said = sign_in(cast.carla).post(f"{reverse('board_sheet')}?lang={language}").content.decode("utf-8-sig")
    assert said.splitlines()[1].endswith(f",{referral.due_on:%Y-%m-%d}")


def test_an_agreement_taken_back_bites_on_the_next_request_whatever_the_row_says(cast, match, settle):
    with transaction.atomic():
        consents.withdraw(cast.ana, Consent.Purpose.RECORD, at=cast.now, by=cast.ana)
    assert Waiting.objects.exists()
    assert people(cast) == []
    settle()
    assert not Waiting.objects.exists()


def test_whoever_came_unnoticed_gets_a_row_and_whoever_left_loses_it(cast, match):
    Waiting.objects.all().delete()
    assert waiting.look_again(at=cast.now) == 1
    cast.trainee.certifications.update(state="revoked", revoked_at=cast.now)
    waiting.look_again(at=cast.now + timedelta(days=1))
    assert not Waiting.objects.exists()


def test_the_coordinator_gives_the_next_step_of_many_to_somebody_and_takes_it_back(cast, match):
    people_ = type(cast.trainee).objects.filter(pk=cast.trainee.pk)
    change = bulk.assign_people(people_, cast.carla, by=cast.carla, at=cast.now)
    cast.trainee.refresh_from_db()
    assert cast.trainee.coordinator == cast.carla
    with pytest.raises(Denied, match="Nothing was changed"):  # and so there is nothing to undo
        bulk.assign_people(people_, cast.carla, by=cast.carla, at=cast.now)
    assert bulk.undo(change, by=cast.carla, at=cast.now) == 1
    cast.trainee.refresh_from_db()
    assert cast.trainee.coordinator is None
    assert bulk.undo(change, by=cast.carla, at=cast.now) == 0
    kinds = Event.objects.filter(facts__trainee=cast.trainee.pk, kind__startswith="person.")
    assert list(kinds.order_by("id").values_list("kind", flat=True)) == ["person.assigned", "person.restored"]
    with pytest.raises(Denied):
        bulk.assign_people(people_, cast.elliot, by=cast.carla, at=cast.now)
    with pytest.raises(Denied):
        bulk.assign_people(people_, cast.carla, by=cast.elliot, at=cast.now)


def test_an_undo_leaves_alone_what_somebody_changed_since(cast, match):
    referral = actions.say_yes(match, by=cast.ana, at=cast.now)
    open_ = Referral.objects.filter(pk=referral.pk)
    before = referral.due_on
    change = bulk.put_off(open_, 7, by=cast.carla, at=cast.now)
    assert open_.get().due_on == date(2026, 12, 1)
    # Nobody is reminded before; the later rungs keep their distance.
    assert not ladder.climbing(at=cast.now + timedelta(days=6)).exists()
    assert ladder.climbing(at=cast.now + timedelta(days=7)).get() == referral
    open_.update(due_on=date(2026, 12, 24))
    assert bulk.undo(change, by=cast.carla, at=cast.now) == 0
    assert open_.get().due_on == date(2026, 12, 24)
    change = bulk.put_off(open_, 3, by=cast.carla, at=cast.now)
    with pytest.raises(Denied):
        bulk.undo(change, by=cast.carla, at=cast.now + bulk.UNDO + timedelta(seconds=1))
    with pytest.raises(Denied):
        bulk.put_off(open_, 99, by=cast.carla, at=cast.now)
    change = bulk.assign_referrals(open_, cast.carla, by=cast.carla, at=cast.now)
    assert (open_.get().owner, before) == (cast.carla, before)
    bulk.undo(change, by=cast.carla, at=cast.now)
    assert open_.get().owner == cast.elliot
    change = bulk.put_off(open_, 14, by=cast.carla, at=cast.now)
    clock = change.rows[0]["clock"]
    assert open_.get().clock_at.isoformat() != clock
    bulk.undo(change, by=cast.carla, at=cast.now)
    assert open_.get().clock_at.isoformat() == clock


def test_a_reminder_leaves_after_its_minute_once_and_not_when_it_was_undone(cast, match):
    referral = actions.say_yes(match, by=cast.ana, at=cast.now)
    open_ = Referral.objects.filter(pk=referral.pk)
    with pytest.raises(Denied, match="no longer on this list"):  # answered since the page was opened
        bulk.remind(open_.none(), by=cast.carla, at=cast.now)
    BulkChange.objects.create(by=cast.carla, at=cast.now, what="remind", rows=[])  # of before that: stops no other
    undone = bulk.remind(open_, by=cast.carla, at=cast.now)
    bulk.remind(open_, by=cast.carla, at=cast.now)
    bulk.undo(undone, by=cast.carla, at=cast.now)
    assert bulk.send_reminders(at=cast.now) == 0
    later = cast.now + bulk.HELD
    assert bulk.send_reminders(at=later) == 1
    assert bulk.send_reminders(at=later) == 0
    notice = Notice.objects.get(kind="step_reminder")
    assert notice.user == cast.elliot
    assert "Welder" in words.message(notice).subject
    assert Event.objects.filter(kind="referral.reminded", subject_id=referral.pk).count() == 1
    with pytest.raises(Denied):
        bulk.undo(BulkChange.objects.first(), by=cast.carla, at=later)
    bulk.remind(type(cast.trainee).objects.filter(pk=cast.trainee.pk), by=cast.carla, at=later)
    assert bulk.send_reminders(at=later + bulk.HELD) == 1
    assert Notice.objects.get(kind="answer_reminder").user == cast.ana
