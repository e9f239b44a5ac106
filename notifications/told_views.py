"""What became of each message: for the person it was for, and for coordinators."""

from contextlib import suppress
from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.record import seen

from . import actions, addresses, outbox, policies, told
from .forms import PostForm
from .models import Delivery

# The list by state is for what stands still now; what is older is on the person's own page.
LATELY = timedelta(days=30)
State = Delivery.State


@login_required
@require_safe
def told_list(request):
    """Every email and text message to me: its state in plain words, and when."""
    page = Paginator(told.of_person(request.user), 20).get_page(request.GET.get("page"))
    page.object_list = list(page.object_list)
    told.describe(page.object_list, reader=request.user)
    context = {"page": page, "closed": addresses.of_person(request.user)}
    return render(request, "notifications/told.html", context)


@login_required
@require_POST
def address_mine(request, channel):
    """My address is right: write to me there again."""
    return _confirm(request, request.user, channel, "told_list")


@login_required
@require_safe
def post_list(request):
    """Messages of the last 30 days by state and way, for coordinators."""
    policies.see_messages.check(request.user, None)
    form = PostForm(request.GET)
    asked, rows = _wanted(request.user, form)
    counts = dict(rows.order_by().values_list("state").annotate(n=Count("pk")))
    if asked["state"]:
        rows = rows.filter(state=asked["state"])
    rows = rows.select_related("notice", "user").order_by("-created_at", "-pk")
    pages = Paginator(rows, 25)
    pages.count = counts.get(asked["state"], 0) if asked["state"] else sum(counts.values())  # known already
    page = pages.get_page(request.GET.get("page"))
    page.object_list = list(page.object_list)
    told.describe(page.object_list, reader=request.user)
    named = _hide_unreadable(request.user, page.object_list)
    seen.note(request.user, named, seen.Purpose.MESSAGES, at=timezone.now())
    query = request.GET.copy()
    query.pop("page", None)
    stateless = query.copy()
    stateless.pop("state", None)
    context = {
        "page": page,
        "form": form,
        "asked": asked,
        "total": sum(counts.values()),
        "again": counts.get(asked["state"], 0) if asked["state"] in (State.FAILED, State.BOUNCED) else 0,
        "tabs": [(state, label, counts[state]) for state, label in Delivery.State.choices if counts.get(state)],
        "query": query.urlencode(),
        "stateless": stateless.urlencode(),
    }
    return render(request, "notifications/post.html", context)


def _wanted(reader, form: PostForm):
    """What is asked for, and the messages of the last 30 days by way and name; of every state."""
    form.is_valid()  # a filter that makes no sense is left out, the others count
    asked = {name: form.cleaned_data.get(name, "") for name in form.fields}
    rows = Delivery.objects.filter(created_at__gt=timezone.now() - LATELY)
    if asked["channel"]:
        rows = rows.filter(channel=asked["channel"])
    if asked["q"]:
        rows = rows.filter(user__in=policies.readable(reader).filter(full_name__icontains=asked["q"]))
    return asked, rows


def _hide_unreadable(reader, deliveries: list[Delivery]) -> list:
    """Who no longer agrees to be matched has no name here; that a message to them is held back is no secret.

    Returns the trainees who are named.
    """
    wanted = Q(pk__in={d.user_id for d in deliveries}) | Q(email__in={d.address for d in deliveries if not d.user_id})
    known = policies.readable(reader).filter(wanted).select_related("trainee").order_by().in_bulk()
    addresses_known = {person.email for person in known.values()}
    for delivery in deliveries:
        delivery.readable = delivery.user_id in known or (not delivery.user_id and delivery.address in addresses_known)
    return [person for person in known.values() if person.is_trainee]


@login_required
@require_POST
def post_again(request):
    """Send again what did not arrive: one message, or all that failed or came back of a list (`outbox retry`)."""
    policies.see_messages.check(request.user, None)
    named = request.POST.get("message", "")
    if named and not named.isdecimal():
        raise Http404
    if named:
        rows = Delivery.objects.filter(pk=int(named[:18]))
    else:
        asked, rows = _wanted(request.user, PostForm(request.POST))
        # Of one state when the list is of one, else of both; never what was held back on purpose.
        both = {State.FAILED, State.BOUNCED}
        rows = rows.filter(state__in=both & {asked["state"]} if asked["state"] else both)
    chosen = Delivery.objects.filter(pk__in=rows.order_by().values("pk"))
    count = outbox.again(chosen, by=request.user, at=timezone.now())
    if count:
        said = ngettext("%(n)s message leaves once more.", "%(n)s messages leave once more.", count)
        messages.success(request, said % {"n": count})
    else:
        messages.info(request, _("Nothing was left to send again."))
    back = request.POST.get("back", "")
    with suppress(ValidationError):  # no number of anybody
        if back and policies.readable(request.user).filter(public_id=back).exists():
            return redirect("post_person", back)
    return redirect("post_list")


def _person(request, public_id):
    if not policies.see_messages(request.user, None):
        raise Http404
    return get_object_or_404(policies.readable(request.user).select_related("trainee"), public_id=public_id)


@login_required
@require_safe
def post_person(request, public_id):
    """What we told one person, for coordinators."""
    person = _person(request, public_id)
    seen.note(request.user, [person], seen.Purpose.MESSAGES, at=timezone.now())
    newest = list(told.of_person(person)[:500])  # one question, and none for how many there are
    page = Paginator(newest, 25).get_page(request.GET.get("page"))
    page.object_list = list(page.object_list)
    told.describe(page.object_list, reader=request.user)
    context = {
        "person": person,
        "page": page,
        "closed": addresses.of_person(person),
        "trainee": getattr(person, "trainee", None),
    }
    return render(request, "notifications/post_person.html", context)


@login_required
@require_POST
def post_address(request, public_id, channel):
    """The coordinator heard that the address is right."""
    return _confirm(request, _person(request, public_id), channel, "post_person", public_id)


def _confirm(request, person, channel, *back):
    address = addresses.current(channel, person)
    again = actions.confirm_address(channel, address, by=request.user, at=timezone.now()) if address else 0
    said = _("We write there again.")
    if again:
        said += " " + ngettext(
            "%(n)s message that did not arrive leaves once more.",
            "%(n)s messages that did not arrive leave once more.",
            again,
        ) % {"n": again}
    messages.success(request, said)
    return redirect(*back)
