"""The opening editor: for the people of employers, union locals and sponsors, and for coordinators."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ledger.lifecycle import IllegalStep

from . import actions, policies, publishing
from .forms import CloseForm, OpeningForm, initial_of
from .models import Opening
from .publishing import Refused
from .queries import FACTS, asks_of, shown, version_of

# In the address of the editor after a draft was saved and could not be published: its form says why, at the fields.
UNPUBLISHED = "unpublished"


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def opening_new(request):
    organizations = policies.offers_for(request.user)
    policies.write.check(request.user, None)
    form = OpeningForm(
        request.POST or None,
        organizations=organizations,
        initial={"kind": Opening.Kind.JOB, "organization": request.GET.get("organization", "")},
    )
    if request.method == "POST" and form.is_valid():
        organization = form.offered_by()
        opening = actions.draft(
            organization,
            facts=form.facts(),
            asks=form.asks(),
            by=request.user,
            at=timezone.now(),
            public_id=_token(request),
        )
        return _publish(request, opening) if request.POST.get("then") == "publish" else _saved(request, opening)
    _say_gaps(request, form)
    context = {"form": form, "opening": None, "organizations": organizations, "token": _token(request) or uuid.uuid4()}
    return render(request, "openings/edit.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def opening_edit(request, public_id):
    opening = _own(request, public_id)
    version, changed = version_of(opening), []
    form = OpeningForm(request.POST or None, opening=opening, initial=initial_of(opening))
    if request.method == "POST" and form.is_valid():
        try:
            opening = actions.amend(
                opening,
                facts=form.facts(),
                asks=form.asks(),
                version=request.POST.get("version", ""),
                by=request.user,
                at=timezone.now(),
            )
        except actions.Changed as meanwhile:
            form.add_error(None, str(meanwhile))
            opening, version = meanwhile.opening, version_of(meanwhile.opening)
            changed = _differing(form, opening)
        except Refused as refused:
            form.say(refused.problems)
        else:
            return _publish(request, opening) if request.POST.get("then") == "publish" else _saved(request, opening)
    elif request.method == "POST":
        version = request.POST.get("version", "")
        _say_gaps(request, form)
    is_public = opening.state == Opening.State.PUBLISHED  # since, or all along: an old address says nothing of it
    kept = request.method != "POST" and UNPUBLISHED in request.GET and not is_public
    if kept:
        form.say(publishing.problems_of(opening, today=timezone.localdate()))
    context = {"form": form, "opening": opening, "version": version, "changed": changed, "kept": kept}
    return render(request, "openings/edit.html", context | {"close_form": CloseForm()})


@login_required
@require_POST
def opening_publish(request, public_id):
    return _publish(request, _own(request, public_id))


@login_required
@require_POST
def opening_close(request, public_id):
    opening = _own(request, public_id)
    form = CloseForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why the opening closes."))
        return redirect("opening_edit", opening.public_id)
    try:
        actions.close(
            opening,
            reason=form.cleaned_data["reason"],
            note=form.cleaned_data["note"],
            by=request.user,
            at=timezone.now(),
        )
    except IllegalStep as moved:
        messages.error(request, str(moved))
    else:
        messages.success(request, _("Closed. It takes no more people; the people it was for are not asked again."))
    return redirect("opening", opening.public_id)


def _token(request) -> uuid.UUID | None:
    """The number the empty form was given, so that sending it twice makes one opening."""
    try:
        return uuid.UUID(request.POST.get("token", ""))
    except ValueError:
        return None


def _own(request, public_id) -> Opening:
    """An opening the reader may edit: another organization's draft does not exist for them, the rest is refused."""
    opening = get_object_or_404(shown().visible_to(request.user), public_id=public_id)
    policies.edit.check(request.user, opening)
    return opening


def _saved(request, opening):
    if opening.state == Opening.State.PUBLISHED:
        messages.success(request, _("Saved. Everybody sees the change, and the matches follow."))
        return redirect("opening", opening.public_id)
    messages.success(request, _("Saved as a draft. Nobody outside sees it until you publish it."))
    return redirect("opening_edit", opening.public_id)


def _publish(request, opening):
    """Publish what is saved; what stands in the way is said, and the draft is kept."""
    try:
        opening = actions.publish(opening, by=request.user, at=timezone.now())
    except Refused:
        edit = reverse("opening_edit", args=[opening.public_id])
        return redirect(f"{edit}?{UNPUBLISHED}=1")
    except IllegalStep as moved:
        messages.error(request, str(moved))
    else:
        if opening.state == Opening.State.DRAFT:
            messages.info(
                request,
                _(
                    "Saved. This is the first opening of an organization nobody has verified yet, so somebody of the "
                    "coalition looks at it before it is shown. They were asked to do so within two days."
                ),
            )
            return redirect("opening_edit", opening.public_id)
        messages.success(request, _("Published. We look for people who meet what it asks for and write to them."))
    return redirect("opening", opening.public_id)


def _say_gaps(request, form) -> None:
    """Whoever meant to publish reads everything that is in the way at once, not the rest after the next try."""
    if request.POST.get("then") == "publish":
        form.say_gaps(today=timezone.localdate())


def _differing(form: OpeningForm, opening: Opening) -> list[str]:
    """The labels of what stands otherwise in the database than in the form."""
    facts = form.facts()
    labels = [
        form.fields[name].label for name in FACTS if name in form.fields and getattr(opening, name) != facts[name]
    ]
    if asks_of(opening) != form.asks():
        labels.append(_("Certificates"))
    return labels
