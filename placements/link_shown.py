"""What the page behind a link shows, so that who holds it can decide there: to the person the work, to the employer or
hall what its list shows of somebody, without the name.

A link can be passed on, so before an answer it names nobody and says no home ZIP code. The contact that an invitation
needs is in the answer to the press of the button alone: the link is spent with it, and opens nothing a second time.
"""

from django.utils import timezone

from accounts.models.people import Shift
from accounts.policies import acts_for
from accounts.record import seen
from accounts.speech import days_since
from matching import reasons, why
from matching.models import Match
from openings.models import Opening

from .case_views import Shown
from .models import Referral

# Of the gates; the distance stands above them in miles, for its sentence has the home ZIP code.
LEFT_OUT = ("distance",)


def of(case) -> dict:
    """The facts of a case, for its reader."""
    return _to_the_person(case) if case.match else _to_the_hirer(case)


def _to_the_person(case) -> dict:
    opening, on_list = case.opening, None
    if opening.order_rule == Opening.OrderRule.FIFO:
        on_list = opening.places.filter(trainee=case.match.trainee).first()
    return {
        "match": case.match,
        "shifts": [Shift(shift).label for shift in opening.shifts],
        "on_list": on_list,
    }


def _to_the_hirer(case) -> dict:
    referral = case.referral
    match = Match.objects.filter(trainee=referral.trainee, opening=referral.opening).first()
    why.complete([match] if match else [])
    shown = Shown.to(case.reader, referral)
    gates = match.gates if match and shown.certificates else []
    return {
        "match": match,
        "waits": days_since(referral.sent_at or referral.answered_at),
        "reasons": reasons.explain([gate for gate in gates if gate["name"] not in LEFT_OUT]),
        "certificates": shown.certificates,
    }


def contact(reader, referral: Referral):
    """Whom to call, once the reader has just answered that they want to meet; nobody where it is not shared with them.

    That they were shown it is written down, as on the person's page.
    """
    rows = Referral.objects.visible_to(reader).with_consents().select_related("trainee__user", "opening__organization")
    fresh = rows.filter(pk=referral.pk).first()
    if fresh is None or not Shown.to(reader, fresh).contact:
        return None
    person, organization = fresh.trainee.user, fresh.opening.organization
    ours = organization if acts_for(reader, organization) else None
    seen.note(reader, [person], seen.Purpose.REFERRAL, at=timezone.now(), organization=ours)
    return person
