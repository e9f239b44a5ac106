"""How a change on an institution's own list is told: to the person whose day of registration it wrote anew."""

from datetime import datetime

from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from accounts.speech import day, spoken
from notifications import outbox, topics
from notifications.sms import gsm, texts
from notifications.words import Action, Message, register

KIND = "registration_changed"


def tell(opening, trainee, *, before: datetime, after: datetime, at) -> None:
    """The person reads both days, whoever of the two is right. Inside the action's transaction."""
    match = trainee.matches.filter(opening=opening).first()  # its page stays when the opening is closed
    outbox.post(
        trainee.user,
        KIND,
        topic=topics.REFERRALS,
        once_key=f"opening:{opening.pk}:registration:{trainee.pk}:{at:%Y%m%d%H%M%S%f}",
        data={
            "title": opening.title,
            "title_es": opening.title_es,
            "organization": opening.organization.name,
            "before": timezone.localtime(before).isoformat(),
            "after": timezone.localtime(after).isoformat(),
        },
        path=reverse("match", args=[match.public_id]) if match else reverse("match_preview", args=[opening.public_id]),
        at=at,
    )


def _values(data: dict, *, short=False) -> dict:
    """Both days; where only the time of the day is another, with it (`short`: one day, two times)."""
    moments = {name: datetime.fromisoformat(data[name]) for name in ("before", "after")}
    said = {name: day(moment.date()) for name, moment in moments.items()}
    if said["before"] == said["after"]:
        times = {name: formats.time_format(moment.time(), "TIME_FORMAT") for name, moment in moments.items()}
        said = (
            {"before": times["before"], "after": f"{said['after']}, {times['after']}"}
            if short
            else {name: f"{said[name]}, {times[name]}" for name in said}
        )
    return {"organization": data["organization"], "title": spoken(data["title"], data["title_es"]), **said}


def changed(notice) -> Message:
    """To the person: since when they are on the list by now, and whom to ask."""
    values = _values(notice.data)
    return Message(
        subject=_("%(organization)s changed your day on the list: %(title)s") % values,
        paragraphs=[
            _("You were on the list for %(title)s since %(before)s. Now the list says: since %(after)s.") % values,
            _("%(organization)s wrote this day from its own book. People go in the order in which they registered.")
            % values,
            _("If the day is wrong, ask %(organization)s. A coordinator can help you; the page says whom to ask.")
            % values,
        ],
        actions=[Action(_("See the day and whom to ask"), notice.path)],
    )


def _by_text(notice) -> str:
    values = _values(notice.data, short=True)
    values |= {"organization": gsm.cut(values["organization"], texts.NAME), "url": texts.link("/inbox/")}
    return (
        _("%(organization)s changed your day on the list: %(after)s, before %(before)s. Whom to ask: %(url)s") % values
    )


register(KIND, changed)
texts.register(KIND, _by_text)
