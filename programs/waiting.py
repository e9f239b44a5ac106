"""What was asked of a school and is not answered: who is reminded, who asks in the end, and what the person reads.

It goes like the ladder of employers and halls (placements/ladder.py), with the same days: reminded on the third and the
seventh, and on the tenth coordinators ask the school and the person is told. Nothing ends by itself. Whoever asked
agreed that the school sees their name, and nobody else: the coordinators' task names no person.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Organization, TraineeProfile
from accounts.organizations import reach
from accounts.speech import day
from ledger.log import record
from notifications import outbox, todo, topics

from .lifecycle import CERTIFICATION, PLACE_REQUEST
from .models import Certification, Confirmation, PlaceRequest
from .places.queries import coalition_near, people_of

# Days after which whoever was asked is reminded; on the last a coordinator asks.
DAYS = (3, 7, 10)
# Days the coordinators have to ask.
DAYS_TO_ASK = 2
# Their tasks, and what they are told.
PLACE, CERTIFICATE = "place_unanswered", "certificate_unanswered"


@dataclass(frozen=True)
class Question:
    """What waits for an answer: a place in a class, or a word on a certificate."""

    name: str  # of its kinds of messages
    about: PlaceRequest | Certification
    to: Organization
    trainee: TraineeProfile
    key: str
    data: dict
    answered_at: str  # the page of whom it was asked
    read_at: str  # the person's
    counties: set[str]

    @property
    def is_place(self) -> bool:
        return isinstance(self.about, PlaceRequest)

    @property
    def facts(self) -> dict:
        """What the ledger says it is about."""
        if self.is_place:
            return {"program": self.about.program_id}
        return {"credential": self.about.credential_id}

    @property
    def called(self) -> bool:
        """Whether coordinators were asked themselves, who call a school that is not here: they have their task."""
        return self.to.kind == Organization.Kind.COALITION


def question(row: PlaceRequest | Confirmation) -> Question:
    """The question that this row is."""
    if isinstance(row, PlaceRequest):
        return Question(
            "place",
            row,
            row.to,
            row.trainee,
            f"place_request:{row.pk}",
            {"request": row.pk, "program": row.program_id},
            f"/classes/asked/{row.public_id}/",
            f"/programs/{row.program.public_id}/ask/",
            {county.strip() for county in row.program.county.split(";")} - {""},
        )
    held = row.certification
    return Question(
        "certificate",
        held,
        row.organization,
        held.trainee,
        f"confirmation:{row.pk}",
        {"confirmation": row.pk, "credential": held.credential_id, "school": row.school},
        "/certificates/",
        "/me/certificates/new/",
        {row.organization.county} - {""},
    )


def places(at: datetime):
    """Requests for a place that wait, and that those who were asked may read."""
    rows = PlaceRequest.objects.shared(at).filter(state=PlaceRequest.State.ASKED)
    return rows.select_related("to", "program__provider", "trainee__user")


def certificates(at: datetime):
    """Declared certificates that wait for the word of whoever was asked."""
    return Confirmation.objects.shared().select_related("organization", "certification__trainee__user")


def climbing(rows, *, at: datetime):
    """Those whose next reminder is due."""
    due = Q(pk__in=())
    for rung, days in enumerate(DAYS):
        due |= Q(rung=rung, asked_at__lte=at - timedelta(days=days))
    return rows.filter(due).order_by("pk")


@transaction.atomic(durable=True)
def remind(row: PlaceRequest | Confirmation, *, at) -> None:
    """Climb to the rung that is due, once: whoever was asked is reminded; at the last the coordinators ask the school,
    and the person is told. Run twice, the second changes nothing.
    """
    asked = question(row)
    (PLACE_REQUEST if asked.is_place else CERTIFICATION).lock(asked.about)
    fresh = climbing(places(at) if asked.is_place else certificates(at), at=at).filter(pk=row.pk).first()
    if fresh is None:  # answered or taken back meanwhile, or another bell was first
        return
    people = people_of(asked.to)
    # Where nobody is left who could answer, waiting longer brings nothing.
    rung = sum(fresh.asked_at + timedelta(days=n) <= at for n in DAYS) if people else len(DAYS)
    fresh.rung, last = rung, rung == len(DAYS)
    fresh.save(update_fields=["rung"])
    kind = "place_request.nudged" if asked.is_place else "certification.nudged"
    record(kind, asked.about, by=None, at=at, trainee=asked.trainee.pk, rung=rung, **asked.facts)
    data = asked.data | {"since": fresh.asked_at.isoformat(), "to": asked.to.pk, "called": asked.called, "last": last}
    key = f"{asked.key}:waits"
    posts = [
        outbox.Post(person, f"{asked.name}_reminder", topics.REFERRALS, key, data, asked.answered_at, rung)
        for person in people
    ]
    if last:
        data = data | {"days": (timezone.localdate(at) - timezone.localdate(fresh.asked_at)).days}
        handed = [] if asked.called else _hand_over(asked, data, at=at)
        data["asks"] = bool(people if asked.called else handed)
        told = outbox.Post(
            asked.trainee.user, f"{asked.name}_waits", topics.REFERRALS, f"{asked.key}:told", data, asked.read_at
        )
        posts += [*handed, told]
    outbox.post_all(posts, at=at)


def _hand_over(asked: Question, data: dict, *, at) -> list[outbox.Post]:
    """The coordinators are to ask the school: their task, and what tells them of it; nothing where there are none."""
    coalition = coalition_near(asked.counties)
    if coalition is None:
        return []
    kind = "place_request.handed_over" if asked.is_place else "certification.handed_over"
    record(kind, asked.about, by=None, at=at, trainee=asked.trainee.pk, **asked.facts)
    task, key = PLACE if asked.is_place else CERTIFICATE, f"{asked.key}:unanswered"
    path = f"/organizations/{asked.to.public_id}/"
    todo.ask(
        task,
        topic=topics.REFERRALS,
        once_key=key,
        organization=coalition,
        about=asked.about,
        data=data,
        path=path,
        due_on=timezone.localdate(at) + timedelta(days=DAYS_TO_ASK),
        at=at,
    )
    return [outbox.Post(person, task, topics.REFERRALS, key, data, path) for person in people_of(coalition)]


def show(rows: list, *, at: datetime) -> list:
    """Each with its `wait`, for the person's own page: by when something happens, how long, who was reminded, who asks
    now, and whom to call. The rows are of one kind.
    """
    late = [row for row in rows if row.rung >= len(DAYS)]
    asks = any(_is_open(row) for row in rows) and coalition_near(set()) is not None
    calls = {}  # whom to call is the same for a county
    unseen = _unseen(rows, at=at)
    for row in rows:
        if row in unseen:
            row.wait, row.late = [_why_unseen(row)], False
            continue
        to = row.to if isinstance(row, PlaceRequest) else row.organization
        row.wait = _so_far(row, to, at=at)
        row.late = bool(row.wait)
        if _is_open(row) and row not in late:
            row.wait.append(_ahead(row, to, asks=asks))
        if row.wait and row in late:
            if to.county not in calls:
                calls[to.county] = reach.whom_to_call(to)
            row.wait += after(to, asks=asks, call=calls[to.county])
    return rows


def _unseen(rows: list, *, at: datetime) -> list:
    """Those that wait and that whoever was asked may not read now: nobody is reminded, and nobody can answer."""
    waiting = [row for row in rows if _is_open(row)]
    if not waiting:
        return []
    shared = places(at) if isinstance(waiting[0], PlaceRequest) else certificates(at)
    shared = set(shared.filter(pk__in=[row.pk for row in waiting]).values_list("pk", flat=True))
    return [row for row in waiting if row.pk not in shared]


def _why_unseen(row) -> str:
    trainee = row.trainee if isinstance(row, PlaceRequest) else row.certification.trainee
    if trainee.is_minor:
        return _("Nobody sees this now, so nobody answers it. A parent or guardian must agree first.")
    return _("Nobody sees this now, so nobody answers it.")


def _is_open(row) -> bool:
    return not isinstance(row, PlaceRequest) or row.state == PlaceRequest.State.ASKED


def _ahead(row, to: Organization, *, asks: bool) -> str:
    """What happens without an answer, and when."""
    said = _("If there is no answer by %(date)s, you read here what you can do.")
    if asks and to.kind != Organization.Kind.COALITION:
        said = _("If there is no answer by %(date)s, a coordinator asks them, and you are told.")
    return said % {"date": day(row.asked_at + timedelta(days=DAYS[-1]))}


def _so_far(row, to: Organization, *, at: datetime) -> list[str]:
    days = (timezone.localdate(at) - timezone.localdate(row.asked_at)).days
    if days < DAYS[0] or not _is_open(row):
        return []
    waited = ngettext("You have waited %(n)s day for an answer.", "You have waited %(n)s days for an answer.", days)
    reminded = _("%(organization)s was reminded.") % {"organization": to.name}
    return [waited % {"n": days}, *([reminded] if 0 < row.rung < len(DAYS) else [])]


def after(to: Organization, *, asks: bool, call: str) -> list[str]:
    """To the person, once the last reminder was climbed: who asks now, and whom to call."""
    said = _("What you asked stays as it is.")
    if asks and to.kind == Organization.Kind.COALITION:
        said = _("We reminded them. What you asked stays as it is.")
    elif asks:
        said = _("A coordinator now asks them. What you asked stays as it is, and you do not have to do anything.")
    return [said, *([_("If you do not want to wait, call %(whom)s.") % {"whom": call}] if call else [])]
