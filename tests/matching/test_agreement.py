"""The rules in Python and the view in SQL agree on every pair of thousands of generated worlds.

Three focuses, so that they run side by side and each varies what it is about while the rest lets people pass. The
examples differ from run to run: the more runs, the more worlds were compared, and a failing one is printed whole.
"""

from collections import Counter
from datetime import date

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings

from . import agreement, worlds
from .stage import Stage, project

AT_ONCE = 8  # worlds of one example: they share a day, and are written, projected and asked together
EXAMPLES = {"credentials": 85, "people": 90, "windows": 80}  # 2,040 worlds in every run


@pytest.mark.django_db
@pytest.mark.parametrize("focus", EXAMPLES)
def test_view_and_rules_agree_on_every_pair(focus):
    stage, seen = Stage(bits=focus != "windows"), Counter()

    @settings(
        max_examples=EXAMPLES[focus],
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(worlds.days(focus, AT_ONCE))
    def every(day):
        with transaction.atomic():
            put = stage.put(day.worlds)
            project(put, day.on)
            said = agreement.judged(put, day.on)
            wrong = list(agreement.disagreements(put, day.on, said))
            wrong += agreement.kept_apart(put, day.on, said)
            if day.later:
                wrong += days_later(put, day.later)
            assert not wrong, "\n".join(wrong[:3])
            seen.update(judgement.state for judgement in said.values())
            seen["worlds"] += len(day.worlds)
            transaction.set_rollback(True)

    every()
    assert seen["worlds"] >= EXAMPLES[focus] * AT_ONCE
    # Pairs of every kind were met often: a comparison of nothing with nothing proves nothing.
    assert all(seen[kind] >= EXAMPLES[focus] for kind in ("fits", "ask", "near", None)), seen


def days_later(put, later: date):
    """A later day: first with nothing projected anew, then with everything."""
    yield from agreement.turned_apart(put, later)
    project(put, later)
    said = agreement.judged(put, later)
    yield from agreement.pairs_apart(put, later, said)
    yield from agreement.kept_apart(put, later, said)
    if agreement.everybody_apart(later):
        yield f"everybody projected at once for {later}"
