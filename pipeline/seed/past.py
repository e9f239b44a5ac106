"""What the region did before: classes that finished a year and more ago, openings that are closed, and what became of
the yeses of that time. With these a council sees whether its recommendation helped.

Nobody of them looks for work any more, so they change nothing that is matched today; and their dice are their own.
"""

import random
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from accounts.models import TraineeProfile, User
from councils.recommendations.course import months_on
from matching import why
from matching.models import Match
from openings.models import Opening, Requirement
from placements.hires.lifecycle import DAYS
from placements.models import Placement, Referral
from programs.models import Certification

from . import draws, hires, people, referrals
from .organizations import Staff, person

# Stretches of three months: in how many months from today each begins, how many yeses it has, and how many of them were
# answered in the seven days that a council asked for nine months ago. The oldest has too few to be shown.
STRETCHES = [(-18, 9, 3), (-15, 29, 9), (-12, 33, 10), (-9, 33, 15), (-6, 33, 18)]
# Who trained where and lives where, with which certificates, none of which is over soon, and the openings of today that
# the same hirers had before.
FRESNO = ("93702", "93706", "93725", "93727")
CLASSES = [
    ("production", "inland", ("92324", "92376", "92404", "92410"), ("mssc_cpt", "osha10"), ("AMF-3", "IMA-1")),
    ("warehouse", "inland", ("92335", "92336", "92376", "91764"), ("forklift", "osha10"), ("CGL-1", "L640-1")),
    ("warehouse", "valley", FRESNO, ("forklift", "osha10"), ("SOF-2",)),
    ("warehouse", "valley", ("93304", "93305", "93307"), ("forklift", "osha10"), ("KCS-2", "KCS-1")),
    ("construction", "inland", ("92404", "92503", "92507", "92553"), ("mc3", "osha10"), ("L1290-1",)),
    ("construction", "valley", FRESNO, ("mc3", "osha10"), ("L2160-1",)),
    ("air", "inland", ("92503", "92507", "92509"), ("epa608_i", "epa608_ii"), ("ACA-1",)),
    ("production", "valley", ("95205", "95206", "95207"), ("mssc_cpt", "osha10"), ("SJT-1",)),
]
SHIFTS = ("day", "swing", "night", "weekend")
MOST = 3  # yeses of one person
HIRED = 7  # one in so many of them, where there was an answer at all
FIRST_NUMBER = 500  # of their schools' lists
ENDS = (Placement.End.BETTER, Placement.End.OVER, Placement.End.HOURS)


@dataclass
class Person:
    """Somebody of that time while the story is made up: their class, and what they said yes to."""

    group: int
    since: date  # the first yes
    yeses: list[tuple[str, tuple]] = field(default_factory=list)  # (opening, story)
    profile: TraineeProfile | None = None

    @property
    def is_hired(self) -> bool:
        return any(story[0] == "hired" for _opening, story in self.yeses)


def plant(ground, staff: Staff) -> dict[str, int]:
    """Make the past; return how many trainees, openings, referrals and hires it has."""
    ground = replace(ground, dice=random.Random("past"))  # noqa: S311 (examples, not secrets)
    rounds = _rounds(ground)
    everybody = _yeses(ground, rounds)
    _record(ground, staff, everybody)
    told = _matched(ground, everybody, rounds)
    made = referrals.follow(ground, told)
    hired = _hired(ground, made)
    _rested(ground, everybody, made)
    return {"trainees": len(everybody), "openings": len(rounds), "referrals": len(made), "hires": hired}


def _starts(ground) -> list[date]:
    return [months_on(ground.today, months) for months, _yeses, _in_time in STRETCHES]


