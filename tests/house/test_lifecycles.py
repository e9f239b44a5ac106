"""Life cycles: every state can be reached, every state of the model stands in the table."""

import pytest

from openings.lifecycle import OPENING
from openings.models import Opening
from placements.lifecycle import REFERRAL
from placements.models import Referral
from programs.lifecycle import CERTIFICATION, COHORT
from programs.models import Certification, Cohort

CYCLES = [(OPENING, Opening), (CERTIFICATION, Certification), (REFERRAL, Referral), (COHORT, Cohort)]


@pytest.mark.parametrize(("cycle", "model"), CYCLES, ids=lambda x: getattr(x, "name", ""))
def test_every_state_can_be_reached(cycle, model):
    reached = {cycle.start}
    while more := {step.to for step in cycle.steps if reached & set(step.sources)} - reached:
        reached |= more
    assert reached >= set(model.State.values)


@pytest.mark.parametrize(("cycle", "model"), CYCLES, ids=lambda x: getattr(x, "name", ""))
def test_the_table_and_the_model_know_the_same_states(cycle, model):
    assert cycle.states() - {"suggested"} == set(model.State.values)
