"""What the trainee, the employer or hall, and the coordinator do with a referral, each in one durable sentence."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import consents
from accounts.models import Consent, Membership
from accounts.policies import Denied
from ledger.lifecycle import IllegalStep
from ledger.log import record
from matching import tell
from matching.models import Match
from notifications import outbox, topics
from openings.models import Opening

from . import policies
from .lifecycle import REFERRAL
from .models import Referral

# Days in which the owner of the next step should act.
DAYS_TO_ANSWER = 3
DAYS_AFTER_INTERVIEW = 7
DAYS_PUT_OFF = 14


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
    if referral.state == target or (step == "yes" and referral.state in Referral.SHOWN):
        return referral, False
    return REFERRAL.advance(referral, step, by=by, at=at, changes=changes, **facts), True


@transaction.atomic(durable=True)
def say_yes(match, *, by, at, via="") -> Referral:
    """The trainee wants this opening: contact is shared with it, and its people owe an answer by a day."""
    policies.receive.check(by, match.opening.organization)
    owner = owner_for(match)
    changes = {"owner": owner, "due_on": timezone.localdate(at) + timedelta(days=DAYS_TO_ANSWER)}
    referral, news = _answered(match, "yes", by=by, at=at, changes=changes, via=via)
    if not news:
        return referral
    opening = match.opening
    shared = {"source": via or "web", "at": at, "by": by, "opening": opening, "organization": opening.organization}
    for purpose in (Consent.Purpose.CONTACT, Consent.Purpose.CERTIFICATES):
        consents.give(by, purpose, **shared)
    told = tell.people_of(opening)
    for person in {person.pk: person for person in [*told, owner]}.values():
        outbox.post(
            person,
            "referral_yes",
            topic=topics.REFERRALS,
            once_key=f"referral:{referral.pk}:yes:{referral.answered_at:%Y%m%d%H%M%S%f}",
            data={
                "opening": tell.about(opening),
                "referral": referral.pk,
                "due_on": referral.due_on.isoformat(),
                "fits": match.state == Match.State.FITS,
            },
            path=f"/referrals/{referral.public_id}/",
            at=at,
        )
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
def withdraw(referral, *, by, at) -> Referral:
    """The trainee takes the yes back, or only the contact when the referral has ended; it is hidden from now on."""
    if referral.trainee.user_id != by.pk:
        raise Denied(_("Only the person who said yes can take it back."))
    for purpose in (Consent.Purpose.CONTACT, Consent.Purpose.CERTIFICATES):
        consents.withdraw(by, purpose, at=at, by=by, opening=referral.opening)
    fresh = REFERRAL.lock(referral)
    if fresh.state not in Referral.OPEN:
        return fresh
    return REFERRAL.advance(referral, "withdraw", by=by, at=at, changes={"owner": None, "due_on": None})


@transaction.atomic(durable=True)
def respond(referral, step, *, by, at, reason="", note="") -> Referral:
    """The employer or hall answers: interview, not now, hired, or no with its reason. The trainee is told."""
    policies.respond.check(by, referral)
    if step not in ("interview", "put_off", "hire", "decline"):
        raise IllegalStep(_("This answer is not possible."))
    if step == "decline" and reason not in Referral.DeclineReason.values:
        raise Denied(_("Choose the reason. The person reads it, with what to do next."))
    days = {"interview": DAYS_AFTER_INTERVIEW, "put_off": DAYS_PUT_OFF}.get(step)
    changes = {
        "due_on": timezone.localdate(at) + timedelta(days=days) if days else None,
        "reason": reason if step == "decline" else "",
        "note": note,
        "hirer_answered_at": at,
    }
    organization = referral.opening.organization
    if step == "hire":
        _take_seat(referral.opening)
    fresh = REFERRAL.advance(
        referral, step, by=by, at=at, organization=organization, changes=changes, reason=changes["reason"]
    )
    outbox.post(
        referral.trainee.user,
        "referral_answer",
        topic=topics.REFERRALS,
        once_key=f"referral:{fresh.pk}:{step}:{at:%Y%m%d%H%M%S%f}",
        data={
            "opening": tell.about(referral.opening),
            "referral": fresh.pk,
            "state": fresh.state,
            "reason": fresh.reason,
            "note": fresh.note,
        },
        path=f"/referrals/{fresh.public_id}/",
        at=at,
    )
    return fresh


def _take_seat(opening: Opening) -> None:
    """Refuse a hire when no seat is left; the opening is locked, so fifty claims of one seat have one winner."""
    locked = Opening.objects.select_for_update(of=("self",), no_key=True).get(pk=opening.pk)
    hired = Referral.objects.filter(opening=locked, state=Referral.State.HIRED).count()
    if hired >= locked.seats:
        raise Denied(_("All places of this opening are filled. Raise the number of people on the opening first."))


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
