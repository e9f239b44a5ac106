"""How this room says when and where."""

from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.translation import gettext as _

from . import arranging


def zone_name(zone: str, at) -> str:
    """A time zone as people call it: "Pacific time"."""
    known = {
        "America/Los_Angeles": _("Pacific time"),
        "America/Denver": _("Mountain time"),
        "America/Phoenix": _("Arizona time"),
        "America/Chicago": _("Central time"),
        "America/New_York": _("Eastern time"),
    }
    return known.get(zone) or at.astimezone(ZoneInfo(zone)).tzname()


def moment(said: dict) -> str:
    """When an appointment is, by the clock of its place, as `arranging.about` keeps it."""
    at = arranging.local(said)
    return _("%(weekday)s, %(date)s at %(time)s (%(zone)s)") % {
        "weekday": formats.date_format(at, "l"),
        "date": formats.date_format(at, "DATE_FORMAT"),
        "time": formats.date_format(at, "TIME_FORMAT"),
        "zone": zone_name(said["zone"], at),
    }


def where(said: dict) -> str:
    """Where it is: the place, the link for a call, or both."""
    if said["place"] and said["link"]:
        return _("Where: %(place)s, or by this link: %(link)s") % {"place": said["place"], "link": said["link"]}
    return _("Where: %(place)s") % {"place": said["place"] or said["link"]}
