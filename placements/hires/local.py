"""Who counts as local: judged from home and work by the rule of the project, else of the region, and then frozen.

Distances are between the middles of the two ZIP codes. No share of local people is computed or demanded here: what an
agreement asks for stands in the agreement, and its text is the rule's source.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import Max, Q
from django.utils.translation import gettext as _

from accounts.models import Zip
from accounts.speech import listed, miles
from matching.rules import tenths_between

from .models import LocalRule, Placement, Project


@dataclass(frozen=True)
class Verdict:
    """What a rule says of a home: its tier, 0 for not local, None when it cannot be said."""

    rule: LocalRule | None = None
    tier: int | None = None
    miles: float | None = None


def rule_for(on: date, *, project: Project | None, county: str) -> LocalRule | None:
    """The rule in force on the day: the project's own, else that of the region the work is in."""
    rules = LocalRule.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on), starts_on__lte=on)
    if project and (found := rules.filter(project=project).order_by("-version").first()):
        return found
    if not county:
        return None
    return rules.filter(project=None, counties__contains=[county]).order_by("-starts_on", "-version").first()


def judge(on: date, *, home: str, work: str, project: Project | None = None) -> Verdict:
    """By the rule in force on the day; `home` and `work` are ZIP codes, `work` that of the site."""
    places = Zip.objects.in_bulk([home, work, project.zip if project else ""])
    there = places.get(project.zip if project else work)
    rule = rule_for(on, project=project, county=there.county if there and there.state == "CA" else "")
    here = places.get(home)
    if rule is None or here is None or there is None:
        return Verdict(rule=rule)
    tenths = tenths_between((here.latitude, here.longitude), (there.latitude, there.longitude))
    for tier in sorted(rule.tiers, key=lambda one: one["tier"]):
        if _meets(tier, here, there, tenths):
            return Verdict(rule, tier["tier"], tenths / 10)
    return Verdict(rule, 0, tenths / 10)


def _meets(tier: dict, home: Zip, work: Zip, tenths: int) -> bool:
    """Whether all that the tier names is so; a tier that names nothing is met by nobody."""
    asked = []
    if tier.get("zips"):
        asked.append(home.code in tier["zips"])
    if tier.get("counties"):
        asked.append(home.state == "CA" and home.county in tier["counties"])
    if tier.get("same_county"):
        asked.append((home.county, home.state) == (work.county, work.state))
    if tier.get("miles"):
        asked.append(tenths <= tier["miles"] * 10)
    return bool(asked) and all(asked)


def say(placement: Placement, *, home: bool = True) -> str:
    """ "Tier 1: lives in 92335, 4 miles away; rule of Jurupa Valley CWA, version 2". `home`: the reader may know it."""
    rule = placement.local_rule
    if rule is None:
        return _("No rule says who is local at this place of work.")
    by = _("rule of %(name)s, version %(n)s") % {"name": rule.name, "n": rule.version}
    if placement.local_tier is None:
        return _("It cannot be said: a ZIP code of home or work is missing; %(rule)s") % {"rule": by}
    lives = ""
    if home and placement.home_zip:
        lives = _("lives in %(zip)s, %(miles)s away") % {
            "zip": placement.home_zip,
            "miles": miles(placement.local_miles or 0),
        }
    if placement.local_tier == 0:
        said = _("Not local: %(lives)s") % {"lives": lives} if lives else _("Not local")
    else:
        tier = {"n": placement.local_tier, "lives": lives}
        said = _("Tier %(n)s: %(lives)s") % tier if lives else _("Tier %(n)s") % tier
    return f"{said}; {by}"


def tier_in_words(tier: dict) -> str:
    """What a tier asks for."""
    asked = []
    if zips := tier.get("zips"):
        asked.append(_("lives in %(zips)s") % {"zips": listed(zips, _("or"))})
    if counties := tier.get("counties"):
        asked.append(_("lives in %(counties)s") % {"counties": listed(counties, _("or"))})
    if tier.get("same_county"):
        asked.append(_("lives in the county of the work"))
    if tier.get("miles"):
        asked.append(_("lives within %(miles)s of the work") % {"miles": miles(tier["miles"])})
    return listed(asked, _("and"))


def freeze(placement: Placement) -> Placement:
    """Set what the rule says of this placement; its home, work and first day are set already. Saves nothing."""
    found = judge(placement.starts_on, home=placement.home_zip, work=placement.work_zip, project=placement.project)
    placement.local_rule, placement.local_tier, placement.local_miles = found.rule, found.tier, found.miles
    return placement


def next_version(name: str) -> int:
    """The number of a rule's next version."""
    return (LocalRule.objects.filter(name=name).aggregate(last=Max("version"))["last"] or 0) + 1


# The two regions of this site: where it works, and no more. No law or agreement says so, and their source tells that.
REGIONS = {
    "Inland Empire": ("Riverside", "San Bernardino"),
    "San Joaquin Valley": ("Fresno", "Kern", "Kings", "Madera", "Merced", "San Joaquin", "Stanislaus", "Tulare"),
}
DEFAULT_SOURCE = (
    "Made by this site, from no law or agreement: tier 1 lives in the county of the work, tier 2 in another of the "
    "region's counties. Home and work are ZIP codes; the county of a ZIP code is that of the middle of its area."
)


def defaults() -> int:
    """The rules of the two regions, where nobody has written any yet; how many were made."""
    made = 0
    for name, counties in REGIONS.items():
        if not LocalRule.objects.filter(name=name).exists():
            LocalRule.objects.create(
                name=name,
                counties=list(counties),
                version=1,
                starts_on=date(2020, 1, 1),
                tiers=[{"tier": 1, "same_county": True}, {"tier": 2, "counties": list(counties)}],
                source=DEFAULT_SOURCE,
            )
            made += 1
    return made
