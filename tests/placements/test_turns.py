"""A week has so many places; who comes after waits in the opening's own order and is told so. And how hirers answer."""

from datetime import date, timedelta

import pytest
import time_machine

from matching import nightly
from matching.models import Match
from notifications import letters, words
from notifications.models import Notice, Task
from openings import actions as openings
from placements import actions, answering, reminders, talk, tasks, turns
from placements.boards import bulk
from placements.models import Referral
from tests.reading import words_read

DAY = timedelta(days=1)


@pytest.fixture
def four(cast):
    """Ana and three others who fit; certified in the order Dee, Cy, Bo, Ana. The shop can look at one a week."""
    cast.agree()
    cast.opening()
    cast.certify(issued=date(2026, 10, 9))
    cast.others = {}
    for number, name in enumerate(["Bo Other", "Cy Other", "Dee Other"]):
        cast.others[name[:2]] = trainee = cast.another_trainee(name)
        cast.certify(trainee=trainee, issued=date(2026, 10, 8 - number))
    nightly.rematch(at=cast.now, quiet=True)
    actions.set_pace(cast.shop, weekly=1, days=[], by=cast.elliot, at=cast.now)
    return {match.trainee.user.full_name[:2]: match for match in Match.objects.select_related("trainee__user")}


def yes(match, at):
    return actions.say_yes(match, by=match.trainee.user, at=at)


def queue(opening):
    rows = Referral.objects.select_related("trainee__user").in_bulk(turns.queue_of(opening))
    return [rows[pk].trainee.user.full_name[:2] for pk in turns.queue_of(opening)]


def states():
    rows = Referral.objects.order_by("trainee__user__full_name")
    return {one.trainee.user.full_name[:2]: one.state for one in rows.select_related("trainee__user")}


def test_who_comes_after_waits_in_order_and_the_hirer_sees_a_number(cast, four, sign_in, monkeypatch, settle):
    first = yes(four["An"], cast.now)
    queued = [
        yes(four[name], cast.now) for name in ("Bo", "Cy", "De")
    ]  # the quickest first, the longest certified last
    assert states() == {"An": "yes", "Bo": "queued", "Cy": "queued", "De": "queued"}
    assert all(one.owner == cast.elliot and one.due_on for one in queued)
    assert queue(first.opening) == ["De", "Cy", "Bo"]
    # The person reads their place, by number.
    mine = sign_in(queued[0].trainee.user).get(f"/matches/{four['Bo'].public_id}/").content.decode()
    assert "Place 3 of 3" in mine
    assert "1 person a week" in mine
    assert sign_in(queued[0].trainee.user).get(f"/referrals/{queued[0].public_id}/").context["turn"].number == 3
    # The hirer reads how many wait, and nobody's name, contact or record.
    browser = sign_in(cast.elliot)
    assert "3 people wait in order" in browser.get("/hire/").content.decode()
    assert "Dee" not in words_read(browser.get(f"/openings/{first.opening.public_id}/people/?all").content.decode())
    assert browser.get(f"/referrals/{queued[0].public_id}/").status_code == 404
    listed = browser.get("/hire/").text
    assert str(first.public_id) in listed
    assert not any(str(one.public_id) in listed or one.trainee.user.full_name in listed for one in queued)
    assert cast.elliot not in talk.people_of(queued[0])  # who would be led where nothing is
    bulk.remind(Referral.objects.filter(pk=queued[0].pk), by=cast.carla, at=cast.now)
    bulk.send_reminders(at=cast.now + bulk.HELD)
    asked = Notice.objects.get(kind="step_reminder", user=cast.elliot)
    assert (asked.path, "One tap" in str(words.message(asked))) == ("/hire/answers/", False)
    assert Notice.objects.filter(user=cast.elliot, kind="referral_yes").count() == 1
    # An answer within the week frees no place: one a week means one a week. The week does, in the opening's order.
    actions.respond(first, "put_off", by=cast.elliot, at=cast.now)
    settle()
    assert states()["De"] == "queued"
    for after, expected in ((6.9, "queued"), (7.1, "yes")):
        monkeypatch.setattr(tasks.timezone, "now", lambda after=after: cast.now + after * DAY)
        tasks.call_up()
        tasks.call_up()
        assert states() == {"An": "put_off", "Bo": "queued", "Cy": "queued", "De": expected}
    assert Notice.objects.get(kind="referral_turn").user.full_name == "Dee Other"
    assert Notice.objects.filter(user=cast.elliot, kind="referral_yes").count() == 2
    assert browser.get(f"/referrals/{Referral.objects.get(state='yes').public_id}/").status_code == 200
    # A turn that is late leads the hirer to whom they can answer, and the person reads no lie.
    late = reminders.remind(queued[0], at=cast.now + 60 * DAY)
    reminded = Notice.objects.get(user=cast.elliot, kind="referral_reminder")
    assert (reminded.path, words.still_true(reminded)) == ("/hire/answers/", True)
    told = letters.render([Notice.objects.get(kind="referral_taken_over")], late.trainee.user)[1]
    assert "has not come" in told
    # Once it has come, it is with the hirer again, and the coordinator's task is done.
    assert (late.owner, Task.objects.filter(kind="referral_stuck", done_at=None).count()) == (cast.carla, 1)
    actions.set_pace(cast.shop, weekly=9, days=[], by=cast.elliot, at=cast.now + 60 * DAY)
    late.refresh_from_db()
    assert (late.state, late.owner) == ("yes", cast.elliot)
    assert not Task.objects.filter(kind="referral_stuck", done_at=None).exists()


