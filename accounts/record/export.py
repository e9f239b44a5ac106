"""A copy of everything that is kept about one person, as data and as a page to read or print."""

from datetime import date, datetime
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.db.models import DateField, DateTimeField
from django.utils import formats, timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from .. import timeline
from ..templatetags.browsers import browser
from . import labels, registry


def as_data(user, *, at) -> dict:
    """Everything, as JSON takes it: each kind of rows under its table's name."""
    subject = registry.subject(user)
    tables = {
        entry.model: [
            {name: _plain(value) for name, value in row.items()} for row in entry.rows(subject).values(*entry.show)
        ]
        for entry in registry.every()
    }
    history = [{"at": entry.at.isoformat(), "what": entry.words} for entry in timeline.of_person(user, reader=user)]
    return {
        "site": settings.SITE_NAME,
        "person": str(user.public_id),
        "made_at": at.isoformat(),
        "records": {name: rows for name, rows in tables.items() if rows},
        "history": history,
    }


def _plain(value):
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def as_sections(user) -> list[dict]:
    """The same for a reader: sections with a title, each a list of records, each a list of (what, value)."""
    subject = registry.subject(user)
    found = []
    for entry in registry.every():
        rows = list(entry.rows(subject).values(*entry.show))
        if rows:
            labels = {name: _label(entry.model, name) for name in entry.show}
            said = [
                [(labels[name], _said(entry.model, name, value)) for name, value in row.items() if _is_said(value)]
                for row in rows
            ]
            found.append({"title": entry.title, "records": said, "count": len(rows)})
    if history := timeline.of_person(user, reader=user):
        told = [[(formats.date_format(timezone.localtime(one.at), "DATETIME_FORMAT"), one.words)] for one in history]
        found.append({"title": _("What happened"), "records": told, "count": len(told)})
    return found


def _is_said(value) -> bool:
    return value is False or value == 0 or bool(value)


def _field(model: str, path: str):
    """The field at the end of a lookup; None inside JSON."""
    options, found = apps.get_model(model)._meta, None
    for name in path.split("__"):
        try:
            found = options.get_field("id" if name == "pk" else name)
        except Exception:  # a key inside JSON
            return None
        if found.is_relation:
            options = found.related_model._meta
    return found


def _label(model: str, path: str) -> str:
    words = labels.words()
    if path in words:
        return capfirst(words[path])
    last = path.split("__")[-1]
    if last in words:
        return capfirst(words[last])
    found = _field(model, path)
    return capfirst(str(found.verbose_name)) if found is not None else capfirst(last.replace("_", " "))


def _said(model: str, path: str, value) -> str:
    found = _field(model, path)
    if value is True or value is False:
        return _("yes") if value else _("no")
    if isinstance(found, DateTimeField):
        return formats.date_format(timezone.localtime(value), "DATETIME_FORMAT")
    if isinstance(found, DateField):
        return formats.date_format(value, "DATE_FORMAT")
    if path.endswith("_cents"):
        return f"${value / 100:,.2f}"
    if isinstance(value, dict | list):
        return _listed(found, value)
    last = path.split("__")[-1]
    if last == "user_agent":
        return browser(value)
    choices = dict(getattr(found, "flatchoices", ()) or ())
    if last == "language" and not choices:
        choices = dict(settings.LANGUAGES)
    return str(choices.get(value, value))


def _listed(found, value) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_listed(None, each)}" for key, each in value.items() if _is_said(each))
    if isinstance(value, list):
        base = getattr(found, "base_field", None)
        choices = dict(getattr(base, "flatchoices", ()) or ()) if base is not None else {}
        return ", ".join(_listed(None, choices.get(each, each) if isinstance(each, str) else each) for each in value)
    return str(value)
