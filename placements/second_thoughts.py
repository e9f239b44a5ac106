"""An answer of an employer or hall, taken back by whoever gave it a moment ago: pressed beside the row, or too soon.

The person was told at once, so they are told again; a letter that had not left yet does not leave. The days to answer
count on from when the person came before them, as if nothing had been said. What is over by now is not brought
back: a closed opening, a yes taken back, somebody who no longer looks.
"""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import consents
from accounts.models import Consent
from accounts.policies import Denied, acts_for
from ledger.models import Event
from matching import tell
from notifications import outbox, topics
from openings.models import Opening

from . import actions, closing, ladder, policies
from .hires import taking
from .lifecycle import REFERRAL, STATE_AFTER
from .models import Referral

UNDO = timedelta(minutes=10)
# What a yes shares with the opening, and what has to be shared still.
SHARED = (Consent.Purpose.CONTACT, Consent.Purpose.CERTIFICATES)
FROM = REFERRAL["take_back"].sources


def can_take_back(user, referrals, *, at) -> list[Referral]:
    """Those of these that this person answered so short a time ago that they may still think again."""
    fresh = [
        one for one in referrals if one.state in FROM and one.hirer_answered_at and one.hirer_answered_at > at - UNDO
    ]
    last = _last_two([one.pk for one in fresh])
    return [one for one in fresh if _was_first_answer(last.get(one.pk, []), user)]


def _last_two(keys: list[int]) -> dict[int, list[Event]]:
    """The last two steps of each of these referrals, the later first."""
    if not keys:
        return {}
    rows = Event.objects.filter(subject_type="referral", subject_id__in=keys, kind__in=STATE_AFTER).order_by("-id")
    found: dict[int, list[Event]] = {}
    for event in rows:
        found.setdefault(event.subject_id, []).append(event)
    return {key: events[:2] for key, events in found.items()}


def _was_first_answer(events: list[Event], user) -> bool:
    """Whether this person gave the last answer, to somebody who was waiting for one."""
    if len(events) < 2 or events[0].actor_id != user.pk:
        return False
    return STATE_AFTER[events[0].kind] in FROM and STATE_AFTER[events[1].kind] in Referral.WAITING


def just_answered(user, organizations, *, at) -> list[Referral]:
    """What this person answered for these organizations and may take back, the latest first."""
    rows = Referral.objects.shown().filter(opening__organization__in=organizations, state__in=FROM)
    rows = rows.filter(hirer_answered_at__gt=at - UNDO, opening__state=Opening.State.PUBLISHED, trainee__looking=True)
    rows = rows.with_consents().filter(shares_contact=True, shares_certificates=True)
    rows = rows.select_related("trainee__user", "opening").order_by("-hirer_answered_at", "-pk")
    return can_take_back(user, rows[:20], at=at)


def over(opening, trainee) -> str:
    """Why nobody waits for another answer: whoever went on, or stepped back, is not brought back."""
    if opening.state != Opening.State.PUBLISHED:
        return _("This opening is closed, so nobody waits for another answer. Your answer stays as it is.")
    shared = all(consents.agreed(trainee.user, purpose, opening) for purpose in SHARED)
    looks = trainee.looking and consents.agreed(trainee.user, Consent.Purpose.MATCH)
    if not (shared and looks and trainee.user.is_active):
        return _("The person stepped back since, so they wait for no other answer. Your answer stays as it is.")
    return ""


@transaction.atomic(durable=True)
def take_back(referral, *, by, at) -> Referral:
    """Whoever answered takes it back within ten minutes: the person waits for an answer again, and is told so."""
    policies.respond.check(by, referral)
    # As a hire locks them: the opening, the person, the referral.
    opening = Opening.objects.select_related("organization").select_for_update(of=("self",), no_key=True)
    opening, trainee = opening.get(pk=referral.opening_id), taking.lock(referral.trainee)
    locked = REFERRAL.lock(referral)
    if not can_take_back(by, [locked], at=at):
        raise Denied(_("Only who gave the answer can take it back, for ten minutes, while nothing else followed."))
    if said := over(opening, trainee):
        raise Denied(said)
    days = ladder.days_of(opening.organization)
    changes = {
        "reason": "",
        "note": "",
        "skill": None,
        "skill_said": "",
        "hirer_answered_at": None,
        "owner": by if acts_for(by, opening.organization) else locked.owner or actions.owner_for(referral),
        **ladder.waits("seen", days, at=locked.sent_at or locked.answered_at),
    }
    fresh = REFERRAL.advance(locked, "take_back", by=by, at=at, organization=opening.organization, changes=changes)
    closing.call_off(fresh, at=at, but=by)
    outbox.post(
        referral.trainee.user,
        "referral_recalled",
        topic=topics.REFERRALS,
        once_key=f"referral:{fresh.pk}:recalled:{at:%Y%m%d%H%M%S%f}",
        data={"opening": tell.about(opening), "referral": fresh.pk},
        path=f"/referrals/{fresh.public_id}/",
        at=at,
    )
    return fresh