def test_a_place_is_free_when_somebody_steps_back_or_there_is_more_room(cast, four, settle):
    dee = yes(four["De"], cast.now)
    for name in ("An", "Bo", "Cy"):
        yes(four[name], cast.now)
    actions.withdraw(dee, by=dee.trainee.user, at=cast.now)
    settle()
    assert states() == {"An": "queued", "Bo": "queued", "Cy": "yes", "De": "withdrawn"}
    # Nobody jumps the queue with a late yes, and a tap too many changes nothing.
    assert yes(four["De"], cast.now).state == "queued"
    assert yes(four["De"], cast.now).state == "queued"
    settle()
    assert queue(dee.opening) == ["De", "Bo", "An"]
    actions.set_pace(cast.shop, weekly=3, days=[], by=cast.carla, at=cast.now)
    assert states() == {"An": "queued", "Bo": "yes", "Cy": "yes", "De": "yes"}
    # Whoever waited longer than a week and is answered makes room at once.
    cy = Referral.objects.get(trainee=cast.others["Cy"])
    with time_machine.travel(cast.now + 9 * DAY):
        actions.respond(cy, "decline", reason="other", by=cast.elliot, at=cast.now + 9 * DAY)
        settle()
    assert states()["An"] == "yes"


def test_a_closed_opening_ends_what_waits_and_keeps_what_was_begun(cast, four, settle, sign_in):
    dee = yes(four["De"], cast.now)
    actions.respond(dee, "interview", by=cast.elliot, at=cast.now)
    actions.set_pace(cast.shop, weekly=2, days=[], by=cast.elliot, at=cast.now)
    yes(four["Bo"], cast.now)
    ana = yes(four["An"], cast.now)
    assert states() == {"An": "queued", "Bo": "yes", "De": "interview"}
    openings.close(dee.opening, reason="other", by=cast.elliot, at=cast.now)
    settle()
    assert states() == {"An": "closed", "Bo": "closed", "De": "interview"}
    ana.refresh_from_db()
    assert (ana.reason, ana.owner, ana.due_on) == ("shut", None, None)
    assert Notice.objects.filter(kind="opening_shut").count() == 2
    assert ana.close_reason == "The opening was closed"
    assert sign_in(cast.ana).get(f"/referrals/{ana.public_id}/").status_code == 200
    browser = sign_in(cast.elliot)
    assert browser.get(f"/referrals/{ana.public_id}/").status_code == 404  # was never before them
    assert {one.trainee.user.full_name[:2] for one in Referral.objects.shown()} == {"Bo", "De"}
    assert not ana.is_shown
    assert browser.get(f"/referrals/{Referral.objects.get(trainee=cast.others['Bo']).public_id}/").status_code == 200


def test_a_window_that_ends_by_itself_still_owes_its_answers(cast, four, settle):
    bo = yes(four["Bo"], cast.now)
    yes(four["An"], cast.now)
    bo.opening.closes_on = date(2026, 11, 23)
    bo.opening.save(update_fields=["closes_on"])
    openings.close_past(bo.opening, at=cast.now)
    settle()
    assert states() == {"An": "queued", "Bo": "yes"}


@pytest.mark.parametrize("by_hand", [False, True])
def test_whoever_waits_gets_their_turn_after_the_last_day_and_not_where_somebody_closed(cast, four, by_hand):
    bo = yes(four["Bo"], cast.now)
    yes(four["An"], cast.now)
    if by_hand:
        openings.close(bo.opening, reason="other", by=cast.elliot, at=cast.now)
    else:
        openings.close_past(bo.opening, at=cast.now)
    later = cast.now + 9 * DAY
    with time_machine.travel(later):
        actions.respond(bo, "decline", reason="other", by=cast.elliot, at=later)
        actions.call_up(cast.shop.pace, at=later)  # before it is heard that it closed
    assert states() == {"An": "queued" if by_hand else "yes", "Bo": "declined"}


def test_how_an_organization_answers_is_a_fact_with_its_number(cast, four):
    actions.set_pace(cast.shop, weekly=None, days=[], by=cast.elliot, at=cast.now)

    def habit():
        return answering.habits([cast.shop, cast.rival], at=cast.now + 30 * DAY)[cast.shop.pk]

    for days, name in ((1, "An"), (4, "Bo")):
        actions.respond(yes(four[name], cast.now), "put_off", by=cast.elliot, at=cast.now + days * DAY)
    assert (habit().n, habit().enough) == (2, False)
    assert "Not enough" in habit().sentence
    cy = yes(four["Cy"], cast.now)
    actions.respond(cy, "interview", by=cast.elliot, at=cast.now + 2 * DAY)
    actions.respond(cy, "hire", by=cast.elliot, at=cast.now + 9 * DAY)
    yes(four["De"], cast.now)
    assert (habit().n, round(habit().days), habit().hired) == (3, 2, 1)
    assert habit().sentence == "Answers in 2 days (the middle one of 3 answers); hired 1 person this year."
    assert answering.habits([cast.rival], at=cast.now)[cast.rival.pk].n == 0
