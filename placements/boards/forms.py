"""What boards read from an address or a pressed button. A form cleans; it never saves."""

from django import forms
from django.utils.translation import gettext_lazy as _

from . import bulk


class PeopleForm(forms.Form):
    """The filters of who is certified and not placed, kept in the address."""

    q = forms.CharField(label=_("Name, email or phone"), max_length=80, required=False)
    block = forms.CharField(required=False, max_length=20)
    owner = forms.ChoiceField(
        choices=[("", _("everybody")), ("me", _("me")), ("none", _("nobody yet"))], required=False
    )
    county = forms.CharField(required=False, max_length=60)
    after = forms.CharField(required=False, max_length=40)

    def asked(self) -> dict:
        """What makes sense of it: a filter that makes none is left out, the others count."""
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}


class FindForm(forms.Form):
    """Whom a coordinator looks for, in whatever words they have."""

    q = forms.CharField(label=_("Name, email or phone"), max_length=120, required=False)
    after = forms.CharField(required=False, max_length=200)

    def asked(self) -> dict:
        """What makes sense of it."""
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}


class BulkForm(forms.Form):
    """What is to be done with the rows that were marked."""

    ACTS = ("owner", "later", "remind")
    board = forms.ChoiceField(choices=[("board", ""), ("board_overdue", "")])
    act = forms.ChoiceField(choices=[(act, act) for act in ACTS])
    to = forms.UUIDField(required=False)
    days = forms.TypedChoiceField(
        choices=[(days, days) for days in bulk.DAYS], coerce=int, required=False, empty_value=0
    )
    back = forms.CharField(max_length=1000, required=False)


class ViewForm(forms.Form):
    """The name of a view."""

    board = forms.ChoiceField(choices=[("board", ""), ("board_overdue", "")])
    name = forms.CharField(label=_("name of the view"), max_length=60)
    query = forms.CharField(max_length=500, required=False)
    shared = forms.BooleanField(required=False)
