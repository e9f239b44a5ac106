"""Whoever matches queues what is to be told; it is told right after, once, whatever is cut off in between."""

import logging
import threading
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from accounts import actions as people
from ledger import handoffs
from matching import jobs, rematch, tasks, tell
from matching.models import Match
from notifications import channels, outbox
from notifications.channels import Going
from notifications.channels.email import Email
from notifications.models import Delivery, Notice
from pipeline import health
from tests.cast import WELDER


@pytest.fixture
def cut_off(cast, untold):
    """A certificate was matched, and the worker ended before it told anybody."""
    cast.agree()
    cast.opening()
    cast.certify()
    untold()
    return cast


@pytest.fixture
def poisoned(cut_off, monkeypatch):
    """The same, and of its opening nobody can be told."""
    poison, deliver = Match.objects.get().opening_id, outbox.deliver

    def delivered(told, *, at):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT 1 FROM notifications_notice WHERE created_at = %s AND data -> 'opening' ->> 'id' = %s",
                [at, str(poison)],
            )
            if cursor.fetchone():
                raise ValueError("poison")
        deliver(told, at=at)

    monkeypatch.setattr(outbox, "others", lambda: True)
    monkeypatch.setattr(outbox, "deliver", delivered)
    return cut_off


@pytest.fixture
def untold(monkeypatch):
    """Do what waits and end before anybody is told."""

    def run():
        with monkeypatch.context() as patched:
            patched.setattr(tell, "waiting", lambda **_: False)
            for room in handoffs.rooms_waiting(timezone.now()):
                handoffs.drain(room)

    return run


def queued():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), max(tries) FROM matching_untold")
        return cursor.fetchone()


def told():
    return sorted(Notice.objects.values_list("user__full_name", "kind"))


def test_what_a_worker_that_was_cut_off_did_not_tell_is_told_once(cut_off):
    assert Match.objects.get().trainee_told_at
    assert queued() == (1, 0)
    assert not Notice.objects.exists()
    assert health.lag(at=timezone.now()).handoffs
    tasks.tell_waiting()
    tasks.tell_waiting()
    assert told() == [("Ana Morales", "matches"), ("Elliot Park", "people")]
    assert Delivery.objects.count() == 2
    assert queued() == (0, None)
    assert not health.lag(at=timezone.now()).handoffs


def test_nobody_is_told_of_what_is_over_until_it_holds_again(cut_off, monkeypatch):
    people.stop_matching(cut_off.ana, by=cut_off.ana, at=timezone.now())
    tell.waiting()
    assert not Notice.objects.exists()
    assert queued() == (0, None)
    assert not Match.objects.get().trainee_told_at
    people.agree_to_matching(cut_off.ana, by=cut_off.ana, at=timezone.now())
    handoffs.drain("matching")
    assert told() == [("Ana Morales", "matches"), ("Elliot Park", "people")]


def test_hirers_are_told_of_nobody_who_has_a_question_to_answer_by_now(cast, untold):
    cast.agree()
    people.change_profile(cast.ana, {"languages": ["en"]}, by=cast.ana, at=timezone.now())
    cast.opening(languages=["en"])
    cast.certify()
    untold()
    people.change_profile(cast.ana, {"languages": []}, by=cast.ana, at=timezone.now())
    untold()
    assert Match.objects.get().state == "ask"
    tell.waiting()
    assert told() == [("Ana Morales", "matches")]
    people.change_profile(cast.ana, {"languages": ["en"]}, by=cast.ana, at=timezone.now())
    handoffs.drain("matching")
    assert told() == [("Ana Morales", "matches"), ("Elliot Park", "people")]


def test_what_goes_wrong_is_tried_later_and_holds_up_nobody_else(poisoned, monkeypatch, caplog):
    others = [poisoned.opening(title=f"Fitter {number}", title_es="").pk for number in range(3)]
    with caplog.at_level(logging.CRITICAL, "matching.tell"):
        handoffs.drain("matching")  # the other openings
    assert {notice.data["opening"]["id"] for notice in Notice.objects.filter(kind="people")} == set(others)
    assert len(Notice.objects.get(kind="matches").data["matches"]) == 3  # in one message all the same
    assert queued() == (1, 1)
    tell.waiting()  # not before its pause is over
    assert queued() == (1, 1)
    monkeypatch.undo()
    with time_machine.travel(timezone.now() + timedelta(minutes=1), tick=False):
        tell.waiting()
    assert queued() == (0, None)
    assert Notice.objects.filter(kind="people").count() == 4


