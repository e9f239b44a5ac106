"""Example referrals, grown from the matches that matching found: each state, some overdue, each with its consent."""

from datetime import timedelta

from django.utils.translation import override

from accounts import consents
from accounts.models import Consent
from matching.models import Match
from openings.models import ListPlace, Opening
from placements import ladder, missed
from placements.models import Pace, Referral

from .organizations import Staff

# Each story: the referral's state, the steps on the way with the days ago they were taken, and days until it is due
# (negative: overdue).
STORIES = [
    ("yes", (("yes", 1),), 2),
    ("yes", (("yes", 2),), 1),
    ("yes", (("yes", 6),), -3),
    ("yes", (("yes", 9),), -6),
    ("yes", (("yes", 3),), 0),
    ("yes", (("yes", 0),), 3),
    ("interview", (("yes", 8), ("interview", 5)), 2),
    ("interview", (("yes", 12), ("interview", 9)), -2),
    ("interview", (("yes", 4), ("interview", 2)), 5),
    ("interview", (("yes", 7), ("interview", 3)), 4),
    ("seen", (("yes", 2), ("see", 1)), 1),
    ("trial", (("yes", 11), ("interview", 8), ("trial", 2)), 4),
    ("offer", (("yes", 16), ("interview", 12), ("offer", 3)), 3),
    ("put_off", (("yes", 15), ("put_off", 11)), 3),
    ("put_off", (("yes", 20), ("put_off", 18)), -4),
    ("hired", (("yes", 33), ("interview", 29), ("hire", 24)), None),
    ("hired", (("yes", 26), ("interview", 22), ("hire", 15)), None),
    ("hired", (("yes", 14), ("hire", 11)), None),
    ("hired", (("yes", 10), ("interview", 7), ("hire", 3)), None),
    ("declined", (("yes", 18), ("decline", 14)), None),
    ("declined", (("yes", 11), ("interview", 8), ("decline", 6)), None),
    # A while ago, answered in time or not: with these the yeses are enough for a figure that may be published.
    ("declined", (("yes", 19), ("decline", 15)), None),
    ("declined", (("yes", 22), ("decline", 12)), None),
    ("declined", (("yes", 24), ("decline", 20)), None),
    ("closed", (("yes", 27), ("close", 17)), None),
    ("closed", (("yes", 31), ("close", 22)), None),
    ("no", (("no", 5),), None),
    ("not_now", (("not_now", 4),), None),
    ("queued", (("queue", 1),), 6),
    ("closed", (("yes", 17), ("close", 8)), None),
    ("withdrawn", (("yes", 10), ("withdraw", 6)), None),
]
# What the employer or hall answers.
THEIRS = ("interview", "trial", "offer", "put_off", "hire", "decline")
WORD = ("yes", "queue", "no", "not_now", "withdraw")
# Left alone: they have something to answer when somebody first signs in as them.
FRESH = ("ana@throughline.example",)
WALKED = "fabrication"
DECLINE_REASONS = ("papers", "reach", "skill", "filled")
NO_REASONS = ("far", "care", "pay", "hours")


def plant(ground, trainees, staff: Staff) -> int:
    """Referrals for some of the matches, places on lists for others; return how many referrals."""
    fitting = Match.objects.filter(state=Match.State.FITS).select_related("trainee__user", "opening__contact")
    pairs = list(fitting.order_by("opening__external_id", "trainee__user__email"))
    _lists(ground, pairs)
    chosen = _choose(ground, [pair for pair in pairs if pair.trainee.user.email not in FRESH])
    _nobody_waits_for(staff.organizations[WALKED], chosen)
    made = follow(ground, list(zip(chosen, STORIES, strict=False)))
    _paces(made)
    return len(made)


def follow(ground, told) -> list[Referral]:
    """Referrals of these matches, each with its story, its events and its consents."""
    made = [_refer(ground, match, story, number) for number, (match, story) in enumerate(told)]
    Referral.objects.bulk_create(made)
    shared = []
    for number, (referral, (_match, story)) in enumerate(zip(made, told, strict=True)):
        shared += _history(ground, referral, story, number % 60)
    Consent.objects.bulk_create(shared)
    return made


def _nobody_waits_for(walked, chosen: list[Match]) -> None:
    """Whoever waits for their turn waits elsewhere: the yes of the demo's walk goes before its employer at once."""
    elsewhere = [at for at, match in enumerate(chosen) if match.opening.organization_id != walked.pk]
    for at, (match, (state, *_story)) in enumerate(zip(chosen, STORIES, strict=False)):
        if state == "queued" and match.opening.organization_id == walked.pk and elsewhere:
            other = next((n for n in elsewhere if STORIES[n][0] != "queued"), elsewhere[0])
            chosen[at], chosen[other] = chosen[other], match


def _paces(made: list[Referral]) -> None:
    """Where somebody waits for their turn the week is just full."""
    for waiting in made:
        if waiting.state != Referral.State.QUEUED:
            continue
        hirer = waiting.opening.organization_id
        before = sum(one.opening.organization_id == hirer and one.state in Referral.WAITING for one in made)
        Pace.objects.get_or_create(organization_id=hirer, defaults={"weekly": max(before, 1)})