def _rounds(ground) -> dict[str, Opening]:
    """The openings of that time, by number: those of today as the same hirer had them in an earlier quarter."""
    today = Opening.objects.filter(is_example=True).select_related("organization", "contact").order_by("external_id")
    like = {opening.external_id: opening for opening in today}
    made = {}
    for at, start in enumerate(_starts(ground)):
        for *_rest, keys in CLASSES:
            key = keys[at % len(keys)]
            number = f"{key}-{start:%y%m}"
            shut = ground.moment(months_on(start, 3), 0, 15)
            made[number] = _again(like[key], ground, number, start, shut)
    Opening.objects.bulk_create(made.values())
    asked = Requirement.objects.filter(opening__in=like.values()).order_by("pk")
    by_opening = {pk: [r for r in asked if r.opening_id == pk] for pk in {r.opening_id for r in asked}}
    Requirement.objects.bulk_create(
        Requirement(opening=made[number], kind=r.kind, group=r.group, credential_id=r.credential_id)
        for number in made
        for r in by_opening.get(like[number.rpartition("-")[0]].pk, ())
    )
    for opening in made.values():
        who = {"organization": opening.organization}
        facts = {"order_rule": opening.order_rule, "seed_sha256": ""}
        ground.happened("opening.published", opening, at=opening.published_at, by=opening.contact, **who, **facts)
        ground.happened(
            "opening.closed", opening, at=opening.closed_at, **who, reason="window", lottery_seed=opening.lottery_seed
        )
    return made


def _again(like: Opening, ground, number: str, start: date, shut) -> Opening:
    """The opening as it stood in that quarter. Whoever waited longest came first, whatever orders them today."""
    fields = {f.attname: getattr(like, f.attname) for f in Opening._meta.concrete_fields if f.attname != "id"}
    at = ground.moment(start, 9)
    return Opening(
        **fields
        | {
            "public_id": ground.number(),
            "external_id": number,
            "order_rule": Opening.OrderRule.WAITING,
            "lottery_seed": "",
            "state": Opening.State.CLOSED,
            "opens_on": start,
            "closes_on": months_on(start, 3) - timedelta(days=1),
            "starts_on": start + timedelta(days=21),
            "published_at": at,
            "closed_at": shut,
            "created_at": at - timedelta(days=1),
        }
    )


