"""Assisted mode: staff act for a person who agreed, while they sit or speak together.

Who may: coordinators with whom the person shares their record, and the staff of a provider that trained them. The
person agrees with a tap of their own, or aloud after the words were read to them. It ends with a tap of either, and by
itself after two hours.

Meanwhile the pages marked `@assistable` are shown and pressed as the person's: what they told us, their certificates,
their answers. The ledger keeps who did it, for whom and of which organization, and the person reads it. Their
agreements, their ways to sign in, the copy of their data and erasing stay theirs: no page of these is marked.
"""

from collections.abc import Callable
from datetime import timedelta

from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from ledger.log import record

from . import consents
from .models import Assistance, Consent, Organization
from .policies import Denied, acts_for, is_coordinator, organizations_of
from .record import seen

KEY = "assistance"
FIRST_PAGE = "trainee_profile"
LASTS = timedelta(hours=2)
# What is somebody's own, and not marked: while acting for a person it would be the helper's, which nobody means.
OWN = ("/me/", "/accounts/", "/inbox/")
ALWAYS = {"account_logout"}
How = Assistance.How
# Which organizations know the person as their own: filled by the rooms that know.
_knowing: list[Callable] = []


def known_by(find: Callable) -> None:
    """`find(person)` yields the organizations that know the person as their own, beside the coalition."""
    _knowing.append(find)


def assistable(view):
    """Staff may see and press this page for a person."""
    view.assistable = True
    return view


# --- Who may ---------------------------------------------------------------------------------------------------------
def bodies(person, shared: list | None = None) -> list[Organization]:
    """Whose staff could act for the person: the coalitions they share their record with, and who trained them.

    `shared` are these coalitions' row numbers where they are known already; None stands for all.
    """
    if shared is None:
        shared = list(consents.record_shared().filter(user=person).values_list("organization", flat=True))
    found = []
    if shared:
        coalitions = Organization.objects.standing().filter(kind=Organization.Kind.COALITION)
        found = list(coalitions if None in shared else coalitions.filter(pk__in=shared))
    for find in _knowing:
        found += [body for body in find(person) if body not in found]
    return found


def body_for(helper, person) -> Organization | None:
    """The organization for which the helper could act for this person, or None."""
    if helper.pk == person.pk or not person.is_active or not organizations_of(helper):
        return None
    coalition = Organization.Kind.COALITION
    return next(
        (
            body
            for body in bodies(person)
            if acts_for(helper, body) and (body.kind != coalition or is_coordinator(helper))
        ),
        None,
    )


# --- Beginning and ending --------------------------------------------------------------------------------------------
@transaction.atomic(durable=True)
def allow(person, organization, *, by, at) -> Consent:
    """The person lets the staff of this organization act for them, until they take it back."""
    if organization not in bodies(person):
        raise Denied(_("The people of this organization do not look after you, so they cannot act for you."))
    return consents.give(person, Consent.Purpose.ASSIST, source="web", at=at, by=by, organization=organization)


def allowed(person, organization) -> Consent | None:
    """What the person themselves agreed to, if it stands; what was said aloud was said for one time."""
    rows = person.consents.standing().filter(purpose=Consent.Purpose.ASSIST, organization=organization, source="web")
    return rows.first()


@transaction.atomic(durable=True)
def begin(person, *, how: str, language: str, by, at) -> Assistance:
    """From now on, for two hours at most, `by` acts for the person."""
    person = consents.lock(person)
    organization = body_for(by, person)
    if organization is None:
        raise Denied(_("Only people who look after this person can act for them."))
    if consents.waits_for_guardian(person):
        raise Denied(_("This person is under 18. A parent or guardian must agree first."))
    consent = allowed(person, organization)
    if how == How.TAP and consent is None:
        raise Denied(_("The person took this agreement back. Read the words to them and ask again."))
    if consent is None:
        # Said anew each time: in which words and language, when, and how.
        consents.withdraw_assisting(person, organization, at=at, by=by)
        consent = consents.give(
            person, Consent.Purpose.ASSIST, source=f"spoken, {how}", at=at, by=by, organization=organization,
            language=language,
        )  # fmt: skip
    Assistance.objects.filter(helper=by, ended_at=None).update(ended_at=at)
    made = Assistance.objects.create(
        person=person, helper=by, organization=organization, consent=consent, how=how, language=language,
        began_at=at, ends_at=at + LASTS,
    )  # fmt: skip
    record("assistance.began", person, by=by, at=at, organization=organization, how=how, helped=person.pk)
    return made


@transaction.atomic(durable=True)
def end(assistance, *, by, at) -> bool:
    """It is over; whether it was not already."""
    rows = Assistance.objects.filter(pk=assistance.pk, ended_at=None)
    if not rows.update(ended_at=at):
        return False
    person, body = assistance.person, assistance.organization
    record("assistance.ended", person, by=by, at=at, organization=body, helped=person.pk)
    return True


def current(number, *, helper, at) -> Assistance | None:
    """The one that goes on: not ended, not over, still agreed to, and the helper may still."""
    rows = Assistance.objects.select_related("person__trainee", "organization")
    found = rows.filter(
        Q(ended_at=None, ends_at__gt=at, consent__withdrawn_at=None, person__is_active=True), pk=number, helper=helper
    ).first()
    return found if found and body_for(helper, found.person) == found.organization else None


def forget(request) -> bool:
    """Whoever signed in is themselves again; whether they acted for somebody. A page of that person which is open still
    sends nothing any more: its form's token is not of today."""
    if not request.session.pop(KEY, None):
        return False
    rotate_token(request)
    return True


# --- On every request -------------------------------------------------------------------------------------------------
def acting(get_response):
    """While somebody acts for a person, the marked pages are the person's; each look is noted, each act stamped."""

    def middleware(request):
        request.assistance = request.helper = None
        return get_response(request)

    def process_view(request, view, args, kwargs):
        number = request.session.get(KEY) if request.user.is_authenticated else None
        if number is None:
            return None
        found = current(number, helper=request.user, at=timezone.now())
        if found is None:
            forget(request)
            messages.info(request, _("The time in which you acted for somebody is over."))
            # What was sent was the person's, and would be done as the helper's own.
            return redirect("start") if request.method == "POST" and getattr(view, "assistable", False) else None
        request.assistance = found
        if getattr(view, "assistable", False):
            _become(request, found)
        elif request.path.startswith(OWN) and request.resolver_match.url_name not in ALWAYS:
            raise Denied(
                _("You act for %(person)s. Only they can do this themselves.") % {"person": found.person.full_name}
            )
        return None

    middleware.process_view = process_view
    return middleware


def _become(request, found: Assistance) -> None:
    helper, person = request.user, found.person
    seen.note(helper, [person], seen.Purpose.ASSISTED, at=timezone.now(), organization=found.organization)
    person.helped_by = (helper.pk, found.organization_id)
    request.helper, request.user = helper, person
