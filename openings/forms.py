"""Forms of the opening editor. They clean; they never save."""

import re
from decimal import Decimal, InvalidOperation

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, Zip
from accounts.models.people import Language, License, Shift
from programs.models import Credential, Occupation

from . import order, publishing
from .models import Opening, Requirement
from .queries import FACTS, asks_of

ANY_OF_GROUPS = (1, 2, 3)
# What only one kind of opening has; what was written for another kind is not kept.
OF_ONE_KIND = {
    Opening.Kind.INTAKE: (
        "documents_by", "documents_place", "test_on", "test_place", "interview_on", "interview_place",
    ),
    Opening.Kind.DISPATCH: ("report_at", "report_place"),
}  # fmt: skip
# Above this, "pay per hour" is a day's, a month's or a year's pay.
HOURLY_AT_MOST_CENTS = 500_00
# Major groups of the Standard Occupational Classification, by the first two digits of an occupation's code.
FAMILIES = {
    "47": _("Construction"),
    "49": _("Installation and repair"),
    "51": _("Manufacturing"),
    "53": _("Transportation and warehouses"),
}


class HourlyPayField(forms.CharField):
    """Dollars an hour as people type them ("24.50", "$24.50", "24"), in cents."""

    default_error_messages = {
        "pay": _("Write the pay of one hour in dollars, for example 24.50."),
        "high": _("This is more than $500 an hour. Write the pay of one hour; a year's pay is that of 2,080 hours."),
    }

    def __init__(self, **options):
        super().__init__(max_length=20, widget=forms.TextInput(attrs={"inputmode": "decimal"}), **options)

    def clean(self, value):
        text = re.sub(r"[\s$]", "", super().clean(value) or "")
        if not text:
            return None
        if not re.fullmatch(r"(\d{1,3}(,\d{3})+|\d{1,7})(\.\d{1,2})?", text):
            raise forms.ValidationError(self.error_messages["pay"], code="pay")
        try:
            cents = int(Decimal(text.replace(",", "")) * 100)
        except InvalidOperation as error:
            raise forms.ValidationError(self.error_messages["pay"], code="pay") from error
        if cents == 0:
            raise forms.ValidationError(self.error_messages["pay"], code="pay")
        if cents > HOURLY_AT_MOST_CENTS:
            raise forms.ValidationError(self.error_messages["high"], code="high")
        return cents

    def prepare_value(self, value):
        return f"{value / 100:.2f}" if isinstance(value, int) else value


def _date(label, help_text=""):
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget, help_text=help_text)


def _place(label):
    return forms.CharField(label=label, required=False, max_length=200, help_text=_("An address, or a page online."))


def _long(label, help_text=""):
    widget = forms.Textarea(attrs={"rows": 6})
    return forms.CharField(label=label, required=False, max_length=8000, widget=widget, help_text=help_text)


