"""From a yes onward: one record, one owner, one due date; contact only after the yes, until it is taken back."""

from datetime import date, timedelta

import pytest
from django.core import mail

from accounts import actions as people
from accounts import consents
from accounts.models import Membership
from accounts.policies import Denied
from ledger.lifecycle import IllegalStep
from ledger.models import Event
from matching import jobs, nightly
from matching.models import Match
from notifications import outbox
from notifications.models import Notice
from placements import actions
from placements.models import Referral
from tests.reading import words_read


@pytest.fixture
def match(cast):
    cast.agree()
    cast.opening()
    cast.certify()
    nightly.rematch(at=cast.now, quiet=True)
    return Match.objects.get()


def test_a_yes_makes_a_referral_with_an_owner_and_a_due_date(cast, match):
    referral = actions.say_yes(match, by=cast.ana, at=cast.now)
    assert (referral.state, referral.owner, referral.due_on) == ("yes", cast.elliot, date(2026, 11, 27))
    assert consents.agreed(cast.ana, "contact", match.opening)


def test_the_employer_is_told_of_the_yes_without_a_name_in_the_mail(cast, match, settle):
    actions.say_yes(match, by=cast.ana, at=cast.now)
    settle()
    letter = next(m for m in mail.outbox if m.to == ["elliot@throughline.example"])
    assert "said yes" in letter.subject
    assert "Ana" not in words_read(letter.body)


def test_five_taps_on_yes_are_one_yes(cast, match):
    for _tap in range(5):
        actions.say_yes(match, by=cast.ana, at=cast.now)
    assert Referral.objects.count() == 1
    assert Event.objects.filter(kind="referral.yes").count() == 1


def test_nobody_answers_for_somebody_else(cast, match):
    with pytest.raises(Denied):
        actions.say_yes(match, by=cast.elliot, at=cast.now)


def test_a_no_needs_its_reason(cast, match):
    with pytest.raises(Denied, match="reason"):
        actions.say_no(match, reason="", note="", by=cast.ana, at=cast.now)
    referral = actions.say_no(match, reason="far", note="", by=cast.ana, at=cast.now)
    assert (referral.state, referral.owner, referral.due_on) == ("no", None, None)


def test_a_no_can_become_a_yes_while_the_opening_is_open(cast, match):
    actions.say_no(match, reason="far", note="", by=cast.ana, at=cast.now)
    assert actions.say_yes(match, by=cast.ana, at=cast.now).state == "yes"


def test_a_closed_opening_takes_no_answer(cast, match):
    match.opening.state, match.opening.closed_at = "closed", cast.now
    match.opening.save(update_fields=["state", "closed_at"])
    with pytest.raises(Denied, match="closed"):
        actions.say_yes(match, by=cast.ana, at=cast.now)


def test_taking_the_yes_back_hides_the_contact_again(cast, match):
    referral = actions.say_yes(match, by=cast.ana, at=cast.now)
    actions.withdraw(referral, by=cast.ana, at=cast.now)
    assert not consents.agreed(cast.ana, "contact", match.opening)
    assert not Referral.objects.visible_to(cast.elliot).exists()


@pytest.mark.parametrize(
    ("step", "state", "due"),
    [
        ("interview", "interview", date(2026, 12, 1)),
        ("put_off", "put_off", date(2026, 12, 8)),
        ("hire", "hired", None),
    ],
)
def test_the_employers_answer_reaches_the_person(cast, match, settle, step, state, due):
    referral = actions.say_yes(match, by=cast.ana, at=cast.now)
    fresh = actions.respond(referral, step, by=cast.elliot, at=cast.now)
    assert (fresh.state, fresh.due_on) == (state, due)
    settle()
    assert [m for m in mail.outbox if m.to == ["ana@throughline.example"]]


def test_a_decline_needs_a_reason_that_the_person_reads(cast, match, settle):
    referral = actions.say_yes(match, by=cast.ana, at=cast.now)
    with pytest.raises(Denied):
        actions.respond(referral, "decline", by=cast.elliot, at=cast.now)
    with pytest.raises(Denied, match="which skill"):
        actions.respond(referral, "decline", by=cast.elliot, at=cast.now, reason="skill")
    actions.respond(referral, "decline", by=cast.elliot, at=cast.now, reason="skill", skill_said="TIG welding")
    settle()
    letter = next(m for m in mail.outbox if m.to == ["ana@throughline.example"])
    assert "TIG welding" in letter.body
    assert Referral.DeclineReason.SKILL.label.lower() in letter.body.lower() or "habilidad" in letter.body.lower()


