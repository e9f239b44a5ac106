"""Climbing the response ladder: who is reminded, who takes over in the end, and when reminders rest."""

from datetime import datetime, time, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import consents
from accounts.models import Membership
from accounts.policies import Denied, acts_for, is_coordinator
from ledger.lifecycle import IllegalStep
from ledger.log import record
from matching import tell
from notifications import outbox, todo, topics
from notifications.models import Task

from . import ladder, policies
from .closing import STUCK
from .lifecycle import REFERRAL, STATE_AFTER
from .models import Referral

MOST_REST = timedelta(days=90)


@transaction.atomic(durable=True)
def remind(referral, *, at) -> Referral:
    """Climb to the rung that is due, once: the owner and the opening's people are reminded; at the last a coordinator
    takes over the next step and has a task, and the person reads who that is. Run twice, the second changes nothing.
    """
    fresh = REFERRAL.lock(referral)
    days = ladder.days_of(referral.opening.organization)
    rung = ladder.due_rung(fresh, days, at=at)
    resting = fresh.muted_until and fresh.muted_until >= timezone.localdate(at)
    if fresh.state not in Referral.OPEN or rung <= fresh.rung or resting:
        return fresh
    fresh.rung, changed = rung, ["rung"]
    _remind(fresh, referral.opening, rung, last=rung == len(days), at=at)
    record("referral.nudged", fresh, by=None, at=at, rung=rung)
    if rung == len(days) and (taker := coordinator_for(referral)):
        fresh.owner, fresh.due_on = taker, timezone.localdate(at) + timedelta(days=ladder.DAYS_TO_TAKE_OVER)
        changed += ["owner", "due_on"]
        _hand_over(fresh, referral, days, at=at)
    fresh.save(update_fields=changed)
    return fresh


def coordinator_for(referral: Referral):
    """Who takes over, by name: of those with whom the person shares their record their own coordinator, else the first.

    Where they share it with none, their own or the first of all asks without learning who it is (`unseen`). None where
    there is no coordinator.
    """
    own = referral.trainee.coordinator
    able = [membership.user for membership in consents.coordinators_of(referral.trainee.user)]
    if able:
        return own if own in able else able[0]
    if own and own.is_active and is_coordinator(own):
        return own
    staff = Membership.objects.coordinating().filter(user__is_active=True).select_related("user").order_by("pk")
    return next((membership.user for membership in staff[:1]), None)


def unseen(referral: Referral, taker) -> bool:
    """Whether this coordinator may not see whose step it is."""
    return is_coordinator(taker) and not consents.shares_record(referral.trainee.user, taker)


def adrift():
    """Open referrals whose owner can do nothing about them any more: they left, or their account is closed."""
    theirs = Membership.objects.current().filter(user=OuterRef("owner"), organization=OuterRef("opening__organization"))
    staff = Membership.objects.coordinating().filter(user=OuterRef("owner"))
    gone = Q(owner__is_active=False) | ~Exists(theirs) & ~Exists(staff)
    return Referral.objects.open().filter(gone).order_by("pk")


@transaction.atomic(durable=True)
def pass_on(referral, *, at) -> Referral:
    """The owner left: somebody else who acts for the opening has the next step, else a coordinator, and reads so.

    The due day stays. Run twice, the second changes nothing.
    """
    fresh, opening = REFERRAL.lock(referral), referral.opening
    if fresh.state not in Referral.OPEN or fresh.owner_id != referral.owner_id:
        return fresh
    rungs = len(ladder.days_of(opening.organization))
    heirs = [*tell.people_of(opening)[:1], coordinator_for(referral)]
    heir = next(filter(None, reversed(heirs) if fresh.rung >= rungs else heirs), None)
    if heir is None or heir.pk == fresh.owner_id:
        return fresh
    fresh.owner = heir
    fresh.save(update_fields=["owner"])
    record("referral.passed_on", fresh, by=None, at=at, to=heir.pk)
    for task in Task.objects.filter(kind=STUCK, about_type="referral", about_id=fresh.pk, done_at=None):
        task.owner, task.data["unseen"] = heir, unseen(referral, heir)
        task.save(update_fields=["owner", "data"])
    outbox.post(
        heir,
        "step_passed_on",
        topic=topics.REFERRALS,
        once_key=f"referral:{fresh.pk}:passed:{at:%Y%m%d%H%M%S%f}",
        data={"opening": tell.about(opening), "referral": fresh.pk, "due_on": fresh.due_on.isoformat()},
        path=page_of(fresh, heir, opening),
        at=at,
    )
    return fresh


