"""What the trainee, the employer or hall, and the coordinator do with a referral, each in one durable sentence."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import consents
from accounts.models import Consent, Membership
from accounts.policies import Denied, acts_for
from ledger.lifecycle import IllegalStep
from ledger.log import record
from matching import tell
from matching.models import Match
from notifications import outbox, topics
from openings.models import Opening

from . import arranging, closing, ladder, missed, policies, turns
from .hires import taking
from .lifecycle import REFERRAL, WILLING
from .models import Appointment, Pace, Placement, Referral


def _answered(match, step: str, *, by, at, changes: dict, via: str) -> tuple[Referral, bool]:
    """Take the trainee's step on the pair's referral, which the first answer creates; says whether it is news.

    The ledger keeps by which way the answer came, when it was not given on the page.

    The match is locked and read again: two taps at once are one answer, and a match that ended meanwhile takes none.
    """
    rows = Match.objects.select_related("opening__organization", "trainee__user")
    match = rows.select_for_update(of=("self",), no_key=True).get(pk=match.pk)
    policies.answer.check(by, match)
    referral = Referral.objects.filter(trainee=match.trainee, opening=match.opening).first()
    target = REFERRAL[step].to
    changes = {"reason": "", "note": "", "answered_at": at, **changes}
    facts = {"reason": changes["reason"]} | ({"via": via} if via else {})
    if referral is None:
        referral = Referral.objects.create(trainee=match.trainee, opening=match.opening, state=target, **changes)
        record(f"referral.{step}", referral, by=by, at=at, **facts)
        return referral, True
    yes = step in ("yes", "queue")
    if referral.state == target or (yes and referral.state not in WILLING):
        return referral, False
    return REFERRAL.advance(referral, step, by=by, at=at, changes=changes, **facts), True


@transaction.atomic(durable=True)
def say_yes(match, *, by, at, via="") -> Referral:
    """The trainee wants this opening: contact is shared with it, and its people owe an answer by a day.

    Where its people have as many before them as they can review this week, the person waits in the opening's order.
    """
    opening = match.opening
    policies.receive.check(by, opening.organization)
    late = taking.too_late(match)
    pace = turns.lock(opening.organization)
    step, days = turns.step_of_a_yes(pace, at=at), ladder.rungs(pace)
    changes = {"owner": owner_for(match), **ladder.waits(step, days, at=at)}
    changes |= {"sent_at": at} if step == "yes" else turns.expecting(pace, days, at=at)
    referral, news = _answered(match, step, by=by, at=at, changes=changes, via=via)
    if not news:
        return referral
    if late:
        raise Denied(late)
    shared = {"source": via or "web", "at": at, "by": by, "opening": opening, "organization": opening.organization}
    for purpose in (Consent.Purpose.CONTACT, Consent.Purpose.CERTIFICATES):
        consents.give(by, purpose, **shared)
    if step == "yes":
        turns.tell_hirer(referral, opening, at=at, fits=match.state == Match.State.FITS)
    return referral


@transaction.atomic(durable=True)
def say_not_now(match, *, by, at, via="") -> Referral:
    """The trainee may want it later; the match stays and can be answered again."""
    return _answered(match, "not_now", by=by, at=at, changes={"owner": None, "due_on": None}, via=via)[0]


@transaction.atomic(durable=True)
def say_no(match, *, reason, note, by, at, via="") -> Referral:
    """The trainee does not want this opening, and says why."""
    if reason not in Referral.Reason.values:
        raise Denied(_("Choose the reason that fits best. It helps us find better openings for you."))
    changes = {"owner": None, "due_on": None, "reason": reason, "note": note}
    return _answered(match, "no", by=by, at=at, changes=changes, via=via)[0]


@transaction.atomic(durable=True)
def say_why(referral, reason, *, by, at, via="") -> Referral:
    """The trainee names the reason of a no that was said in one word, by text."""
    if referral.trainee.user_id != by.pk or reason not in Referral.Reason.values:
        raise Denied(_("Choose the reason that fits best. It helps us find better openings for you."))
    fresh = REFERRAL.lock(referral)
    if (fresh.state, fresh.reason, fresh.note) != (Referral.State.NO, Referral.Reason.OTHER, ""):
        raise IllegalStep(_("Thank you. This question is settled already."))
    fresh.reason = reason
    fresh.save(update_fields=["reason"])
    record("referral.reasoned", fresh, by=by, at=at, reason=reason, **({"via": via} if via else {}))
    return fresh


@transaction.atomic(durable=True)
def withdraw(referral, *, by, at) -> Referral:
    """The trainee takes the yes back, or only the contact when the referral has ended; it is hidden from now on."""
    if referral.trainee.user_id != by.pk:
        raise Denied(_("Only the person who said yes can take it back."))
    taking.lock(referral.trainee)  # first, as a yes of theirs does: the two never wait for each other for ever
    for purpose in (Consent.Purpose.CONTACT, Consent.Purpose.CERTIFICATES):
        consents.withdraw(by, purpose, at=at, by=by, opening=referral.opening)
    fresh = REFERRAL.lock(referral)
    if fresh.state not in Referral.OPEN:
        return fresh
    fresh = REFERRAL.advance(fresh, "withdraw", by=by, at=at, changes=closing.NOBODYS)
    closing.call_off(fresh, at=at, but=by)
    return fresh


@transaction.atomic(durable=True)
def see(referral, *, by, at) -> Referral:
    """Somebody of the employer or hall opened it. The days to answer go on as before; seen twice is seen once."""
    if referral.state != Referral.State.YES or not acts_for(by, referral.opening.organization):
        return referral
    try:
        return REFERRAL.advance(referral, "see", by=by, at=at, organization=referral.opening.organization)
    except IllegalStep:  # answered in this moment
        return referral


@transaction.atomic(durable=True)
def call_up(pace, *, at) -> list[Referral]:
    """Put whoever is next before the organization, as far as its week has room."""
    return turns.call_up(turns.lock(pace.organization_id), at=at)


@transaction.atomic(durable=True)
def set_pace(organization, *, weekly, days, by, at) -> Pace:
    """An employer or hall, or a coordinator for it, says how many people a week it can look at and when it is reminded.

    Where there is more room now, whoever is next is put before it at once.
    """
    policies.set_pace.check(by, organization)
    Pace.objects.get_or_create(organization=organization)
    pace = turns.lock(organization)
    if (pace.weekly, pace.days) != (weekly, days):
        before = ladder.rungs(pace)
        pace.weekly, pace.days = weekly, days
        pace.save(update_fields=["weekly", "days"])
        ladder.refit(organization, before, ladder.rungs(pace))
        record("organization.paced", organization, by=by, at=at, organization=organization, weekly=weekly, days=days)
        turns.call_up(pace, at=at)
    return pace


ANSWERS = ("interview", "trial", "offer", "put_off", "hire", "decline")


@transaction.atomic(durable=True)
def respond(referral, step, *, by, at, reason="", note="", skill=None, skill_said="", when=None, via="") -> Referral:
    """The employer or hall answers: interview, trial day, offer, not now, hired, or no with its reason.

    The person is told. Hired is on the terms of the opening; hires.actions.hire takes others. `when` (arranging.When)
    says when and where an interview or trial day is; `skill` is the credential that was missing, `skill_said` a skill
    in words. The ledger keeps `via`.
    """
    policies.respond.check(by, referral)
    if step not in ANSWERS:
        raise IllegalStep(_("This answer is not possible."))
    if step == "decline":
        missed.sensible(reason, skill, skill_said)
    opening = referral.opening
    organization = opening.organization
    if step == "hire":
        side = Placement.Side.EMPLOYER if acts_for(by, organization) else Placement.Side.COORDINATOR
        taking.take_on(referral, by=by, at=at, side=side)
        return Referral.objects.get(pk=referral.pk)
    changes = {
        "reason": reason if step == "decline" else "",
        "skill": skill if reason == Referral.DeclineReason.SKILL else None,
        "skill_said": skill_said if reason == Referral.DeclineReason.SKILL else "",
        "note": note,
        "hirer_answered_at": at,
    }
    if step in Referral.OPEN:
        days, until = ladder.days_of(organization), when.starts_at if when else None
        changes |= ladder.waits(step, days, at=at, until=until) | {"owner": owner_of(referral, by)}
    else:
        changes |= closing.NOBODYS
    facts = {"reason": changes["reason"]} | ({"via": via} if via else {})
    if changes["skill"]:
        facts["skill"] = changes["skill"].pk
    fresh = REFERRAL.advance(referral, step, by=by, at=at, organization=organization, changes=changes, **facts)
    closing.settle(fresh, at=at)
    off = arranging.call_off(fresh, at=at) if not when else []
    if when and step in Appointment.Kind.values:
        appointment = arranging.arrange(fresh, step, when, by=by, at=at)
    else:  # what was arranged is not to be: the person's calendar hears it with the answer
        appointment = off[0] if off else None
    _tell_person(fresh, step, opening, appointment, at=at)
    missed.tell_providers(fresh, at=at)
    return fresh


def _tell_person(referral: Referral, step: str, opening: Opening, appointment, *, at) -> None:
    outbox.post(
        referral.trainee.user,
        "referral_answer",
        topic=topics.REFERRALS,
        once_key=f"referral:{referral.pk}:{step}:{at:%Y%m%d%H%M%S%f}",
        data={
            "opening": tell.about(opening),
            "referral": referral.pk,
            "state": referral.state,
            "reason": referral.reason,
            "skill": referral.skill_id or "",
            "skill_said": referral.skill_said,
            "note": referral.note,
            "appointment": arranging.about(appointment) if appointment else None,
        },
        path=f"/referrals/{referral.public_id}/",
        at=at,
    )


def owner_of(referral: Referral, by):
    """Who owns the step after an answer: whoever answered, if they act for the employer or hall; else as before."""
    return by if acts_for(by, referral.opening.organization) else referral.owner


def owner_for(match):
    """Who owes the next step after a yes: the opening's people, else the trainee's coordinator, else any."""
    candidates = tell.people_of(match.opening)
    if candidates:
        return candidates[0]
    if match.trainee.coordinator_id:
        return match.trainee.coordinator
    coordinators = Membership.objects.coordinating()
    first = coordinators.select_related("user").order_by("pk").first()
    if first is None:
        raise Denied(_("Nobody can be reached for this opening right now. Please try again tomorrow."))
    return first.user
