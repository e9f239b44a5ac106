"""Pages about a person's number, and the doors the carrier knocks at."""

from xml.sax.saxutils import escape

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import consents
from accounts.models import Consent
from accounts.policies import Denied
from accounts.stepup import recent

from . import gateway, inbound, phones, receipts, twilio
from .forms import CodeForm, NumberForm, TopicsForm
from .models import TextTopics


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@recent(reading=True)
def text_phone(request):
    """My number: how it stands with my texts; a POST asks for a code to a new one."""
    form = NumberForm(request.POST or None, initial={"number": request.user.phone})
    if request.method == "POST" and form.is_valid():
        try:
            phones.ask_code(request.user, form.cleaned_data["number"], by=request.user, at=timezone.now())
        except Denied as refused:
            form.add_error("number", str(refused))
        else:
            messages.success(request, _("We sent a code to your phone. Type it in here."))
            return redirect("text_phone")
    return _page(request, number_form=form, status=422 if form.errors else 200)


@login_required
@require_POST
@sensitive_post_parameters("code")
def text_code(request):
    """The code, and with it the agreement."""
    form = CodeForm(request.POST)
    if form.is_valid():
        code = form.cleaned_data["code"]
        found = phones.verify(request.user, code, by=request.user, at=timezone.now())
        if found == phones.RIGHT:
            messages.success(request, _("Your number is confirmed. We send you text messages from now on."))
            return redirect("text_phone")
        if found == phones.OVER:
            messages.error(request, _("This code works no longer. Ask for a new one."))
            return redirect("text_phone")
        form.add_error("code", _("This is not the code we sent. Look at the newest text message and type it again."))
    return _page(request, code_form=form, status=422)


def _page(request, *, number_form=None, code_form=None, status=200):
    standing = phones.standing(request.user, timezone.now())
    row = TextTopics.objects.filter(user=request.user).first()
    chosen = row.topics if row else phones.TOPICS_BY_TEXT
    context = {
        "standing": standing,
        "on": gateway.is_on(),
        "number_form": number_form or NumberForm(initial={"number": request.user.phone}),
        "code_form": code_form or CodeForm(),
        "topics_form": TopicsForm(request.user, initial={"topics": chosen}),
        "wording": consents.wording(Consent.Purpose.SMS, number=standing.asked or standing.number),
        "minutes": phones.MINUTES,
        "our_number": settings.SMS_NUMBER,
        "changing": "change" in request.GET or bool(number_form and number_form.errors),
    }
    return render(request, "notifications/phone.html", context, status=status)


@login_required
@require_POST
def text_agree(request, answer):
    """Start or stop texts to the number I proved."""
    try:
        if answer == "yes":
            phones.agree(request.user, by=request.user, at=timezone.now())
            messages.success(request, _("We send you text messages from now on."))
        else:
            phones.disagree(request.user, by=request.user, at=timezone.now())
            messages.success(request, _("You get no more text messages. Everything is still in your inbox."))
    except Denied as refused:
        messages.error(request, str(refused))
    # Who agreed on their own page is on their way to openings, not to settings.
    return redirect("start" if request.POST.get("from") == "home" else "text_phone")


@login_required
@require_POST
def text_topics(request):
    """What I want to hear of by text."""
    form = TopicsForm(request.user, request.POST)
    if form.is_valid():
        phones.choose_topics(request.user, form.cleaned_data["topics"], at=timezone.now())
        messages.success(request, _("Saved."))
    return redirect("text_phone")


@login_required
@require_POST
@recent
def text_remove(request):
    """My number is gone."""
    try:
        phones.remove(request.user, by=request.user, at=timezone.now())
    except Denied as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Your number is removed. We send no text messages any more."))
    return redirect("text_phone")


# --- The carrier's doors: for whoever knows the account's token ------------------------------------------------------
def _carriers_only(request) -> None:
    if settings.SMS_GATEWAY != "twilio":
        raise Http404
    if not twilio.is_signed(request):
        raise PermissionDenied


@csrf_exempt
@require_POST
def carrier_text(request):
    """A text came in. The answer is the reply, in the carrier's own markup."""
    _carriers_only(request)
    form = request.POST
    reply = inbound.receive(
        sid=form.get("MessageSid", ""),
        number=form.get("From", ""),
        body=form.get("Body", ""),
        at=timezone.now(),
        # The carrier's own opt-out has replied already, and names the word it found.
        answered_by_carrier=bool(form.get("OptOutType")),
    )
    inside = f"<Message>{escape(reply)}</Message>" if reply else ""
    return HttpResponse(
        f'<?xml version="1.0" encoding="UTF-8"?><Response>{inside}</Response>', content_type="text/xml; charset=utf-8"
    )


@csrf_exempt
@require_POST
def carrier_status(request, public_id):
    """What became of a text that left."""
    _carriers_only(request)
    form = request.POST
    receipts.told(
        public_id,
        sid=form.get("MessageSid", "")[:64],
        status=form.get("MessageStatus", ""),
        code=form.get("ErrorCode", ""),
        at=timezone.now(),
    )
    return HttpResponse(status=204)
