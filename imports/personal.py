"""What spreadsheets leave about a person: the rows they were on, until those are forgotten by themselves."""

from django.db.models import Q, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from accounts.record.registry import NOBODY, personal

from .models import Batch, Row


def _words(subject) -> list[str]:
    """By which texts a sheet may know the person: the name counts only when it has two words."""
    name = " ".join(subject.user.full_name.split())
    return [*subject.addresses, *([name] if " " in name else [])]


def _containing(model, field: str, words) -> Q:
    said = NOBODY
    for word in words:
        said |= Q(_text__icontains=word)
    found = model.objects.annotate(_text=Cast(field, TextField())).filter(said)
    return Q(pk__in=found.values("pk")) if words else NOBODY


def _rows(subject) -> Q:
    found = _containing(Row, "values", _words(subject)) | _containing(Row, "effects", subject.addresses)
    theirs = [{"model": "accounts.user", "pk": subject.user.pk}]
    if subject.trainee_id:
        theirs.append({"model": "accounts.traineeprofile", "pk": subject.trainee_id})
    for effect in theirs:
        found |= Q(effects__contains=[effect])
    return found


def _forget(rows, subject, at) -> None:
    """The line stays in the count of its sheet; what it said, and what taking the sheet back would bring, is gone."""
    rows.update(values={}, problems=[], effects=[])


def _sheets(subject) -> Q:
    return _containing(Batch, "sheet", _words(subject)) & Q(sheet__isnull=False)


def _put_away(rows, subject, at) -> None:
    """A sheet that was only looked at goes; it can be uploaded again, without the person."""
    rows.filter(state=Batch.State.PREVIEWED).delete()
    rows.update(sheet=None)


personal(
    "imports.Row",
    _("Lines of spreadsheets about me"),
    whose=_rows,
    show=("batch__organization__name", "batch__imported_at", "line", "outcome", "values"),
    covers=("problems", "effects"),
    erase=_forget,
    stays=_("That a spreadsheet had one more line, without what it said."),
)
personal(
    "imports.Batch",
    _("Spreadsheets somebody is looking at that name me"),
    whose=_sheets,
    show=("organization__name", "created_at"),
    covers=("by", "sheet", "mapping", "options", "problems", "counts"),
    erase=_put_away,
)
