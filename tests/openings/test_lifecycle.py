"""The table of an opening's life agrees with the model."""

from openings.lifecycle import OPENING
from openings.models import Opening
from openings.order import EXPLAINED


def test_every_state_of_the_model_is_reached_by_the_table():
    assert OPENING.states() == set(Opening.State.values)
    reached = {OPENING.start} | {step.to for step in OPENING.steps}
    assert reached == set(Opening.State.values)


def test_a_closed_opening_can_be_published_again():
    assert [step.name for step in OPENING.open_steps("closed")] == ["published"]


def test_every_order_rule_is_explained():
    assert set(EXPLAINED) == set(Opening.OrderRule)
