"""Pages about certificates of people: one's own, one's trades, and what a provider is asked to confirm."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import IntegrityError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import consents
from accounts.assist import assistable
from accounts.policies import Denied
from accounts.record import seen
from ledger.lifecycle import IllegalStep

from . import actions, confirmations, policies, waiting
from .models import Certification, Enrollment
from .own_forms import DeclareForm, RevokeForm, WishesForm


@assistable
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def certification_declare(request):
    """A trainee writes down a certificate they hold."""
    trainee = getattr(request.user, "trainee", None)
    if trainee is None:
        return redirect("trainee_profile")
    may_ask = confirmations.may_ask(request.user)
    coalition = confirmations.coalition_for(trainee) if may_ask else None
    schools = confirmations.schools() if may_ask else []
    form = DeclareForm(request.POST or None, schools=schools, coalition=coalition)
    if request.method == "POST" and form.is_valid():
        clean = form.cleaned_data
        try:
            actions.declare(
                trainee,
                clean["credential"],
                issued_on=clean["issued_on"],
                expires_on=clean["expires_on"],
                **form.asked(),
                by=request.user,
                at=timezone.now(),
            )
        except (Denied, IllegalStep) as refused:
            form.add_error(None, str(refused))
        except IntegrityError:
            form.add_error(None, _("This certificate with this date is already on your page."))
        else:
            asked = form.asked()["to"]
            if asked:
                messages.success(
                    request,
                    _("Written down. %(asked)s was asked to confirm it. It counts as soon as it is confirmed.")
                    % {"asked": asked.name},
                )
            else:
                messages.success(request, _("Written down. It counts as soon as a provider confirms it."))
            return redirect("trainee_home")
    asked = trainee.certifications.filter(state=Certification.State.RECORDED, confirmation__isnull=False)
    asked = list(asked.select_related("credential", "confirmation__organization"))
    waiting.show([one.confirmation for one in asked], at=timezone.now())
    context = {
        "form": form,
        "may_ask": may_ask,
        "why_no_school": consents.why_no_school(request.user),
        "shared": [confirmations.wording(), *([confirmations.wording(coalition)] if coalition else [])],
        # Only they themselves take it back.
        "waiting": not request.user.helped_by and asked,
    }
    return render(request, "programs/declare.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def certification_unask(request):
    """Whoever was asked to confirm a certificate of mine no longer sees it for that."""
    waiting = Certification.objects.filter(trainee__user=request.user, confirmation__isnull=False)
    waiting = waiting.filter(state=Certification.State.RECORDED)
    found = next((one for one in waiting if str(one.public_id) == request.POST.get("certification")), None)
    if found and actions.unask(found, by=request.user, at=timezone.now()):
        messages.success(request, _("Taken back. You can ask somebody else: write the certificate down again."))
    return redirect("certification_declare")


@assistable
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def trade_wishes(request):
    """The trades a trainee wants to work in."""
    trainee = getattr(request.user, "trainee", None)
    if trainee is None:
        return redirect("trainee_profile")
    chosen = list(trainee.wishes.values_list("occupation_id", flat=True))
    form = WishesForm(request.POST if request.method == "POST" else None, initial={"trades": chosen})
    if request.method == "POST" and form.is_valid():
        actions.wish(trainee, form.cleaned_data["trades"], by=request.user, at=timezone.now())
        messages.success(request, _("Saved. We look for openings in these trades."))
        return redirect("trainee_home")
    return render(request, "programs/wishes.html", {"form": form})


@login_required
@require_safe
def certification_list(request):
    """Certificates of our graduates: what waits for our word, and what we confirmed."""
    organizations = confirmations.confirmers(request.user)
    if not organizations:
        raise Denied(_("This page is for training providers."))
    ours = Certification.objects.of_providers(organizations).select_related(
        "trainee__user", "credential", "provider", "confirmation"
    )
    waiting = Paginator(ours.filter(state=Certification.State.RECORDED).order_by("created_at", "pk"), 25)
    waiting = waiting.get_page(request.GET.get("waiting"))
    page = Paginator(ours.exclude(state=Certification.State.RECORDED), 25).get_page(request.GET.get("page"))
    waiting.object_list, page.object_list = list(waiting.object_list), list(page.object_list)
    shown = [*waiting.object_list, *page.object_list]
    known = Enrollment.objects.filter(provider__in=organizations, trainee__in=[one.trainee_id for one in shown])
    known = set(known.values_list("trainee", flat=True))
    for one in shown:  # for whom nobody here may act, there is no link to it
        asked = hasattr(one, "confirmation")  # whoever only confirms looks after nobody by that
        one.is_graduate = one.trainee_id in known or bool(one.provider and one.provider.trains and not asked)
    now, looks = timezone.now(), {}
    for one in shown:
        looks.setdefault(_looked_as(one), set()).add(one.trainee.user_id)
    for purpose, people in sorted(looks.items()):
        seen.note(request.user, people, purpose, at=now, organization=organizations[0])
    context = {"waiting": waiting, "page": page, "organizations": organizations, "form": RevokeForm()}
    return render(request, "programs/certifications.html", context)


def _looked_as(certification: Certification) -> str:
    """As what whoever reads the list sees this person: who taught them, or who was asked for their word."""
    if certification.is_graduate:
        return seen.Purpose.GRADUATE
    return seen.Purpose.CONFIRM if hasattr(certification, "confirmation") else seen.Purpose.CERTIFICATES


@login_required
@require_POST
def certification_verify(request, public_id):
    """Staff saw the document: it counts from now on."""
    organizations = confirmations.confirmers(request.user)
    found = get_object_or_404(Certification.objects.of_providers(organizations), public_id=public_id)
    try:
        provider = found.provider or policies.credited(request.user, found) or organizations[0]
        fresh = actions.verify(found, provider=provider, by=request.user, at=timezone.now())
    except (Denied, IllegalStep) as refused:
        messages.error(request, str(refused))
    else:
        if fresh.state == Certification.State.VERIFIED:
            messages.success(request, _("Confirmed. We look for openings that ask for it."))
        else:
            messages.info(request, _("You had confirmed this certificate already, so nothing changes."))
    return redirect("certification_list")


@login_required
@require_POST
def certification_revoke(request, public_id):
    """Staff take a certificate back, with the reason its holder reads."""
    organizations = confirmations.confirmers(request.user)
    found = get_object_or_404(Certification.objects.of_providers(organizations), public_id=public_id)
    form = RevokeForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why the certificate is taken back. Its holder will read it."))
        return redirect("certification_list")
    try:
        actions.revoke(found, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now())
    except (Denied, IllegalStep) as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Taken back. Matches that leaned on it end."))
    return redirect("certification_list")