def _choose(ground, pairs) -> list[Match]:
    """One match for each story: of different people, and spread over the openings."""
    ground.dice.shuffle(pairs)
    people, openings, chosen = set(), {}, []
    for limit in (2, 4):
        for match in pairs:
            crowded = openings.get(match.opening_id, 0) >= min(limit, match.opening.seats + 1)
            if match.trainee_id in people or crowded or len(chosen) == len(STORIES):
                continue
            people.add(match.trainee_id)
            openings[match.opening_id] = openings.get(match.opening_id, 0) + 1
            chosen.append(match)
    return chosen


def _refer(ground, match: Match, story, number: int) -> Referral:
    state, steps, due_in = story
    answered = {name: ground.moment(ground.today - timedelta(days=ago), 12) for name, ago in steps}
    trainees_word = max(at for name, at in answered.items() if name in WORD)
    hirers = [at for name, at in answered.items() if name in THEIRS]
    reasons = {"declined": DECLINE_REASONS, "no": NO_REASONS, "closed": ("shut",)}.get(state)
    reason = reasons[number % len(reasons)] if reasons else ""
    is_open = state in Referral.OPEN
    clock_at = _clock(ground, due_in) if is_open else max(answered.values())
    return Referral(
        public_id=ground.number(),
        trainee=match.trainee,
        opening=match.opening,
        state=state,
        owner=match.opening.contact if is_open else None,
        due_on=ground.today + timedelta(days=due_in) if is_open else None,
        reason=reason,
        skill=next(iter(missed.skills_of(match.opening)), None) if reason == missed.SKILL else None,
        answered_at=trainees_word,
        hirer_answered_at=max(hirers) if hirers else None,
        sent_at=answered.get("yes"),
        clock_at=clock_at,
        rung=len(_reminded(ground, clock_at)) if is_open else 0,
    )


def _clock(ground, due_in: int):
    """From when the days of an open step count: its due day is the first rung."""
    return ground.moment(ground.today + timedelta(days=due_in - ladder.DAYS[0]), 12)


def _reminded(ground, clock_at) -> list:
    """When it was reminded so far. The last rung is the job's, which then asks a coordinator."""
    now = ground.moment(ground.today, 12)
    return [at for n in ladder.DAYS[:-1] if (at := clock_at + timedelta(days=n)) < now]


def _history(ground, referral: Referral, story, number: int) -> list[Consent]:
    """The events of the story; and the consents to share contact and certificates that every yes gives."""
    _state, steps, _due_in = story
    user, opening = referral.trainee.user, referral.opening
    consent = []
    for name, ago in steps:
        at = ground.moment(ground.today - timedelta(days=ago), 12, number)
        theirs = name in (*THEIRS, "see", "close")
        by, organization = (opening.contact, opening.organization) if theirs else (user, None)
        told = referral.reason if name in ("decline", "no", "close") else ""
        ground.happened(f"referral.{name}", referral, at=at, by=by, organization=organization, reason=told)
        if name in ("yes", "queue"):
            for purpose in Consent.FOR_AN_OPENING:
                consent.append(_shared(purpose, user, opening, at))
                ground.happened(
                    "consent.given", user, at=at, by=user, purpose=purpose, opening=opening.pk, source="example"
                )
        elif name == "withdraw":
            for given in consent:
                given.withdrawn_at = at
                ground.happened("consent.withdrawn", user, at=at, by=user, purpose=given.purpose, opening=opening.pk)
    if referral.rung:
        for rung, at in enumerate(_reminded(ground, referral.clock_at), start=1):
            ground.happened("referral.nudged", referral, at=at, by=None, rung=rung)
    return consent


def _shared(purpose, user, opening, at) -> Consent:
    with override(user.language):
        words = consents.wording(purpose, opening.organization)
    return Consent(
        user=user,
        purpose=purpose,
        opening_id=opening.pk,
        organization=opening.organization,
        wording=words,
        version=consents.VERSIONS[purpose],
        language=user.language,
        source="example",
        given_at=at,
    )


def _lists(ground, pairs: list[Match]) -> None:
    """Places on the institutions' own lists: registration for first in first out, ranks where the list is ranked."""
    places, ranks = [], {}
    for match in pairs:
        rule = match.opening.order_rule
        if rule not in (Opening.OrderRule.FIFO, Opening.OrderRule.RANKED):
            continue
        registered = ground.moment(
            ground.today - timedelta(days=ground.dice.randint(3, 90)), ground.dice.randint(8, 16)
        )
        rank = None
        if rule == Opening.OrderRule.RANKED:
            rank = ranks[match.opening_id] = ranks.get(match.opening_id, 0) + 1
        places.append(ListPlace(opening=match.opening, trainee=match.trainee, registered_at=registered, rank=rank))
    ListPlace.objects.bulk_create(places)
