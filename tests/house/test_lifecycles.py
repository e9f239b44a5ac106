"""Life cycles: every state can be reached, every state of the model stands in the table."""

from pathlib import Path

import pytest
from django.conf import settings

from councils.lifecycle import DECISION, MEETING, MINUTES
from councils.models import Decision, Meeting, Minutes, Recommendation
from councils.recommendations.lifecycle import RECOMMENDATION
from openings.lifecycle import OPENING
from openings.models import Opening
from placements.hires.lifecycle import PLACEMENT
from placements.lifecycle import OPEN, REFERRAL
from placements.models import Placement, Referral
from programs.lifecycle import CERTIFICATION, COHORT, PLACE_REQUEST
from programs.models import Certification, Cohort, PlaceRequest

CYCLES = [
    (RECOMMENDATION, Recommendation),
    *((MEETING, Meeting), (MINUTES, Minutes), (DECISION, Decision)),
    *((OPENING, Opening), (CERTIFICATION, Certification), (REFERRAL, Referral), (COHORT, Cohort)),
    *((PLACEMENT, Placement), (PLACE_REQUEST, PlaceRequest)),
]


@pytest.mark.parametrize(("cycle", "model"), CYCLES, ids=lambda x: getattr(x, "name", ""))
def test_every_state_can_be_reached(cycle, model):
    reached = {cycle.start}
    while more := {step.to for step in cycle.steps if reached & set(step.sources)} - reached:
        reached |= more
    assert reached >= set(model.State.values)


@pytest.mark.parametrize(("cycle", "model"), CYCLES, ids=lambda x: getattr(x, "name", ""))
def test_the_table_and_the_model_know_the_same_states(cycle, model):
    assert cycle.states() - {"suggested", "none"} == set(model.State.values)


def test_the_documentation_draws_the_table():
    """docs/placements.md shows `REFERRAL.diagram()`; whoever changes the table puts the new one there."""
    drawn = (Path(settings.BASE_DIR) / "docs/placements.md").read_text()
    assert f"```mermaid\n{REFERRAL.diagram()}\n```" in drawn
    for step in REFERRAL.steps:
        assert f"| {step.name} |" in drawn, step.name


def test_what_is_open_is_the_same_for_the_table_the_model_and_the_database():
    """Whatever may be withdrawn or closed is open, and the database demands its owner and its day."""
    (constraint,) = (c for c in Referral._meta.constraints if c.name == "referral_open_has_owner_and_due_date")
    assert tuple(Referral.OPEN) == OPEN == REFERRAL["close"].sources == REFERRAL["withdraw"].sources
    assert str(list(OPEN)) in str(constraint.condition).replace("(", "[").replace(")", "]")
    assert set(Referral.SHOWN) | {"queued"} == set(Referral.SAID_YES)
