"""Reasons are written after a match was made; whoever reads before that reads the same from the same rules."""

from datetime import date

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from ledger.handoffs import drain
from ledger.log import record
from matching import queries, why
from matching.models import Match
from notifications import words
from notifications.models import Notice
from openings.models import Requirement
from programs.models import Certification


@pytest.fixture
def matched(cast):
    cast.agree()
    cast.ana.language = "en"
    cast.ana.save()
    cast.opening(published_at=cast.now)
    cast.certify(expires=date(2027, 6, 1))
    drain("matching")
    return Match.objects.get()


def test_a_fresh_match_has_no_reasons_yet_and_its_page_says_them_all_the_same(cast, matched, sign_in):
    assert matched.gates is None
    page = reverse("match", args=[matched.public_id])
    before = sign_in(cast.ana).get(page).context["reasons"]
    assert "Inland Trades Training Center" in "".join(reason.source for reason in before)
    assert why.write_all(on=timezone.localdate()) > 0
    matched.refresh_from_db()
    assert {gate["name"] for gate in matched.gates} >= {"trade", "distance", "credential"}
    assert sign_in(cast.ana).get(page).context["reasons"] == before


def test_a_message_says_the_reasons_before_and_after_they_are_written(matched):
    def told():
        return {
            notice.kind: [(line.text, line.source) for line in words.message(notice, "en").lines]
            for notice in Notice.objects.all()
        }

    before = told()
    assert set(before) == {"matches", "people"}
    assert all(before.values())
    why.write_all(on=timezone.localdate())
    assert told() == before


def test_lines_are_in_the_language_they_were_asked_for_in(matched):
    lines = words.message(Notice.objects.get(kind="matches"), "es").lines
    assert any("millas" in line.text for line in lines)


def test_reasons_follow_the_facts_though_the_match_stands_as_it_stood(cast, matched):
    why.write_all(on=timezone.localdate())
    before = Match.objects.get()
    certification = Certification.objects.get()
    Certification.objects.update(level="issuer")
    with transaction.atomic():
        record("certification.verified", certification, by=cast.priya, at=cast.now, trainee=cast.trainee.pk)
    drain("matching")
    assert why.write_all(on=timezone.localdate()) == 1
    after = Match.objects.get()
    assert (after.state, after.certified_on) == (before.state, before.certified_on)
    levels = [next(g["level"] for g in m.gates if g["name"] == "credential") for m in (before, after)]
    assert levels == ["provider", "issuer"]


@pytest.mark.parametrize("told", [True, False])
def test_a_person_reads_the_same_questions_before_and_after_the_reasons_are_written(cast, told):
    cast.agree()
    cast.opening(any_of=(("mc3", "osha10"),), license="C", published_at=cast.now)
    cast.opening(required=("mc3",), license="C", published_at=cast.now)
    cast.certify()
    cast.certify("mc3", level="self")
    cast.certify("osha10", level="self")
    drain("matching")
    Match.objects.all().delete() if not told else None

    def questions(**how):
        found, _near = queries.of_trainee(cast.trainee, **how)
        assert [match.state for match in found] == ["ask", "ask"]
        by_opening = sorted(found, key=lambda match: match.opening.pk)
        return [[gate for gate in match.gates if gate["state"] == "unknown"] for match in by_opening]

    before = questions()
    assert [[gate["name"] for gate in some] for some in before] == [["any_of", "license"], ["credential", "license"]]
    assert questions(explained=True) == before
    why.write_all(on=timezone.localdate())
    assert questions() == before


def test_nothing_is_written_where_nothing_is_wanted(matched, django_assert_num_queries):
    why.write_all(on=timezone.localdate())
    with django_assert_num_queries(1):
        assert why.write(on=timezone.localdate()) == 0


def test_a_match_that_ended_before_its_reasons_were_written_says_what_is_missing(cast, matched):
    Requirement.objects.create(opening=matched.opening, credential_id="osha30", kind="required")
    Match.objects.update(state="ended", ended_at=timezone.now())
    matched.refresh_from_db()
    why.complete([matched])
    assert "missing" in {gate["state"] for gate in matched.gates}
