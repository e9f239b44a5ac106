"""The form that takes a sheet. It cleans; the actions keep."""

import csv
import io

from django import forms
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from .kinds import SheetKind
from .values import words
from .values.text import neutralise

ACCEPT = ".csv,.tsv,.txt,.xlsx,.xlsm,.xls,.ods"


class SheetForm(forms.Form):
    """A file, for whom it is, and what is to be said of all its rows."""

    file = forms.FileField(
        label=_("The sheet"),
        help_text=_("Excel, OpenDocument or CSV. Nothing is saved before you have seen what comes of it."),
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPT}),
        error_messages={"required": _("Choose the file first."), "empty": _("The file is empty.")},
    )
    organization = forms.ModelChoiceField(None, label=_("For whom"), to_field_name="public_id")
    people_agreed = forms.BooleanField(
        required=False,
        label=_("These people agreed to be matched with openings, and that coordinators help them"),
        help_text=_(
            "Tick this only if they told you so. Employers and unions see no name and no contact until a person says "
            "yes to an opening. Whoever has not agreed comes in too, and is not matched. A column “Agreed” counts "
            "before this."
        ),
    )
    publish = forms.BooleanField(
        required=False,
        label=_("Show complete openings to everybody at once"),
        help_text=_("Complete means: pay, trade and ZIP code are there. The others come in as drafts."),
    )

    def __init__(self, *args, kind: SheetKind, organizations, several: bool, **kwargs):
        """`organizations` are those the reader may choose; `several`: the sheet may name its organizations itself."""
        super().__init__(*args, **kwargs)
        field = self.fields["organization"]
        field.queryset = organizations
        field.required = not several
        field.empty_label = _t("Each line says whose it is") if several else _t("Choose")
        found = list(organizations[:2])
        if len(found) == 1 and not several:
            self.only = found[0]
            del self.fields["organization"]
        for option in ("people_agreed", "publish"):
            if option not in kind.options:
                del self.fields[option]

    only = None

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > settings.IMPORT_MAX_BYTES:
            limit = filesizeformat(settings.IMPORT_MAX_BYTES)
            raise forms.ValidationError(_t("The file is larger than %(limit)s. Split it.") % {"limit": limit})
        return file

    def chosen(self):
        return self.cleaned_data.get("organization") or self.only

    def options(self) -> dict:
        return {name: self.cleaned_data[name] for name in ("people_agreed", "publish") if name in self.cleaned_data}


class LineForm(forms.Form):
    """One line without a sheet. It only asks; what is wrong with it is said by the kind, as of any line."""

    organization = forms.ModelChoiceField(None, label=_("For whom"), to_field_name="public_id", empty_label=_("Choose"))

    def __init__(self, *args, kind: SheetKind, organizations, **kwargs):
        """`organizations` are those the reader may choose."""
        super().__init__(*args, **kwargs)
        self.kind = kind
        field = self.fields["organization"]
        field.queryset = organizations
        field.help_text = _t("Its people read and keep what stands below, the contact, too.")
        if self.initial:
            field.help_text = _t(
                "Its people read and keep the name and contact below, which are filled in from this person’s record. "
                "Ask the person first, unless these people have them already."
            )
        found = list(organizations[:2])
        if len(found) == 1:
            self.only = found[0]
            del self.fields["organization"]
        for key, label in kind.by_hand.items():
            self.fields[key] = self._field(kind.column(key), label)

    only = None

    def _field(self, column, label) -> forms.Field:
        said = {"label": label or column.label, "required": column.key in self.kind.always_by_hand}
        if column.read is words.yes_no:
            return forms.BooleanField(**said)
        if choices := self.kind.choices(column.key, self.only):
            return forms.ChoiceField(choices=[("", _t("Choose")), *choices], **said)
        if column.is_date:
            return forms.CharField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **said)
        return forms.CharField(max_length=column.limit or 200, **said)

    def chosen(self):
        return self.cleaned_data.get("organization") or self.only

    def sheet(self) -> bytes:
        """What was typed, as a sheet of one line: it is read as any other."""
        cells = {key: self.cleaned_data.get(key) or "" for key in self.kind.by_hand}
        typed = ["yes" if cell is True else neutralise(cell) for cell in cells.values()]  # whoever reads undoes that
        out = io.StringIO()
        csv.writer(out).writerows([cells, typed])
        return out.getvalue().encode()

    def refuse(self, problems) -> None:
        """Say beside each field what is wrong with it."""
        for problem in problems:
            self.add_error(problem.column if problem.column in self.fields else None, str(problem))
