"""Does the work go on? One question to each side after 30, 90, 180 and 365 days, and what their answers mean.

1. `ask_due` makes one check-in for each job and number of days, with its notices, in one transaction: asked once.
2. Both yes: the placement takes its step. One side alone (nobody at the employer can be asked): its word counts,
   and the check-in says whose it was. Both no: the job ended.
3. They disagree, or somebody said nothing for SILENT: the person's coordinator gets a task and settles it. When that
   coordinator may no longer see the person, another has it; where nobody may, it stays unknown.

What comes out is what people told our staff, not what a wage record says.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import consents, seeking
from accounts.policies import Denied
from ledger.lifecycle import IllegalStep
from ledger.log import record
from notifications import outbox, todo, topics
from notifications.models import Task

from . import actions, policies, taking
from .lifecycle import DAYS, PLACEMENT
from .models import CheckIn, Placement

SILENT = timedelta(days=14)
# A hire that was written down late is asked about only what is not long past.
LATE = timedelta(days=60)
WORKS = timedelta(days=30)  # for how long an answer by link is taken
TASK_DAYS = 7
Side, Answer, State = Placement.Side, CheckIn.Answer, CheckIn.State


def due(on):
    """Pairs of a current placement's number and the days it should be asked about: the last that were reached."""
    found = {}
    for days in DAYS:
        asked = CheckIn.objects.filter(placement=OuterRef("pk"), days__gte=days)
        rows = Placement.objects.current().filter(trainee__user__is_active=True).filter(~Exists(asked))
        first = on - timedelta(days=days) - LATE
        reached = rows.filter(starts_on__lte=on - timedelta(days=days), starts_on__gte=first).order_by("pk")
        found |= dict.fromkeys(reached.values_list("pk", flat=True), days)
    return sorted(found.items())


@transaction.atomic(durable=True)
def ask(pk: int, days: int, *, at) -> CheckIn | None:
    """Ask both sides of this placement once; None when that was done, or the job ended meanwhile."""
    rows = Placement.objects.select_for_update(of=("self",), no_key=True)
    placement = rows.select_related("trainee__user", "opening__organization", "employer").get(pk=pk)
    if not placement.standing:
        return None
    people = actions.employers_people(placement)
    asks = bool(people or placement.employer_email)
    check, made = CheckIn.objects.get_or_create(
        placement=placement, days=days, defaults={"asked_at": at, "asks_employer": asks}
    )
    if not made:
        return None
    record("placement.asked", placement, by=None, at=at, trainee=placement.trainee_id, days=days)
    about = taking.about(placement) | {"check": check.pk, "asked": str(check.public_id), "days": days}
    readers = [(placement.trainee.user, "stay_worker")] + [(person, "stay_employer") for person in people]
    outbox.post_all(
        [
            outbox.Post(person, kind, topics.REFERRALS, f"check:{check.pk}:{kind}", about, _page(placement, kind))
            for person, kind in readers
        ],
        at=at,
    )
    if placement.employer_email:
        from . import outside  # which builds on this module

        outside.write(check, at=at)
    return check


def _page(placement: Placement, kind: str) -> str:
    return "/me/work/" if kind == "stay_worker" else f"/placements/{placement.public_id}/"


def ask_due(*, at) -> int:
    """Ask about every job that has lasted long enough; how many were asked."""
    return sum(ask(pk, days, at=at) is not None for pk, days in due(timezone.localdate(at)))


