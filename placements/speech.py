"""How this room says when and where."""

from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.translation import gettext as _

from matching.models import Match
from openings.models import Opening

from . import arranging


def who_reads(match, answer) -> str:
    """To the person: what the employer or hall reads of how they fit; `answer` is read `with_consents`, or None.

    As placements/hirer_views.py and the page of a referral show it.
    """
    if answer and answer.is_shown:
        if answer.shares_contact and answer.shares_certificates:
            return _("The employer or hall reads the same reasons, with your name, because you said yes.")
        if answer.shares_contact:
            return _(
                "The employer or hall sees your name. It reads no reasons, for you do not share your certificates."
            )
        if answer.shares_certificates:
            return _("The employer or hall reads the same reasons. It no longer sees your name.")
        return _("The employer or hall no longer sees your name and no longer reads these reasons.")
    if match.state == Match.State.ENDED or match.opening.state != Opening.State.PUBLISHED:
        return _("The employer or hall does not read this now.")
    if match.state == Match.State.ASK:
        return _("The employer or hall does not read this. It sees only how many fit once they answer a question.")
    if answer and answer.state == answer.State.QUEUED:
        return _("The employer or hall reads the same reasons, without your name until your turn comes.")
    return _("The employer or hall reads the same reasons, without your name.")


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
