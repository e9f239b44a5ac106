"""How an opening fits the person who looks at it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.assist import assistable
from openings.models import Opening

from . import facts, jobs, reasons, rules
from .models import Match


@assistable
@login_required
@require_safe
def match_preview(request, public_id):
    """Judge any published opening for the trainee who asks; a kept match has its own page."""
    opening = get_object_or_404(
        Opening.objects.select_related("organization"), public_id=public_id, state=Opening.State.PUBLISHED
    )
    trainee = getattr(request.user, "trainee", None)
    if trainee is None:
        return redirect("trainee_profile")
    kept = Match.objects.filter(trainee=trainee, opening=opening).exclude(state=Match.State.ENDED).first()
    if kept:
        return redirect("match", kept.public_id)
    on = timezone.localdate()
    judgement = rules.judge(facts.trainees([trainee])[trainee.pk], facts.openings([opening])[opening.pk], on)
    agreed = facts.matchable().filter(pk=trainee.pk).exists()
    said = reasons.explain([gate.as_dict() for gate in judgement.gates], own=True)
    context = {
        "opening": opening,
        "reasons": said,
        "unknown": sum(reason.state == rules.UNKNOWN for reason in said),
        "missing": sum(reason.state == rules.MISSING for reason in said),
        "agreed": agreed,
        "near": judgement.state == rules.NEAR,
        "can_answer": agreed
        and judgement.state in (rules.FITS, rules.ASK)
        and facts.live(on).filter(pk=opening.pk).exists(),
    }
    return render(request, "matching/preview.html", context)


@assistable
@login_required
@require_POST
def match_meet(request, public_id):
    """The person takes up an opening nobody put before them yet; its three answers follow."""
    opening = get_object_or_404(Opening, public_id=public_id, state=Opening.State.PUBLISHED)
    trainee = getattr(request.user, "trainee", None)
    if trainee is None:
        return redirect("trainee_profile")
    match = jobs.meet(trainee, opening, at=timezone.now())
    if match is None:
        messages.error(request, _("This opening does not fit you now. Below you see why."))
        return redirect("match_preview", public_id)
    return redirect("match", match.public_id)
