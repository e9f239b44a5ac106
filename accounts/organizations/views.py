"""Pages of an organization: what it is, whom one can reach there, and a coordinator's look whether it is so."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Organization, Verification
from accounts.policies import Denied, acts_for, is_coordinator
from accounts.stepup import recent

from . import merging, queries, reach, reviews, rights, verification
from .forms import MergeForm, NewForm, ProfileForm, VerifyForm


def visible(request, public_id) -> Organization:
    """The organization, for its people and coordinators; for everybody else it is not there."""
    rows = Organization.objects.visible_to(request.user).standing()
    return get_object_or_404(rows, public_id=public_id)


def _overseen(request, public_id) -> Organization:
    """The organization, for coordinators."""
    if not is_coordinator(request.user):
        raise Http404
    return get_object_or_404(Organization.objects.standing(), public_id=public_id)


@login_required
@require_safe
def organization_list(request):
    """Which organizations wait to be verified, which have nobody, and all, by name."""
    rights.oversee.check(request.user, None)
    lists = queries.lists()
    chosen = request.GET.get("list") if request.GET.get("list") in lists else "verify"
    word = request.GET.get("q", "").replace("\0", "").strip()[:80]
    counts = queries.counts(lists)
    page = Paginator(queries.found(lists[chosen], word), 25).get_page(request.GET.get("page"))
    page.object_list = list(page.object_list)
    people = reach.people_of(page.object_list)
    for row in page.object_list:
        row.person = people.get(row.pk)
    names = {"verify": _("To verify"), "nobody": _("Nobody to reach"), "all": _("All organizations")}
    context = {
        "page": page,
        "word": word,
        "chosen": chosen,
        "tabs": [(key, names[key], counts[key]) for key in lists],
    }
    return render(request, "organizations/list.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def organization_new(request):
    """Make an organization known."""
    rights.oversee.check(request.user, None)
    form = NewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        clean = form.cleaned_data
        try:
            made = verification.create(
                kind=clean["kind"], name=clean["name"], zip_code=clean["zip"], by=request.user, at=timezone.now()
            )
        except Denied as refused:
            form.add_error("name", str(refused))
        else:
            messages.success(request, _("Saved. Now invite somebody who acts for it."))
            return redirect("organization_people", made.public_id)
    return render(request, "organizations/new.html", {"form": form}, status=422 if form.is_bound else 200)


@login_required
@require_safe
def organization(request, public_id):
    """What an organization is, whom one can reach there, and what happened."""
    rows = Organization.objects.visible_to(request.user).select_related("merged_into")
    found = get_object_or_404(rows, public_id=public_id)
    if found.merged_into:  # the old row is a signpost
        return redirect("organization", found.merged_into.public_id)
    person = reach.person_of(found)
    staff = is_coordinator(request.user)
    due = reviews.due_on(found)
    context = {
        "organization": found,
        "person": person,
        "call": "" if person else reach.whom_to_call(found),
        "may_manage": rights.manage(request.user, found),
        "may_verify": rights.verify(request.user, found),
        "ours": acts_for(request.user, found),
        "staff": staff,
        "due": due,
        "is_due": bool(due and due <= timezone.localdate()),
    }
    return render(request, "organizations/organization.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@recent(reading=True)
def organization_edit(request, public_id):
    """Change what an organization says of itself."""
    found = visible(request, public_id)
    rights.manage.check(request.user, found)
    initial = {name: getattr(found, name) for name in ("name", "license_number", "address", "zip", "phone", "website")}
    form = ProfileForm(
        request.POST or None,
        organization=found,
        may_rename=is_coordinator(request.user),
        is_said=not verification.knows(request.user, found),
        initial=initial | {"contact": found.contact_id},
    )
    if request.method == "POST" and form.is_valid():
        try:
            changed = verification.change(found, form.cleaned_data, by=request.user, at=timezone.now())
        except Denied as refused:
            form.add_error(None, str(refused))
        else:
            again = _checked_again(found, changed)
            (messages.info if again else messages.success)(request, " ".join([_("Saved."), *again]))
            return redirect("organization", found.public_id)
    context = {"form": form, "organization": found}
    return render(request, "organizations/edit.html", context, status=422 if form.is_bound else 200)


def _checked_again(before, after) -> list[str]:
    """What a coordinator has to look at now, in sentences for whoever changed it."""
    said = []
    if before.verified_at and not after.verified_at:
        said.append(_("A coordinator verifies the organization again."))
    if before.website != after.website and "website" in after.only_said:
        said.append(_("The new website is shown to the public once a coordinator has checked it."))
    return said


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@recent(reading=True)
def organization_verify(request, public_id):
    """A coordinator's look: each point of the list, and the call back; or at one thing that its people changed."""
    found = _overseen(request, public_id)
    may = rights.verify(request.user, found)
    short = "doubt" in request.POST or request.POST.get("checked") in Organization.SAID
    form = VerifyForm(request.POST if request.method == "POST" and not short else None)
    if request.method == "POST":
        rights.verify.check(request.user, found)
        if short:
            _looked(request, found)
            return redirect("organization", found.public_id)
        if form.is_valid() and _verified(request, found, form):
            return redirect("organization", found.public_id)
        found.refresh_from_db()  # what stands on the page that follows is what its button sends as read
    context = {
        "form": form,
        "organization": found,
        "may": may,
        # Before the first verification the one button below checks all; another would lose what is typed for it.
        "alone": may and found.verified_at is not None,
        "why_not": rights.verify.why_not(request.user, found),
        "person": reach.person_of(found),
        "past": Verification.objects.filter(organization=found).select_related("by"),
    }
    return render(request, "organizations/verify.html", context, status=422 if form.is_bound else 200)


def _looked(request, found) -> None:
    """A coordinator says that one thing is so, or takes the whole verification back."""
    how = {"by": request.user, "at": timezone.now()}
    if "doubt" in request.POST:
        verification.doubt(found, **how)
        messages.success(request, _("The verification was taken back."))
        return
    name = request.POST["checked"]
    try:
        verification.check(found, name, read=request.POST.get(f"read_{name}", ""), **how)
    except Denied as refused:
        messages.error(request, str(refused))
    else:
        done = {
            "website": _("Checked. The website is shown to the public now."),
            "license_number": _("Checked. The number is no longer marked."),
        }
        messages.success(request, done[name])


def _verified(request, found, form) -> bool:
    """Do it and say so; or say at the form why not."""
    read = {name: request.POST.get(f"read_{name}") for name in verification.READ}
    clean = form.cleaned_data
    try:
        made = verification.verify(
            found, checks=clean["checks"], note_of_call=clean["note"], read=read, by=request.user, at=timezone.now()
        )
    except Denied as refused:
        form.add_error(None, str(refused))
        return False
    messages.success(request, _("Verified. Its openings are shown as soon as it publishes them."))
    if "website" in made.organization.only_said:
        late = _("The website was changed while you read that page, so it is not checked. Please look at it again.")
        messages.warning(request, late)
    return True


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@recent(reading=True)
def organization_merge(request, public_id):
    """Put two rows of the same organization together."""
    found = _overseen(request, public_id)
    form = MergeForm(request.POST or None, organization=found)
    if request.method == "POST" and form.is_valid():
        try:
            stays = merging.merge(found, form.cleaned_data["into"], by=request.user, at=timezone.now())
        except Denied as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Put together. Its people act for this one now."))
            return redirect("organization", stays.public_id)
    context = {"form": form, "organization": found}
    return render(request, "organizations/merge.html", context, status=422 if form.is_bound else 200)
