"""How meetings are told: the call, a change, and that it is called off; each with its entry for the calendar."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import formats
from django.utils.translation import gettext as _

from accounts.speech import spoken
from notifications.calendar import Entry
from notifications.words import Action, Line, Message, register

from . import policies
from .models import Meeting


def council_meeting(notice) -> Message:
    """To everybody who takes part in the council."""
    data, what = notice.data, notice.data["what"]
    council, title = spoken(*data["council"]), spoken(*data["title"])
    starts_at = datetime.fromisoformat(data["starts_at"])
    there = starts_at.astimezone(ZoneInfo(data["time_zone"]))
    values = {"council": council, "when": formats.date_format(there, "DATETIME_FORMAT")}
    subject, text = {
        "called": (_("%(council)s meets on %(when)s"), _("%(council)s meets on %(when)s. You are invited.")),
        "changed": (
            _("Changed: %(council)s meets on %(when)s"),
            _("Time or place of a meeting of %(council)s changed. It is now on %(when)s."),
        ),
        "cancelled": (
            _("Called off: %(council)s on %(when)s"),
            _("The meeting of %(council)s on %(when)s is called off."),
        ),
    }[what]
    paragraphs = [text % values]
    if title:
        paragraphs.append(title)
    if data["place"]:
        paragraphs.append(_("Place: %(place)s") % {"place": data["place"]})
    cancelled = what == "cancelled"
    ask = [_("Tell us if you come, and what you need for it: an interpreter, childcare, a ride.")]
    return Message(
        subject=subject % values,
        paragraphs=paragraphs,
        lines=[] if cancelled else [Line(spoken(*item)) for item in data["items"]],
        lines_title="" if cancelled else _("Agenda"),
        asks=[] if cancelled else ask,
        actions=[Action(_("See the meeting"), notice.path)],
        calendar=_entry(notice, council, title),
    )


def _entry(notice, council: str, title: str) -> Entry:
    data = notice.data
    join = data["join_url"]
    url = settings.SITE_URL + notice.path
    return Entry(
        uid=f"meeting-{data['meeting']}",
        title=f"{council}: {title}" if title else council,
        starts_at=datetime.fromisoformat(data["starts_at"]),
        ends_at=datetime.fromisoformat(data["ends_at"]),
        zone=data["time_zone"],
        changed_at=datetime.fromisoformat(data["at"]),
        text="\n".join([*([_("Join online: %(link)s") % {"link": join}] if join else []), url]),
        place=data["place"] or join,
        url=url,
        sequence=data["sequence"],
        cancelled=data["what"] == "cancelled",
    )


def still_so(notice) -> bool:
    """Whether this is still the latest news of the meeting, and the reader still takes part."""
    meeting = Meeting.objects.select_related("council").filter(public_id=notice.data["meeting"]).first()
    if meeting is None:
        return False
    data, called_off = notice.data, meeting.state == Meeting.State.CANCELLED
    if called_off or data["what"] == "cancelled":
        return called_off and data["what"] == "cancelled" and bool(policies.roles_in(notice.user, meeting.council))
    # By what it says and not by its number: a mended title changes that and is told to nobody, and must stop no call.
    said = [datetime.fromisoformat(data[name]) for name in ("starts_at", "ends_at")]
    if said != [meeting.starts_at, meeting.ends_at]:
        return False
    same = all(data[name] == getattr(meeting, name) for name in ("place", "join_url", "time_zone"))
    return same and bool(policies.roles_in(notice.user, meeting.council))


register("council_meeting", council_meeting, still_so)
