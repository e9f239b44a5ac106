"""The few figures of the home page, counted from rows."""

from django.db.models import Count, Sum
from django.utils.translation import ngettext

from openings.models import Opening
from programs.models import Certification, Program

# Counts of people from 1 to 10 are not published (CalHHS Data De-identification Guidelines 4.4).
SMALLEST_COUNT_OF_PEOPLE = 11


def front_door(*, today) -> list[dict]:
    """Programs, openings, places and certified people; a figure that is zero, or too small to publish, is left out."""
    programs = Program.objects.filter(is_open=True).count()
    offered = Opening.objects.published().aggregate(openings=Count("pk"), places=Sum("seats", default=0))
    certified = Certification.objects.valid(today).order_by().values("trainee").distinct().count()
    figures = [
        (programs, ngettext("training program", "training programs", programs)),
        (offered["openings"], ngettext("opening", "openings", offered["openings"])),
        (offered["places"], ngettext("place to fill", "places to fill", offered["places"])),
    ]
    if certified >= SMALLEST_COUNT_OF_PEOPLE:
        figures.append((certified, ngettext("certified person", "certified people", certified)))
    return [{"value": value, "label": label} for value, label in figures if value]
