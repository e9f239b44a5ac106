"""A person's own work: their jobs, the questions about them, who sees what; and the page behind a signed link."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import consents
from accounts.models import Consent
from accounts.policies import Denied
from accounts.record import seen
from ledger import scopes
from ledger.lifecycle import IllegalStep

from . import actions, links, local, retention
from .forms import DeclareForm, EndForm, StayForm
from .models import Placement
from .views import FORM, Side, answer


@login_required
@require_safe
def my_work(request):
    """My jobs, what was asked about them, and who sees it."""
    return show(request) if request.user.is_trainee else redirect("trainee_profile")


def show(request, refused=None, *, stay=None, end=None):
    """The page; where a form about the job `refused` was not understood, with what was typed into it."""
    trainee = request.user.trainee
    rows = Placement.objects.filter(trainee=trainee).prefetch_related("check_ins")
    jobs = list(rows.select_related("employer", "opening__organization", "local_rule", "occupation"))
    for job in jobs:
        checks = list(job.check_ins.all())
        job.local, job.steps = local.say(job), retention.step_of(job, checks)
        job.progress = retention.progress(job, checks)
        job.asked = next((check for check in reversed(checks) if retention.waits_for(check, Side.WORKER)), None)
        job.end_form = EndForm(auto_id=f"end{job.pk}_%s")
        job.stay_form = StayForm(worker=True, auto_id=f"stay{job.pk}_%s")
        if refused and job.pk == refused.pk:
            job.stay_form, job.end_form = stay or job.stay_form, end or job.end_form
    context = {
        "trainee": trainee,
        "jobs": jobs,
        "working": any(job.standing for job in jobs),
        "shares": consents.agreed(request.user, Consent.Purpose.RECORD),
    }
    return render(request, "placements/hires/my_work.html", context, status=422 if refused else 200)


@login_required
@require_http_methods(FORM)
def my_work_new(request):
    """I found work somewhere else."""
    if not request.user.is_trainee:
        return redirect("trainee_profile")
    first = {"starts_on": timezone.localdate(), "wage_unit": "hour", "employer_name": request.GET.get("at", "")[:120]}
    form = DeclareForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        knows = form.cleaned_data["knows"]
        try:
            actions.declare(
                request.user.trainee,
                terms=form.terms(),
                by=request.user,
                at=timezone.now(),
                knows=knows,
                ask_at=form.cleaned_data["employer_email"],
                side=Side.WORKER,
            )
        except (Denied, IllegalStep) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Congratulations on your work! We wrote it down."))
            return redirect("my_work")
    return render(request, "placements/hires/my_work_new.html", {"form": form}, status=422 if form.errors else 200)


@login_required
@require_POST
def my_work_looking(request):
    """I have work and still look for other work; or no longer."""
    if not request.user.is_trainee:
        return redirect("trainee_profile")
    look = request.POST.get("answer") == "yes"
    actions.look_on(request.user.trainee, look, by=request.user, at=timezone.now())
    said = _("We look for openings for you.") if look else _("We suggest no openings until you say so.")
    messages.success(request, said)
    return redirect("my_work")


@login_required
@require_POST
def placement_allow(request, public_id):
    """Whether the employer may know of this record and be asked."""
    found = get_object_or_404(Placement, public_id=public_id, trainee__user=request.user)
    try:
        actions.allow(found, request.POST.get("answer") == "yes", by=request.user, at=timezone.now())
    except (Denied, IllegalStep) as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Saved."))
    return redirect("my_work")


@never_cache
@require_http_methods(FORM)
def stay(request, token):
    """The one question, for whoever holds the link they were sent; only the button answers."""
    asked = links.read(token)
    if asked is None:
        return render(request, "placements/hires/stay_gone.html", status=404)
    if asked.reader is None:
        return _unnamed(_stay(request, asked))
    language = asked.reader.language
    # The link stands for its reader, and for this question alone.
    with scopes.person(asked.reader.pk), translation.override(language):
        request.LANGUAGE_CODE = language
        response = _stay(request, asked)
    response["Content-Language"] = language
    return _unnamed(response)


def _unnamed(response):
    # The address is the key: no other site hears of it, and no search engine keeps it. "no-referrer" would hide
    # from this site, too, where the form comes from, and its button would be refused.
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex"
    return response


def _stay(request, asked):
    worker = asked.side == Side.WORKER
    form = StayForm(request.POST or None, worker=worker)
    if request.method == "POST" and form.is_valid():
        taken = answer(request, asked.check, asked.side, form.cleaned_data, by=asked.reader, via="link")
        return render(request, "placements/hires/stay_done.html", {"taken": taken, "worker": worker})
    placement = asked.placement
    if asked.reader and not worker:
        organization, at = placement.employer, timezone.now()
        seen.note(asked.reader, [placement.trainee.user_id], seen.Purpose.REFERRAL, at=at, organization=organization)
    names = placement.trainee.user.full_name.split()
    context = {
        "form": form,
        "check": asked.check,
        "placement": placement,
        "worker": worker,
        # Who holds the link may not be who it was sent to: a first name and a letter are enough to know who is meant.
        "name": " ".join([names[0], f"{names[-1][0]}."]) if len(names) > 1 and asked.reader else names[0],
    }
    return render(request, "placements/hires/stay.html", context, status=422 if form.errors else 200)
