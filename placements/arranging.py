"""When and where an interview or trial day is: arranged with the answer, moved, called off; in everybody's calendar."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.policies import Denied
from accounts.speech import spoken
from ledger.log import record
from matching import tell
from notifications import outbox, topics
from notifications.calendar import Entry

from . import ladder, policies
from .lifecycle import REFERRAL
from .models import Appointment, Referral

MOST_AHEAD = timedelta(days=366)


@dataclass(frozen=True)
class When:
    """A moment, how long, by whose clock, and where: a place, or a link for a call."""

    starts_at: datetime
    minutes: int
    zone: str
    place: str = ""
    link: str = ""


def arrange(referral: Referral, kind: str, when: When, *, by, at) -> Appointment:
    """Keep when and where; inside the action that answers. Arranged again, it is the same entry in every calendar."""
    if when.starts_at <= at:
        raise Denied(_("This moment has passed. Choose a later one."))
    if when.starts_at > at + MOST_AHEAD:
        raise Denied(_("This is more than a year away. Look at the year."))
    values = {name: getattr(when, name) for name in ("starts_at", "minutes", "zone", "place", "link")}
    appointment = Appointment.objects.filter(referral=referral, kind=kind).first()
    if appointment is None:
        return Appointment.objects.create(referral=referral, kind=kind, changed_at=at, **values)
    values |= {"sequence": appointment.sequence + 1, "changed_at": at, "cancelled_at": None}
    for name, value in values.items():
        setattr(appointment, name, value)
    appointment.save(update_fields=list(values))
    return appointment


@transaction.atomic(durable=True)
def move(referral, when: When, *, by, at) -> Appointment:
    """The employer or hall says when and where, or changes it; the person and its own people read the new one."""
    policies.respond.check(by, referral)
    fresh = REFERRAL.lock(referral)
    if fresh.state not in Appointment.Kind.values:
        raise Denied(_("There is no interview or trial day to set a time for. Look at it again before you go on."))
    known = Appointment.objects.filter(referral=fresh, kind=fresh.state).first()
    if known and not known.cancelled_at and When(known.starts_at, *(getattr(known, n) for n in SAID)) == when:
        return known  # pressed twice
    appointment = arrange(fresh, fresh.state, when, by=by, at=at)
    changes = ladder.waits(fresh.state, ladder.days_of(referral.opening.organization), at=at, until=when.starts_at)
    Referral.objects.filter(pk=fresh.pk).update(**changes)
    record("referral.arranged", fresh, by=by, at=at, organization=referral.opening.organization)
    tell_of(appointment, referral, but=by, at=at)
    return appointment


SAID = ("minutes", "zone", "place", "link")


def call_off(referral: Referral, *, at) -> list[Appointment]:
    """What was still to come does not take place; each has a new number for the calendars that know it."""
    coming = list(Appointment.objects.filter(referral=referral, cancelled_at=None, starts_at__gt=at).order_by("pk"))
    for appointment in coming:
        appointment.cancelled_at = appointment.changed_at = at
        appointment.sequence += 1
        appointment.save(update_fields=["cancelled_at", "changed_at", "sequence"])
    return coming


def tell_of(appointment: Appointment, referral: Referral, *, but, at) -> None:
    """Both sides read where an appointment stands now, with the entry for their calendar; `but` did it themselves."""
    opening = referral.opening
    readers = [referral.trainee.user, *tell.people_of(opening)]
    for person in {person.pk: person for person in readers if but is None or person.pk != but.pk}.values():
        outbox.post(
            person,
            "appointment",
            topic=topics.REFERRALS,
            once_key=f"appointment:{appointment.pk}:{appointment.sequence}",
            data={"opening": tell.about(opening), "referral": referral.pk, "appointment": about(appointment)},
            path=f"/referrals/{referral.public_id}/",
            at=at,
        )


def about(appointment: Appointment) -> dict:
    """What a message keeps of it."""
    return {
        "id": str(appointment.public_id),
        "kind": appointment.kind,
        "starts_at": appointment.starts_at.astimezone(UTC).isoformat(),
        "minutes": appointment.minutes,
        "zone": appointment.zone,
        "place": appointment.place,
        "link": appointment.link,
        "sequence": appointment.sequence,
        "changed_at": appointment.changed_at.astimezone(UTC).isoformat(),
        "cancelled": appointment.cancelled_at is not None,
    }


def entry(said: dict, opening: dict, path: str) -> Entry:
    """The entry for a calendar, in the active language, of what `about` says of it and of its opening."""
    starts_at = datetime.fromisoformat(said["starts_at"])
    values = {
        "kind": Appointment.Kind(said["kind"]).label,
        "title": spoken(opening["title"], opening["title_es"]),
        "organization": opening["organization"],
    }
    return Entry(
        uid=f"{said['kind']}-{said['id']}",
        title=_("%(kind)s: %(title)s, %(organization)s") % values,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=said["minutes"]),
        zone=said["zone"],
        changed_at=datetime.fromisoformat(said["changed_at"]),
        text=said["link"] if said["place"] else "",
        place=said["place"] or said["link"],
        url=settings.SITE_URL + path,
        sequence=said["sequence"],
        cancelled=said["cancelled"],
    )


def entry_of(appointment: Appointment, referral: Referral) -> Entry:
    """The same, of the record itself."""
    return entry(about(appointment), tell.about(referral.opening), reverse("referral", args=[referral.public_id]))


def local(said: dict) -> datetime:
    """The moment by the clock it was said by."""
    return datetime.fromisoformat(said["starts_at"]).astimezone(ZoneInfo(said["zone"]))
