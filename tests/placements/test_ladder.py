"""The response ladder: reminded once on each rung, a coordinator by name at the last, never declined by itself."""

from datetime import date, timedelta

import pytest

from accounts.policies import Denied
from ledger.log import history
from matching import nightly
from matching.models import Match
from notifications import letters, words
from notifications.models import Notice, Task
from placements import actions, ladder, reminders, tasks
from placements.models import Pace, Referral
from programs import waiting

DAY = timedelta(days=1)


@pytest.fixture
def referral(cast):
    cast.agree()
    cast.opening()
    cast.certify()
    nightly.rematch(at=cast.now, quiet=True)
    cast.match = Match.objects.get()
    return actions.say_yes(cast.match, by=cast.ana, at=cast.now)


@pytest.fixture
def at_day(cast, monkeypatch):
    """Run the job as on a day after the yes, several times over as a bell rung too often would."""

    def run(days):
        monkeypatch.setattr(tasks.timezone, "now", lambda: cast.now + days * DAY)
        for _ring in range(3):
            tasks.remind()

    return run


def told(user):
    rows = Notice.objects.filter(user=user, kind="referral_reminder").order_by("pk")
    return list(rows.values_list("rung", flat=True))


def test_each_rung_once_then_a_coordinator_by_name_and_her_answer_settles_it(cast, referral, at_day, sign_in):
    for days, expected in ((2.9, []), (3, [1]), (6, [1]), (7, [1, 2]), (9.9, [1, 2]), (10, [1, 2, 3]), (40, [1, 2, 3])):
        at_day(days)
        assert told(cast.elliot) == expected
    referral.refresh_from_db()
    assert (referral.state, referral.owner) == ("yes", cast.carla)
    assert referral.due_on == date(2026, 12, 6)
    task = Task.objects.get(kind="referral_stuck")
    assert (task.owner, task.about_id, task.done_at) == (cast.carla, referral.pk, None)
    notice = Notice.objects.get(user=cast.ana, kind="referral_taken_over")
    assert cast.carla.full_name in letters.render([notice], cast.ana)[1]
    # Both sides read when it was reminded and who has it now.
    for person in (cast.ana, cast.elliot, cast.carla):
        page = sign_in(person).get(f"/referrals/{referral.public_id}/")
        assert [(rung.on, rung.sent, rung.last) for rung in page.context["rungs"]] == [
            (date(2026, 11, 27), True, False),
            (date(2026, 12, 1), True, False),
            (date(2026, 12, 4), True, True),
        ]
    referral = actions.respond(referral, "interview", by=cast.carla, at=cast.now + 11 * DAY)
    assert (referral.owner, referral.rung) == (cast.carla, 0)
    assert Task.objects.get(kind="referral_stuck").done_at
    assert Referral.objects.get().state == "interview"


def test_a_job_that_was_away_reminds_once_and_not_three_times(cast, referral, at_day):
    at_day(12)
    assert told(cast.elliot) == [3]
    assert history(referral).filter(kind="referral.nudged").count() == 1


def test_looking_does_not_stop_the_clock_and_an_answer_begins_it_anew(cast, referral, at_day, sign_in):
    sign_in(cast.elliot).get(f"/referrals/{referral.public_id}/")
    sign_in(cast.carla).get(f"/referrals/{referral.public_id}/")
    assert list(history(referral).values_list("kind", "actor_id")[:1]) == [("referral.see", cast.elliot.pk)]
    at_day(3)
    assert told(cast.elliot) == [1]
    actions.respond(referral, "put_off", by=cast.elliot, at=cast.now + 3 * DAY)
    at_day(16.9)
    assert told(cast.elliot) == [1]
    at_day(17)
    assert told(cast.elliot) == [1, 1]
    notice = Notice.objects.filter(kind="referral_reminder").latest("pk")
    assert words.still_true(notice)
    actions.respond(Referral.objects.get(), "interview", by=cast.elliot, at=cast.now + 17 * DAY)
    assert not words.still_true(notice)


def test_an_organization_has_its_own_days(cast, referral, at_day):
    Pace.objects.create(organization=cast.shop, days=[1, 2])
    at_day(1)
    assert told(cast.elliot) == [1]
    at_day(2)
    assert Referral.objects.get().owner == cast.carla


def test_reminders_rest_for_a_reason_until_a_day_and_go_on_where_they_were(cast, referral, at_day):
    at_day(3)
    rest = {"by": cast.elliot, "at": cast.now + 3 * DAY}
    with pytest.raises(Denied, match="why"):
        reminders.rest(referral, until=date(2026, 12, 10), reason=" ", **rest)
    with pytest.raises(Denied, match="90 days"):
        reminders.rest(referral, until=date(2027, 12, 10), reason="Plant closed", **rest)
    with pytest.raises(Denied):
        reminders.rest(referral, until=date(2026, 12, 10), reason="Plant closed", by=cast.rhea, at=cast.now)
    resting = reminders.rest(referral, until=date(2026, 12, 10), reason="Plant closed", **rest)
    assert resting.due_on == date(2026, 12, 10)
    at_day(16)
    assert told(cast.elliot) == [1]
    at_day(17)  # 11 December
    assert told(cast.elliot) == [1, 2]
    at_day(19)
    assert told(cast.elliot) == [1, 2]
    at_day(20)
    assert told(cast.elliot) == [1, 2, 3]


def test_the_step_of_whoever_left_is_somebodys_again(cast, referral, at_day):
    cast.willa.memberships.create(organization=cast.shop, starts_on=date(2026, 1, 2))
    at_day(1)
    assert Referral.objects.get().owner == cast.elliot
    cast.elliot.memberships.update(ends_on=date(2026, 11, 1))
    at_day(1)
    fresh = Referral.objects.get()
    assert (fresh.owner, fresh.due_on) == (cast.willa, referral.due_on)
    notice = Notice.objects.get(kind="step_passed_on")
    assert (notice.user, words.still_true(notice)) == (cast.willa, True)
    assert "Welder" in letters.render([notice], cast.willa)[1]
    cast.willa.is_active = False  # nobody is left there
    cast.willa.save(update_fields=["is_active"])
    at_day(1)
    assert Referral.objects.get().owner == cast.carla
    assert [e.facts["to"] for e in history(referral).filter(kind="referral.passed_on")] == [
        cast.carla.pk,
        cast.willa.pk,
    ]


def test_without_any_coordinator_it_stays_with_its_owner(cast, referral, at_day):
    cast.carla.memberships.update(ends_on=date(2026, 11, 1))
    at_day(10)
    referral.refresh_from_db()
    assert (referral.owner, referral.state) == (cast.elliot, "yes")
    assert not ladder.climbing(at=cast.now + 30 * DAY).exists()


def test_fewer_days_than_before_miss_no_hand_over_and_more_take_none_back(cast, referral, at_day):
    at_day(3), at_day(8)
    assert told(cast.elliot) == [1, 2]
    actions.set_pace(cast.shop, weekly=None, days=[2, 6], by=cast.elliot, at=cast.now)
    at_day(8.1)
    referral.refresh_from_db()
    assert (referral.owner, referral.rung) == (cast.carla, 2)
    actions.set_pace(cast.shop, weekly=None, days=[2, 6, 8, 9], by=cast.elliot, at=cast.now)
    at_day(20)
    referral.refresh_from_db()
    assert (referral.owner, referral.rung, told(cast.elliot)) == (cast.carla, 4, [1, 2])
    assert Task.objects.filter(kind="referral_stuck").count() == 1


def test_schools_and_hirers_are_reminded_after_the_same_days():
    assert ladder.DAYS is waiting.DAYS
