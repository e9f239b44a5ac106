"""How an employer or hall answers: its pace, set by itself or by a coordinator, and its habit as a fact."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organization

from . import actions, answering, ladder, policies, turns
from .case_forms import PaceForm
from .models import Pace


@login_required
def pace(request, public_id):
    """How many people a week it can look at, and after how many days it is reminded."""
    organization = get_object_or_404(Organization.objects.visible_to(request.user), public_id=public_id)
    policies.set_pace.check(request.user, organization)
    known = Pace.objects.filter(organization=organization).first()
    start = {"weekly": known.weekly, "days": ", ".join(str(n) for n in known.days)} if known else {}
    form = PaceForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        actions.set_pace(organization, **form.cleaned_data, by=request.user, at=timezone.now())
        messages.success(request, _("Saved."))
        return redirect("pace", public_id)
    context = {
        "organization": organization,
        "form": form,
        "usual": ", ".join(str(n) for n in ladder.DAYS),
        "free": turns.free(known, at=timezone.now()),
        "waiting": sum(turns.queues([organization.pk]).values()),
        "habit": answering.habits([organization], at=timezone.now())[organization.pk],
    }
    return render(request, "placements/pace.html", context, status=422 if form.errors else 200)
