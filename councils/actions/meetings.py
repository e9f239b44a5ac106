"""Meetings are planned, called, held and called off; people answer the call and come."""

import hashlib
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User
from accounts.policies import Denied
from ledger.lifecycle import IllegalStep
from ledger.log import record
from notifications import outbox, topics

from .. import policies
from ..lifecycle import MEETING
from ..models import AgendaItem, Attendance, Meeting, Office, Rsvp, Term

FACTS = ("title_en", "title_es", "starts_at", "minutes_long", "way", "place", "join_url", "time_zone")
# A change of these is a new entry for the calendars, and is told; the rest is not.
TOLD = ("starts_at", "minutes_long", "way", "place", "join_url", "time_zone")
# These stand in the call as it was posted.
POSTED = {"title_en", "title_es", "starts_at", "place", "way", "time_zone"}
EARLY = timedelta(hours=2)  # so long before the beginning people may check in


def lock(meeting) -> Meeting:
    """The meeting re-read and locked."""
    rows = Meeting.objects.select_for_update(of=("self",), no_key=True).select_related("council")
    return rows.get(pk=meeting.pk)


@transaction.atomic(durable=True)
def plan(council, facts: dict, *, by, at) -> Meeting:
    """One meeting, not called yet."""
    policies.may_run.check(by, council)
    meeting = Meeting.objects.create(council=council, changed_at=at, **{name: facts[name] for name in FACTS})
    record("meeting.planned", meeting, by=by, at=at)
    return meeting


@transaction.atomic(durable=True)
def amend(meeting, facts: dict, *, version: int, by, at) -> Meeting:
    """Change time, place or title. Whoever was called is told, and the calendars that have it change with it."""
    fresh = lock(meeting)
    policies.may_run.check(by, fresh.council)
    as_seen(fresh, version)
    return change(fresh, facts, by=by, at=at)


def as_seen(fresh, version: int) -> None:
    """Refuse when the meeting is over, or not as its reader saw it."""
    if fresh.sequence != version or fresh.state in (Meeting.State.CLOSED, Meeting.State.CANCELLED):
        raise IllegalStep(_("This was already changed by somebody else. Look at it again before you go on."))


def change(fresh, facts: dict, *, by, at) -> Meeting:
    """Write other facts on a locked meeting, and tell whom it was told to."""
    changed = [name for name in FACTS if getattr(fresh, name) != facts[name]]
    if not changed:
        return fresh
    for name in changed:
        setattr(fresh, name, facts[name])
    fresh.sequence, fresh.changed_at = fresh.sequence + 1, at
    if fresh.called_at and POSTED & set(changed):
        _in_time(fresh, at)
    fresh.save(update_fields=[*changed, "sequence", "changed_at"])
    record("meeting.changed", fresh, by=by, at=at, changed=changed)
    if fresh.called_at:
        post(fresh, by=by, at=at)
        if set(changed) & set(TOLD):
            _tell(fresh, "changed", at=at)
    return fresh


def _in_time(meeting, at) -> None:
    council = meeting.council
    if council.must_post and at > meeting.post_by:
        raise Denied(
            _("The call must be posted %(hours)s hours before. Choose a later time for the meeting.")
            % {"hours": council.notice_hours}
        )


@transaction.atomic(durable=True)
def call(meeting, *, by, at) -> Meeting:
    """The call goes out with the agenda: everybody who takes part is told, and the text is posted with its hash.

    Where the council must post its calls, a call that is late is refused; elsewhere it goes out and says so itself.
    """
    fresh = lock(meeting)
    policies.may_run.check(by, fresh.council)
    if fresh.starts_at <= at:
        raise Denied(_("This meeting has begun already."))
    if not fresh.items.exists():
        raise Denied(_("Write the agenda first: people come for what is on it."))
    _in_time(fresh, at)
    fresh = MEETING.advance(fresh, "call", by=by, at=at, changes={"called_at": at, "changed_at": at})
    post(fresh, by=by, at=at)
    _tell(fresh, "called", at=at)
    return fresh


def text_of(meeting) -> str:
    """The call as it is posted, in both languages: what the hash in the ledger is of."""
    lines = []
    items = list(meeting.items.all())
    for language in ("en", "es"):
        with override(language):
            local = meeting.local_start
            lines += [meeting.council.name, meeting.title, f"{local:%Y-%m-%d %H:%M} {meeting.time_zone}"]
            lines += [str(meeting.get_way_display()), meeting.place]
            lines += [f"{number}. {item.title}" for number, item in enumerate(items, start=1)]
    return "\n".join(line for line in lines if line)


