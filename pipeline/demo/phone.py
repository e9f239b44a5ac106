"""The phone of the demo: what was sent to a number, as it looks there, and what its person answers."""

from django.core.paginator import Paginator
from django.db.models import F, Max
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import User
from notifications.sms import console, numbers
from notifications.sms.models import ConsoleText

SHOWN = 40  # messages on the screen
LONGEST = 480  # characters of an answer


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def phone(request):
    """One phone, or the choice of one. It is there only while the console gateway is on, which only the demo has."""
    if not console.is_on():
        raise Http404
    number = numbers.e164((request.POST if request.method == "POST" else request.GET).get("number", ""))
    if request.method == "POST" and number:
        body = request.POST.get("body", "").replace("\x00", "").strip()[:LONGEST]
        if body:
            console.write(number, body)
        return redirect(f"{reverse('demo_phone')}?number={number.replace('+', '%2B')}")
    if number:
        console.arrived([number])
    shown = list(ConsoleText.objects.filter(number=number).order_by("-pk")[:SHOWN])[::-1] if number else []
    seen = str(shown[-1].pk) if shown else ""
    if request.htmx:  # the screen alone, and only when there is something new to read out
        if request.GET.get("seen") == seen:
            return HttpResponse(status=204)
        return render(request, "demo/_screen.html", {"number": number, "texts": shown, "seen": seen})
    context = {"number": number, "texts": shown, "seen": seen, "phones": _phones(), "owner": _owner(number)}
    return render(request, "demo/phone.html", context)


def _phones() -> list[dict]:
    """Numbers that were written to, the last one first, with whose they are."""
    rows = ConsoleText.objects.order_by().values("number").annotate(last=Max("pk")).order_by("-last")
    found = [row["number"] for row in Paginator(rows, 30).get_page(1)]
    # Whoever proved a number comes last, and so counts before those who only said it is theirs.
    owners = User.objects.filter(phone__in=found).order_by(F("phone_verified_at").asc(nulls_first=True))
    names = dict(owners.values_list("phone", "full_name"))
    return [{"number": number, "name": names.get(number, "")} for number in found]


def _owner(number: str) -> str:
    owners = User.objects.filter(phone=number).order_by(F("phone_verified_at").desc(nulls_last=True))
    user = owners.first() if number else None
    return str(user) if user else ""
