"""Writing who counts as local for a project: a new version each time, the former ends the day before."""

import re
from datetime import timedelta

from django import forms
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Zip
from accounts.models.people import zip_validator
from accounts.policies import Denied
from ledger.log import record

from . import local, policies
from .forms import DAY
from .models import LocalRule, Project

TIERS = (1, 2, 3)


class ZipsField(forms.CharField):
    """Several ZIP codes with anything between."""

    widget = forms.Textarea(attrs={"rows": 2, "inputmode": "numeric"})

    def clean(self, value):
        codes = re.findall(r"[^\s,;]+", super().clean(value) or "")
        known = set(Zip.objects.filter(code__in=codes).values_list("code", flat=True))
        if wrong := [code for code in codes if code not in known]:
            raise forms.ValidationError(
                _("There is no ZIP code %(value)s in our table.") % {"value": wrong[0]}, code="zip"
            )
        return sorted(set(codes))


class CountiesField(forms.CharField):
    """Several counties of California with a comma between."""

    def clean(self, value):
        said = [
            re.sub(r"(?i)\s+county$", "", part.strip())
            for part in (super().clean(value) or "").split(",")
            if part.strip()
        ]
        names = {
            name.casefold(): name for name in Zip.objects.filter(state="CA").values_list("county", flat=True).distinct()
        }
        if wrong := [name for name in said if name.casefold() not in names]:
            raise forms.ValidationError(
                _("There is no county %(value)s in California.") % {"value": wrong[0]}, code="county"
            )
        return sorted({names[name.casefold()] for name in said})


class RuleForm(forms.Form):
    """The project, from when, where it is written, and up to three tiers; all that a tier names must be so."""

    name = forms.CharField(label=gettext_lazy("Project and its agreement"), max_length=120)
    zip = forms.CharField(label=gettext_lazy("ZIP code of the site"), max_length=5, validators=[zip_validator])
    starts_on = forms.DateField(label=gettext_lazy("In force from"), widget=DAY)
    source = forms.CharField(
        label=gettext_lazy("Where the rule is written"),
        help_text=gettext_lazy("The agreement, its section and its date, so that anybody can look."),
        max_length=500,
    )

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        for n in TIERS:
            said = {"n": n}
            self.fields[f"zips{n}"] = ZipsField(label=_("Tier %(n)s: home ZIP codes") % said, required=False)
            self.fields[f"counties{n}"] = CountiesField(label=_("Tier %(n)s: home counties") % said, required=False)
            self.fields[f"miles{n}"] = forms.IntegerField(
                label=_("Tier %(n)s: at most so many miles from the site") % said,
                min_value=1,
                max_value=200,
                required=False,
            )

    def clean(self):
        clean = super().clean()
        clean["tiers"] = [tier for n in TIERS if (tier := self._tier(n, clean))]
        if not clean["tiers"] and not self.errors:
            raise forms.ValidationError(_("Write at least one tier: ZIP codes, counties or miles."))
        return clean

    @staticmethod
    def _tier(n: int, clean: dict) -> dict:
        named = {name: clean.get(f"{name}{n}") for name in ("zips", "counties", "miles")}
        named = {name: value for name, value in named.items() if value}
        return {"tier": n, **named} if named else {}


@transaction.atomic(durable=True)
def write(said: dict, *, by, at) -> LocalRule:
    """A new version of a project's rule. Raises Denied where it would begin before the one in force."""
    policies.report.check(by, None)
    if not Zip.objects.filter(code=said["zip"]).exists():
        raise Denied(_("There is no ZIP code %(value)s in our table.") % {"value": said["zip"]})
    project, made = Project.objects.get_or_create(name=said["name"], defaults={"zip": said["zip"], "created_at": at})
    project = Project.objects.select_for_update().get(pk=project.pk)
    if not made and project.zip != said["zip"]:
        raise Denied(_("This project is at ZIP code %(zip)s. Give another site another name.") % {"zip": project.zip})
    last = project.rules.order_by("-version").first()
    if last:
        if said["starts_on"] <= last.starts_on:
            raise Denied(_("The version in force began later than this. Choose a day after it."))
        last.ends_on = said["starts_on"] - timedelta(days=1)
        last.save(update_fields=["ends_on"])
    elif LocalRule.objects.filter(name=said["name"]).exists():
        raise Denied(_("A region has this name. Give the project its own."))
    rule = LocalRule.objects.create(
        name=project.name,
        project=project,
        version=local.next_version(project.name),
        starts_on=said["starts_on"],
        tiers=said["tiers"],
        source=said["source"],
        created_by=by,
        created_at=at,
    )
    record("local_rule.written", rule, by=by, at=at, name=rule.name, version=rule.version)
    return rule
