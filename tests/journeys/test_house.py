"""The house itself, as `make demo` opens it: from nothing, with everybody in it, and again after an accident.

That it stops without a trace is asserted where it is stopped, after the last journey (stack.py).
"""

import pytest

from pipeline.cast import CAST
from pipeline.processes import began

FROM_NOTHING = ("migrations", "Reference data", "People, employers and openings of the demo")


def test_it_started_from_nothing_and_says_where_everything_is(site):
    told = site.said[0]
    for line in (*FROM_NOTHING, f"{site.address}/demo/mailbox/", *(person.name for person in CAST)):
        assert line in told, line
    assert {"postgres", "valkey", "mail", "web", "worker", "sender", "beat", "watch"} <= set(site.pids())


@pytest.mark.parametrize("language", ["es"], indirect=True)
def test_after_an_accident_the_next_start_ends_what_was_left_and_serves_the_same_data(site, visitor):
    left = site.pids()
    site.begin_anew()
    told = site.said[-1]
    assert "An earlier demo was cut off; stopped what it left running" in told
    assert not [name for name, pid in left.items() if began(pid)]
    assert not [line for line in FROM_NOTHING if line in told], "what is there is not made again"
    visitor.open("/openings/")
    assert visitor.page.locator(".tl-card").count()