def _yeses(ground, rounds) -> list[Person]:
    """Who said yes to what and what came of it, quarter by quarter."""
    everybody: list[Person] = []
    for at, (start, (_months, yeses, in_time)) in enumerate(zip(_starts(ground), STRETCHES, strict=True)):
        again = [one for one in everybody if len(one.yeses) < MOST and not one.is_hired]
        ground.dice.shuffle(again)
        asked = again[: yeses * 2 // 3]
        while len(asked) < yeses:
            asked.append(Person(group=len(everybody) % len(CLASSES), since=start))
            everybody.append(asked[-1])
        ground.dice.shuffle(asked)
        for number, one in enumerate(asked):
            keys = CLASSES[one.group][-1]
            opening = rounds[f"{keys[at % len(keys)]}-{start:%y%m}"]
            on = start + timedelta(days=ground.dice.randint(12, 75))
            if not one.yeses:
                one.since = on
            seats = opening.seats - sum(
                s[0] == "hired" for p in everybody for o, s in p.yeses if o == opening.external_id
            )
            one.yeses.append((opening.external_id, _story(ground, on, opening, number, number < in_time, seats)))
    return everybody


def _story(ground, on: date, opening: Opening, number: int, soon: bool, seats: int):
    """A story as referrals.STORIES tells them: answered within the week, late, or never."""
    yes = (ground.today - on).days
    if not soon and number % 2:  # nobody answered until the opening was closed
        return ("closed", (("yes", yes), ("close", (ground.today - opening.closes_on).days)), None)
    answer = yes - ground.dice.randint(*((2, 6) if soon else (9, 16)))
    if number % HIRED == 0 and seats:
        return ("hired", (("yes", yes), ("interview", answer), ("hire", answer - ground.dice.randint(4, 9))), None)
    if number % 3 == 0:
        return ("declined", (("yes", yes), ("interview", answer), ("decline", answer - 5)), None)
    return ("declined", (("yes", yes), ("decline", answer)), None)


def _record(ground, staff: Staff, everybody: list[Person]) -> None:
    """Their accounts, certificates and consents, by the same hands as everybody's."""
    taken = set(User.objects.values_list("full_name", flat=True))
    names = [d for d in draws.trainees(ground.dice, len(everybody) * 2) if d.name not in taken]
    ways = {way.name: way for way in draws.WAYS}
    drawn, users = [], []
    for one, draw in zip(everybody, names, strict=False):
        name, region, homes, papers, _openings = CLASSES[one.group]
        way, ago = ways[name], (ground.today - one.since).days + ground.dice.randint(10, 40)
        level = "issuer" if way.issuer_verifies else "provider"
        draw = replace(
            draw,
            region=region,
            way=way,
            wishes=way.trades[:4],
            zip=ground.dice.choice(homes),
            miles=max(draw.miles, 40),
            wage_wish_cents=None,
            license="C",
            shifts=SHIFTS,
            languages=draw.languages or ("en",),
            papers=tuple(draws.Paper(key, ago + n, level) for n, key in enumerate(papers)),
            agrees=True,
            phone="",
        )
        user = person(ground, draw.name, draw.email, draw.language)
        user.date_joined = ground.at - timedelta(days=ago + ground.dice.randint(15, 60))
        drawn.append(draw)
        users.append(user)
    User.objects.bulk_create(users)
    profiles = people.record(ground, staff, users, drawn, first=FIRST_NUMBER, looking=False)
    for one, profile in zip(everybody, profiles, strict=True):
        one.profile = profile


def _matched(ground, everybody: list[Person], rounds) -> list[tuple[Match, tuple]]:
    """Their matches of that time, ended with the story, each with the reasons of the day of the yes."""
    certified = {}
    mine = Certification.objects.filter(trainee__in=[one.profile for one in everybody])
    for trainee, at in mine.order_by("verified_at").values_list("trainee", "verified_at"):
        certified[trainee] = at
    made, told = {}, []
    for one in everybody:
        for number, story in one.yeses:
            opening, steps = rounds[number], dict(story[1])
            since = max(certified[one.profile.pk], opening.published_at)
            said = ground.today - timedelta(days=steps["yes"])
            match = Match(
                public_id=ground.number(),
                trainee=one.profile,
                opening=opening,
                state=Match.State.ENDED,
                since=since,
                certified_on=certified[one.profile.pk].date(),
                trainee_told_at=since,
                hirer_told_at=since,
                ended_at=ground.moment(ground.today - timedelta(days=min(steps.values())), 12),
            )
            made.setdefault(said, []).append(match)
            told.append((match, story))
    for said, matches in sorted(made.items()):
        why.complete(matches, said)
    Match.objects.bulk_create(match for match, _story in told)
    return told


def _hired(ground, made: list[Referral]) -> int:
    """The jobs of those who were hired, with the check-ins that are over; some have moved on since."""
    found = [referral for referral in made if referral.state == Referral.State.HIRED]
    for number, referral in enumerate(found):
        placement = hires.of_referral(ground, referral)
        days = (ground.today - placement.starts_on).days
        over = sum(asked + 7 <= days for asked in DAYS)
        if number % 4 == 3:
            over = min(over, number % 3)
            hires.stayed(ground, placement, over)
            last = placement.starts_on + timedelta(days=(0, *DAYS)[over] + ground.dice.randint(12, 25))
            hires.left(ground, placement, last, ENDS[number % len(ENDS)])
        else:
            hires.stayed(ground, placement, over)
        placement.save(update_fields=["state", "ended_on", "end_reason", "ended_by"])
    return len(found)


def _rested(ground, everybody: list[Person], made: list[Referral]) -> None:
    """Who was not hired looks for work no more since the last of their answers."""
    last: dict[int, Referral] = {}
    for referral in sorted(made, key=lambda r: r.clock_at):
        last[referral.trainee_id] = referral
    for one in everybody:
        if not one.is_hired:
            user, at = one.profile.user, last[one.profile.pk].clock_at + timedelta(days=10)
            ground.happened("profile.rested", one.profile, at=at, by=user, trainee=one.profile.pk)
