"""The programs sheet: a state's list of eligible training providers, a coalition's list, a provider's own."""

import hashlib
from dataclasses import dataclass, field

from django.utils.text import slugify
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, Zip
from imports import effects
from imports.kinds import SheetKind
from imports.mapping import Parsed
from imports.models import Row
from imports.problems import Problem, say
from imports.values.places import zip_in
from imports.values.text import plain

from ..models import Program
from . import cip
from .cities import Cities
from .names import Credentials, Organizations, Trades
from .programs_columns import COLUMNS, EXAMPLES, LIMITS

say(
    cut=_("This is longer than %(limit)s characters and was shortened."),
    provider_missing=_("The training provider is missing. Fill in who gives the program."),
    provider_by_number=_(
        "The sheet gives no provider name, only the number %(number)s, so the program stands under “%(named)s”. "
        "Write the provider's name to mend it."
    ),
    other_provider=_(
        "This is a program of “%(value)s”. You can bring in the programs of %(organization)s; a coordinator brings in "
        "lists of several providers."
    ),
    same_number=_("Line %(line)s has the same number and says something else. Give each program its own number."),
    zip_of_city=_("No ZIP code is given, so distances are measured from the middle of %(city)s."),
)

_CITY_KEPT = ["zip", "zip_is_city", "latitude", "longitude"]


@dataclass
class Plan:
    """What one row will do."""

    provider: Organization  # not saved yet when it is new
    fields: dict
    existing: Program | None = None
    changes: dict = field(default_factory=dict)
    occupations: list = field(default_factory=list)
    credentials: list = field(default_factory=list)


class ProgramsSheet(SheetKind):
    key = "programs"
    label = _("Training programs")
    lead = _("One line for each program. A state's list of eligible training providers can be brought in as it is.")
    organization_kinds = frozenset(Organization.TRAINS)
    organization_needed = False
    columns = COLUMNS
    examples = EXAMPLES
    row_label = "programs.program"
    called_by = _("Program")

    def missing(self, found):
        return [key for key in ("name",) if key not in set(found)]

    def plan(self, rows: list[Parsed], context) -> list[Problem]:
        credentials, trades = Credentials.load(), Trades.load()
        providers = Organizations(Organization.objects.filter(kind__in=Organization.TRAINS).order_by("pk"))
        has_state = any("state" in row.raw for row in rows)
        cities = Cities((row.city or "", _state(row, has_state)) for row in rows)
        wanted = {row.zip for row in rows if row.zip} | {zip_in(row.address or "") for row in rows}
        places = Zip.objects.in_bulk(wanted | cities.codes)
        existing = _existing()
        lines: dict[tuple, Parsed] = {}
        for row in rows:
            provider = self._provider(row, providers, context)
            if row.refused or provider is None:
                continue
            fields = self._fields(row, _state(row, has_state), cities, places, context)
            key = id(provider), row.external_id or (plain(fields["name"]), plain(fields["city"]))
            if key in lines:
                self._twin(row, lines[key])
                continue
            lines[key] = row
            row.plan = Plan(provider, fields, _find(existing, provider, row.external_id, fields))
            self._decide(row, trades, credentials)
        return []

    def _provider(self, row: Parsed, providers: Organizations, context) -> Organization | None:
        own = context.organization
        if row.provider:
            named = providers.find(row.provider)
            if not context.may_do_all and named != own:
                row.refuse("other_provider", "provider", organization=str(own))
                return None
            if named is None:
                named = Organization(kind=Organization.Kind.PROVIDER, name=row.provider[:250], created_at=context.at)
                providers.add(row.provider, named)
            return named
        if own:
            return own
        if row.provider_number:
            name = _t("Training provider no. %(number)s") % {"number": row.provider_number}
            row.remark("provider_by_number", "provider", number=row.provider_number, named=name)
            row.values["provider"] = name
            return self._provider(row, providers, context)
        row.refuse("provider_missing", "provider")
        return None

    def _fields(self, row: Parsed, state: str, cities: Cities, places: dict, context) -> dict:
        """The program as the row says it; only what it says."""
        fields = {"name": row.name, "city": row.city or "", "state": state}
        for name in LIMITS:
            if name not in fields and row.values.get(name):
                fields[name] = row.values[name]
        proofs = [row.certificates, row.credential, row.license_name, row.degree]
        if said := "; ".join(dict.fromkeys(proof for proof in proofs if proof)):
            fields["certificates"] = said
        if row.hours and not row.hours_classroom:
            fields["hours_classroom"] = (
                _t("%(hours)s hours") % {"hours": row.hours} if row.hours.isdigit() else row.hours
            )
        for name, limit in LIMITS.items():
            if len(fields.get(name) or "") > limit:
                fields[name] = fields[name][: limit - 1].rstrip() + "…"
                row.remark("cut", name if name in row.raw else "", limit=limit)
        for name in ("summary_en", "summary_es", "notes", "eligibility", "website", "confirmed_on"):
            if row.values.get(name):
                fields[name] = row.values[name]
        fields["kind"] = _kind(row.program_type or "", row.name)
        fields["is_open"] = not (row.suspended or _is_suspended(row.status or ""))
        return fields | self._place(row, state, cities, places)

    def _place(self, row: Parsed, state: str, cities: Cities, places: dict) -> dict:
        code = row.zip or zip_in(row.address or "")
        exact = code in places
        if code and not exact:
            row.remark("zip_unknown", "zip")
        if row.zip and len(row.raw["zip"].strip().split("-")[0].split(".")[0]) < 5:
            row.remark("zip_repaired", "zip", read=row.zip)
        if not exact:
            code = cities.middle(row.city or "", state, row.county or "")
            if code:
                row.remark("zip_of_city", "city", city=row.city)
        place = places.get(code)
        if place is None:
            return {"zip": row.zip or ""} if row.zip else {}
        return {
            "zip": code,
            "zip_is_city": not exact,
            "latitude": place.latitude,
            "longitude": place.longitude,
            **({} if row.county else {"county": place.county}),
        }

    def _twin(self, row: Parsed, first: Parsed) -> None:
        if row.raw == first.raw:
            row.outcome = Row.Outcome.SAME
            row.remark("twice_in_sheet", line=first.line)
        else:
            row.refuse("same_number", "external_id", line=first.line)

    def _decide(self, row: Parsed, trades: Trades, credentials: Credentials) -> None:
        plan: Plan = row.plan
        occupations = _occupations(row, trades)
        row.shown = [
            (_t("Program"), plan.fields["name"]),
            (_t("Training provider"), plan.provider.name),
            (_t("Kind"), str(Program.Kind(plan.fields["kind"]).label)),
            (
                _t("Place"),
                " ".join(p for p in (plan.fields["city"], plan.fields["state"], plan.fields.get("zip", "")) if p),
            ),
            (_t("Trades"), ", ".join(occupation.title for occupation in occupations)),
        ]
        if plan.existing is None:
            row.outcome = Row.Outcome.NEW
            plan.occupations = occupations
            plan.credentials = credentials.mentioned(plan.fields.get("certificates", ""))
            return
        plan.changes = _changes(plan.existing, plan.fields, row)
        row.outcome = Row.Outcome.CHANGED if plan.changes else Row.Outcome.SAME

    def apply(self, row: Parsed, context) -> list[dict]:
        plan: Plan = row.plan
        if plan.existing:
            effect = effects.update(plan.existing, plan.changes)
            return [effect] if effect else []
        done = []
        if plan.provider.pk is None:
            plan.provider.save(force_insert=True)
            done.append(effects.made(plan.provider, "name", "verified_at"))
        fields = dict(plan.fields)
        number = row.external_id or _own_number(fields)
        program = Program.objects.create(provider=plan.provider, external_id=number, created_at=context.at, **fields)
        program.occupations.set(plan.occupations)
        program.credentials.set(plan.credentials)
        done.append(effects.made(program, "name", "summary_en", "summary_es", "zip", "confirmed_on", "is_open"))
        return done


