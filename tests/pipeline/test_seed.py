"""The example region: everything in it is invented and says so, nothing in it breaks a rule, and it is repeatable."""

from datetime import UTC, datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Consent, Organization, TraineeProfile, User
from councils.actions.minutes import fingerprint
from councils.models import Council, Meeting, Minutes, Recommendation, Seat, Term
from ledger.log import history
from ledger.models import Event, Handoff
from matching import nightly, queries
from matching.models import Match
from notifications.models import Notice, Task
from openings.models import Opening, Requirement
from openings.policies import edit
from pipeline.cast import CAST
from pipeline.nav import first_page
from pipeline.seed import demo
from placements.models import CheckIn, Placement, Referral
from programs.models import Certification, Cohort, Program
from programs.validity import expires_on

NOW = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
TODAY = timezone.localdate(NOW)


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker):
    """The region, planted once for this module and taken back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield demo.plant(at=NOW)
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _region(made, db):
    """Each test sees the region, and leaves it as it was."""


def test_everybody_is_marked_as_an_example_and_nobody_can_be_reached():
    assert not User.objects.filter(is_example=False).exists()
    assert not Organization.objects.filter(is_example=True).exclude(name__endswith="(example)").exists()
    assert not Opening.objects.filter(is_example=False).exists()
    for user in User.objects.all():
        assert user.email.endswith("@throughline.example")
        assert not user.phone or "55501" in user.phone
        assert not user.has_usable_password()


def test_one_of_the_cast_has_proved_a_number_and_agreed_to_texts():
    (ana,) = User.objects.filter(phone_verified_at__isnull=False)
    assert ana.email == "ana@throughline.example"
    agreed = Consent.objects.standing().get(user=ana, purpose="sms")
    assert "(909) 555-0100" in agreed.wording
    assert {"phone.verified", "consent.given"} <= set(history(ana).values_list("kind", flat=True))


def test_the_cast_signs_in_by_code_and_lands_where_their_work_is():
    landing = {}
    for person in CAST:
        user = User.objects.get(email=person.email)
        assert EmailAddress.objects.filter(user=user, verified=True, primary=True).exists()
        landing[person.key] = first_page(user)
    assert landing == {
        "ana": "/me/",
        "priya": "/imports/",
        "elliot": "/hire/",
        "ben": "/hire/",
        "carla": "/board/",
        "willa": landing["willa"],
    }
    assert "council" in landing["willa"]


def test_two_regions_every_kind_and_every_order_rule(made):
    published = Opening.objects.filter(state="published")
    assert made["openings"] >= 40
    assert set(published.values_list("kind", flat=True)) == set(Opening.Kind.values)
    assert set(published.values_list("order_rule", flat=True)) == set(Opening.OrderRule.values)
    assert set(Requirement.objects.values_list("kind", flat=True)) == set(Requirement.Kind.values)
    assert not Opening.objects.filter(title_es="").exists()
    assert not published.filter(occupation__programs=None).exclude(occupation__wage_median_cents__gt=0).exists()


def test_every_example_program_has_classes_to_come_and_no_real_one_has():
    assert Cohort.objects.filter(is_example=False).count() == 0
    assert not Cohort.objects.exclude(program__provider__is_example=True).exists()
    for program in Program.objects.filter(provider__is_example=True):
        assert program.cohorts.filter(state="open", starts_on__gt=TODAY, apply_by__gte=TODAY).count() >= 2, program
    assert set(Cohort.objects.values_list("state", flat=True)) == set(Cohort.State.values)
    assert Cohort.objects.exclude(zip="").exists()
    for cohort in Cohort.objects.select_related("program"):
        cohort.full_clean()


def test_openings_pay_what_the_region_pays():
    """Between the lowest tenth, less an apprentice's share, and the highest tenth of the trade's wages here."""
    for opening in Opening.objects.exclude(occupation__wage_p10_cents=None).select_related("occupation"):
        low, high = opening.occupation.wage_p10_cents, opening.occupation.wage_p90_cents
        assert low * 0.8 <= opening.wage_min_cents <= high * 1.25, opening.external_id


def test_certificates_of_every_level_some_over_some_about_to_be():
    everything = Certification.objects.select_related("credential")
    # Nobody of the demo was called for: that takes a coordinator and a school that is not on the site.
    assert {c.level for c in everything} == set(Certification.Level.values) - {Certification.Level.CALLED}
    assert {c.state for c in everything} >= {"recorded", "verified", "expired"}
    soon = TODAY + timedelta(days=30)
    assert everything.filter(state="verified", expires_on__range=(TODAY, soon)).count() >= 3
    for c in everything:
        assert c.expires_on == expires_on(c.credential, c.issued_on)
        if c.state != "recorded":
            assert (c.state == "expired") == (c.expires_on is not None and c.expires_on < TODAY)


def test_some_profiles_are_incomplete_and_some_people_have_not_agreed():
    people = TraineeProfile.objects.count()
    agreed = Consent.objects.filter(purpose="match", withdrawn_at=None).count()
    assert people * 0.8 < agreed < people
    assert TraineeProfile.objects.filter(zip="").exists()
    assert TraineeProfile.objects.filter(shifts=[]).exists()
    assert TraineeProfile.objects.filter(license=None).exists()


def test_nobody_was_told_anything_and_nothing_waits():
    assert not Notice.objects.exists()
    assert not Handoff.objects.exists()


def test_matching_everything_again_changes_nothing():
    assert nightly.rematch(at=NOW, quiet=True).none
    assert Match.objects.filter(state="fits").count() >= 20


def test_ana_has_something_that_fits_and_something_one_step_away():
    fitting, near = queries.of_trainee(
        TraineeProfile.objects.get(user__email="ana@throughline.example"), timezone.localdate(NOW)
    )
    assert {match.state for match in fitting} == {"fits"}
    assert near
    assert not Referral.objects.filter(trainee__user__email="ana@throughline.example").exists()


@pytest.mark.parametrize("name", ["Elliot Park", "Ben Castillo"])
def test_elliot_and_ben_have_people_who_pass(name):
    boss = User.objects.get(full_name=name)
    assert Match.objects.filter(opening__contact=boss, state="fits").count() >= 5
    assert edit(boss, Opening.objects.filter(contact=boss, state="published").first())


def test_every_open_referral_has_an_owner_and_a_date_and_some_are_overdue():
    states = set(Referral.objects.values_list("state", flat=True))
    assert states == set(Referral.State.values)
    for referral in Referral.objects.filter(state__in=Referral.OPEN):
        assert referral.owner
        assert referral.due_on
    assert Referral.objects.filter(due_on__lt=TODAY).exists()


def test_every_yes_has_its_match_its_consent_and_its_event():
    for referral in Referral.objects.filter(state__in=[*Referral.SHOWN, "withdrawn"]).select_related("trainee"):
        consent = Consent.objects.get(user=referral.trainee.user_id, purpose="contact", opening_id=referral.opening_id)
        assert (consent.withdrawn_at is not None) == (referral.state == "withdrawn")
        assert Match.objects.filter(trainee=referral.trainee, opening=referral.opening).exists()
        assert "referral.yes" in set(history(referral).values_list("kind", flat=True))


def test_no_opening_hired_more_people_than_it_has_places():
    for opening in Opening.objects.all():
        assert opening.referrals.filter(state="hired").count() <= opening.seats


def test_jobs_stand_at_every_stage_and_every_hire_has_its_job():
    states = set(Placement.objects.values_list("state", flat=True))
    assert states == set(Placement.State.values)
    assert not Referral.objects.filter(state="hired", placements=None).exists()
    assert CheckIn.objects.filter(state="asked").exists()
    quarrel = CheckIn.objects.get(state="open")
    assert (quarrel.worker, quarrel.employer, quarrel.placement.trainee.looking) == ("no", "yes", True)
    assert Task.objects.get(kind="stay").owner.full_name == "Carla Reyes"
    assert Placement.objects.exclude(local_tier=None).exists()


def test_timelines_have_their_events_in_order():
    opening = Opening.objects.get(external_id="AMF-1")
    assert [event.kind for event in history(opening)] == ["opening.published"]
    happened = Event.objects.exclude(kind__endswith=".projected")  # made by matching, last of all
    moments = list(happened.order_by("id").values_list("at", flat=True))
    assert moments == sorted(moments)
    assert moments[-1] <= NOW


def test_three_councils_with_vacant_seats_a_vote_published_minutes_and_a_next_meeting():
    assert Council.objects.filter(is_example=True).count() == 3
    assert Seat.objects.exclude(terms__in=Term.objects.current(NOW.date())).count() >= 2
    assert Term.objects.filter(user__email="willa@throughline.example").count() == 2
    for council in Council.objects.all():
        assert Meeting.objects.filter(council=council, starts_at__gt=NOW, state="called").exists()
        assert council.decisions.get().result["adopted"]
        paper = Minutes.objects.get(meeting__council=council)
        assert (paper.state, paper.content_hash) == ("published", fingerprint(paper.content))


def test_seeding_twice_is_refused_and_if_empty_leaves_everything():
    before = User.objects.count()
    call_command("seed", if_empty=True, verbosity=0)
    with pytest.raises(CommandError, match="already here"):
        call_command("seed", verbosity=0)
    assert User.objects.count() == before


def test_the_same_day_gives_the_same_region():
    def picture():
        people = list(User.objects.order_by("email").values_list("email", "public_id", "phone"))
        matches = list(
            Match.objects.order_by("trainee__user__email", "opening__external_id").values_list(
                "trainee__user__email", "opening__external_id", "state"
            )
        )
        referrals = list(Referral.objects.order_by("public_id").values_list("public_id", "state", "due_on"))
        classes = list(Cohort.objects.order_by("public_id").values_list("public_id", "starts_on", "state"))
        return people, matches, referrals, classes

    first = picture()
    with connection.cursor() as cursor:  # approved minutes are frozen: no row of theirs is deleted
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE councils_council CASCADE; SET CONSTRAINTS ALL DEFERRED")
    for model in (Placement, Referral, Match, Consent, Opening, Certification, TraineeProfile, Cohort):
        model.objects.all().delete()
    Program.objects.filter(provider__is_example=True).delete()
    User.objects.all().delete()
    Organization.objects.filter(is_example=True).delete()
    demo.plant(at=NOW)
    assert picture() == first


def test_what_a_council_reads_of_its_recommendation_is_what_the_measures_say():
    recommendation = Recommendation.objects.exclude(indicator="").get()
    *_before, last = recommendation.readings.order_by("since")
    figure = recommendation.measured.figure(since=last.since, until=last.until)
    assert last.value
    assert (last.value, last.base) == (figure.value, figure.denominator)


def test_a_council_sees_before_and_after_and_of_too_few_people_nothing():
    recommendation = Recommendation.objects.exclude(indicator="").get()
    readings = list(recommendation.readings.order_by("since"))
    measured = [r for r in readings if r.value is not None]
    assert len(measured) >= 5
    assert [r for r in readings if r.is_suppressed]
    before = [r.value for r in measured if r.until <= recommendation.adopted_on]
    after = [r.value for r in measured if r.since >= recommendation.adopted_on]
    assert len(before) >= 2
    assert max(before) < min(after)
    assert after == sorted(after)


def test_what_was_long_ago_is_over_and_fits_together():
    """Opening, certificate, match, yes, answer and job of each story of the past follow each other."""
    began = NOW - timedelta(days=170)
    old = Referral.objects.filter(sent_at__lt=began).select_related("trainee", "opening")
    assert len(old) > 100
    for referral in old:
        assert referral.state in ("declined", "closed", "hired")
        assert not referral.trainee.looking
        opening, match = referral.opening, Match.objects.get(trainee=referral.trainee, opening=referral.opening)
        assert (opening.state, match.state) == ("closed", "ended")
        assert opening.published_at < referral.sent_at < opening.closed_at
        assert referral.trainee.certifications.filter(verified_at__lt=referral.sent_at).exists()
        assert match.since <= referral.sent_at < match.ended_at
        assert match.gates
        assert {gate["state"] for gate in match.gates} == {"met"}, (match.gates, opening.external_id)
        moments = list(history(referral).order_by("at").values_list("kind", flat=True))
        assert moments[0] == "referral.yes"
        assert referral.trainee.user.date_joined < referral.sent_at
        if referral.state == "hired":
            job = referral.placements.get()
            assert job.starts_on >= timezone.localdate(referral.sent_at)
            assert all(check.asked_at < NOW and check.state == "retained" for check in job.check_ins.all())
