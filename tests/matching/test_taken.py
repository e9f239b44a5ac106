"""What waits is taken, matched and marked done in one statement; whatever is not for that is claimed as ever."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts import actions as people
from ledger import handoffs
from ledger.models import Handoff
from matching import jobs, projection, rematch
from matching.models import Match
from notifications.models import Notice
from tests.matching.projected import patience


@pytest.fixture
def waiting(cast):
    """A person, an opening they fit and what else is to be matched, all of it untouched so far."""
    cast.agree()
    cast.opening()
    handoffs.drain("matching")  # from now on this process may take all at once; the opening's distances are measured
    cast.certify()
    people.change_profile(cast.ana, {"languages": ["en"]}, by=cast.ana, at=timezone.now())
    Handoff.objects.exclude(room="matching").delete()
    return cast


@pytest.fixture
def said(monkeypatch):
    """In which way each batch was taken."""
    ways, at_once, take = [], jobs.at_once, jobs.take

    def taken_at_once(most, *, at):
        ways.append("at once")
        with transaction.atomic():  # what goes wrong leaves the test's own transaction whole
            found = at_once(most, at=at)
        if found == (0, False):
            ways.pop()  # there was none
        return found

    def claimed(taken, *, at):
        ways.append("claimed")
        take(taken, at=at)

    monkeypatch.setattr(jobs, "at_once", taken_at_once)
    monkeypatch.setattr(jobs, "take", claimed)
    return ways


def test_what_waits_is_matched_told_and_done_without_a_claim(waiting, said):
    before = Handoff.objects.filter(state="waiting").update(error="ValueError: before somebody sent it round again")
    assert handoffs.drain("matching") == before > 1
    assert said == ["at once"]
    assert set(Handoff.objects.values_list("state", "attempts", "leased_until", "error")) == {("done", 1, None, "")}
    match = Match.objects.get()
    assert (match.trainee, match.state) == (waiting.trainee, "fits")
    assert match.hirer_told_at
    assert Notice.objects.filter(user=waiting.elliot, kind="people").exists()


def test_a_process_that_has_just_started_claims_and_counts(waiting, said, monkeypatch):
    for kind in ("forklift", "osha30"):  # when all was done and nothing waits it still has dealt with nothing
        monkeypatch.setattr(handoffs, "_sound", set())
        said.clear()
        handoffs.drain("matching")
        waiting.certify(kind)
        handoffs.drain("matching")
    assert said == ["claimed"]
    waiting.certify("osha10")
    handoffs.drain("matching")
    assert said == ["claimed", "at once"]


def test_what_was_tried_before_or_wants_more_than_matching_is_left_to_be_claimed(waiting, said):
    tried = Handoff.objects.filter(state="waiting").earliest("pk")
    Handoff.objects.filter(pk=tried.pk).update(attempts=1)
    waiting.opening(zip="96161")  # where no work was ever offered: distances are to be measured first
    people.stop_matching(waiting.ana, by=waiting.ana, at=timezone.now())
    Handoff.objects.exclude(room="matching").delete()
    left = list(Handoff.objects.filter(state="waiting", kind__in=["opening.published", "consent.withdrawn"]))
    assert len(left) == 2
    taken, more = jobs.at_once(handoffs.BATCH, at=timezone.now())
    assert taken
    assert more
    assert set(Handoff.objects.filter(state="waiting")) == {tried, *left}
    handoffs.drain("matching")
    assert said[:3] == ["at once", "at once", "claimed"]
    assert not Handoff.objects.filter(state="waiting").exists()


def test_more_than_a_batch_is_taken_batch_by_batch(waiting, said, monkeypatch):
    monkeypatch.setattr(handoffs, "BATCH", 1)
    before = Handoff.objects.filter(state="waiting").count()
    assert handoffs.drain("matching") == before
    assert said == ["at once"] * before


def test_what_is_only_claimed_is_not_overtaken_for_ever(waiting, said, monkeypatch):
    monkeypatch.setattr(handoffs, "BATCH", 1)
    monkeypatch.setattr(handoffs, "CLAIMED", 0)
    people.stop_matching(waiting.ana, by=waiting.ana, at=timezone.now())
    Handoff.objects.exclude(room="matching").delete()
    first = Handoff.objects.get(kind="consent.withdrawn")
    Handoff.objects.filter(pk=first.pk).update(due_at=first.due_at - timedelta(minutes=1))
    order, claimed = [], jobs.take
    monkeypatch.setattr(jobs, "take", lambda taken, *, at: (order.append(taken[0].pk), claimed(taken, at=at)))
    handoffs.drain("matching")
    assert said[0] == "claimed"
    assert order[0] == first.pk
    assert not Handoff.objects.filter(state="waiting").exists()


def test_what_is_switched_off_for_taking_is_on_for_matching(waiting, said):
    # Else a look at the matches of one person, planned then and kept, walks all there are.
    kinds = ("hashjoin", "mergejoin", "seqscan", "bitmapscan")
    off = " OR ".join(f"current_setting('enable_{kind}') = 'off'" for kind in kinds)
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE FUNCTION planned() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {off} THEN RAISE 'off'; END IF;"
            " RETURN NEW; END $$;"
            "CREATE TRIGGER planned BEFORE INSERT ON matching_untold FOR EACH ROW EXECUTE FUNCTION planned()"
        )
        handoffs.drain("matching")
    assert said == ["at once"]
    assert Match.objects.exists()


def test_what_goes_wrong_at_once_is_found_one_after_another_and_counted(waiting, said):
    poison = Handoff.objects.filter(state="waiting", kind="profile.changed").get()
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION poison() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            f" IF NEW.id = {poison.pk} AND NEW.state = 'done' THEN RAISE 'poison'; END IF; RETURN NEW; END $$;"
            "CREATE TRIGGER poison BEFORE UPDATE ON ledger_handoff FOR EACH ROW EXECUTE FUNCTION poison()"
        )
        handoffs.drain("matching")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; DROP FUNCTION poison() CASCADE; SET CONSTRAINTS ALL DEFERRED")
    poison.refresh_from_db()
    assert (poison.state, poison.attempts) == ("waiting", 1)
    assert "poison" in poison.error
    assert Match.objects.filter(state="fits").exists()
    assert "matching" not in handoffs._sound
    waiting.certify("forklift")
    handoffs.drain("matching")
    assert said[-1] == "claimed"


@pytest.fixture
def somebody_else(cast, monkeypatch):
    """A person and an opening to be matched while another connection has the lock."""
    monkeypatch.setattr(handoffs, "_sound", {"matching"})
    cast.agree()
    projection.near_openings({cast.opening().pk})
    cast.certify()
    Handoff.objects.exclude(room="matching").delete()
    with rematch.line(rematch.address()) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [jobs.LOCK])
        yield other


def lets_go(other, after: float) -> threading.Timer:
    timer = threading.Timer(after, other.execute, ["SELECT pg_advisory_unlock(%s)", [jobs.LOCK]])
    timer.start()
    return timer


def test_whoever_comes_while_somebody_matches_waits_and_takes_what_came_meanwhile(somebody_else, said, monkeypatch):
    monkeypatch.setattr(jobs, "lock", lambda: pytest.fail("asked twice"))
    Handoff.objects.update(state="parked")
    assert handoffs.drain("matching") == 0  # where nothing waits nobody does
    Handoff.objects.update(state="waiting")
    soon = timezone.now() + timedelta(seconds=0.2)
    later = Handoff.objects.filter(kind__startswith="certification").update(due_at=soon)
    began, waits = time.monotonic(), lets_go(somebody_else, 0.4)
    assert handoffs.drain("matching") > later == 1
    waits.join()
    assert time.monotonic() - began >= 0.4
    assert said == ["at once"]
    assert Match.objects.get().state == "fits"
    assert not Handoff.objects.filter(state="waiting").exists()


def test_where_that_lasts_it_is_waited_for_with_no_statement_open(somebody_else, said):
    patience("100ms")
    assert jobs._taken(handoffs.BATCH, at=timezone.now()) is None
    assert not Handoff.objects.exclude(state="waiting").exists()
    waits = lets_go(somebody_else, 0.3)
    assert handoffs.drain("matching") > 1
    waits.join()
    assert said == ["at once"]
    assert Match.objects.get().state == "fits"