def _state(row: Parsed, has_state: bool) -> str:
    """The state as said; California where the sheet has no such column."""
    return (row.state or "") if has_state else "CA"


def _existing() -> dict[tuple, Program]:
    """Programs by provider and number, and by provider, name and city."""
    found: dict[tuple, Program] = {}
    for program in Program.objects.select_related("provider").order_by("-pk"):
        found[program.provider_id, plain(program.name), plain(program.city)] = program
        found[program.provider_id, program.external_id] = program
    return found


def _find(existing: dict, provider: Organization, number: str | None, fields: dict) -> Program | None:
    if provider.pk is None:
        return None
    if number:
        return existing.get((provider.pk, number))
    return existing.get((provider.pk, plain(fields["name"]), plain(fields["city"]))) or existing.get(
        (provider.pk, _own_number(fields))
    )


def _own_number(fields: dict) -> str:
    """The identity of a program whose sheet gives none: made of its name and city."""
    said = f"{plain(fields['name'])} {plain(fields['city'])}"
    digest = hashlib.sha256(said.encode()).hexdigest()[:8]
    return f"{slugify(said)[:70]}-{digest}"


def _changes(program: Program, fields: dict, row: Parsed) -> dict:
    """What differs. What the sheet does not say stays; so do a place and a kind that are known better than it says."""
    wanted = dict(fields)
    if not _names_its_kind(row.program_type or ""):
        wanted.pop("kind")
    if program.region:
        wanted.pop("region", None)
    if not (row.status or row.raw.get("suspended", "").strip()):
        wanted.pop("is_open")
    if not row.state and program.state:
        wanted.pop("state")
    if not wanted["city"]:
        wanted.pop("city")
    if wanted.get("zip_is_city") and program.zip and plain(program.city) == plain(fields["city"]):
        for name in _CITY_KEPT:
            wanted.pop(name, None)
    if not row.county:
        wanted.pop("county", None)
    return {name: value for name, value in wanted.items() if getattr(program, name) != value}


def _kind(said: str, name: str) -> str:
    words = plain(said) or plain(name)
    if "pre apprentice" in words or "preapprentice" in words or "apprenticeship readiness" in words:
        return Program.Kind.PREAPPRENTICESHIP
    if any(word in words for word in ("agreement", "service", "intermediary", "acuerdo", "servicio")):
        return Program.Kind.SERVICE
    if "apprentice" in words or "aprendiz" in words:
        return Program.Kind.APPRENTICESHIP
    return Program.Kind.CERTIFICATE


def _names_its_kind(said: str) -> bool:
    """Whether the words decide the kind, so that it may replace one chosen with care."""
    return _kind(said, "") != Program.Kind.CERTIFICATE or any(
        w in plain(said) for w in ("certificate", "course", "class")
    )


def _is_suspended(status: str) -> bool:
    words = plain(status)
    return any(
        w in words for w in ("suspend", "inactive", "denied", "removed", "closed", "expired", "withdrawn", "revoked")
    )


def _occupations(row: Parsed, trades: Trades) -> list:
    """By code where the sheet has one; by CIP; by the sector's words; by the words of the name."""
    by_code = [trades.by_code(part) for part in (row.soc or "").replace(",", ";").split(";")]
    found = [occupation for occupation in by_code if occupation]
    if found:
        return found
    if row.cip:  # it says the field of study, so words of the name need not be guessed at
        occupation = trades.by_code(cip.soc(row.cip))
        return [occupation] if occupation else []
    return trades.named(row.sector or "") or trades.named(row.name or "")
