"""Telling both sides, once: the trainee of the openings that fit, the employer or hall of how many people pass."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.db.models import Case, DateTimeField, F, Q, Value, When

from accounts.models import Membership, User
from accounts.speech import spoken
from notifications import outbox, topics
from openings.models import Opening

from . import facts
from .models import Match

# A message speaks of so many matches; of the others it keeps which they are, to count them and to know if they hold.
SHOWN = 5
# What telling reads of a match; whatever `about` says more is named here, too.
READ = (
    "public_id", "state", "trainee_told_at", "hirer_told_at", "trainee__user__email",
    "trainee__user__time_zone", "opening__public_id", "opening__title", "opening__title_es", "opening__kind",
    "opening__organization__name", "opening__zip", "opening__wage_min_cents", "opening__wage_max_cents",
    "opening__closes_on", "opening__contact",
)  # fmt: skip


def mark_told(pks: list[int], *, at) -> None:
    """Take these matches as told (a first filling of the database tells nobody)."""
    if not pks:
        return
    Match.objects.filter(pk__in=pks, trainee_told_at=None).update(trainee_told_at=at)
    Match.objects.filter(pk__in=pks, state=Match.State.FITS, hirer_told_at=None).update(hirer_told_at=at)


def both_sides(pks: list[int], *, at) -> None:
    """Post notices about matches nobody was told of yet; inside the transaction that made the matches.

    Costs the same few statements for one match and for a thousand.
    """
    if not pks:
        return
    fits = Match.State.FITS
    untold = list(
        Match.objects.filter(
            Q(trainee_told_at=None) | Q(hirer_told_at=None, state=fits), pk__in=pks, trainee__in=facts.matchable()
        )
        .select_related("trainee__user", "opening__organization")
        .only(*READ)
        .order_by("pk")
    )
    if not untold:
        return
    trainees = [match for match in untold if match.trainee_told_at is None]
    hirers = [match for match in untold if match.hirer_told_at is None and match.state == fits]
    outbox.post_all([*_to_trainees(trainees), *_to_hirers(hirers)], at=at)
    Match.objects.filter(pk__in=[match.pk for match in untold]).update(
        trainee_told_at=_now_told("trainee_told_at", trainees, at), hirer_told_at=_now_told("hirer_told_at", hirers, at)
    )


def _now_told(column: str, matches: list[Match], at) -> Case:
    """The moment for these matches, and what the column already says for the others."""
    return Case(When(pk__in=[match.pk for match in matches], then=Value(at, DateTimeField())), default=F(column))


def _to_trainees(matches: list[Match]) -> Iterator[outbox.Post]:
    by_person = defaultdict(list)
    for match in matches:
        by_person[match.trainee].append(match)
    for trainee, found in by_person.items():
        one = found[0] if len(found) == 1 else None
        yield outbox.Post(
            trainee.user,
            "matches",
            topics.MATCHES,
            once_key="matches:" + _digest(found),
            data={
                "matches": [_summary(m, opening=about(m.opening)) for m in found[:SHOWN]],
                "more": [match.pk for match in found[SHOWN:]],
            },
            path=f"/matches/{one.public_id}/" if one else "/me/",
        )


def _to_hirers(matches: list[Match]) -> Iterator[outbox.Post]:
    by_opening = defaultdict(list)
    for match in matches:
        by_opening[match.opening].append(match)
    hearing = _people_of(by_opening)
    for opening, found in by_opening.items():
        once_key = f"people:{opening.pk}:{_digest(found)}"
        data = {
            "opening": about(opening),
            "matches": [_summary(match) for match in found[:SHOWN]],
            "more": [match.pk for match in found[SHOWN:]],
        }
        for person in hearing[opening.pk]:
            yield outbox.Post(
                person, "people", topics.PEOPLE, once_key, data, path=f"/openings/{opening.public_id}/people/"
            )


def people_of(opening: Opening) -> list[User]:
    """Who hears about this opening: its contact, else everybody who acts for the organization today."""
    return _people_of([opening])[opening.pk]


def _people_of(openings: Iterable[Opening]) -> dict[int, list[User]]:
    """`people_of` for each of these openings, by its id."""
    acting: dict[int, dict[int, User]] = defaultdict(dict)
    organizations = {opening.organization_id for opening in openings}
    current = Membership.objects.current().filter(organization__in=organizations, user__is_active=True)
    for membership in current.select_related("user").order_by("pk"):
        acting[membership.organization_id][membership.user_id] = membership.user
    found = {}
    for opening in openings:
        people = acting[opening.organization_id]
        found[opening.pk] = [people[opening.contact_id]] if opening.contact_id in people else list(people.values())
    return found


def about(opening: Opening) -> dict:
    """What a message says of an opening."""
    return {
        "id": opening.pk,
        "public_id": str(opening.public_id),
        "title": opening.title,
        "title_es": opening.title_es,
        "kind": opening.kind,
        "organization": opening.organization.name,
        "zip": opening.zip,
        "wage": [opening.wage_min_cents, opening.wage_max_cents],
        "closes_on": opening.closes_on.isoformat() if opening.closes_on else None,
    }


def spoken_title(opening: dict) -> str:
    """The title of an opening as `about` keeps it, in the reader's language."""
    return spoken(opening["title"], opening["title_es"])


def _summary(match: Match, **said) -> dict:
    """What a message keeps of a match: no name and no contact; its reasons are looked up when it is read."""
    return {"id": match.pk, "public_id": str(match.public_id), **said}


def _digest(matches: list[Match]) -> str:
    pks = ",".join(str(pk) for pk in sorted(match.pk for match in matches))
    return hashlib.sha256(pks.encode()).hexdigest()[:32]
