"""Telling both sides, once: the trainee of the openings that fit, the employer or hall of how many people pass."""

import hashlib
from collections import defaultdict

from accounts.models import Membership, User
from accounts.speech import spoken
from notifications import outbox, topics
from openings.models import Opening

from .models import Match


def mark_told(matches: list[Match], *, at) -> None:
    """Take these matches as told (a first filling of the database tells nobody)."""
    pks = [match.pk for match in matches]
    Match.objects.filter(pk__in=pks, trainee_told_at=None).update(trainee_told_at=at)
    Match.objects.filter(pk__in=pks, state=Match.State.FITS, hirer_told_at=None).update(hirer_told_at=at)


def both_sides(matches: list[Match], *, at) -> None:
    """Post notices about matches nobody was told of yet; inside the transaction that made the matches."""
    pks = [match.pk for match in matches]
    rows = Match.objects.filter(pk__in=pks).select_related("trainee__user", "opening__organization").order_by("pk")
    untold = list(rows)
    _tell_trainees([match for match in untold if match.trainee_told_at is None], at)
    _tell_hirers([match for match in untold if match.hirer_told_at is None and match.state == Match.State.FITS], at)


def _tell_trainees(matches: list[Match], at) -> None:
    by_person = defaultdict(list)
    for match in matches:
        by_person[match.trainee].append(match)
    for trainee, found in by_person.items():
        outbox.post(
            trainee.user,
            "matches",
            topic=topics.MATCHES,
            once_key="matches:" + _digest(found),
            data={"matches": [_summary(match) for match in found]},
            path=f"/matches/{found[0].public_id}/" if len(found) == 1 else "/me/",
            at=at,
        )
    Match.objects.filter(pk__in=[match.pk for match in matches]).update(trainee_told_at=at)


def _tell_hirers(matches: list[Match], at) -> None:
    by_opening = defaultdict(list)
    for match in matches:
        by_opening[match.opening].append(match)
    for opening, found in by_opening.items():
        for person in people_of(opening):
            outbox.post(
                person,
                "people",
                topic=topics.PEOPLE,
                once_key=f"people:{opening.pk}:{_digest(found)}",
                data={"opening": about(opening), "matches": [_summary(match) for match in found]},
                path=f"/openings/{opening.public_id}/people/",
                at=at,
            )
    Match.objects.filter(pk__in=[match.pk for match in matches]).update(hirer_told_at=at)


def people_of(opening: Opening) -> list[User]:
    """Who hears about this opening: its contact, else everybody who acts for the organization today."""
    current = Membership.objects.current().filter(organization=opening.organization_id, user__is_active=True)
    users = [membership.user for membership in current.select_related("user").order_by("pk")]
    contact = [user for user in users if user.pk == opening.contact_id]
    return contact or users


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


def _summary(match: Match) -> dict:
    """What a message says of a match: reasons, no name and no contact."""
    return {
        "id": match.pk,
        "public_id": str(match.public_id),
        "state": match.state,
        "gates": match.gates,
        "opening": about(match.opening),
    }


def _digest(matches: list[Match]) -> str:
    pks = ",".join(str(pk) for pk in sorted(match.pk for match in matches))
    return hashlib.sha256(pks.encode()).hexdigest()[:32]
