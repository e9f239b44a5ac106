"""Pages of who acts for an organization: the list, one person on it, the look every quarter, and invitations."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import region
from accounts.ahead import path_of_ours
from accounts.models import Invitation, Membership
from accounts.policies import Denied, acts_for, is_coordinator
from accounts.stepup import recent
from ledger.lifecycle import IllegalStep

from . import invitations, memberships, merging, reviews, rights
from .forms import InviteForm, MemberForm
from .views import visible


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@recent(reading=True)
def organization_people(request, public_id):
    """Who acts for the organization; its administrators invite others here."""
    found = visible(request, public_id)
    may = rights.manage(request.user, found)
    posted = request.POST if request.method == "POST" else None
    if posted is not None:
        rights.manage.check(request.user, found)
    start = {"role": Membership.Role.STAFF, "language": request.LANGUAGE_CODE}
    form = InviteForm(posted, organization=found, initial=start)
    if posted is not None and form.is_valid():
        try:
            made = invitations.invite(found, **form.cleaned_data, by=request.user, at=timezone.now())
        except Denied as refused:
            form.add_error("email", str(refused))
        else:
            messages.success(request, _("Invited. The letter to %(email)s is on its way.") % {"email": made.email})
            return redirect("organization_people", found.public_id)
    people = reviews.listed(found)
    context = {
        "organization": found,
        "people": people,
        "invited": list(invitations.open_of(found, at=timezone.now())) if may else [],
        "form": form,
        "may_manage": may,
        "alone": sum(m.is_admin for m in people) < 2,
        "due": reviews.due_on(found),
        "today": region.day(),
    }
    return render(request, "organizations/people.html", context, status=422 if form.is_bound else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@recent(reading=True)
def membership(request, public_id, membership_id):
    """One person who acts for the organization: role, last day, the end; and handing over."""
    body = visible(request, public_id)
    rows = Membership.objects.current().select_related("user", "organization").filter(organization=body)
    found = get_object_or_404(rows, public_id=membership_id)
    own, may = found.user_id == request.user.pk, rights.manage(request.user, body)
    if not (own or may):
        raise Denied(rights.manage.why_not(request.user, body))
    posted = request.POST if request.method == "POST" and request.POST.get("then") == "save" else None
    form = MemberForm(posted, organization=body, initial={"role": found.role, "last_day": found.ends_on})
    elsewhere = list(merging.candidates(body)) if not own and is_coordinator(request.user) else []
    heirs = [m for m in reviews.listed(body) if m.pk != found.pk and m.user.is_active]
    if request.method == "POST":
        try:
            if done := _done(request, found, form, may, heirs, elsewhere):
                messages.success(request, done)
                left = own and request.POST.get("then") in ("end", "hand")
                return redirect("start") if left else redirect("organization_people", body.public_id)
        except (Denied, IllegalStep) as refused:
            messages.error(request, str(refused))
            return redirect("membership", body.public_id, found.public_id)
    context = {
        "organization": body,
        "membership": found,
        "form": form,
        "own": own,
        "may_manage": may,
        "heirs": heirs,
        "elsewhere": elsewhere,
        "last": found.is_admin and not any(m.is_admin for m in heirs),
    }
    return render(request, "organizations/membership.html", context, status=422 if form.is_bound else 200)


def _done(request, found, form, may, heirs, elsewhere) -> str:
    """Do what the button says; nothing when the form has to be looked at again."""
    how = {"by": request.user, "at": timezone.now()}
    then = request.POST.get("then")
    if then == "end":
        memberships.end(found, **how)
        return _("Ended. It counts from this moment on.")
    if then == "hand":
        heir = next((m for m in heirs if str(m.public_id) == request.POST.get("successor")), None)
        if heir is None:
            raise Denied(_("Choose who follows."))
        memberships.end(found, successor=heir, **how)
        return _("Handed over to %(person)s.") % {"person": heir.user}
    if then == "move":
        to = next((body for body in elsewhere if str(body.public_id) == request.POST.get("to")), None)
        if to is None:
            raise Denied(_("Choose another organization."))
        memberships.move(found, to, role=Membership.Role.STAFF, **how)
        return _("Moved to %(organization)s.") % {"organization": to}
    if then == "save" and may and form.is_valid():
        clean = form.cleaned_data
        memberships.change(found, role=clean["role"], last_day=clean["last_day"], **how)
        return _("Saved. It counts from this moment on.")
    if not may:
        raise Denied(rights.manage.why_not(request.user, found.organization))
    return ""


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@recent(reading=True)
def organization_review(request, public_id):
    """The look every quarter: each person stays or goes."""
    found = visible(request, public_id)
    rights.manage.check(request.user, found)
    people = reviews.listed(found)
    if request.method == "POST":
        answers = {m: request.POST.get(f"person-{m.public_id}") for m in people}
        stay = {m.pk for m, answer in answers.items() if answer == "stay"}
        go = {m.pk for m, answer in answers.items() if answer == "go"}
        try:
            if len(stay) + len(go) < len(people):
                raise Denied(_("Say for each person whether they stay."))
            reviews.review(found, stay=stay, go=go, by=request.user, at=timezone.now())
        except Denied as refused:
            messages.error(request, str(refused))
            for m, answer in answers.items():
                m.answer = answer or ""
        else:
            messages.success(request, _("Thank you. The next look is in three months."))
            return redirect("organization_people", found.public_id)
    else:
        for m in people:
            m.answer = ""
    context = {"organization": found, "people": people, "due": reviews.due_on(found)}
    return render(request, "organizations/review.html", context, status=422 if request.method == "POST" else 200)


@login_required
@require_POST
def organization_act(request, public_id):
    """From now on I act for this organization of mine."""
    found = visible(request, public_id)
    if not acts_for(request.user, found):
        raise Http404
    memberships.act_for(found, by=request.user, at=timezone.now())
    messages.success(request, _("You act for %(organization)s now.") % {"organization": found})
    return redirect(path_of_ours(request.POST.get("next", "")) or "start")


@login_required
@require_POST
@recent(reading=True)
def invitation_revoke(request, public_id, invitation_id):
    """Take an invitation back."""
    found = visible(request, public_id)
    rights.manage.check(request.user, found)
    rows = Invitation.objects.select_related("organization").filter(organization=found)
    if invitations.revoke(get_object_or_404(rows, public_id=invitation_id), by=request.user, at=timezone.now()):
        messages.success(request, _("Taken back. The link in the letter no longer works."))
    else:
        messages.info(request, _("This invitation was answered or taken back already."))
    return redirect("organization_people", found.public_id)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request, token):
    """An invitation: GET shows it, POST accepts it. The link alone opens nothing: the address has to be one's own."""
    found = invitations.by_token(token)
    if found is None:
        raise Http404
    here = reverse("invitation", args=[token])
    if request.method == "POST":
        if not request.user.is_authenticated:
            return redirect(f"{reverse('account_login')}?{urlencode({'next': here})}")
        try:
            made = invitations.accept(found, by=request.user, at=timezone.now())
        except (Denied, IllegalStep) as refused:
            messages.error(request, str(refused))
            return redirect(here)
        messages.success(
            request, _("Welcome. You act for %(organization)s now.") % {"organization": found.organization}
        )
        return redirect("organization", made.organization.public_id)
    reader = request.user
    context = {
        "invitation": found,
        "closed": invitations.closed(found, at=timezone.now()),
        "mine": reader.is_authenticated and invitations.is_for(found, reader),
        "query": urlencode({"next": here}),
        "staff": is_coordinator(reader),
    }
    return render(request, "organizations/invitation.html", context, status=410 if context["closed"] else 200)
