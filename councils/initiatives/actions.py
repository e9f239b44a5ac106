"""Writing initiatives, their phases and milestones."""

from django.db import transaction
from django.utils import timezone

from ledger.log import record

from .. import policies
from ..models import Initiative, Milestone, Phase


@transaction.atomic(durable=True)
def write(initiative: Initiative, *, by, at, still=None) -> Initiative:
    """Make an initiative, or change one; `still` refuses when somebody saved in this moment."""
    policies.may_run.check(by, initiative.council)
    if initiative.pk and still:
        still(Initiative.objects.select_for_update(no_key=True).get(pk=initiative.pk))
    kind = "initiative.changed" if initiative.pk else "initiative.made"
    initiative.save()
    record(kind, initiative, by=by, at=at)
    return initiative


@transaction.atomic(durable=True)
def write_part(part: Phase | Milestone, *, initiative: Initiative, by, at) -> None:
    """Add or change a phase or a milestone."""
    policies.may_run.check(by, initiative.council)
    part.save()
    record("initiative.changed", initiative, by=by, at=at)


@transaction.atomic(durable=True)
def reach(milestone: Milestone, *, by, at) -> Milestone:
    """The milestone is reached, or what was promised is delivered. Twice is once."""
    initiative = milestone.phase.initiative
    policies.may_run.check(by, initiative.council)
    fresh = Milestone.objects.select_for_update(of=("self",)).get(pk=milestone.pk)
    if not fresh.done_on:
        fresh.done_on = timezone.localdate(at)
        fresh.save(update_fields=["done_on"])
        record("milestone.reached", initiative, by=by, at=at)
    return fresh