class OpeningForm(forms.Form):
    """Everything people write of an opening. A draft may have gaps; a published opening may not."""

    organization = forms.ChoiceField(label=_("Who offers it"))
    kind = forms.ChoiceField(label=_("What it is"), choices=Opening.Kind.choices, widget=forms.RadioSelect)
    title = forms.CharField(label=_("Title in English"), max_length=200)
    title_es = forms.CharField(label=_("Title in Spanish"), max_length=200, required=False)
    description = _long(_("What the work is, in English"), _("What a day looks like, and what somebody learns."))
    description_es = _long(_("What the work is, in Spanish"))
    occupation_id = forms.ChoiceField(label=_("Trade"), required=False)
    wage_min_cents = HourlyPayField(
        label=_("Pay an hour, from"), required=False, help_text=_("In dollars, for example 24.50.")
    )
    wage_max_cents = HourlyPayField(
        label=_("Pay an hour, to"), required=False, help_text=_("Leave it empty when there is one rate.")
    )
    zip = forms.CharField(
        label=_("ZIP code of the work"),
        max_length=10,
        required=False,
        help_text=_("Distance is measured from here."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    seats = forms.IntegerField(
        label=_("How many people"), min_value=1, max_value=5000, initial=1, help_text=_("Places to fill.")
    )
    benefits = forms.CharField(
        label=_("Benefits"), max_length=300, required=False, help_text=_("For example health insurance or a pension.")
    )
    shifts = forms.MultipleChoiceField(
        label=_("Shifts"), choices=Shift.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    license = forms.ChoiceField(
        label=_("Driver's license"),
        required=False,
        choices=[("", _("not needed")), *[(value, label) for value, label in License.choices if value]],
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages needed at work"),
        choices=Language.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only those without which the work cannot be done."),
    )
    opens_on = _date(_("Open from"), _("The first day people are taken. Empty: from today."))
    closes_on = _date(_("Open until"), _("The last day. After it the opening closes by itself."))
    starts_on = _date(_("Work starts"))
    documents_by = _date(_("Documents until"), _("The last day to hand in papers."))
    documents_place = _place(_("Where to hand them in"))
    test_on = _date(_("Test"))
    test_place = _place(_("Where the test is"))
    interview_on = _date(_("Interviews from"))
    interview_place = _place(_("Where the interviews are"))
    report_at = forms.TimeField(
        label=_("Time to report"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    report_place = _place(_("Where to report"))
    order_rule = forms.ChoiceField(
        label=_("Who goes first"),
        widget=forms.RadioSelect,
        initial=Opening.OrderRule.WAITING,
        help_text=_("Everybody reads this rule on the opening's page."),
    )
    needed_by = forms.CharField(
        label=_("Which law, contract or rule asks for it?"),
        max_length=300,
        required=False,
        help_text=_("Everybody reads your answer on the opening's page. Without one, take the words out."),
    )
    required = forms.MultipleChoiceField(label=_("Certificates that everybody needs"), required=False)
    any_of_1 = forms.MultipleChoiceField(label=_("One of these certificates"), required=False)
    any_of_2 = forms.MultipleChoiceField(label=_("And one of these"), required=False)
    any_of_3 = forms.MultipleChoiceField(label=_("And one of these too"), required=False)
    preferred = forms.MultipleChoiceField(label=_("Certificates that are good to have"), required=False)

    CREDENTIALS = ("required", "any_of_1", "any_of_2", "any_of_3", "preferred")

    def __init__(self, *args, opening: Opening | None = None, organizations=(), **options):
        super().__init__(*args, **options)
        self.opening = opening
        self.organizations = {str(organization.public_id): organization for organization in organizations}
        self.published = opening is not None and opening.state == Opening.State.PUBLISHED
        if opening is not None or len(organizations) == 1:
            del self.fields["organization"]
        else:
            choices = [(key, organization.name) for key, organization in self.organizations.items()]
            self.fields["organization"].choices = [("", _("Choose one")), *choices]
        trades = sorted(((trade.pk, trade.title) for trade in Occupation.objects.all()), key=lambda trade: trade[1])
        self.fields["occupation_id"].choices = [("", _("Choose a trade")), *trades]
        self.fields["order_rule"].choices = [
            (value, _("%(rule)s. %(sentence)s") % {"rule": label, "sentence": order.explained(value)})
            for value, label in Opening.OrderRule.choices
        ]
        self.questions = publishing.questions(self._as_typed())
        self.credentials = list(Credential.objects.prefetch_related("occupations"))
        for name in self.CREDENTIALS:
            self.fields[name].choices = [(credential.key, credential.short) for credential in self.credentials]

    def clean_zip(self):
        code = self.cleaned_data["zip"].strip()[:5]
        if not code:
            return ""
        if not re.fullmatch(r"[0-9]{5}(-[0-9]{4})?", self.cleaned_data["zip"].strip()):
            raise forms.ValidationError(_("A ZIP code has five digits, for example 92335."))
        if not Zip.objects.filter(code=code).exists():
            raise forms.ValidationError(_("We do not know the ZIP code %(zip)s. Try one nearby.") % {"zip": code})
        return code

    def clean_occupation_id(self):
        return self.cleaned_data["occupation_id"] or None

    def _as_typed(self) -> Opening:
        """The texts as they stand in the form, to ask about their words. What is too long is refused anyway: it is not
        looked at before it is shorter."""
        saved = self.opening or Opening()
        names = ("kind", *publishing.TEXTS)
        typed = {name: self[name].value() if name in self.fields else getattr(saved, name) for name in names}
        return Opening(**{name: value for name, value in typed.items() if value and not self._too_long(name, value)})

    def _too_long(self, name: str, value: str) -> bool:
        most = getattr(self.fields.get(name), "max_length", None)
        # A line break counts once, as for the browser; in what was sent it is two characters.
        return most is not None and len(value.replace("\r\n", "\n")) > most

    def clean_order_rule(self):
        """People rely on the order they read: it does not change under them."""
        rule = self.cleaned_data["order_rule"]
        if self.published and rule != self.opening.order_rule:
            raise forms.ValidationError(
                _("The order is fixed while the opening is published. Close it, change the order and publish it again.")
            )
        return rule

    def clean(self):
        cleaned = super().clean()
        low, high = cleaned.get("wage_min_cents"), cleaned.get("wage_max_cents")
        if high and not low and "wage_min_cents" not in self.errors:
            self.add_error("wage_min_cents", _("Write the lower pay too."))
        elif low and high and high < low:
            self.add_error("wage_max_cents", _("The higher pay is below the lower one."))
        first, last = cleaned.get("opens_on"), cleaned.get("closes_on")
        if first and last and last < first:
            self.add_error("closes_on", _("The last day is before the first."))
        for kind, names in OF_ONE_KIND.items():
            if cleaned.get("kind") != kind:
                cleaned |= {name: None if name.endswith(("_on", "_by", "_at")) else "" for name in names}
        # An answer counts for the words whose question stood above it; when these are gone, so is the answer.
        shown = set(self.data.getlist("answered"))
        words = [question.words for question in self.questions if question.words in shown]
        cleaned["answered"] = "\n".join(words) if cleaned.get("needed_by") else ""
        if not words:
            cleaned["needed_by"] = ""
        for group in ANY_OF_GROUPS:
            if len(cleaned.get(f"any_of_{group}") or ()) == 1:
                self.add_error(
                    f"any_of_{group}", _("Choose two or more, or ask for it under “Certificates that everybody needs”.")
                )
        return cleaned

    def say(self, problems) -> None:
        """Set what keeps the opening from being shown at its fields, on a page that nobody has sent yet, too."""
        if not self.is_bound:
            self.cleaned_data = {}  # what an error is added beside
        asked = {str(question): question.words for question in self.questions}
        for problem in problems:
            sentence = str(problem)
            if sentence in asked and problem.field == "needed_by":  # the question itself stands above its field
                sentence = _("Answer the question about “%(words)s”, or take these words out.")
                sentence %= {"words": asked[str(problem)]}
            self.add_error(problem.field if problem.field in self.fields else None, sentence)

    def say_gaps(self, *, today) -> None:
        """Beside what is wrong in the form, what else keeps it from being published: nobody is sent back twice."""
        opening = self._as_typed()
        for name in ("occupation_id", "wage_min_cents", "zip", "closes_on"):
            setattr(opening, name, self.cleaned_data.get(name))
        problems = [*publishing.gaps(opening, today=today), *publishing.shut_out(opening)]
        self.say([problem for problem in problems if problem.field not in self.errors])

    def spanish_open(self) -> bool:
        """Whoever wrote something in Spanish sees it, and what is wrong with it."""
        return any(self[name].value() or self[name].errors for name in ("title_es", "description_es"))

    def order_open(self) -> bool:
        """In a hall the order is law: it is chosen with open eyes. Elsewhere it is folded while it is the usual one."""
        bodies = [self.opening.organization] if self.opening else self.organizations.values()
        hall = any(body.kind in (Organization.Kind.UNION, Organization.Kind.SPONSOR) for body in bodies)
        usual = self["order_rule"].value() == Opening.OrderRule.WAITING
        return hall or not usual or bool(self["order_rule"].errors)

    def order_said(self) -> str:
        return str(dict(Opening.OrderRule.choices).get(self["order_rule"].value(), ""))

    def offered_by(self):
        """For whom a new opening is written: the chosen one, or the only one there is."""
        return self.organizations[self.cleaned_data.get("organization") or next(iter(self.organizations))]

    def credential_lists(self) -> list[dict]:
        """The five lists of credentials, each with its boxes in groups by trade, ticked as typed or saved.

        `ticked` names those that are, so that the list can stay folded."""
        lists = []
        for name in self.CREDENTIALS:
            ticked = {str(key) for key in self[name].value() or ()}
            lists.append(
                {
                    "field": self[name],
                    "open": bool(self[name].errors),
                    "ticked": ", ".join(str(c.short) for c in self.credentials if c.key in ticked),
                    "groups": [
                        (label, [(credential, credential.key in ticked) for credential in credentials])
                        for label, credentials in self._by_trade()
                    ],
                }
            )
        return lists

    def _by_trade(self) -> list[tuple[str, list[Credential]]]:
        """Credentials that lead to one family of trades stand under its name; the others come first."""
        groups: dict[str, list[Credential]] = {"": []}
        for credential in self.credentials:
            families = {occupation.code[:2] for occupation in credential.occupations.all()}
            family = families.pop() if len(families) == 1 else ""
            groups.setdefault(family if family in FAMILIES else "", []).append(credential)
        return [
            (FAMILIES.get(family, _("In many trades")), groups[family]) for family in sorted(groups) if groups[family]
        ]

    def facts(self) -> dict:
        """What was written, by the names of the columns."""
        return {name: self.cleaned_data[name] for name in FACTS}

    def asks(self) -> set[tuple[str, int, str]]:
        """(kind, group, credential key) of each requirement that was ticked."""
        kinds = Requirement.Kind
        asked = {(kinds.REQUIRED.value, 0, key) for key in self.cleaned_data["required"]}
        for group in ANY_OF_GROUPS:
            asked |= {(kinds.ANY_OF.value, group, key) for key in self.cleaned_data[f"any_of_{group}"]}
        return asked | {(kinds.PREFERRED.value, 0, key) for key in self.cleaned_data["preferred"]}


def initial_of(opening: Opening) -> dict:
    """What the form shows of an opening before anybody types."""
    asks = asks_of(opening)
    kinds = Requirement.Kind
    return {
        **{name: getattr(opening, name) for name in FACTS},
        "required": [key for kind, _group, key in asks if kind == kinds.REQUIRED],
        **{
            f"any_of_{g}": [key for kind, group, key in asks if kind == kinds.ANY_OF and group == g]
            for g in ANY_OF_GROUPS
        },
        "preferred": [key for kind, _group, key in asks if kind == kinds.PREFERRED],
    }


class CloseForm(forms.Form):
    """Why an opening closes; kept in the ledger."""

    REASONS = [
        ("filled", _("The places are filled")),
        ("stopped", _("The work was put off or does not happen")),
        ("mistake", _("It was published by mistake")),
        ("other", _("Another reason")),
    ]

    reason = forms.ChoiceField(
        label=_("Why does it close?"),
        choices=REASONS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Say why the opening closes.")},
    )
    note = forms.CharField(label=_("In your words"), max_length=300, required=False)
