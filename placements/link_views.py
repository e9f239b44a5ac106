"""The page behind a link to answer without signing in. GET shows, POST acts."""

from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.policies import Denied
from ledger import scopes
from ledger.lifecycle import IllegalStep
from openings import lists

from . import actions, link_shown, links, missed
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
    # The link stands for its reader, and for this case alone.
    with scopes.person(case.reader.pk), translation.override(case.reader.language):
        form = _form(case, request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            try:
                return _page(request, case.reader, {"case": case, **_act(case, request.POST, form)})
            except (Denied, IllegalStep) as refused:
                return _page(request, case.reader, {"useless": str(refused)}, 409)
        chosen = _chosen(request, case)
        kinds = {step: "accent" if step == (chosen or case.steps[0]) else "outline" for step in links.ANSWERS}
        context = {"case": case, "form": form, "chosen": chosen, "kinds": kinds, "shown": link_shown.of(case)}
        return _page(request, case.reader, context, 422 if form.errors else 200)


def _chosen(request, case) -> str:
    """The answer that the letter's link was for, which stands first; pressed and not understood, that one."""
    asked = request.POST.get("step") or request.GET.get("answer", "")
    return asked if asked in case.steps else ""


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
        nothing = {
            "case": None,
            "form": None,
            "chosen": "",
            "kinds": {},
            "shown": {},
            "done": "",
            "contact": None,
            "held": "",
            "useless": "",
        }
        response = render(request, "placements/link.html", nothing | context, status=status)
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
    if data is not None and data.get("step") in ("yes", "not_now", "list"):
        data = {"reason": "other"}
    return NoForm(data)


def _act(case, sent, form) -> dict:
    """Do it as the person the link was made for; the sentence they read, and whom to call where they want to meet."""
    now, step = timezone.now(), sent.get("step", "")
    if step not in case.steps:
        raise IllegalStep(_("This answer is not possible."))
    if case.referral:
        actions.respond(case.referral, step, by=case.reader, at=now, via=VIA, **form.answer())
        return {"done": _("Thank you. The person was told.")} | (_contact(case) if step == "interview" else {})
    return {"done": _answer(case, step, sent, form, now)}


def _contact(case) -> dict:
    """Whom to call, as a part of the page. The answer is saved by now, so that what keeps the contact back is no no."""
    try:
        return {"contact": link_shown.contact(case.reader, case.referral)}
    except Denied as refused:
        return {"held": str(refused)}


def _answer(case, step: str, sent, form, now) -> str:
    """The person's own answer, or their place on the list; a yes may bring both."""
    opening, trainee = case.opening, case.match.trainee
    if step == "list":
        lists.register(opening, trainee, by=case.reader, at=now)
        return _("You are on the list. Your place counts from now.")
    if step == "yes":
        referral = actions.say_yes(case.match, by=case.reader, at=now, via=VIA)
        said = _("You said yes. Your name and contact are now visible to them. They were asked to answer soon.")
        if referral.state == "queued":
            said = _("You said yes. You wait in order, and we tell you when your turn comes.")
        if "list" in sent and "list" in case.steps:
            lists.register(opening, trainee, by=case.reader, at=now)
            said = f"{said} {_('You are on the list. Your place counts from now.')}"
        return said
    if step == "not_now":
        actions.say_not_now(case.match, by=case.reader, at=now, via=VIA)
        return _("All right, not now. You can change your answer as long as the opening is open.")
    clean = form.cleaned_data
    actions.say_no(case.match, reason=clean["reason"], note=clean["note"], by=case.reader, at=now, via=VIA)
    return _("Thank you for telling us. We will not ask you about this opening again.")
