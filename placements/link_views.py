"""The page behind a link to answer without signing in. GET shows, POST acts."""

from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.policies import Denied
from ledger.lifecycle import IllegalStep

from . import actions, links, missed
from .case_forms import RespondForm
from .forms import NoForm
from .links import Useless

VIA = "link"  # how the ledger and the consent say that it came by a link


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer_link(request, token):
    """What is asked, in the reader's language, with its answers; a link that no longer counts says why."""
    try:
        case = links.read(token)
    except Useless as useless:
        return _page(request, useless.reader, {"useless": _said(token, useless)}, 410)
    with translation.override(case.reader.language):
        form = _form(case, request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            try:
                done = _act(case, request.POST.get("step", ""), form)
                return _page(request, case.reader, {"done": done, "case": case})
            except (Denied, IllegalStep) as refused:
                return _page(request, case.reader, {"useless": str(refused)}, 409)
        return _page(request, case.reader, {"case": case, "form": form}, 422 if form.errors else 200)


def _said(token: str, useless: Useless) -> str:
    """Why a link no longer counts, in the language of whom it was made for."""
    if useless.reader is None:
        return str(useless)
    with translation.override(useless.reader.language):
        try:
            links.read(token)
        except Useless as again:
            return str(again)
    return str(useless)


def _page(request, reader, context: dict, status=200):
    language = reader.language if reader else translation.get_language()
    with translation.override(language):
        request.LANGUAGE_CODE = language
        shown = {"case": None, "form": None, "done": "", "useless": ""} | context
        response = render(request, "placements/link.html", shown, status=status)
    response["Content-Language"] = language
    # The address is the key: no other site hears of it, and no search engine keeps it. "no-referrer" would hide
    # from this site, too, where the form comes from, and its button would be refused.
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex"
    return response


def _form(case, data):
    """The reasons of a no; nothing else is asked here."""
    if case.referral:
        return RespondForm(data, zone=case.reader.time_zone, skills=missed.skills_of(case.opening))
    if data is not None and data.get("step") in ("yes", "not_now"):
        data = {"reason": "other"}
    return NoForm(data)


def _act(case, step: str, form) -> str:
    """Do it as the person the link was made for; the sentence they read."""
    now = timezone.now()
    if step not in case.steps:
        raise IllegalStep(_("This answer is not possible."))
    if case.referral:
        actions.respond(case.referral, step, by=case.reader, at=now, via=VIA, **form.answer())
        return _("Thank you. The person was told.")
    if step == "yes":
        referral = actions.say_yes(case.match, by=case.reader, at=now, via=VIA)
        if referral.state == "queued":
            return _("You said yes. You wait in order, and we tell you when your turn comes.")
        return _("You said yes. Your name and contact are now visible to them. They were asked to answer soon.")
    if step == "not_now":
        actions.say_not_now(case.match, by=case.reader, at=now, via=VIA)
        return _("All right, not now. You can change your answer as long as the opening is open.")
    clean = form.cleaned_data
    actions.say_no(case.match, reason=clean["reason"], note=clean["note"], by=case.reader, at=now, via=VIA)
    return _("Thank you for telling us. We will not ask you about this opening again.")
