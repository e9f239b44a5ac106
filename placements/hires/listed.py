"""Hires as a list: whom, where, since when, and what comes next. Each reader sees those that they may open."""

from datetime import date

from django.db.models import Case, Exists, OuterRef, Q, Value, When
from django.utils.translation import gettext as _

from accounts.models import Consent
from accounts.policies import organizations_of
from accounts.speech import day

from . import retention
from .lifecycle import STANDING
from .models import CheckIn, Placement

ALL, ASKED, WORKING, ENDED = "all", "asked", "working", "ended"


def of(user):
    """The hires this person sees, the newest first, each with `ours` (it is for the employer or hall that they act for)
    and `named` (whether they read whose it is), as the page of one hire says it.
    """
    keys = [organization.pk for organization in organizations_of(user)]
    ours = Q(employer__in=keys, employer_knows=True)
    agreed = Consent.objects.standing().filter(
        user=OuterRef("trainee__user"), purpose=Consent.Purpose.CONTACT, opening_id=OuterRef("opening")
    )
    shares = Q(Exists(agreed), opening__isnull=False) | Q(opening__isnull=True, employer_knows=True)
    hirers = ours | Q(declared_for__in=keys, declared_by=Placement.Side.EMPLOYER)
    rows = Placement.objects.visible_to(user).exclude(trainee__user=user)
    return rows.annotate(
        ours=Case(When(ours, then=Value(True)), default=Value(False)),
        named=Case(When(shares, then=Value(True)), When(hirers, then=Value(False)), default=Value(True)),
    ).order_by("-starts_on", "-pk")


def tabs(*, finds_out: bool) -> dict[str, Q]:
    """What a tab shows. Asked: the organization's own answer is missing or, of who `finds_out`, theirs."""
    asked = CheckIn.objects.filter(placement=OuterRef("pk"))
    waits = Q(Exists(asked.filter(state__in=(CheckIn.State.ASKED, CheckIn.State.OPEN), employer="")), ours=True)
    if finds_out:
        waits |= Q(Exists(asked.filter(state=CheckIn.State.OPEN)), ours=False)
    working = Q(state__in=STANDING)
    return {ALL: Q(), ASKED: working & waits, WORKING: working, ENDED: ~working}


def search(rows, words: str):
    """Those whose person, work or employer has these words in its name; nobody is found by a name that is not shown."""
    found = Q(trainee__user__full_name__icontains=words, named=True)
    for field in ("opening__title", "opening__title_es", "title", "employer__name", "employer_name"):
        found |= Q(**{f"{field}__icontains": words})
    return rows.filter(found)


def comes_next(placement: Placement, *, finds_out: bool, today: date) -> tuple[str, bool]:
    """What is asked next of a hire, in words, and whether the reader is who is asked."""
    if not placement.standing:
        return "", False
    checks = list(placement.check_ins.all())
    for check in checks:
        if placement.ours and retention.waits_for(check, Placement.Side.EMPLOYER):
            return _("Your answer: is the person still with you?"), True
        if finds_out and not placement.ours and check.state == CheckIn.State.OPEN:
            return _("Yours to find out: does the work go on?"), True
    if any(check.state == CheckIn.State.ASKED for check in checks):
        return _("Asked if the work goes on; an answer is missing."), False
    coming = (step["on"] for step in retention.step_of(placement, checks) if not step["check"] and step["on"] >= today)
    if on := next(coming, None):
        return _("Asked on %(date)s if the work goes on.") % {"date": day(on)}, False
    return _("Nothing more is asked."), False
