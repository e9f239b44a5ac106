"""The ledger's events as sentences, in the reader's language, naming only whom the reader may know.

A name is shown to those for whose organization it was done, to coordinators and to the person; others read the
organization alone. Where a coordinator did it for an organization, both are named. Who looks for work is named to
coordinators only while they share their record with them. Where both sides have agreed to know each other (a
referral), everybody is named.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from ledger.models import Event

from . import consents, region
from .models import Consent, Membership, Organization, User
from .policies import is_coordinator, organizations_of
from .sentences import INSIDE, MINE, SENTENCES, WITH_FACT

SHOWN = 50
# How a fact's key becomes a name: filled by the room that knows the names when it starts.
_names: dict[str, Callable[[set], dict]] = {}


def names(fact: str, ask: Callable[[set], dict]) -> None:
    """`ask` gives the names of many values of this fact at once."""
    _names[fact] = ask


def names_of(fact: str, values: set) -> dict:
    """The names of these values of a fact, as far as a room knows them."""
    return _names[fact](values) if values and fact in _names else {}


@dataclass(frozen=True)
class Entry:
    """One line of a timeline."""

    at: datetime
    words: str


def of(subjects, *, reader, named: bool = False, inside: bool = False) -> dict[int, list[Entry]]:
    """The timelines of records of one kind, newest first, by the record's number; a fixed few questions for all."""
    subjects = list(subjects)
    if not subjects:
        return {}
    rows = Event.objects.filter(subject_type=subjects[0]._meta.model_name, subject_id__in=[s.pk for s in subjects])
    rows = rows.filter(kind__in=SENTENCES)
    if not inside and not _staff(reader):
        rows = rows.exclude(kind__in=INSIDE)
    events = list(rows.order_by("-id")[: SHOWN * len(subjects)])
    found = {subject.pk: [] for subject in subjects}
    for event, entry in zip(events, told(events, reader=reader, named=named), strict=True):
        found[event.subject_id].append(entry)
    return {pk: entries[:SHOWN] for pk, entries in found.items()}


def of_person(user, *, reader) -> list[Entry]:
    """What happened to one person: what they told us and agreed to, and their certificates; newest first."""
    theirs = Q(subject_type="user", subject_id=user.pk)
    if user.is_trainee:
        theirs |= Q(facts__trainee=user.trainee.pk)
    rows = Event.objects.filter(theirs, kind__in=SENTENCES).order_by("-id")
    return told(rows[: 2 * SHOWN], reader=reader)


def told(events: Iterable[Event], *, reader, named: bool = False) -> list[Entry]:
    """Those of the events that have words, as lines, in their order."""
    events = [event for event in events if event.kind in SENTENCES]
    who, whats = _Actors(events, reader, named), _whats(events)
    return [Entry(event.at, who.said(event, whats.get(event.facts.get("credential"), ""))) for event in events]


def _staff(reader) -> bool:
    return bool(reader and reader.is_authenticated and is_coordinator(reader))


def _whats(events) -> dict:
    keys = {event.facts["credential"] for event in events if "credential" in event.facts}
    return {key: key for key in keys} | names_of("credential", keys)


class _Actors:
    """Who did it, as the reader may know them."""

    def __init__(self, events, reader, named: bool):
        self.reader = reader if reader and reader.is_authenticated else None
        self.all = named or _staff(reader)
        own = {body.pk: body for body in organizations_of(reader)} if self.reader else {}
        self.ours = set(own)
        shown = [event for event in events if event.actor_id and self._named(event)]
        # The reader and whom they act for are known already.
        others = {event.actor_id for event in shown} - {self.reader.pk if self.reader else None}
        if self.all:
            others |= {event.facts["for"] for event in events if "for" in event.facts}
        people = User.objects.all()
        if not named and _staff(reader):
            ours = Q(memberships__organization__in=self.ours)
            people = people.filter(Q(trainee=None) | Q(pk__in=consents.sharing_record(reader)) | ours).distinct()
        self.people = people.in_bulk(others) if others else {}
        if self.reader:
            self.people[self.reader.pk] = self.reader
        # An event that does not say for whom: the organization the actor acted for at the time. One that does may be
        # another's deed for it; whether it was is known of what the reader did for their own.
        self.silent = {event.actor_id for event in shown if not event.organization_id}
        stamped = [event for event in events if event.organization_id and event.actor_id]
        doubted = {event.actor_id for event in stamped if not self._own(event)}
        members = Membership.objects.filter(user__in=self.silent | doubted).select_related("organization")
        self.members = list(members.order_by("pk")) if self.silent | doubted else []
        self.bodies = own | {member.organization_id: member.organization for member in self.members}
        others = {event.organization_id for event in events} - {None, *self.bodies}
        self.bodies |= Organization.objects.in_bulk(others) if others else {}

    def _own(self, event) -> bool:
        return bool(self.reader and self.reader.pk == event.actor_id and event.organization_id in self.ours)

    def _named(self, event) -> bool:
        mine = self.reader and self.reader.pk in (event.actor_id, event.facts.get("for"), event.facts.get("helped"))
        return bool(self.all or mine or event.organization_id in self.ours)

    def said(self, event, what: str) -> str:
        """The event as a sentence; and who did it, where somebody acted for the person."""
        person = event.facts.get("for")
        words = next((WITH_FACT[event.kind, fact] for fact in event.facts if (event.kind, fact) in WITH_FACT), None)
        words = words or SENTENCES[event.kind]
        if event.kind in MINE and self.reader and self.reader.pk == event.subject_id:
            purpose = event.facts.get("purpose")
            if purpose in Consent.Purpose:
                words, what = MINE[event.kind], Consent.Purpose(purpose).label
        if person is None:
            return words % {"who": self(event), "what": what}
        whom = self.people[person].full_name if person in self.people else _("Somebody")
        sentence = words % {"who": whom, "what": what}
        if self.reader and self.reader.pk == person:
            return f"{sentence} " + _("%(who)s did this for you.") % {"who": self(event)}
        return f"{sentence} " + _("%(who)s did this for them, as they agreed.") % {"who": self(event)}

    def __call__(self, event) -> str:
        helper = self._helper(event)
        body = helper or self.bodies.get(event.organization_id or self._acted_for(event))
        who = self._who(event, body)
        if helper:
            whose = self.bodies[event.organization_id]
            return _("%(who)s for %(organization)s") % {"who": who, "organization": whose.name}
        return who

    def _who(self, event, body) -> str:
        person = self.people.get(event.actor_id) if self._named(event) else None
        if person and body:
            return _("%(person)s of %(organization)s") % {"person": person.full_name, "organization": body.name}
        if person:
            return person.full_name
        if body and event.actor_id:
            return body.name
        return _("Somebody") if event.actor_id else _("The system")

    def _helper(self, event) -> Organization | None:
        """The coalition whose coordinator did it for an organization they did not act for."""
        held = self._held(event) if event.organization_id and not self._own(event) else []
        if any(member.organization_id == event.organization_id for member in held):
            return None
        coalitions = (member.organization for member in held if member.organization.kind == Organization.Kind.COALITION)
        return next(coalitions, None)

    def _acted_for(self, event) -> int | None:
        held = self._held(event) if event.actor_id in self.silent else []
        return held[0].organization_id if held else None

    def _held(self, event) -> list[Membership]:
        """What the actor was on that day."""
        on = region.day(event.at)
        own = [member for member in self.members if member.user_id == event.actor_id]
        return [member for member in own if member.starts_on <= on <= (member.ends_on or on)]