def test_another_employer_cannot_answer(cast, match):
    referral = actions.say_yes(match, by=cast.ana, at=cast.now)
    with pytest.raises(Denied):
        actions.respond(referral, "interview", by=cast.rhea, at=cast.now)


def test_an_answer_on_a_record_that_moved_on_says_so(cast, match):
    referral = actions.say_yes(match, by=cast.ana, at=cast.now)
    actions.respond(referral, "hire", by=cast.elliot, at=cast.now)
    with pytest.raises(IllegalStep, match="already"):
        actions.respond(referral, "interview", by=cast.elliot, at=cast.now)


def test_an_organization_without_anybody_is_sent_nobody(cast, match):
    Membership.objects.filter(organization=cast.shop).update(ends_on=date(2026, 11, 1))
    with pytest.raises(Denied, match="Please call Carla Reyes"):
        actions.say_yes(match, by=cast.ana, at=cast.now)
    assert not Referral.objects.exists()


def test_only_a_match_that_fits_takes_a_yes(cast, match):
    Match.objects.update(state="ended", ended_at=cast.now)
    with pytest.raises(Denied, match="fit"):
        actions.say_yes(match, by=cast.ana, at=cast.now)
    assert not Referral.objects.exists()


def test_a_second_yes_a_moment_later_tells_nobody_again(cast, match):
    actions.say_yes(match, by=cast.ana, at=cast.now)
    actions.say_yes(match, by=cast.ana, at=cast.now + timedelta(seconds=2))
    assert Notice.objects.filter(kind="referral_yes", user=cast.elliot).count() == 1


def test_a_yes_with_a_question_open_says_so_to_the_employer(cast, match, settle):
    Match.objects.update(state="ask")
    match.refresh_from_db()
    actions.say_yes(match, by=cast.ana, at=cast.now)
    settle()
    letter = next(m for m in mail.outbox if m.to == ["elliot@throughline.example"])
    assert "One thing is still open" in letter.body
    assert letter.subject == "A person said yes: Welder"
    assert "passes every gate" not in letter.body


def test_after_a_decline_the_contact_is_hidden_and_the_consent_can_be_taken_back(cast, match, sign_in):
    referral = actions.say_yes(match, by=cast.ana, at=cast.now)
    referral = actions.respond(referral, "decline", by=cast.elliot, at=cast.now, reason="papers")
    page = sign_in(cast.elliot).get(f"/referrals/{referral.public_id}/")
    assert "ana@throughline.example" not in page.content.decode()
    actions.withdraw(referral, by=cast.ana, at=cast.now)
    assert not consents.agreed(cast.ana, "contact", match.opening)


def test_fifty_claims_of_one_seat_have_one_winner(cast, match):
    match.opening.seats = 1
    match.opening.save(update_fields=["seats"])
    cast.certify(trainee=(bo := cast.another_trainee("Bo Other")))
    nightly.rematch(at=cast.now, quiet=True)
    first = actions.say_yes(match, by=cast.ana, at=cast.now)
    second = actions.say_yes(Match.objects.get(trainee=bo), by=bo.user, at=cast.now)
    actions.respond(first, "hire", by=cast.elliot, at=cast.now)
    with pytest.raises(Denied, match="filled"):
        actions.respond(second, "hire", by=cast.elliot, at=cast.now)


def test_a_coordinator_no_longer_reads_what_concerns_people_who_hid_their_record(cast, match):
    referral = actions.say_yes(match, by=cast.ana, at=cast.now)
    assert Referral.objects.visible_to(cast.carla).get() == referral
    people.hide_record(cast.ana, by=cast.ana, at=cast.now)
    assert not Referral.objects.visible_to(cast.carla).exists()


def test_withdrawing_the_wish_to_be_matched_bites_before_any_job_has_run(cast, match, sign_in):
    jobs.tell.both_sides([match.pk], at=cast.now)
    people.stop_matching(cast.ana, by=cast.ana, at=cast.now)
    page = sign_in(cast.elliot).get(f"/openings/{match.opening.public_id}/people/")
    assert not page.context["page"].object_list
    outbox.send_due()
    assert not mail.outbox


def test_somebody_who_left_the_firm_reads_nothing_more_about_its_people(cast, match):
    Match.objects.update(hirer_told_at=None)
    jobs.tell.both_sides([match.pk for match in Match.objects.all()], at=cast.now)
    Membership.objects.filter(user=cast.elliot).update(ends_on=date(2026, 11, 1))
    outbox.send_due()
    assert not [m for m in mail.outbox if m.to == ["elliot@throughline.example"]]
