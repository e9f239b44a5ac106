"""Pages of the trainee: my page, one match with its reasons, and the answer."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import consents
from accounts.assist import assistable
from accounts.models import Consent, TraineeProfile
from accounts.organizations import reach
from accounts.policies import Denied
from ledger.lifecycle import IllegalStep
from matching import queries as matching
from matching import reasons, why
from matching.models import Match
from matching.rules import UNKNOWN
from notifications.addresses import closed_at
from openings import lists
from programs.models import Certification

from . import actions, links, policies, queries, speech, teaching
from .forms import NoForm
from .models import Placement, Referral

STEPS = 3  # how many certificates the home page names


@assistable
@login_required
@require_safe
def trainee_home(request):
    """My certificates, my matches, my one-step-aways, my answers."""
    consent = Consent.objects.standing().filter(user=OuterRef("user"), purpose=Consent.Purpose.MATCH)
    job = Placement.objects.current().filter(trainee=OuterRef("pk")).order_by()
    rows = TraineeProfile.objects.annotate(agreed=Exists(consent), has_work=Exists(job), closed=closed_at("user"))
    trainee = teaching.with_home(rows).filter(user=request.user).first()
    if trainee is None:
        return redirect("trainee_profile")
    request.user.trainee = trainee
    fitting, near = matching.of_trainee(trainee) if trainee.looking else ([], [])  # who rests is suggested nothing
    answers = queries.answers_of(trainee)
    names = reasons.Names()
    for match in fitting:
        match.answer = answers.get(match.opening_id)
        open_ = [gate for gate in match.gates if gate["state"] == UNKNOWN] if match.state == Match.State.ASK else []
        match.asks = reasons.asks(reasons.explain(open_, names, own=True))  # what is met need not be worded
        match.url = queries.page_of(match)
    steps = teaching.steps(near, names)
    teaching.teach(steps[:STEPS], trainee, names, timezone.localdate())
    context = {
        "trainee": trainee,
        "certifications": trainee.certifications.with_writer().select_related("credential", "provider"),
        "to_answer": [m for m in fitting if m.answer is None],
        "steps": steps[:STEPS],
        "more_steps": len(steps[STEPS:]),
        "today": timezone.localdate(),
        "now": timezone.now(),
        "answers": [referral for referral in answers.values() if referral.opening],
        "agreed": trainee.agreed,
        "waits": consents.waits_for_guardian(request.user),
        "states": Certification.State,
    }
    return render(request, "placements/trainee_home.html", context)


@assistable
@login_required
@require_safe
def next_training(request):
    """Everything that is one certificate away: what it would open, and the next classes within reach."""
    trainee = getattr(request.user, "trainee", None)
    if trainee is None:
        return redirect("trainee_profile")
    _fitting, near = matching.of_trainee(trainee)
    names = reasons.Names()
    page = Paginator(teaching.steps(near, names), 10).get_page(request.GET.get("page"))
    page.object_list = list(page.object_list)
    teaching.teach(page.object_list, trainee, names, timezone.localdate())
    return render(request, "placements/next_training.html", {"page": page, "today": timezone.localdate()})


def _own_match(request, public_id) -> Match:
    rows = Match.objects.select_related("opening__organization", "opening__occupation", "trainee__user")
    rows = rows.annotate(reachable=reach.somebody("opening__organization"))
    return get_object_or_404(rows, public_id=public_id, trainee__user=request.user)


@assistable
@login_required
@require_safe
def match(request, public_id):
    """One match: why it fits, gate by gate, and the three answers."""
    found = _own_match(request, public_id)
    return _show_match(request, found, NoForm())


def _show_match(request, found, no_form, status=200):
    names = reasons.Names()
    why.complete([found])
    said = reasons.explain(found.gates, names, own=True)
    answers = Referral.objects.filter(trainee=found.trainee, opening=found.opening)
    answer = answers.with_consents().select_related("owner").first()
    context = {
        "match": found,
        "opening": found.opening,
        "reasons": said,
        "asks": reasons.asks(said) if found.state == Match.State.ASK else [],
        "answer": answer,
        "who_reads": speech.who_reads(found, answer),
        "can_answer": policies.answer(request.user, found) and found.state in matching.FITTING,
        "nobody": "" if found.reachable else policies.receive.why_not(request.user, found.opening.organization),
        "no_form": no_form,
        "place": (place := _registered(found)),
        "booked": (booked := lists.booked(found.opening, found.trainee) if place else None),
        "before": lists.before(booked),
        "can_list": links.can_list(found),
        "preferred": [names.credential(key) for key in found.points.get("preferred", [])],
    }
    return render(request, "placements/match.html", context, status=status)


def _registered(found):
    """The person's registration, where people go in the order in which they registered."""
    if found.opening.order_rule != found.opening.OrderRule.FIFO:
        return None
    return found.opening.places.filter(trainee=found.trainee).first()


@assistable
@login_required
@require_POST
def match_answer(request, public_id, answer):
    """Yes, not now, or no with its reason."""
    found = _own_match(request, public_id)
    form = NoForm(request.POST)
    if answer == "no" and not form.is_valid():
        return _show_match(request, found, form, status=422)
    now = timezone.now()
    try:
        if answer == "yes":
            referral = actions.say_yes(found, by=request.user, at=now)
            said = _("You said yes. Your name and contact are now visible to them. They were asked to answer soon.")
            if referral.state == Referral.State.QUEUED:
                said = _("You said yes. You wait in order, and we tell you when your turn comes.")
            elif referral.state != Referral.State.YES:
                said = _("You had said yes already. Their answer is on your page.")
            if "list" in request.POST and links.can_list(found):
                lists.register(found.opening, found.trainee, by=request.user, at=now)
                said = f"{said} {_('You are on the list. Your place counts from now.')}"
        elif answer == "no":
            clean = form.cleaned_data
            actions.say_no(found, reason=clean["reason"], note=clean["note"], by=request.user, at=now)
            said = _("Thank you for telling us. We will not ask you about this opening again.")
        else:
            actions.say_not_now(found, by=request.user, at=now)
            said = _("All right, not now. You can change your answer as long as the opening is open.")
    except (Denied, IllegalStep) as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, said)
    return redirect("match", public_id)


@assistable
@login_required
@require_POST
def referral_withdraw(request, public_id):
    """The trainee takes the yes back."""
    referral = get_object_or_404(Referral, public_id=public_id, trainee__user=request.user)
    try:
        actions.withdraw(referral, by=request.user, at=timezone.now())
    except (Denied, IllegalStep) as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Done. They can no longer see your name and contact."))
    return redirect("referral", public_id)
