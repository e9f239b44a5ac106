"""Pages of one's own record: what I agreed to, who looked at me, a copy of everything, and being erased."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from .. import actions, assist, consents, timeline
from ..models import Consent
from ..policies import Denied
from ..stepup import recent
from . import erase, export, seen

Purpose = Consent.Purpose


@login_required
@require_safe
def consent_list(request):
    """Everything I agreed to, for what and for whom, in the words I agreed to, and how to take it back."""
    given = list(request.user.consents.select_related("organization"))
    names = timeline.names_of("opening", {consent.opening_id for consent in given if consent.opening_id})
    for consent in given:
        consent.opening_name = names.get(consent.opening_id, "")
    standing = [consent for consent in given if not consent.withdrawn_at]
    now = {consent.purpose: consent for consent in standing}
    shared = [consent.organization for consent in standing if consent.purpose == Purpose.RECORD]
    meant = shared[0] if shared else consents.coalition_meant()
    waits = consents.waits_for_guardian(request.user)
    minor = request.user.is_trainee and request.user.trainee.is_minor
    context = {
        # These two have a place of their own on the page.
        "standing": [one for one in standing if one.purpose not in (Purpose.MATCH, Purpose.RECORD)],
        "ended": [consent for consent in given if consent.withdrawn_at],
        "matching": now.get(Purpose.MATCH),
        "sharing": now.get(Purpose.RECORD),
        "texting": Purpose.SMS in now,
        "wording": consents.wording(Purpose.MATCH),
        "record_wording": consents.wording(Purpose.RECORD, meant),
        "waits": waits,
        "parent": None if waits or not minor else request.user.guardian,
        "why_no_school": consents.why_no_school(request.user),
        "helping": _helping(request.user, standing),
    }
    return render(request, "accounts/consents.html", context)


def _helping(user, standing) -> list[tuple]:
    """Whose people could act for me and may not yet, with the words."""
    if not user.is_trainee:
        return []
    may = {consent.organization_id for consent in standing if consent.purpose == Purpose.ASSIST}
    shared = [consent.organization_id for consent in standing if consent.purpose == Purpose.RECORD]
    bodies = [body for body in assist.bodies(user, shared) if body.pk not in may]
    return [(body, consents.wording(Purpose.ASSIST, body)) for body in bodies]


def _answer(request, act, yes: str, no: str, answer: str):
    try:
        act(request.user, by=request.user, at=timezone.now())
    except Denied as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, yes if answer == "yes" else no)
    return redirect("consent_list")


@login_required
@require_POST
def consent_match(request, answer):
    """Start or stop being matched."""
    act = actions.agree_to_matching if answer == "yes" else actions.stop_matching
    yes = _("Thank you. We look for openings that fit you.")
    return _answer(request, act, yes, _("You are no longer matched. Openings you said yes to stay open."), answer)


@login_required
@require_POST
def consent_record(request, answer):
    """Let the coordinators see my record, or no longer."""
    act = actions.share_record if answer == "yes" else actions.hide_record
    yes = _("Thank you. The coordinators see your record and can help you.")
    return _answer(request, act, yes, _("The coordinators no longer see your record."), answer)


@login_required
@require_POST
def consent_end(request, public_id):
    """Take back one agreement with one tap."""
    consent = get_object_or_404(request.user.consents, public_id=public_id)
    actions.take_back(request.user, consent, by=request.user, at=timezone.now())
    messages.success(request, _("You took it back. It counts from now on."))
    return redirect("consent_list")


@login_required
@require_safe
def seen_list(request):
    """Who looked at my record: which organization, what for, when."""
    page = Paginator(seen.of_person(request.user), 25).get_page(request.GET.get("page"))
    return render(request, "accounts/record/seen.html", {"page": page})


@login_required
@require_safe
@recent
def my_data(request):
    """Everything that is kept about me, to read or print."""
    context = {"sections": export.as_sections(request.user), "made_at": timezone.now(), "person": request.user}
    return render(request, "accounts/record/copy.html", context)


@login_required
@require_safe
@recent
def my_data_json(request):
    """The same as a file for another program."""
    now = timezone.now()
    answer = JsonResponse(export.as_data(request.user, at=now), json_dumps_params={"ensure_ascii": False, "indent": 2})
    answer["Content-Disposition"] = f'attachment; filename="my-data-{timezone.localdate(now):%Y-%m-%d}.json"'
    return answer


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@recent(reading=True)
def erase_me(request):
    """What being erased does, what stays and why; and the wish itself."""
    if request.method == "POST":
        try:
            erase.ask(request.user, by=request.user, at=timezone.now())
        except Denied as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("We wrote it down. Nothing is matched or shared any more."))
        return redirect("erase_me")
    context = {"asked": erase.asked(request.user), "stays": erase.leaves(), "days": erase.GRACE.days}
    return render(request, "accounts/record/erase.html", context)


@login_required
@require_POST
def erase_stop(request):
    """I want to stay after all."""
    if erase.change_mind(request.user, by=request.user, at=timezone.now()):
        messages.success(request, _("You stay. Agree again to what you want to share."))
    return redirect("erase_me")