def page_of(referral: Referral, reader, opening) -> str:
    """Where a reader of a reminder goes on. Who waits for their turn is not before the employer or hall yet."""
    if referral.state == Referral.State.QUEUED and acts_for(reader, opening.organization):
        return reverse("answer_board")
    return f"/referrals/{referral.public_id}/"


def _remind(referral: Referral, opening, rung: int, *, last: bool, at) -> None:
    told = {person.pk: person for person in [*tell.people_of(opening), referral.owner] if person}
    for person in told.values():
        outbox.post(
            person,
            "referral_reminder",
            topic=topics.REFERRALS,
            once_key=_episode(referral),
            rung=rung,
            data={
                "opening": tell.about(opening),
                "referral": referral.pk,
                "state": referral.state,
                "since": referral.clock_at.isoformat(),
                "last": last,
            },
            path=page_of(referral, person, opening),
            at=at,
        )


def _hand_over(referral: Referral, known: Referral, days, *, at) -> None:
    taker, opening = referral.owner, known.opening
    hidden = unseen(known, taker)
    record("referral.handed_over", referral, by=None, at=at, to=taker.pk)
    todo.ask(
        STUCK,
        topic=topics.REFERRALS,
        owner=taker,
        once_key=f"{_episode(referral)}:stuck",
        about=referral,
        data={"opening": tell.about(opening), "days": days[-1], "state": referral.state, "unseen": hidden},
        path=f"/referrals/{referral.public_id}/",
        due_on=referral.due_on,
        at=at,
    )
    outbox.post(
        known.trainee.user,
        "referral_taken_over",
        topic=topics.REFERRALS,
        once_key=f"{_episode(referral)}:taken",
        data={"opening": tell.about(opening), "referral": referral.pk, "name": taker.full_name, "days": days[-1]}
        | {"state": referral.state, "unseen": hidden},
        path=f"/referrals/{referral.public_id}/",
        at=at,
    )


def _episode(referral: Referral) -> str:
    """The step now open, from when its days count: what a reminder is of."""
    return f"referral:{referral.pk}:due:{referral.clock_at:%Y%m%d%H%M%S%f}"


def reminded_on(referral: Referral, events) -> list:
    """The days on which the step now open was reminded, the first first; `events` are its latest, newest first."""
    sent = []
    for event in events:
        if len(sent) == referral.rung or (event.kind in STATE_AFTER and event.kind != "referral.see"):
            break
        if event.kind == "referral.nudged":
            sent.append(timezone.localdate(event.at))
    return sent[::-1]


@transaction.atomic(durable=True)
def rest(referral, *, until, reason, by, at) -> Referral:
    """No reminders of this referral up to and with this day, for a reason; then they go on where they were."""
    policies.rest.check(by, referral)
    fresh = REFERRAL.lock(referral)
    today = timezone.localdate(at)
    if fresh.state not in Referral.OPEN:
        raise IllegalStep(_("This has ended, so nobody is reminded any more."))
    if not reason.strip():
        raise Denied(_("Write why. Whoever works on this reads it."))
    if not today <= until <= today + MOST_REST:
        raise Denied(_("Choose a day from today on, at most 90 days away."))
    days = ladder.days_of(referral.opening.organization)
    again = timezone.make_aware(datetime.combine(until + timedelta(days=1), time()))
    # The next rung comes on the day after, the others with their usual distance behind it.
    clock = max(fresh.clock_at, again - timedelta(days=days[min(fresh.rung, len(days) - 1)]))
    fresh.muted_until, fresh.muted_reason, fresh.clock_at = until, reason.strip(), clock
    fresh.due_on = max(fresh.due_on, until)
    fresh.save(update_fields=["muted_until", "muted_reason", "clock_at", "due_on"])
    record("referral.muted", fresh, by=by, at=at, until=until.isoformat())
    return fresh


@transaction.atomic(durable=True)
def wake(referral, *, by, at) -> Referral:
    """Reminders go on from now."""
    policies.rest.check(by, referral)
    fresh = REFERRAL.lock(referral)
    if not fresh.muted_until:
        return fresh
    fresh.muted_until, fresh.muted_reason = None, ""
    fresh.save(update_fields=["muted_until", "muted_reason"])
    record("referral.unmuted", fresh, by=by, at=at)
    return fresh