@transaction.atomic(durable=True)
def answer(check: CheckIn, side: str, said: str, *, by, at, reason="", hourly_cents=None, via="web") -> CheckIn:
    """One side's answer; the first counts. `by` is nobody where an employer that is not on this site answers.

    Raises IllegalStep when the question is settled or was answered by them.
    """
    check = _locked(check)
    placement = check.placement
    may = {Side.WORKER: _is_worker, Side.EMPLOYER: _is_employer}.get(side)
    if may is None or not may(placement, by):
        raise Denied(_("Only the person and the people of the employer or hall can answer this."))
    if said not in Answer.values:
        raise Denied(_("Answer yes or no."))
    if check.state not in (State.ASKED, State.OPEN):
        raise IllegalStep(_("Thank you. This question is settled already."))
    if check.heard_of(side):
        raise IllegalStep(_("Thank you. We have the answer already."))
    if said == Answer.NO and reason not in Placement.End.values:
        reason = Placement.End.OTHER
    changes = {side: said, f"{side}_at": at, f"{side}_reason": reason if said == Answer.NO else ""}
    if side == Side.WORKER and hourly_cents and said == Answer.YES:
        changes["hourly_cents"] = hourly_cents
    for name, value in changes.items():
        setattr(check, name, value)
    check.save(update_fields=list(changes))
    facts = {"trainee": placement.trainee_id, "days": check.days, "side": str(side), "said": said, "via": via}
    organization = placement.employer if side == Side.EMPLOYER else None
    kind = "placement.answer" if by else "placement.answered_by_mail"
    record(kind, placement, by=by, at=at, organization=organization, **facts)
    if side == Side.WORKER and said == Answer.NO:
        seeking.look(placement.trainee, by=by, at=at)  # whatever the employer says: they look for work again
    _weigh(check, by=by, at=at)
    return check


def _is_worker(placement, user) -> bool:
    return user is not None and placement.trainee.user_id == user.pk


def _is_employer(placement, user) -> bool:
    if user is None:  # whoever holds the link in the letter to the address that the person named
        return bool(placement.employer_email)
    return policies.side_of(user, placement) == Side.EMPLOYER


def _locked(check: CheckIn) -> CheckIn:
    """The check-in under the locks of its person and placement, in that order, as every action takes them."""
    trainee = taking.lock(CheckIn.objects.select_related("placement__trainee").get(pk=check.pk).placement.trainee)
    rows = Placement.objects.select_for_update(of=("self",), no_key=True)
    placement = rows.select_related("opening__organization", "employer").get(check_ins=check.pk)
    placement.trainee = trainee
    fresh = CheckIn.objects.select_for_update(of=("self",), no_key=True).get(pk=check.pk)
    fresh.placement = placement
    return fresh


def _weigh(check: CheckIn, *, by, at) -> None:
    """What the answers there are come to."""
    said = {check.worker, check.employer} if check.asks_employer else {check.worker}
    if "" in said:
        return  # somebody has not answered yet; silence is looked at by `chase`
    if said == {Answer.YES}:
        _retained(check, CheckIn.Source.BOTH if check.asks_employer else CheckIn.Source.WORKER, by=by, at=at)
    elif said == {Answer.NO}:
        side = Side.WORKER
        reason = check.worker_reason
        ended_on = max(check.placement.starts_on, timezone.localdate(at))
        _settle(check, State.ENDED, at=at)
        actions.end_row(check.placement, reason=reason, ended_on=ended_on, side=side, by=by, at=at)
    else:
        _open(check, "disagree", at=at)


def _retained(check: CheckIn, source: str, *, by, at) -> None:
    _settle(check, State.RETAINED, source=source, at=at)
    placement = check.placement
    step = PLACEMENT[f"retained_{check.days}"]
    if placement.state in step.sources:
        facts = {"trainee": placement.trainee_id, "source": str(source), "days": check.days}
        PLACEMENT.advance(placement, step.name, by=by, at=at, **facts, hourly_cents=check.hourly_cents)


def _settle(check: CheckIn, state: str, *, at, source="") -> None:
    check.state, check.source, check.settled_at = state, source, at
    check.save(update_fields=["state", "source", "settled_at"])
    todo_done(check, at=at)


def _open(check: CheckIn, why: str, *, at) -> None:
    """A coordinator finds out; where the person lets no coordinator see them, it stays unknown."""
    placement = check.placement
    owner = actions.coordinator_of(placement)
    check.state = State.OPEN if owner else State.UNKNOWN
    check.save(update_fields=["state"])
    if owner is None:
        return
    todo.ask(
        "stay",
        topic=topics.REFERRALS,
        once_key=f"check:{check.pk}:stay",
        at=at,
        data=taking.about(placement) | {"days": check.days, "why": why, "check": check.pk},
        path=f"/placements/{placement.public_id}/",
        owner=owner,
        about=placement.trainee.user,
        due_on=timezone.localdate(at) + timedelta(days=TASK_DAYS),
    )


