"""A hire: one seat, one winner; what it ends for others; work found elsewhere; leaving; and who counts as local."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.policies import Denied
from ledger.lifecycle import IllegalStep
from ledger.models import Event
from matching import nightly
from matching.models import Match
from notifications import words
from notifications.models import Notice
from openings.models import Opening
from placements import actions as referrals
from placements.hires import actions, local, taking
from placements.hires.taking import Terms
from placements.models import CheckIn, LocalRule, Placement, Project, Referral


def yes(cast, opening, trainee=None):
    match = Match.objects.get(opening=opening, trainee=trainee or cast.trainee)
    return referrals.say_yes(match, by=match.trainee.user, at=cast.now)


@pytest.fixture
def world(cast):
    """One seat at Rialto Steel that Ana and Bo want; Ana also said yes to Corona Metal; three more openings fit Bo."""
    cast.agree()
    cast.bo = cast.another_trainee("Bo Other")
    cast.seat = cast.opening(seats=1, title="Last seat")
    cast.sister = cast.opening(title="Sister", title_es="Hermana")
    cast.elsewhere = cast.opening(cast.rival, zip="92879", title="Elsewhere")
    cast.more = [cast.opening(cast.rival, title=f"More {n}") for n in range(3)]
    for trainee in (cast.trainee, cast.bo):
        cast.certify(trainee=trainee)
    nightly.rematch(at=cast.now, quiet=True)
    cast.anas, cast.bos = yes(cast, cast.seat), yes(cast, cast.seat, cast.bo)
    cast.other = yes(cast, cast.elsewhere)
    return cast


def today(cast, **more) -> Terms:
    return replace(Terms(cast.now.date()), **more)


def told(user, kind):
    return list(Notice.objects.filter(user=user, kind=kind))


def test_the_last_seat_goes_to_one_and_everybody_concerned_hears_it_once(
    world, sign_in, settle, django_assert_max_num_queries
):
    browser = sign_in(world.elliot)
    sister = yes(world, world.sister)
    url = reverse("referral_hire", args=[world.anas.public_id])
    page = browser.get(url).content.decode()
    assert 'value="24.50"' in page
    assert "Ana Morales" in page
    sent = {"starts_on": "2026-12-01", "wage": "26", "wage_unit": "hour", "hours_a_week": "40"}
    assert browser.post(url, sent | {"wage": "much"}).status_code == 422
    assert browser.post(url, sent).status_code == 302
    assert browser.post(url, sent).status_code == 422  # pressed twice: the second hears that it is done
    hire = Placement.objects.get()
    assert (hire.state, hire.hourly_cents, hire.source, hire.declared_by) == ("hired", 2600, "portal", "employer")
    assert local.say(hire).startswith("Tier 1: lives in 92335, ")
    assert local.say(hire).endswith("Inland Empire, version 1")
    states = {r.opening.title: (r.state, r.reason) for r in Referral.objects.filter(trainee=world.trainee)}
    assert states == {
        "Last seat": ("hired", ""), "Elsewhere": ("closed", "elsewhere"), "Sister": ("closed", "here")
    }  # fmt: skip
    # The employer reads of its other opening that it hired the person itself, and so does the coordinator.
    (here,) = told(world.elliot, "hired_elsewhere")
    assert words.message(here, "en").subject == "Rialto Steel hired somebody who also said yes to Sister"
    assert "La contratación es para Soldador." in words.message(here, "es").paragraphs[0]
    for reader, said in (
        (world.elliot, "Rialto Steel hired this person for another opening."),
        (world.carla, "Rialto Steel hired this person for another opening."),
        (world.ana, "Rialto Steel le contrató para otra vacante."),
    ):
        page = sign_in(reader).get(reverse("referral", args=[sister.public_id])).content.decode()
        assert said in page
        assert "somewhere else" not in page
    world.bos.refresh_from_db()
    assert (world.bos.state, world.bos.reason) == ("closed", "filled")
    assert len(told(world.rhea, "hired_elsewhere")) == len(told(world.ana, "hired")) == 1
    ana = sign_in(world.ana)
    with django_assert_max_num_queries(12):
        assert "Usted trabaja en Rialto Steel" in ana.get(reverse("trainee_home")).content.decode()
    (filled,) = told(world.bo.user, "place_filled")
    assert len(filled.data["others"]) == 2
    assert world.seat.pk not in [other["id"] for other in filled.data["others"]]
    world.trainee.refresh_from_db()
    assert not world.trainee.looking
    # Before anybody heard of it: a yes to the filled opening, and one of her who has work, are refused with the reason.
    with pytest.raises(Denied, match="places of this opening are filled"):
        yes(world, world.seat, world.bo)
    with pytest.raises(Denied, match="You have work"):
        yes(world, world.more[0])
    settle()
    world.seat.refresh_from_db()
    assert world.seat.state == Opening.State.CLOSED
    assert not Match.objects.filter(trainee=world.trainee).exclude(state="ended").exists()
    with pytest.raises(Denied, match="filled"):
        actions.hire(world.bos, terms=today(world), by=world.elliot, at=world.now)
    with pytest.raises(IllegalStep):  # who was hired elsewhere is not hired here as well
        actions.hire(world.other, terms=today(world), by=world.rhea, at=world.now)
    for text in (reverse("placement", args=[hire.public_id]), reverse("notice", args=[filled.public_id])):
        who = world.bo.user if "notice" in text or "inbox" in text else world.elliot
        assert sign_in(who).get(text).status_code == 200


def test_leaving_gives_the_seat_back_and_looks_for_work_again(world, settle, sign_in):
    world.seat.seats = 2
    world.seat.save(update_fields=["seats"])
    hire = actions.hire(world.anas, terms=today(world), by=world.elliot, at=world.now)
    assert taking.seats_left(world.seat) == 1
    later = world.now + timedelta(days=10)
    with pytest.raises(Denied):
        actions.end(hire, reason="pay", ended_on=later.date(), by=world.rhea, at=later)
    with pytest.raises(Denied, match="still to come"):
        actions.end(hire, reason="pay", ended_on=date(2027, 1, 1), by=world.ana, at=later)
    ended = actions.end(hire, reason="laid_off", ended_on=later.date(), by=world.elliot, at=later)
    assert (ended.state, ended.end_reason, ended.ended_by) == ("ended", "laid_off", "employer")
    with pytest.raises(IllegalStep):
        actions.end(hire, reason="pay", ended_on=later.date(), by=world.ana, at=later)
    assert taking.seats_left(world.seat) == 2
    assert len(told(world.ana, "job_ended")) == len(told(world.carla, "job_ended")) == 1
    assert not told(world.elliot, "job_ended")
    settle()
    assert Match.objects.filter(trainee=world.trainee, state="fits").exists()
    assert "Despido por falta" in sign_in(world.ana).get(reverse("my_work")).content.decode()
    event = Event.objects.get(kind="placement.end")
    assert (event.facts["reason"], event.facts["side"], event.facts["trainee"]) == (
        "laid_off",
        "employer",
        world.trainee.pk,
    )


def test_a_hire_by_mistake_gives_back_what_it_had_ended(world, settle, sign_in):
    cy = world.another_trainee("Cy Third")  # whom Elliot meant
    world.certify(trainee=cy)
    nightly.rematch(at=world.now, quiet=True)
    cys = yes(world, world.seat, cy)
    referrals.withdraw(world.bos, by=world.bo.user, at=world.now)  # who stepped back is left alone
    hire = actions.hire(world.anas, terms=today(world), by=world.elliot, at=world.now)
    settle()
    later = world.now
    actions.end(hire, reason="mistake", ended_on=later.date(), by=world.elliot, at=later)
    settle()
    states = {r.pk: (r.state, r.owner) for r in Referral.objects.all()}
    assert states == {
        world.anas.pk: ("yes", world.elliot),
        world.other.pk: ("yes", world.rhea),
        cys.pk: ("yes", world.elliot),
        world.bos.pk: ("withdrawn", None),
    }
    assert len(told(world.ana, "yes_again")) == 2
    assert len(told(cy.user, "yes_again")) == 1
    meant = actions.hire(Referral.objects.get(pk=cys.pk), terms=today(world), by=world.elliot, at=later)
    # And back again: a yes may end in a hire a second time, and who took their contact back is not put before anybody.
    settle()
    referrals.withdraw(Referral.objects.get(pk=world.anas.pk), by=world.ana, at=later)
    referrals.withdraw(Referral.objects.get(pk=cys.pk), by=cy.user, at=later)
    actions.end(meant, reason="mistake", ended_on=later.date(), by=world.elliot, at=later)
    settle()
    gone = Referral.objects.get(pk=cys.pk)
    assert (gone.state, gone.reason) == ("closed", "mistake")
    match = Match.objects.get(trainee=world.trainee, opening=world.seat)
    assert match.opening.state == Opening.State.CLOSED  # its employer publishes it again by hand
    assert "equivocación" in sign_in(world.ana).get(told(world.ana, "yes_again")[0].path).content.decode()


def test_work_found_elsewhere_is_written_down_once_and_ends_the_other_referrals(world, sign_in):
    browser = sign_in(world.carla)
    url, sent = reverse("hire_declare"), {"employer_name": "Amazon Fontana", "starts_on": "2026-11-20"}
    for nobody in ("nobody@throughline.example", "bo.other@throughline.example"):  # Bo's email is not confirmed
        assert "know nobody" in browser.post(url, sent | {"person": nobody}).content.decode()
    sent["person"] = world.ana.email
    # A provider that never trained her, and an employer she said nothing to, hear the same as of nobody.
    world.trainee.certifications.update(provider=None)
    assert "know nobody" in sign_in(world.priya).post(url, sent).content.decode()
    assert browser.post(url, sent).status_code == 302
    assert "written down already" in browser.post(url, sent | {"employer_name": "amazon  fontana"}).content.decode()
    hire = Placement.objects.get()
    assert (hire.source, hire.employer, hire.declared_by, hire.employer_knows) == ("off", None, "coordinator", False)
    assert not Referral.objects.open().filter(trainee=world.trainee).exists()
    assert len(told(world.elliot, "hired_elsewhere")) == 1
    assert Referral.objects.open().filter(trainee=world.bo).exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        Placement.objects.create(
            trainee=world.trainee, employer_name="AMAZON FONTANA", source="off", declared_by="worker",
            starts_on=world.now.date(),
        )  # fmt: skip
    with pytest.raises(Denied):
        actions.declare(world.bo, terms=today(world, employer_name="X"), by=world.ana, at=world.now)


def test_a_hire_declared_at_an_employer_with_an_open_yes_is_confirmed_as_that_one(world, sign_in):
    page = sign_in(world.carla).post(
        reverse("hire_declare"),
        {"employer_name": "rialto steel", "starts_on": "2026-11-20", "person": world.ana.email},
    )
    assert reverse("referral_hire", args=[world.anas.public_id]) in page.content.decode()
    assert not Placement.objects.exists()
    hire = actions.declare(world.trainee, terms=today(world, employer_name="rialto steel"), by=world.ana, at=world.now)
    assert (hire.employer, hire.employer_name, hire.employer_knows) == (world.shop, "", False)
    world.anas.refresh_from_db()
    assert world.anas.state == "yes"  # her word takes no seat; theirs does
    assert len(told(world.elliot, "hire_to_confirm")) == 1
    assert not Placement.objects.visible_to(world.elliot).exists()
    confirmed = actions.hire(world.anas, terms=today(world, hours_a_week=40), by=world.elliot, at=world.now)
    assert confirmed.pk == hire.pk
    assert Placement.objects.count() == 1
    assert (confirmed.source, confirmed.referral, confirmed.employer_knows) == ("portal", world.anas, True)
    world.other.refresh_from_db()
    assert world.other.reason == "elsewhere"


def test_local_is_frozen_with_its_rule_and_a_new_version_changes_nothing_before_it(cast):
    site = Project.objects.create(name="Jurupa Valley Hall", zip="92509")
    tiers = [{"tier": 1, "zips": ["92335"], "miles": 12}, {"tier": 2, "counties": ["Riverside"]}]
    old = LocalRule.objects.create(
        name="Jurupa Valley CWA", project=site, version=1, starts_on=date(2026, 1, 1), ends_on=date(2026, 11, 30),
        tiers=tiers, source="CWA, section 4",
    )  # fmt: skip
    LocalRule.objects.create(
        name="Jurupa Valley CWA", project=site, version=2, starts_on=date(2026, 12, 1), tiers=tiers[1:],
        source="CWA, section 4",
    )  # fmt: skip
    hire = actions.declare(
        cast.trainee, terms=today(cast, employer_name="Builder", project=site), by=cast.ana, at=cast.now
    )
    assert (hire.local_tier, hire.local_rule) == (1, old)
    assert local.say(hire).endswith("rule of Jurupa Valley CWA, version 1")
    cast.trainee.zip = "90001"  # she moves: what was decided stays
    cast.trainee.save(update_fields=["zip"])
    same = actions.correct(
        hire, terms=today(cast, employer_name="Builder", project=site, hours_a_week=30), by=cast.ana, at=cast.now
    )
    assert (same.local_tier, same.home_zip, same.hours_a_week) == (1, "92335", 30)
    later = Terms(date(2026, 12, 2), employer_name="Builder", project=site)
    assert actions.correct(hire, terms=later, by=cast.ana, at=cast.now).local_tier == 0
    judged = local.judge(cast.now.date(), home="93721", work="93301")
    assert (judged.rule.name, judged.tier) == ("San Joaquin Valley", 2)
    assert local.judge(cast.now.date(), home="93721", work="89101").tier is None  # no rule for Nevada
    assert local.judge(cast.now.date(), home="", work="92376").tier is None


def test_pay_by_any_time_is_kept_as_said_and_by_the_hour(cast):
    year = today(cast, wage_cents=5_200_000, wage_unit="year", employer_name="A")
    assert actions.declare(cast.trainee, terms=year, by=cast.ana, at=cast.now).hourly_cents == 2500
    half = today(cast, wage_cents=50_000, wage_unit="week", hours_a_week=20, employer_name="B")
    assert actions.declare(cast.trainee, terms=half, by=cast.ana, at=cast.now).hourly_cents == 2500
    with pytest.raises(Denied, match="an hour"):
        actions.declare(
            cast.trainee,
            terms=today(cast, wage_cents=90, wage_unit="year", employer_name="C"),
            by=cast.ana,
            at=cast.now,
        )
    with pytest.raises(Denied, match="year away"):
        actions.declare(cast.trainee, terms=Terms(date(2029, 1, 1), employer_name="D"), by=cast.ana, at=cast.now)


def test_erasing_keeps_the_hire_and_not_whose_it_was(cast):
    hire = actions.declare(cast.trainee, terms=today(cast, employer_name="A", title="x"), by=cast.ana, at=cast.now)
    hire.check_ins.create(days=30, asked_at=cast.now, asks_employer=False)
    from accounts.record import registry

    registry.discover()
    subject = registry.subject(cast.ana)
    for label in ("placements.Placement", "placements.CheckIn"):
        entry = registry.entry(label)
        assert entry.rows(subject).values(*entry.show)
        entry.erase(entry.rows(subject), subject, cast.now)
    hire.refresh_from_db()
    assert (hire.home_zip, hire.title, hire.local_tier is not None) == ("", "", False)
    assert CheckIn.objects.get().state == "unknown"
