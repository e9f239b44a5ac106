"""Any past list is made again from the ledger, exactly as it stood."""

import random
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import actions as people
from accounts.models import Consent
from accounts.policies import Denied
from ledger.handoffs import drain
from ledger.lifecycle import IllegalStep
from matching import live, nightly, replay
from openings import actions, lists, queries
from openings.models import Opening
from openings.publishing import Refused
from openings.tasks import close_past, open_windows
from placements.models import Referral
from programs import actions as training
from programs.certifications import certify
from programs.models import Certification, Credential, Occupation
from programs.tasks import expire
from tests.cast import FORKLIFT, WELDER

START = datetime(2026, 11, 25, 17, 0, tzinfo=UTC)
KEYS = ("aws_cw", "osha10", "forklift")
ZIPS = ("92335", "92376", "92879", "92408", "93721")


@pytest.fixture
def clock():
    with time_machine.travel(START, tick=True) as traveller:
        yield traveller


def named(trainee, opening, *, at):
    """The person said yes once and shares their contact; whatever came of it, nobody waits for it any more."""
    Referral.objects.create(
        trainee=trainee, opening=opening, state="declined", reason="other", hirer_answered_at=at, clock_at=at
    )
    Consent.objects.create(
        user=trainee.user,
        purpose="contact",
        opening_id=opening.pk,
        wording="Yes.",
        version="1",
        language="en",
        given_at=at,
    )


class Story:
    """A region where anything may happen, one random event after the other."""

    def __init__(self, cast, clock, dice):
        self.cast, self.clock, self.dice = cast, clock, dice
        names = ("Bo", "Cy", "Di", "Eve", "Flo", "Gil")
        self.trainees = [cast.another_trainee(name, zip_code=dice.choice(ZIPS), miles=200) for name in names]
        for trainee in self.trainees:
            training.wish(trainee, Occupation.objects.filter(pk__in=[WELDER, FORKLIFT]), by=trainee.user, at=self.now)
            for key in KEYS:
                self.certificate(trainee, key, ends=False)
        self.openings = [
            cast.opening(order_rule=rule, required=required, any_of=any_of, lottery_seed=f"{number:064x}")
            for number, (rule, required, any_of) in enumerate(
                [
                    ("waiting", ("aws_cw",), ()),
                    ("ranked", (), (("aws_cw", "osha10"),)),
                    ("fifo", ("osha10",), ()),
                    ("lottery", ("forklift",), ()),
                ]
            )
        ]

        for trainee in self.trainees:  # ranks are given to people one sees by name
            named(trainee, self.openings[1], at=self.now)

    @property
    def now(self):
        return timezone.now()

    def goes_on(self):
        steps = [
            *(self.certificate, self.certificate, self.revoked, self.profile, self.consent, self.amended),
            *(self.listed, self.listed, self.listed, self.days, self.closed_or_open),
        ]
        with suppress(Denied, IllegalStep, Refused, IntegrityError):  # not possible just now: the next thing happens
            self.dice.choice(steps)()
        drain("matching")

    def person(self):
        return self.dice.choice(self.trainees)

    def opening(self):
        return Opening.objects.select_related("organization").get(pk=self.dice.choice(self.openings).pk)

    def certificate(self, trainee=None, key=None, *, ends=True):
        key = key or self.dice.choice(KEYS)
        provider = self.dice.choice([self.cast.center, self.cast.shop, self.cast.rival]) if ends else self.cast.center
        issued = timezone.localdate() - timedelta(days=self.dice.choice((1, 2, 2, 90)))
        ends_on = issued + timedelta(days=100) if ends and self.dice.random() < 0.5 else None
        with transaction.atomic():
            certify(
                trainee or self.person(), Credential.objects.get(pk=key), provider=provider, program=None,
                issued_on=issued, expires_on=ends_on,
                level=self.dice.choice(["provider", "provider", "self"]), by=self.cast.priya, at=self.now,
            )  # fmt: skip

    def revoked(self):
        held = Certification.objects.filter(state="verified").order_by("pk")
        training.revoke(self.dice.choice(held), reason="A mistake.", by=self.cast.carla, at=self.now)

    def profile(self):
        values = self.dice.choice(
            [
                {"zip": self.dice.choice(ZIPS)},
                {"miles": 10},
                {"miles": 200},
                {"wage_wish_cents": self.dice.choice((None, 9000))},
            ]
        )
        person = self.person()
        people.change_profile(person.user, values, by=person.user, at=self.now)

    def consent(self):
        user = self.person().user
        if not people.stop_matching(user, by=user, at=self.now):
            people.agree_to_matching(user, by=user, at=self.now)

    def amended(self):
        opening = self.opening()
        asks = set(queries.asks_of(opening))
        if self.dice.random() < 0.5:
            asks ^= {("required", 0, self.dice.choice(KEYS))}
        rule = self.dice.choice(Opening.OrderRule.values)
        actions.amend(
            opening, facts={"order_rule": rule}, asks=asks, version=queries.version_of(opening), by=self.cast.carla,
            at=self.now,
        )  # fmt: skip

    def listed(self):
        opening, person = self.opening(), self.person()
        if opening.order_rule == "ranked":
            lists.rank_all(opening, {person.pk: self.dice.choice([None, 1, 2, 3, 3])}, by=self.cast.carla, at=self.now)
        else:
            lists.register(opening, person, by=person.user, at=self.now)

    def days(self):
        self.clock.shift(timedelta(days=self.dice.choice((1, 1, 30, 101))))
        expire(), close_past(), open_windows()
        nightly.rematch(at=self.now, quiet=True)

    def closed_or_open(self):
        opening = self.opening()
        if opening.state == "published" and self.dice.random() < 0.3:
            actions.close(opening, reason="filled", by=self.cast.carla, at=self.now)
        elif opening.state == "closed":
            actions.publish(opening, by=self.cast.carla, at=self.now)


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(2))
def test_every_past_list_is_what_it_was(cast, clock, seed):
    story, told = Story(cast, clock, random.Random(seed)), []
    drain("matching")
    for _step in range(45):
        story.goes_on()
        moment, on = timezone.now(), timezone.localdate()
        for opening in story.openings:
            also = [story.trainees[0].pk, story.trainees[3].pk]
            ids = [trainee.pk for trainee in story.trainees]
            pairs = {pair.trainee_id: pair for pair in live.of_people(ids, on) if pair.opening_id == opening.pk}
            told.append((opening.pk, moment, also, live.passing(opening.pk, on, also=also), pairs))
    assert sum(bool(passing) for *_asked, passing, _pairs in told) > 40, "a story about nobody proves nothing"
    assert len({tuple(p.trainee_id for p in passing) for *_asked, passing, _pairs in told}) > 10
    person = story.trainees[seed]
    for opening, moment, also, passing, pairs in told:
        past = replay.at_moment(opening, moment, also=also)
        assert past.passing == passing
        assert replay.one(opening, person.pk, moment) == pairs.get(person.pk)


