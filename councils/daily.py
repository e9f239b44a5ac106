"""What councils need once a day, without anybody asking."""

import logging

from django.utils import timezone

from .actions import ending, meetings, series
from .recommendations import carrying
from .resources import actions as resources
from .voices import actions as voices

log = logging.getLogger(__name__)


def tend() -> None:
    """What each noun needs once a day: meetings, terms, needs and boxes, steps and figures, old papers.

    Safe to run twice. One that fails does not keep the others from being done; the fault is raised at the end.
    """
    at, faults = timezone.now(), []
    works = (
        *(series.look_ahead, meetings.forget_needs, ending.tell_of_ends),
        *(voices.release, carrying.remind, carrying.carry_over, carrying.read_figures, resources.ask_owners),
    )
    for work in works:
        try:
            work(at=at)
        except Exception as fault:
            log.exception("tend-councils: %s", work.__name__)
            faults.append(fault)
    if faults:
        raise faults[0]