def post(meeting, *, by, at) -> None:
    """The text on the public page is this from now on; its hash stands in the ledger, which nobody can change."""
    text = text_of(meeting)
    fingerprint = hashlib.sha256(text.encode()).hexdigest()
    if fingerprint != meeting.posted_hash:
        meeting.posted_text, meeting.posted_hash = text, fingerprint
        meeting.save(update_fields=["posted_text", "posted_hash"])
        record("meeting.posted", meeting, by=by, at=at, sha256=fingerprint)


@transaction.atomic(durable=True)
def cancel(meeting, *, by, at) -> Meeting:
    """The meeting is called off; whoever was called is told, and it leaves their calendars."""
    fresh = lock(meeting)
    policies.may_run.check(by, fresh.council)
    return call_off(fresh, by=by, at=at)


def call_off(fresh, *, by, at) -> Meeting:
    """Call a locked meeting off."""
    changes = {"sequence": fresh.sequence + 1, "changed_at": at}
    fresh = MEETING.advance(fresh, "cancel", by=by, at=at, changes=changes)
    if fresh.called_at:
        _tell(fresh, "cancelled", at=at)
    return fresh


@transaction.atomic(durable=True)
def begin(meeting, *, by, at) -> Meeting:
    """The meeting begins. One that was never called is not held where the council must post its calls."""
    fresh = lock(meeting)
    policies.may_run.check(by, fresh.council)
    if fresh.council.must_post and not fresh.called_at:
        raise Denied(_("This council posts its calls in public, and this meeting was not called."))
    if at < fresh.starts_at - EARLY:  # there is no way back
        raise Denied(
            _("This meeting can be opened from two hours before it begins. Is the time wrong? Change it first.")
        )
    return MEETING.advance(fresh, "open", by=by, at=at, changes={"called_at": fresh.called_at or at})


@transaction.atomic(durable=True)
def close(meeting, *, by, at) -> Meeting:
    """The meeting is over."""
    fresh = lock(meeting)
    policies.may_run.check(by, fresh.council)
    if fresh.decisions.filter(state="open").exists():
        raise Denied(_("A vote is still open. Close it first."))
    return MEETING.advance(fresh, "close", by=by, at=at)


@transaction.atomic(durable=True)
def reply(meeting, *, answer, needs, note, by, at) -> Rsvp:
    """Somebody says whether they come, and what they need for it; the last answer counts."""
    policies.takes_part.check(by, meeting.council)
    if meeting.state not in (Meeting.State.PLANNED, Meeting.State.CALLED) or meeting.ends_at < at:
        raise Denied(_("This meeting is over or was called off, so there is nothing to answer."))
    kept = {"needs": needs, "needs_note": note} if answer != Rsvp.Answer.NO else {"needs": [], "needs_note": ""}
    rsvp, _new = Rsvp.objects.update_or_create(meeting=meeting, user=by, defaults={"answer": answer, "at": at, **kept})
    record("meeting.answered", meeting, by=by, at=at, answer=answer)
    return rsvp


@transaction.atomic(durable=True)
def check_in(meeting, *, how, by, at, user=None, said="") -> Attendance:
    """Somebody is there: they show the code from the door, or whoever runs the meeting writes it down."""
    fresh = lock(meeting)
    who = user or by
    if who.pk != by.pk or not said:
        policies.may_run.check(by, fresh.council)
    elif said != fresh.check_in_code:
        raise Denied(_("This code is of another meeting. Scan the one at the door."))
    if not policies.roles_in(who, fresh.council):
        raise Denied(_("Only those who take part in this council are checked in."))
    if fresh.state in (Meeting.State.CANCELLED, Meeting.State.CLOSED) or not (
        fresh.starts_at - EARLY <= at or fresh.state == Meeting.State.OPEN
    ):
        raise Denied(_("Checking in is open from two hours before the meeting until it is over."))
    term = Term.objects.current(fresh.local_start.date()).filter(seat__council=fresh.council, user=who)
    there, new = Attendance.objects.get_or_create(
        meeting=fresh,
        user=who,
        defaults={"term": term.order_by("is_alternate", "pk").first(), "how": how, "came_at": at},
    )
    if not new and (there.left_at or there.how != how):
        there.left_at, there.how = None, how
        there.save(update_fields=["left_at", "how"])
    record("meeting.attended", fresh, by=by, at=at, person=who.pk, how=how)
    return there


@transaction.atomic(durable=True)
def leave(attendance, *, by, at) -> None:
    """Somebody left, so the quorum counts them no more."""
    if attendance.user_id != by.pk:
        policies.may_run.check(by, attendance.meeting.council)
    if Attendance.objects.filter(pk=attendance.pk, left_at=None).update(left_at=at):
        record("meeting.left", attendance.meeting, by=by, at=at, person=attendance.user_id)


def invited(council) -> list[User]:
    """Everybody who takes part in the council today."""
    terms = Term.objects.current().filter(seat__council=council).values("user")
    offices = Office.objects.current().filter(council=council).values("user")
    return list(User.objects.filter(pk__in=terms.union(offices), is_active=True).order_by("pk"))


