"""What somebody saw when they began to write, and what stands now: two who change one thing at once lose nothing."""

import hashlib
import json

from django import forms
from django.db.models import Model
from django.utils.translation import gettext as _

from ledger.lifecycle import IllegalStep


class SeenForm(forms.ModelForm):
    """A form that knows what its writer saw, as fingerprints of the fields that travel with it.

    A field that only somebody else changed meanwhile stays as they left it. Where both changed the same one, nothing is
    saved: what was typed stays in its field, what stands now is in `meanwhile`, and who saves again has seen both.
    """

    seen = forms.CharField(required=False, widget=forms.HiddenInput, max_length=4000)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.meanwhile: list[tuple[str, str]] = []  # label of a field, what stands in it now
        if self.instance.pk:
            self.stood = self.marks(self.instance)
            self.initial["seen"] = json.dumps(self.stood)
        else:
            del self.fields["seen"]

    def standing(self, thing: Model) -> dict:
        """What the fields of the form hold in this row."""
        return {name: thing._meta.get_field(name).value_from_object(thing) for name in self._meta.fields}

    def marks(self, thing: Model) -> dict[str, str]:
        return {name: _mark(value) for name, value in self.standing(thing).items()}

    def must_still_stand(self, fresh: Model) -> None:
        """Raise IllegalStep when somebody saved in the moment since this form was compared; `fresh` is locked."""
        if self.marks(fresh) != self.stood:
            raise IllegalStep(_("This was already changed by somebody else. Look at it again before you go on."))

    def clean(self):
        clean = super().clean()
        seen = self._seen(clean.pop("seen", ""))
        for name, stands in self.standing(self.instance).items() if seen else ():
            had, now = seen.get(name), self.stood[name]
            if had == now or name not in clean or _mark(clean[name]) == now:
                continue
            if _mark(clean[name]) == had:  # only somebody else changed it
                clean[name] = self._kept(name, stands)
                continue
            self.meanwhile.append((self.fields[name].label, self._said(name, stands)))
            self.add_error(name, _("Somebody else changed this meanwhile. Both texts are here; make one of them."))
            seen[name] = now
        if self.meanwhile:
            self.data = self.data.copy()
            self.data[self.add_prefix("seen")] = json.dumps(seen)
        return clean

    def _seen(self, said: str) -> dict:
        try:
            found = json.loads(said)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    def _kept(self, name: str, stands):
        """What stands, as the form would have it from its reader."""
        there = getattr(self.instance, name, stands)
        return there.all() if hasattr(there, "all") else there

    def _said(self, name: str, stands) -> str:
        """What stands, in words."""
        choices = dict(getattr(self.fields[name], "choices", None) or ())
        there = self._kept(name, stands)
        if isinstance(stands, list):
            return ", ".join(str(choices.get(one, one)) for one in there)
        if isinstance(there, bool):
            return _("yes") if there else _("no")
        return "" if there is None else str(choices.get(there, there))


def _mark(value) -> str:
    """A short fingerprint of a value, the same whether it comes from the row or from the form."""
    if isinstance(value, list | tuple) or hasattr(value, "all"):
        plain = sorted(_plain(one) for one in value)
    else:
        plain = _plain(value)
    return hashlib.sha256(json.dumps(plain).encode()).hexdigest()[:16]


def _plain(value) -> str:
    if isinstance(value, Model):
        return str(value.pk)
    return "" if value is None else str(value).replace("\r\n", "\n").strip()
