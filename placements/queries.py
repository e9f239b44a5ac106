"""Who is certified and not placed, for how long, what blocks, and who owns the next step."""

from django.db.models import Case, CharField, Count, Exists, F, Min, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Consent, TraineeProfile
from matching import live
from matching.models import Match
from openings.models import Opening
from programs.models import Certification

from .models import Placement, Referral

# What stands between a certified person and work, the first that is true; with the sentence coordinators read.
BLOCKS = {
    "zip": _("No home ZIP code, so nothing can be matched"),
    "hirer": _("Said yes; waiting for the employer or hall"),
    "answer": _("An opening fits; waiting for the person's answer"),
    "ask": _("An opening fits once a question is answered"),
    "later": _("Answered what fits with not now or no"),
    "fits": _("Fits an opening; others are before them in its order"),
    "near": _("One certificate is missing"),
    "nothing": _("No open opening in the trade and distance"),
}

# The same as tabs.
TABS = {
    "zip": _("No ZIP code"),
    "hirer": _("With the employer"),
    "answer": _("With the person"),
    "ask": _("A question open"),
    "later": _("Not now"),
    "fits": _("Others first"),
    "near": _("One step away"),
    "nothing": _("No opening"),
}


def belonging():
    """Who agreed to be matched, shares their record, looks for work and has none that goes on: whose certificates count
    for the board."""
    consent = Consent.objects.standing().filter(user=OuterRef("user"))
    matched, shared = (consent.filter(purpose=p) for p in (Consent.Purpose.MATCH, Consent.Purpose.RECORD))
    works = Placement.objects.current().filter(trainee=OuterRef("pk"))
    # A hire of which nothing more was written down.
    hired = Referral.objects.filter(trainee=OuterRef("pk"), state=Referral.State.HIRED, placements=None)
    return TraineeProfile.objects.filter(
        Exists(matched), Exists(shared), ~Exists(works), ~Exists(hired), looking=True, user__is_active=True
    )


def certified_not_placed(today=None):
    """Of `belonging` whoever has a valid certificate; longest waiting first. Costly for many: ask it of a few people.

    Adds `since` (the first valid certificate's date) and `block` (a key of BLOCKS).
    """
    today = today or timezone.localdate()
    valid = Certification.objects.valid(today).filter(trainee=OuterRef("pk")).order_by()
    kept = Match.objects.filter(trainee=OuterRef("pk"), opening__state=Opening.State.PUBLISHED)
    answered = Referral.objects.filter(trainee=OuterRef("trainee"), opening=OuterRef("opening"))
    unanswered = kept.filter(state=Match.State.FITS).exclude(Exists(answered))
    since = valid.values("trainee").annotate(first=Min("issued_on")).values("first")
    return (
        belonging()
        .filter(Exists(valid))
        .annotate(
            since=Subquery(since),
            block=Case(
                When(zip="", then=Value("zip")),
                When(Exists(Referral.objects.open().filter(trainee=OuterRef("pk"))), then=Value("hirer")),
                When(Exists(unanswered), then=Value("answer")),
                When(Exists(kept.filter(state=Match.State.ASK)), then=Value("ask")),
                When(Exists(kept.filter(state=Match.State.FITS)), then=Value("later")),
                # Asked of the rules for each person left: the costly case stands last.
                default=Coalesce(live.Standing(F("pk"), today), Value("nothing"), output_field=CharField()),
                output_field=CharField(),
            ),
        )
        .select_related("user", "coordinator")
        .order_by("since", "pk")
    )


def with_referrals(people: list) -> list:
    """These people with their open referral, the one due first, and who owns the next step; one question for all."""
    rows = Referral.objects.open().filter(trainee__in=[person.pk for person in people])
    rows = rows.select_related("opening__organization", "owner").order_by("-due_on", "pk")
    referrals = {referral.trainee_id: referral for referral in rows}
    for person in people:
        person.referral = referrals.get(person.pk)
        person.owner = person.referral.owner if person.referral else person.coordinator
    return people


def page_of(match: Match) -> str:
    """Where the trainee reads a match: its own page, or while it was not put before them yet, how it fits."""
    if match.pk is None:
        return reverse("match_preview", args=[match.opening.public_id])
    return reverse("match", args=[match.public_id])


def to_answer(organizations):
    """Referrals that wait for these organizations' answer, the one due first on top; not those whose turn has not come,
    of whom they read a number."""
    return (
        Referral.objects.open()
        .shown()
        .with_consents()
        .filter(opening__organization__in=organizations)
        .select_related("trainee__user", "opening__organization", "owner")
        .order_by("due_on", "pk")
    )


def over(openings) -> dict[int, int]:
    """For each opening: how many pass every gate, but it is over between them, whoever ended it: nobody waits there."""
    ended = Referral.objects.filter(trainee=OuterRef("trainee"), opening=OuterRef("opening"))
    ended = ended.exclude(state__in=Referral.OPEN)
    agreed = Consent.objects.standing().filter(purpose=Consent.Purpose.MATCH, user=OuterRef("trainee__user"))
    rows = Match.objects.filter(
        Exists(ended), Exists(agreed), opening__in=openings, state=Match.State.FITS, trainee__looking=True
    )
    return dict(rows.order_by().values_list("opening").annotate(Count("pk")))


def answers_of(trainee) -> dict[int, Referral]:
    """The person's answers by opening."""
    rows = Referral.objects.filter(trainee=trainee).select_related("opening__organization", "owner").order_by("pk")
    return {row.opening_id: row for row in rows}


def seats_left(openings) -> dict[int, int]:
    """Seats minus the people who have them for each opening: computed, never typed. Who left gives the seat back."""
    rows = (
        Opening.objects.filter(pk__in=[o.pk for o in openings])
        .annotate(hired=Count("placements", filter=Q(placements__ended_on=None)))
        .annotate(left=F("seats") - F("hired"))
        .order_by("pk")
    )
    return {row.pk: max(row.left, 0) for row in rows}
