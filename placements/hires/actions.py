"""What people do with a hire, each in one durable sentence: take on, declare, correct, end, allow, look on."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import consents, seeking
from accounts.models import Membership, Organization
from accounts.policies import Denied, acts_for
from ledger.log import record
from matching import tell
from notifications import outbox, topics
from notifications.models import Task

from .. import policies as referrals
from ..models import Referral
from . import local, policies, taking
from .lifecycle import PLACEMENT
from .models import CheckIn, Placement
from .taking import Terms

Side = Placement.Side


@transaction.atomic(durable=True)
def hire(referral, *, terms: Terms, by, at) -> Placement:
    """The employer or hall took the person on: the seat is theirs, their other referrals end, who waited is told."""
    referrals.respond.check(by, referral)
    sensible(terms, today=timezone.localdate(at))
    ours = acts_for(by, referral.opening.organization)
    return taking.take_on(referral, terms=terms, by=by, at=at, side=Side.EMPLOYER if ours else Side.COORDINATOR)


@transaction.atomic(durable=True)
def declare(trainee, *, terms: Terms, by, at, knows=False, ask_at="", side="", told=True) -> Placement:
    """Somebody found work that was not offered here, or was hired past this site: it is written down once.

    `knows`: the person allows that the employer is asked whether the work goes on; one that is not here by mail to
    `ask_at`. Where the person has an open
    referral with that employer, its people are asked to close it as this hire; the others end.
    """
    policies.declare_for.check(by, trainee)
    return declare_row(trainee, terms=terms, by=by, at=at, knows=knows, ask_at=ask_at, side=side, told=told)


def declare_row(trainee, *, terms: Terms, by, at, knows=False, ask_at="", side="", told=True, acting=None) -> Placement:
    """`declare` for whoever asked whether it may be done, inside their transaction: a sheet has many.

    `acting` is the organization the sheet is for; without one it is that of the person who declares.
    """
    trainee = taking.lock(trainee)
    sensible(terms, today=timezone.localdate(at))
    side = side or (policies.declaring_side(by, trainee) if by else Side.COORDINATOR)
    employer = employer_named(terms.employer_name)
    if ask_at and ask_at.casefold() == trainee.user.email.casefold():
        raise Denied(_("This is your own address. Write one of your employer, or leave it empty."))
    taking.refuse_twice(trainee, employer=employer, employer_name=terms.employer_name)
    values = terms.values() | ({"employer_name": ""} if employer else {})
    if side == Side.PROVIDER:
        acting = acting or policies.trains(by, trainee)
    if side == Side.EMPLOYER:
        acting, knows = acting or policies.said_yes_to(by, trainee), True
        if employer is None or employer != acting:
            raise Denied(_("You can write down hires at your own organization only."))
    placement = Placement(
        trainee=trainee,
        employer=employer,
        source=Placement.Source.OFF,
        declared_by=side,
        declared_for=acting,
        employer_knows=bool(knows and employer),
        employer_email=ask_at if knows and side == Side.WORKER and not employer else "",
        created_by=by,
        created_at=at,
        **values,
    )
    placement.work_zip = terms.work_zip or (employer.zip if employer else "")
    others = taking.open_elsewhere(trainee, keep=employer)
    taking.begin(placement, by=by, at=at, organization=acting)
    taking.end_others(others, None, by=by, at=at)
    if employer:
        _ask_to_close(placement, at=at)
    if told:
        taking.tell_person(placement, by=by, at=at)
    return placement


def _ask_to_close(placement: Placement, *, at) -> None:
    """An open referral with the same employer is most likely this hire: its people are asked to say so, once."""
    rows = Referral.objects.open().filter(trainee=placement.trainee, opening__organization=placement.employer)
    for referral in rows.exclude(state=Referral.State.QUEUED).select_related(
        "opening__organization", "opening__contact", "owner"
    ):
        for person in tell.people_of(referral.opening):
            outbox.post(
                person,
                "hire_to_confirm",
                topic=topics.REFERRALS,
                once_key=f"referral:{referral.pk}:confirm:{placement.pk}",
                data={"opening": tell.about(referral.opening), "referral": referral.pk},
                path=f"/referrals/{referral.public_id}/hire/",
                at=at,
            )


def employer_named(name: str) -> Organization | None:
    """The employer or hall of this site by its name, as people write it; None for one that is not here."""
    hiring = Organization.objects.standing().filter(kind__in=Organization.HIRES)
    return hiring.filter(name__iexact=" ".join(name.split())).order_by("pk").first()


def sensible(terms: Terms, *, today) -> None:
    """Raise Denied, with what to do, where a hire cannot be as it is said."""
    if (terms.starts_on - today).days > 366:
        raise Denied(_("The first day is more than a year away. Look at the year."))
    if (today - terms.starts_on).days > 3 * 366:
        raise Denied(_("The first day is more than three years ago. Write down later jobs only."))
    hourly = terms.values()["hourly_cents"]
    if hourly and not 100 <= hourly <= 100_000:
        raise Denied(
            _("This pay comes to %(pay)s an hour. Look at the pay and its time.") % {"pay": f"${hourly / 100:,.2f}"}
        )


@transaction.atomic(durable=True)
def correct(placement, *, terms: Terms, by, at) -> Placement:
    """Mend what was written down of a job. Local is judged anew only where the first day or the place changed."""
    policies.correct.check(by, placement)
    sensible(terms, today=timezone.localdate(at))
    fresh = PLACEMENT.lock(placement)
    values = {name: value for name, value in terms.values().items() if name != "occupation"}
    if fresh.employer_id:
        values.pop("employer_name")
    if fresh.opening_id:
        values.pop("title")
    if not terms.work_zip:
        values.pop("work_zip")
    if fresh.ended_on and terms.starts_on > fresh.ended_on:
        raise Denied(_("The last day is before the first."))
    changed = [name for name, value in values.items() if getattr(fresh, name) != value]
    for name in changed:
        setattr(fresh, name, values[name])
    if not changed:
        return fresh
    if {"starts_on", "work_zip", "project"} & set(changed):
        local.freeze(fresh)
        changed += ["local_rule", "local_tier", "local_miles"]
    if not fresh.employer_id and "employer_name" in changed:
        rows = Placement.objects.current().filter(trainee=fresh.trainee, employer=None).exclude(pk=fresh.pk)
        if rows.filter(employer_name__iexact=fresh.employer_name).exists():
            raise Denied(_("This hire is written down already."))
    fresh.save(update_fields=changed)
    record("placement.correct", fresh, by=by, at=at, trainee=fresh.trainee_id, changed=changed)
    return fresh


@transaction.atomic(durable=True)
def end(placement, *, reason, ended_on, by, at) -> Placement:
    """The job ended. The person is looked for openings again, and whoever takes part is told, once."""
    policies.end.check(by, placement)
    return end_row(placement, reason=reason, ended_on=ended_on, side=policies.side_of(by, placement), by=by, at=at)


def end_row(placement, *, reason, ended_on, side, by, at) -> Placement:
    """`end` inside another action: a check-in that says so."""
    if reason not in Placement.End.values:
        raise Denied(_("Choose the reason that fits best."))
    trainee = taking.lock(placement.trainee)
    fresh = PLACEMENT.lock(placement)
    if reason in (Placement.End.MISTAKE, Placement.End.NEVER):
        ended_on = max(fresh.starts_on, min(ended_on, timezone.localdate(at)))
    if ended_on < fresh.starts_on:
        raise Denied(_("The last day is before the first."))
    if ended_on > timezone.localdate(at):
        raise Denied(_("The last day is still to come. Tell us when it has come."))
    ended = PLACEMENT.advance(
        fresh,
        "end",
        by=by,
        at=at,
        organization=fresh.employer if side == Side.EMPLOYER else None,
        changes={"ended_on": ended_on, "end_reason": reason, "ended_by": side},
        trainee=trainee.pk,
        reason=str(reason),
        ended_on=ended_on.isoformat(),
        side=str(side),
    )
    _give_up_asking(ended, at=at)
    if not Placement.objects.current().filter(trainee=trainee).exists():
        seeking.look(trainee, by=by, at=at)
    _tell_of_the_end(ended, side=side, by=by, at=at)
    return ended


def _give_up_asking(placement: Placement, *, at) -> None:
    """The questions still open: the job had ended on that day, or of that day nobody knows. Their tasks are done."""
    waiting = CheckIn.objects.filter(placement=placement, state__in=(CheckIn.State.ASKED, CheckIn.State.OPEN))
    for check in waiting:
        never = placement.end_reason in (Placement.End.MISTAKE, Placement.End.NEVER)
        gone = never or placement.ended_on < placement.due_on(check.days)
        check.state, check.settled_at = CheckIn.State.ENDED if gone else CheckIn.State.UNKNOWN, at
        check.save(update_fields=["state", "settled_at"])
        Task.objects.filter(once_key=f"check:{check.pk}:stay", done_at=None).update(done_at=at)


def _tell_of_the_end(placement: Placement, *, side, by, at) -> None:
    """The person, the employer (if it knows) and the coordinator read it, whoever of them said it apart."""
    told = {}
    if side != Side.WORKER:
        told[placement.trainee.user_id] = (placement.trainee.user, "/me/work/", "worker")
    for person in employers_people(placement) if side != Side.EMPLOYER else ():
        told.setdefault(person.pk, (person, f"/placements/{placement.public_id}/", "employer"))
    if owner := coordinator_of(placement):
        told.setdefault(owner.pk, (owner, f"/placements/{placement.public_id}/", "coordinator"))
    for person, path, reader in told.values():
        if by and person.pk == by.pk:
            continue
        outbox.post(
            person,
            "job_ended",
            topic=topics.REFERRALS,
            once_key=f"placement:{placement.pk}:ended",
            data=taking.about(placement) | {"reader": reader, "reason": placement.end_reason, "side": str(side)},
            path=path,
            at=at,
        )


def employers_people(placement: Placement) -> list:
    """Who answers for the employer: nobody while it may not be told of the person, or has nobody here."""
    if not placement.employer_id or not placement.employer_knows or not placement.shares_contact():
        return []
    if placement.opening_id:
        return tell.people_of(placement.opening)
    rows = Membership.objects.current().filter(organization=placement.employer, user__is_active=True)
    return [membership.user for membership in rows.select_related("user").order_by("pk")]


def coordinator_of(placement: Placement):
    """The coordinator by name who looks after it: the person's own, else the first of those with whom they share their
    record; nobody without their agreement."""
    able = [membership.user for membership in consents.coordinators_of(placement.trainee.user)]
    own = [user for user in able if user.pk == placement.trainee.coordinator_id]
    return next(iter([*own, *able]), None)


@transaction.atomic(durable=True)
def allow(placement, answer: bool, *, by, at) -> Placement:
    """The person says whether the employer may know of this record and be asked whether the work goes on."""
    if placement.trainee.user_id != by.pk:
        raise Denied(_("Only the person can decide this."))
    fresh = PLACEMENT.lock(placement)
    if not fresh.employer_id:
        if answer or not fresh.employer_email:
            raise Denied(_("This employer is not on this site, so nobody there is asked."))
        fresh.employer_email = ""
        fresh.save(update_fields=["employer_email"])
        record("placement.forbid", fresh, by=by, at=at, trainee=fresh.trainee_id)
        return fresh
    if fresh.employer_knows != answer:
        fresh.employer_knows = answer
        fresh.save(update_fields=["employer_knows"])
        kind = "placement.allow" if answer else "placement.forbid"
        record(kind, fresh, by=by, at=at, trainee=fresh.trainee_id)
    return fresh


@transaction.atomic(durable=True)
def look_on(trainee, answer: bool, *, by, at) -> None:
    """The person with work still looks for other work, or no longer does."""
    if trainee.user_id != by.pk:
        raise Denied(_("Only the person can decide this."))
    trainee = taking.lock(trainee)
    (seeking.look if answer else seeking.rest)(trainee, by=by, at=at)
