"""Pages of decisions: the question, the vote, the count."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.policies import Denied
from accounts.speech import spoken
from ledger.lifecycle import IllegalStep

from .. import policies, turnout
from ..actions import decisions as actions
from ..forms import DecisionForm
from ..models import Choice, Constituency, Decision, Elector
from .meetings import runs

TYPED = ("choice", "key", "dissent")


def load_decision(request, public_id) -> Decision:
    """A decision the reader may see; the others are not there."""
    rows = Decision.objects.visible_to(request.user).select_related("council", "meeting", "item", "rule")
    return get_object_or_404(rows, public_id=public_id)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def decision_new(request, public_id):
    """A question for this meeting."""
    meeting = runs(request, public_id)
    form = DecisionForm(request.POST or None, meeting=meeting, initial={"item": request.GET.get("item", "")})
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.propose(meeting, form.cleaned_data, by=request.user, at=timezone.now())
        except Denied as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("decision", made.public_id)
    context = {"form": form, "meeting": meeting, "council": meeting.council}
    return render(request, "councils/decision_new.html", context, status=422 if form.errors else 200)


@require_safe
def decision(request, public_id):
    """The question, where it stands, and the count once it was made."""
    return _show(request, load_decision(request, public_id))


def _show(request, found, key="", typed=None, status=200):
    typed = typed or {}
    user = request.user
    inside = bool(policies.takes_part(user, found.council))
    electors = list(Elector.objects.filter(decision=found).select_related("user", "vote")) if inside else []
    mine = next((elector for elector in electors if elector.user_id == user.pk), None)
    words, result = dict(Constituency.choices), found.result or {}
    open_vote = found.method == Decision.Method.VOTE
    each = result["law"]["each"] if "law" in result else bool(found.rule and found.rule.each)
    asked = turnout.by_constituency(electors) if open_vote and found.state == Decision.State.OPEN else []
    by = [(words.get(name, name), part, turnout.why_not(part)) for name, part in sorted(result.get("by", {}).items())]
    context = {
        "decision": found,
        "meeting": found.meeting,
        "council": found.council,
        "inside": inside,
        "mine": mine,
        "my_choice": mine.vote.choice if mine and hasattr(mine, "vote") else "",
        "choices": Choice.choices,
        "voted": sum(elector.voted for elector in electors),
        "may": sum(not elector.recused for elector in electors),
        "recused": [elector for elector in electors if elector.recused],
        # Who chose what, of an open vote, once it is over: nobody votes after their neighbor.
        "roll": [e for e in electors if hasattr(e, "vote")] if open_vote and found.state in Decision.DONE else [],
        "result": result,
        "heads": [(label, result["heads"][name]) for name, label in Choice.choices] if "heads" in result else [],
        # Where seats or constituencies weigh differently, heads alone would not say why it came out so.
        "weights": weights(result),
        "each": each,
        "turnout": asked,
        "rule": spoken(*result["rule"]) if "rule" in result else (found.rule.name if found.rule else ""),
        "by": by,
        "may_decide": bool(policies.may_facilitate(user, found.council)),
        "key": key,
        "silent": [one.name for one in asked if each and not one.voted],
        "unmet": any(why for _name, _part, why in by),
        # Typed, and not saved.
        "picked": typed.get("choice", ""),
        "typed_key": typed.get("key", ""),
        "dissent": typed.get("dissent", ""),
    }
    return render(request, "councils/decision.html", context, status=status)


def weights(result: dict) -> dict | None:
    """The count with the weights, where it is another than that of heads."""
    counted = result.get("weights")
    return counted if counted and counted != result["heads"] else None


@login_required
@require_POST
@never_cache
@sensitive_post_parameters("choice", "key")
def decision_do(request, public_id):
    """Open, vote, recuse, close, write down, withdraw."""
    found = load_decision(request, public_id)
    policies.takes_part.check(request.user, found.council)
    done = {"by": request.user, "at": timezone.now()}
    wanted, said = request.POST.get("do"), ""
    try:
        if wanted == "put":
            found, key = actions.put(found, **done)
            if key:
                # Shown in this one answer and never again, so there is no way back to it by an address.
                return _show(request, load_decision(request, public_id), key)
            said = _("The vote is open.")
        elif wanted == "cast":
            actions.cast(found, request.POST.get("choice", ""), **done)
            said = _("Your vote is in.")
        elif wanted == "recuse":
            actions.recuse(found, **done)
            said = _("You do not vote on this.")
        elif wanted == "count":
            actions.count(found, key=request.POST.get("key", ""), **done)
            said = _("The vote is closed and counted.")
        elif wanted == "agree":
            adopted = {"yes": True, "no": False}.get(request.POST.get("adopted"))
            if adopted is None:
                raise Denied(_("Choose adopted or not adopted."))
            actions.agree(found, adopted=adopted, dissent=request.POST.get("dissent", "")[:5000], **done)
            said = _("Saved.")
        elif wanted == "withdraw":
            actions.withdraw(found, **done)
            said = _("The question is withdrawn.")
        else:
            raise Denied(_("Press the button of what you want to do. Nothing is done yet."))
    except (Denied, IllegalStep) as refused:
        messages.error(request, str(refused))
        if typed := {name: said[:5000] for name in TYPED if (said := request.POST.get(name))}:
            return _show(request, load_decision(request, public_id), typed=typed, status=422)
    else:
        messages.success(request, said)
    return redirect("decision", public_id)
