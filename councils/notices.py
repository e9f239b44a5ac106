"""How meetings are told: the call, a change, and that it is called off; each with its entry for the calendar."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.speech import day, spoken
from notifications.calendar import Entry
from notifications.words import Action, Line, Message, register

from . import policies
from .models import Council, Meeting, Office, Seat, Term
from .voices.policies import READERS


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


def _of_role(notice) -> dict[str, str]:
    """The council, the person, who did it and the role, in words."""
    data = notice.data
    who = [data["person"], data.get("by")]
    names = dict(User.objects.filter(pk__in=who).values_list("pk", "full_name"))
    words = dict(Office.Role.choices) | {
        policies.MEMBER: _("member"),
        "alternate": _("stands in when the holder is away"),
    }
    return {
        "council": Council.objects.get(pk=data["council"]).name,
        "name": names.get(data["person"], ""),
        "by": names.get(data.get("by"), ""),
        "role": words[data["role"]],
    }


def council_role(notice) -> Message:
    """To everybody who takes part, and to whom it was given: somebody has a seat or a role in the council."""
    data, values = notice.data, _of_role(notice)
    mine = notice.user_id == data["person"]
    paragraphs = [
        _("%(by)s gave you this in %(council)s: %(role)s.") if mine else _("%(by)s gave %(name)s this: %(role)s.")
    ]
    if data["role"] in {*READERS, "alternate"}:
        paragraphs.append(
            _("With it one reads what people said to the council in trust.")
            if mine
            else _(
                "With it one reads what people said to the council in trust. If that should not be so, tell the chair "
                "or say it at the next meeting."
            )
        )
    subject = _("You in %(council)s: %(role)s") if mine else _("New in %(council)s: %(name)s, %(role)s")
    return Message(
        subject=subject % values,
        paragraphs=[paragraph % values for paragraph in paragraphs],
        actions=[Action(_("See the council"), notice.path)],
    )


def still_given(notice) -> bool:
    """Whether the person still has it, and the reader still takes part."""
    council = Council.objects.filter(pk=notice.data["council"]).first()
    if council is None or not (policies.roles_in(notice.user, council) or notice.user_id == notice.data["person"]):
        return False
    return _has(notice.data)


def _has(data: dict) -> bool:
    """Whether the person has the role of which a notice tells: nobody ended it, and its time has not run out."""
    lasting = Q(ends_on=None) | Q(ends_on__gte=timezone.localdate())
    return _rows(data).filter(lasting).exists()


def _rows(data: dict):
    """What the person has of the role of which a notice tells, and nobody ended."""
    if data["role"] in Office.Role.values:
        rows = Office.objects.filter(council=data["council"], role=data["role"])
    else:
        rows = Term.objects.filter(seat__council=data["council"], is_alternate=data["role"] == "alternate")
    return rows.filter(user=data["person"], ended_at=None)


def council_role_ended(notice) -> Message:
    """To who had it, and to the chair and staff: a seat or a role in the council came to its end."""
    data, values = notice.data, _of_role(notice)
    mine = notice.user_id == data["person"]
    if mine:
        text = _("%(by)s ended this for you in %(council)s: %(role)s.")
    elif data["by"] == data["person"]:
        text = _("%(name)s gave this up: %(role)s.")
    else:
        text = _("%(by)s ended this for %(name)s: %(role)s.")
    paragraphs = [text % values]
    if mine:
        paragraphs.append(_("If you think this is a mistake, talk to the chair or the staff of the council."))
    elif data["role"] == policies.MEMBER:
        if not Seat.objects.filter(pk=data.get("seat"), closed_on__isnull=False).exists():
            paragraphs.append(_("The seat is vacant until somebody else is given it."))
    elif not policies.is_led(data["council"]):
        paragraphs.append(_("Without a chair or a facilitator nobody can open a vote or answer what people write."))
    label = _("See the council") if mine else _("Seats and roles")
    subject = _("You in %(council)s, ended: %(role)s") if mine else _("Ended in %(council)s: %(name)s, %(role)s")
    return Message(
        subject=subject % values, paragraphs=paragraphs, actions=[Action(label, notice.path)] if notice.path else []
    )


def still_ended(notice) -> bool:
    """Whether the person was not given it again, and the reader is they, or still keeps the council."""
    council = Council.objects.filter(pk=notice.data["council"]).first()
    if council is None or _has(notice.data):
        return False
    return notice.user_id == notice.data["person"] or bool(policies.may_keep(notice.user, council))


def council_role_ending(notice) -> Message:
    """To who has it, and to who leads and keeps the council: the last day of a seat or role comes near."""
    data, values = notice.data, _of_role(notice) | {"date": day(notice.data["ends_on"])}
    mine = notice.user_id == data["person"]
    if mine:
        paragraphs = [
            _("%(date)s is your last day in %(council)s with this: %(role)s."),
            _("If you want to go on, or know who could, tell the chair or the staff of the council."),
        ]
    else:
        paragraphs = [_("%(date)s is the last day of %(name)s with this: %(role)s.")]
        if data["role"] == policies.MEMBER and not _followed(data):
            paragraphs.append(_("From then on the seat is vacant, unless it is given again, to them or somebody else."))
    subject = (
        _("You in %(council)s, until %(date)s: %(role)s")
        if mine
        else _("Ends on %(date)s in %(council)s: %(name)s, %(role)s")
    )
    return Message(
        subject=subject % values,
        paragraphs=[paragraph % values for paragraph in paragraphs],
        actions=[Action(_("See the council") if mine else _("Seats and roles"), notice.path)],
    )


def _followed(data: dict) -> bool:
    """Whether somebody has the seat after that day."""
    after = Q(ends_on=None) | Q(ends_on__gt=data["ends_on"])
    return Term.objects.filter(after, seat=data["seat"], is_alternate=False, ended_at=None, user__isnull=False).exists()


def still_ending(notice) -> bool:
    """Whether it ends on that day, still to come, and the reader still takes part."""
    data = notice.data
    council = Council.objects.filter(pk=data["council"]).first()
    if council is None or not policies.roles_in(notice.user, council):
        return False
    later = Q(ends_on=None) | Q(ends_on__gt=data["ends_on"])
    return (
        _has(data) and _rows(data).filter(ends_on=data["ends_on"]).exists() and not _rows(data).filter(later).exists()
    )


register("council_meeting", council_meeting, still_so)
register("council_role", council_role, still_given)
register("council_role_ended", council_role_ended, still_ended)
register("council_role_ending", council_role_ending, still_ending)