@pytest.fixture
def pair(cast, clock):
    """Ana and Bo pass one opening, Bo first."""
    cast.agree()
    bo = cast.another_trainee("Bo Other")
    cast.certify(issued=date(2026, 10, 2))
    cast.certify(trainee=bo, issued=date(2026, 10, 1))
    opening = cast.opening()
    drain("matching")
    return opening, cast.trainee, bo


def test_whoever_was_erased_since_keeps_the_place_and_is_nobody(cast, clock, pair):
    opening, ana, bo = pair
    moment, number = timezone.now(), bo.pk
    people.stop_matching(bo.user, by=bo.user, at=timezone.now())
    drain("matching")
    bo.user.delete()
    assert [p.trainee_id for p in replay.at_moment(opening.pk, moment).passing] == [number, ana.pk]
    assert [p.trainee_id for p in replay.at_moment(opening.pk, timezone.now()).passing] == [ana.pk]


def test_where_there_was_no_list_the_reason_is_said(cast, clock, pair):
    opening, ana, _bo = pair
    early = replay.at_moment(opening.pk, cast.now - timedelta(days=1))
    assert (early.passing, early.reason) == ([], replay.UNRECORDED)
    assert early.since > cast.now
    later = cast.opening(cast.rival)
    drain("matching")
    actions.close(opening, reason="filled", by=cast.elliot, at=timezone.now())
    drain("matching")
    assert replay.at_moment(opening.pk, timezone.now()).reason == replay.NOT_OFFERED
    assert replay.at_moment(later.pk, early.since).reason == replay.NOT_OFFERED
    assert replay.one(opening.pk, ana.pk, timezone.now()) is None


def test_the_day_is_the_regions_wherever_the_reader_is(cast, clock, pair):
    opening, ana, _bo = pair
    actions.amend(
        opening, facts={"closes_on": date(2026, 11, 25)}, asks=queries.asks_of(opening),
        version=queries.version_of(opening), by=cast.elliot, at=timezone.now(),
    )  # fmt: skip
    drain("matching")
    with timezone.override("Asia/Tokyo"):  # there it is the next day already
        assert replay.at_moment(opening.pk, timezone.now()).of(ana.pk).place == 2