def test_what_is_left_after_a_minute_is_said_to_be_left(cut_off, monkeypatch):
    monkeypatch.setattr(tell, "STINT", 0)
    assert tell.waiting()
    assert queued() == (1, 0)
    monkeypatch.undo()
    assert not tell.waiting()
    assert queued() == (0, None)


class Pigeon(Email):
    """A way out besides letters."""

    name = "sms"

    def write(self, told, at):
        return [Going(one.notice, one.user, "loft", at) for one in told]


def test_other_ways_out_see_what_was_told(cut_off, monkeypatch):
    monkeypatch.setitem(channels._known, "sms", Pigeon)
    tell.waiting()
    assert sorted(Delivery.objects.values_list("notice__kind", "channel")) == [
        ("matches", "email"), ("matches", "sms"), ("people", "email"), ("people", "sms"),
    ]  # fmt: skip


def test_what_another_way_out_refuses_is_told_to_nobody(cut_off, monkeypatch):
    def refuses(*_asked, **_how):
        raise ZeroDivisionError

    monkeypatch.setitem(channels._known, "sms", Pigeon)
    monkeypatch.setattr(Pigeon, "write", refuses)
    tell.waiting()
    assert not Notice.objects.exists()
    assert queued() == (1, 1)


def test_thousands_are_told_in_pieces(cut_off, monkeypatch):
    monkeypatch.setattr(tell, "AT_ONCE", 2)
    for number in range(4):
        cut_off.opening(title=f"Welder {number}", title_es="")
    handoffs.drain("matching")
    assert queued() == (0, None)
    assert sorted(len(notice.data["matches"]) for notice in Notice.objects.filter(kind="matches")) == [1, 2, 2]


def test_what_is_to_be_matched_goes_before_telling_but_not_for_more_than_a_second(cut_off, untold, monkeypatch):
    monkeypatch.setattr(tell, "AT_ONCE", 2)
    for number in range(4):
        cut_off.opening(title=f"Welder {number}", title_es="")
    untold()
    assert not tell.waiting(yields=True)  # nothing else is to be done
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO matching_untold (match_id, to_trainee, to_hirer, queued_at, due_at)"
            " SELECT id, true, true, %s, '-infinity' FROM matching_match",
            [timezone.now()],
        )
    assert queued() == (5, 0)
    cut_off.certify("osha10")
    assert tell.waiting(yields=True)
    assert queued() == (3, 0)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE matching_untold SET queued_at = queued_at - interval '2 seconds'")
    assert not tell.waiting(yields=True)
    assert queued() == (0, None)


def test_who_comes_while_another_matches_waits_and_is_told_under_no_lock(cast, monkeypatch):
    cast.agree()
    cast.opening()
    cast.certify()
    monkeypatch.setattr(tell, "both_sides", None)  # tells in the transaction that holds the lock
    with rematch.line(rematch.address()) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [jobs.LOCK])
        waits = threading.Timer(0.3, other.execute, ["SELECT pg_advisory_unlock(%s)", [jobs.LOCK]])
        waits.start()
        handoffs.drain("matching")
        waits.join()
    assert told() == [("Ana Morales", "matches"), ("Elliot Park", "people")]


def test_who_comes_while_another_tells_leaves_it_to_them_and_they_look_again(cut_off, untold, monkeypatch):
    some = tell._some

    def tells_slowly(most, one=None):
        monkeypatch.setattr(tell, "_some", some)
        word = some(most, one)
        cut_off.opening(trade=WELDER, required=("osha10",))
        cut_off.certify("osha10")
        untold()  # by another worker, who is turned away
        return word

    with rematch.line(rematch.address()) as other:
        other.execute("SELECT pg_advisory_lock(727006)")
        tell.waiting()
        assert queued() == (1, 0)
        assert not Notice.objects.exists()
        other.execute("SELECT pg_advisory_unlock(727006)")  # a line that is closed lets go of it some time later
    monkeypatch.setattr(tell, "_some", tells_slowly)
    tell.waiting()
    assert queued() == (0, None)
    assert Notice.objects.filter(user=cut_off.ana, kind="matches").count() == 2


def test_what_is_in_the_hands_of_another_is_left_to_them(db, monkeypatch):
    asked, some = [], tell._some
    monkeypatch.setattr(tell, "STINT", 1)
    monkeypatch.setattr(tell, "_some", lambda most, one=None: asked.append(most) or some(most, one))
    with rematch.line(rematch.address()) as other:
        row = "VALUES (0, true, true, '-infinity', '-infinity')"
        other.execute(f"INSERT INTO matching_untold (match_id, to_trainee, to_hirer, queued_at, due_at) {row}")
        other.commit()
        other.execute("DELETE FROM matching_untold")
        tell.waiting()
    assert len(asked) == 2  # once more, for whoever came meanwhile was turned away
