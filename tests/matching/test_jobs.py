"""The matching jobs: exactly what changed is matched, both sides are told once, and the night changes nothing."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from accounts import actions as people
from accounts.models import Consent
from ledger.log import record
from ledger.models import Handoff
from matching import nightly, queries, tell
from matching.models import Match
from notifications.models import Notice
from openings.tasks import open_windows
from programs import actions as training
from programs.models import Certification, Enrollment
from tests.reading import words_read


@pytest.fixture
def offered(cast):
    cast.agree()
    return cast.opening()


def test_a_verified_certificate_becomes_a_match_and_two_messages(cast, offered, settle):
    cast.certify()
    settle()
    match = Match.objects.get()
    assert (match.trainee, match.opening, match.state) == (cast.trainee, offered, "fits")
    assert sorted(Notice.objects.values_list("user__full_name", "kind")) == [
        ("Ana Morales", "matches"),
        ("Elliot Park", "people"),
    ]
    assert sorted(m.to[0] for m in mail.outbox) == ["ana@throughline.example", "elliot@throughline.example"]


def test_each_reads_in_their_own_language_and_the_employer_reads_no_name(cast, offered, settle):
    cast.certify()
    settle()
    to_ana, to_elliot = sorted(mail.outbox, key=lambda m: m.to)
    assert to_ana.subject.endswith("Soldador")
    assert "Rialto Steel" in to_ana.body
    assert "1 person passes every gate for Welder" in to_elliot.subject
    everything = to_elliot.subject + to_elliot.body + to_elliot.alternatives[0].content
    assert "Ana" not in words_read(everything)
    assert "Morales" not in everything
    assert "ana@" not in everything


def test_nobody_is_matched_who_did_not_agree(cast, settle):
    cast.opening()
    cast.certify()
    settle()
    assert not Match.objects.exists()
    people.agree_to_matching(cast.ana, by=cast.ana, at=cast.now)
    settle()
    assert Match.objects.get().state == "fits"


def test_taking_the_agreement_back_ends_the_matches(cast, offered, settle):
    cast.certify()
    settle()
    people.stop_matching(cast.ana, by=cast.ana, at=cast.now)
    settle()
    assert Match.objects.get().state == "ended"
    assert not Consent.objects.standing().filter(purpose=Consent.Purpose.MATCH).exists()


def test_a_new_opening_finds_the_people_who_were_already_certified(cast, settle):
    cast.agree()
    cast.certify()
    settle()
    opening = cast.opening()
    record("opening.published", opening, by=cast.elliot, at=cast.now)
    settle()
    assert Match.objects.get().opening == opening


def test_told_once_even_when_the_match_comes_and_goes(cast, offered, settle):
    certification = cast.certify()
    settle()
    people.change_profile(cast.ana, {"miles": 1}, by=cast.ana, at=cast.now)
    settle()
    assert Match.objects.get().state == "ended"
    people.change_profile(cast.ana, {"miles": 25}, by=cast.ana, at=cast.now)
    settle()
    assert Match.objects.get().state == "fits"
    assert len(mail.outbox) == 2
    assert certification.pk


def test_the_night_changes_nothing_when_nothing_was_missed(cast, offered, settle):
    cast.certify()
    cast.opening(required=("aws_cw", "osha10"))
    settle()
    nightly.rematch(at=cast.now)
    before = list(Match.objects.order_by("pk").values())
    told = Notice.objects.count()
    assert nightly.rematch(at=cast.now + timedelta(hours=9)).none
    assert list(Match.objects.order_by("pk").values()) == before
    assert Notice.objects.count() == told


def test_the_night_finds_what_was_missed(cast, offered):
    cast.certify()
    assert nightly.rematch(at=cast.now).made == 1
    assert Notice.objects.count() == 2


def test_a_certificate_that_ends_ends_the_match_the_day_after(cast, offered, settle):
    certification = cast.certify(expires=date(2026, 11, 24))
    settle()
    assert Match.objects.get().state == "fits"
    with time_machine.travel(cast.now + timedelta(days=1)):
        training.expire(certification, at=timezone.now())
        settle()
    assert Match.objects.get().state == "ended"
    fitting, near = queries.of_trainee(cast.trainee, date(2026, 11, 25))
    assert not fitting
    assert [(n.opening_id, n.missing) for n in near] == [(offered.pk, ("aws_cw",))]


def test_a_revoked_certificate_ends_the_match_and_its_reason_is_kept(cast, offered, settle):
    certification = cast.certify()
    settle()
    training.revoke(certification, reason="Issued to somebody else", by=cast.priya, at=cast.now)
    settle()
    assert Match.objects.get().state == "ended"
    assert Certification.objects.get().revoked_reason == "Issued to somebody else"


def test_what_is_only_declared_asks_and_the_employer_is_not_told(cast, offered, settle):
    certification = cast.certify(level="self", by=cast.ana)
    settle()
    assert Match.objects.get().state == "ask"
    assert list(Notice.objects.values_list("kind", flat=True)) == ["matches"]
    Enrollment.objects.create(trainee=cast.trainee, provider=cast.center, given_name="Ana")
    training.verify(certification, provider=cast.center, by=cast.priya, at=cast.now)
    settle()
    assert Match.objects.get().state == "fits"
    assert sorted(Notice.objects.values_list("kind", flat=True)) == ["matches", "people"]


def test_several_openings_at_once_are_one_message(cast, settle):
    cast.agree()
    for title in ("Welder", "Fitter", "Fabricator"):
        cast.opening(title=title, title_es="")
    cast.certify()
    settle()
    to_ana = [m for m in mail.outbox if m.to == ["ana@throughline.example"]]
    assert len(to_ana) == 1
    assert to_ana[0].body.count("Rialto Steel") == 3


def test_a_closed_opening_ends_its_matches(cast, offered, settle):
    cast.certify()
    settle()
    offered.state, offered.closed_at = "closed", cast.now
    offered.save(update_fields=["state", "closed_at"])
    record("opening.closed", offered, by=cast.elliot, at=cast.now)
    settle()
    assert Match.objects.get().state == "ended"


def test_the_number_of_queries_does_not_grow_with_the_people(cast, offered, django_assert_max_num_queries):
    def run():
        with django_assert_max_num_queries(70) as counted:
            nightly.rematch(at=cast.now, quiet=True)
        return len(counted)

    for number in range(3):
        cast.certify(trainee=cast.another_trainee(f"Pat {number}"))
    few = run()
    for number in range(3, 30):
        cast.certify(trainee=cast.another_trainee(f"Pat {number}"))
    assert run() <= few + 2


def test_the_openings_contact_hears_and_nobody_else_of_the_firm(cast, offered, settle):
    boss = cast.willa
    cast.member(boss, cast.shop)
    offered.contact = boss
    offered.save(update_fields=["contact"])
    assert tell.people_of(offered) == [boss]
    cast.certify()
    settle()
    assert [n.user for n in Notice.objects.filter(kind="people")] == [boss]


def test_an_opening_is_matched_from_its_first_day_on(cast, settle):
    cast.agree()
    cast.certify()
    opening = cast.opening(opens_on=date(2026, 11, 26))
    settle()
    nightly.rematch(at=cast.now)
    assert not Match.objects.exists()
    with time_machine.travel(cast.now + timedelta(days=2)):
        for _time in range(2):
            open_windows()
        settle()
        assert Match.objects.get().opening == opening
    assert Handoff.objects.filter(kind="opening.opened", room="matching").count() == 1


def test_a_broker_that_is_away_is_no_harm_and_no_wait(cast, monkeypatch, django_capture_on_commit_callbacks):
    def away(**_):
        raise ConnectionError("no broker")

    monkeypatch.setattr("ledger.tasks.wake.delay", away)
    monkeypatch.setattr("notifications.tasks.send.delay", away)
    cast.agree()
    with django_capture_on_commit_callbacks(execute=True) as bells:
        cast.opening()
        cast.certify()
        cast.certify("osha10")
    assert sorted({bell.room for bell in bells}) == sorted(bell.room for bell in bells)  # once for each room
    with django_capture_on_commit_callbacks(execute=True) as bells:
        nightly.rematch(at=cast.now)
    assert len(bells) == 1
    assert Handoff.objects.filter(state="waiting").exists()