def about(meeting) -> dict:
    """What a notice keeps of a meeting."""
    council = meeting.council
    return {
        "council": [council.name_en, council.name_es],
        "title": [meeting.title_en, meeting.title_es],
        "meeting": str(meeting.public_id),
        "starts_at": meeting.starts_at.isoformat(),
        "ends_at": meeting.ends_at.isoformat(),
        "time_zone": meeting.time_zone,
        "place": meeting.place,
        "join_url": meeting.join_url,
        "sequence": meeting.sequence,
        "items": [[item.title_en, item.title_es] for item in meeting.items.all()],
    }


def _tell(meeting, what: str, *, at) -> None:
    data = about(meeting) | {"what": what, "at": at.isoformat()}
    path = f"/meetings/{meeting.public_id}/"
    outbox.post_all(
        (
            outbox.Post(
                person,
                "council_meeting",
                topics.COUNCILS,
                f"meeting:{meeting.pk}:{meeting.sequence}:{what}",
                data,
                path,
            )
            for person in invited(meeting.council)
        ),
        at=at,
    )


@transaction.atomic(durable=True)
def add_item(meeting, facts: dict, *, by, at) -> AgendaItem:
    """One thing more on the agenda, at its end."""
    fresh = lock(meeting)
    policies.may_run.check(by, fresh.council)
    _agenda_open(fresh, at)
    last = fresh.items.order_by("-position").values_list("position", flat=True).first() or 0
    item = AgendaItem.objects.create(meeting=fresh, position=last + 1, **facts)
    record("meeting.agenda", fresh, by=by, at=at, item=item.pk)
    if fresh.called_at:
        post(fresh, by=by, at=at)
    return item


@transaction.atomic(durable=True)
def change_item(item, facts: dict, *, by, at, still=None) -> AgendaItem:
    """Another title, time, presenter or papers; `still` refuses when somebody saved in this moment."""
    meeting = lock(item.meeting)
    policies.may_run.check(by, meeting.council)
    _agenda_open(meeting, at)
    if still:
        still(AgendaItem.objects.get(pk=item.pk))
    AgendaItem.objects.filter(pk=item.pk).update(**facts)
    record("meeting.agenda", meeting, by=by, at=at, item=item.pk)
    if meeting.called_at:
        post(meeting, by=by, at=at)
    item.refresh_from_db()
    return item


@transaction.atomic(durable=True)
def move_item(item, *, up: bool, by, at) -> None:
    """One place up or down."""
    meeting = lock(item.meeting)
    policies.may_run.check(by, meeting.council)
    _agenda_open(meeting, at)
    items = list(meeting.items.all())
    here = next(n for n, other in enumerate(items) if other.pk == item.pk)
    there = here - 1 if up else here + 1
    if 0 <= there < len(items):
        items[here], items[there] = items[there], items[here]
        for position, other in enumerate(items, start=1):
            AgendaItem.objects.filter(pk=other.pk).update(position=position)
        record("meeting.agenda", meeting, by=by, at=at, item=item.pk)
        if meeting.called_at:
            post(meeting, by=by, at=at)


@transaction.atomic(durable=True)
def drop_item(item, *, by, at) -> None:
    """Off the agenda, while nothing was written or decided on it."""
    meeting = lock(item.meeting)
    policies.may_run.check(by, meeting.council)
    _agenda_open(meeting, at)
    if item.text_en or item.text_es or item.dissent or item.action or item.decisions.exists():
        raise Denied(_("The minutes say something on this item already, so it stays."))
    for step in item.carried_steps.all():  # else the night would carry it over again
        step.left_off.add(meeting)
    item.delete()
    record("meeting.agenda", meeting, by=by, at=at)
    if meeting.called_at:
        post(meeting, by=by, at=at)


def _agenda_open(meeting, at) -> None:
    if meeting.state in (Meeting.State.CLOSED, Meeting.State.CANCELLED):
        raise Denied(_("This meeting is over or was called off."))
    if meeting.council.must_post and meeting.called_at and at > meeting.post_by:
        raise Denied(
            _("The agenda was posted, and less than %(hours)s hours are left. What is new waits for the next meeting.")
            % {"hours": meeting.council.notice_hours}
        )


def forget_needs(*, at) -> int:
    """What people needed for meetings that are long over is erased; return of how many meetings."""
    due = Meeting.objects.filter(needs_erased_at=None, starts_at__lt=at).select_related("council")
    count = 0
    for meeting in due.iterator():
        if meeting.ends_at + timedelta(days=meeting.council.needs_kept_days) > at:
            continue
        with transaction.atomic():
            Rsvp.objects.filter(meeting=meeting).update(needs=[], needs_note="")
            Meeting.objects.filter(pk=meeting.pk).update(needs_erased_at=at)
        count += 1
    return count