def todo_done(check: CheckIn, *, at) -> None:
    """The task about this check-in is done: its reason went away."""
    Task.objects.filter(once_key=f"check:{check.pk}:stay", done_at=None).update(done_at=at)


def silent(at):
    """Check-ins on which somebody said nothing for too long."""
    return CheckIn.objects.filter(state=State.ASKED, asked_at__lte=at - SILENT).order_by("pk")


@transaction.atomic(durable=True)
def chase(check: CheckIn, *, at) -> None:
    """Somebody said nothing: the coordinator is asked to find out."""
    fresh = _locked(check)
    if fresh.state == State.ASKED and fresh.asked_at <= at - SILENT:
        _open(fresh, "silent", at=at)


def adrift() -> list[CheckIn]:
    """Open check-ins whose task lies with somebody who may not see the person any more, so that nobody reads it."""
    waiting = Task.objects.filter(kind="stay", done_at=None).values_list("data__check", "owner")
    rows = CheckIn.objects.filter(state=State.OPEN).select_related("placement__trainee__user").in_bulk(dict(waiting))
    return [rows[pk] for pk, owner in sorted(waiting) if pk in rows and owner not in _able(rows[pk].placement)]


def _able(placement: Placement) -> set[int]:
    return {member.user_id for member in consents.coordinators_of(placement.trainee.user)}


@transaction.atomic(durable=True)
def pass_on(check: CheckIn, *, at) -> None:
    """Another coordinator finds out, who may see the person; where nobody may, it stays unknown."""
    fresh = _locked(check)
    tasks = Task.objects.filter(once_key=f"check:{fresh.pk}:stay", done_at=None).exclude(
        owner__in=_able(fresh.placement)
    )
    if fresh.state != State.OPEN or not tasks.exists():
        return
    if owner := actions.coordinator_of(fresh.placement):
        tasks.update(owner=owner)
    else:
        _unknown(fresh, by=None, at=at)


def _unknown(check: CheckIn, *, by, at) -> None:
    _settle(check, State.UNKNOWN, at=at)
    placement = check.placement
    record("placement.unknown", placement, by=by, at=at, trainee=placement.trainee_id, days=check.days)


@transaction.atomic(durable=True)
def settle(check: CheckIn, said: str, *, by, at, reason="", ended_on=None, source="") -> CheckIn:
    """The coordinator found out: the work goes on, it ended, or nobody could say."""
    check = _locked(check)
    placement = check.placement
    if policies.side_of(by, placement) != Side.COORDINATOR:
        raise Denied(_("Only the person's coordinators settle this."))
    if check.state not in (State.ASKED, State.OPEN, State.UNKNOWN) or not placement.standing:
        raise IllegalStep(_("Thank you. This question is settled already."))
    if said == Answer.YES:
        _retained(check, source or CheckIn.Source.STAFF, by=by, at=at)
    elif said == Answer.NO:
        _settle(check, State.ENDED, at=at)
        last = ended_on or timezone.localdate(at)
        actions.end_row(placement, reason=reason, ended_on=last, side=Side.COORDINATOR, by=by, at=at)
    else:
        _unknown(check, by=by, at=at)
    return check


def waits_for(check: CheckIn, side: str) -> bool:
    """Whether this side can still answer."""
    return (
        check.state in (State.ASKED, State.OPEN) and side in (Side.WORKER, Side.EMPLOYER) and not check.heard_of(side)
    )


def step_of(placement: Placement, checks) -> list[dict]:
    """The four questions of a placement in order, each with its day, and its check-in where it was asked."""
    by_days = {check.days: check for check in checks}
    return [{"days": days, "on": placement.due_on(days), "check": by_days.get(days)} for days in DAYS]


def progress(placement: Placement, checks) -> tuple[int, int] | None:
    """First and latest pay by the hour, in cents, where both are known."""
    later = [check.hourly_cents for check in sorted(checks, key=lambda c: c.days) if check.hourly_cents]
    return (placement.hourly_cents, later[-1]) if placement.hourly_cents and later else None
