"""The openings sheet: job exports, dispatch calls, intakes. Each line is one opening, a draft unless asked for more."""

import hashlib
import re
from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Q
from django.utils.text import slugify
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, Zip
from imports import effects
from imports.kinds import SheetKind
from imports.mapping import Parsed
from imports.models import Row
from imports.problems import Bad, Problem, error
from imports.values import money
from imports.values.places import zip_in
from imports.values.text import plain
from ledger.log import record
from programs.sheets.names import Credentials, Organizations, Trades

from . import first as first_of
from . import sheet_sentences, wording  # noqa: F401 - its sentences are known once it is imported
from .models import Opening, Requirement
from .publishing import Refused, publish_row
from .sheet_columns import COLUMNS, EXAMPLES

# How far apart the inside and the outside announcement of one opening may lie.
BOTH_WAYS = timedelta(days=31)
_WRITTEN = ("title", "description", "needs", "wishes", "benefits", "title_es", "description_es", "place", "city")
_WATCHED = ("title", "description", "zip", "wage_min_cents", "wage_max_cents", "seats", "state")
_NO_FIGURE = {
    "doe", "depends on experience", "negotiable", "tbd", "tba", "competitive", "open", "varies", "per contract",
    "union scale",
    "prevailing wage", "commensurate with experience", "a convenir", "n a", "na", "none",
}  # fmt: skip
# A figure that is no pay for time: a share of a scale, or by the mile or piece.
_NOT_BY_TIME = re.compile(r"\b(?:percent|commission|(?:a|per|por|cpm) (?:mile|load|piece|foot|milla|pieza)|cpm)\b")
_HIGHEST_ONLY = re.compile(r"(?:up to|maximum|max|hasta|as much as)\b")


@dataclass
class Plan:
    """What one row will do."""

    organization: Organization  # not saved yet when it is new
    number: str
    fields: dict
    asks: list[tuple[str, int, str]] = field(default_factory=list)  # kind, group, credential
    existing: Opening | None = None
    changes: dict = field(default_factory=dict)
    publish: bool = False
    doubts: list[str] = field(default_factory=list)  # words that stand only with an answer


class OpeningsSheet(SheetKind):
    key = "openings"
    label = _("Openings")
    lead = _(
        "One line for each job, apprenticeship intake or dispatch call. They come in as drafts unless you say more."
    )
    organization_kinds = frozenset(Organization.HIRES)
    organization_needed = False
    options = ("publish",)
    columns = COLUMNS
    examples = EXAMPLES
    row_label, called_by = "openings.opening", _("Title")

    def plan(self, rows: list[Parsed], context) -> list[Problem]:
        trades, credentials = Trades.load(), Credentials.load()
        employers = Organizations(Organization.objects.filter(kind__in=Organization.HIRES).order_by("pk"))
        for row in rows:
            row.values["zip"] = row.zip or zip_in(row.place or "") or None
        places = Zip.objects.in_bulk({row.zip for row in rows if row.zip})
        existing = _existing([employers.find(row.employer) for row in rows if row.employer], context.organization)
        first: dict[tuple, Parsed] = {}
        for row in rows:
            organization = self._organization(row, employers, context)
            fields = _fields(row, trades, places)
            doubts = _doubts(row)
            asks = _asks(row, credentials)
            if row.refused or organization is None:
                continue
            number = row.external_id or _own_number(fields)
            row.plan = Plan(organization, number, fields, asks, existing.get((organization.pk, number)), doubts=doubts)
            if self._is_twin(row, first):
                continue
            self._decide(row, places, context)
        return []

    def _organization(self, row: Parsed, employers: Organizations, context) -> Organization | None:
        own = context.organization
        if own:
            if row.employer and employers.find(row.employer) != own:
                row.remark("other_employer", "employer", organization=str(own))
            return own
        if not row.employer:
            row.refuse("employer_missing", "employer")
            return None
        named = employers.find(row.employer)
        if named is None:
            named = Organization(kind=Organization.Kind.EMPLOYER, name=row.employer[:250], created_at=context.at)
            employers.add(row.employer, named)
        return named

    def _is_twin(self, row: Parsed, first: dict[tuple, Parsed]) -> bool:
        """One opening announced twice comes in once: by its number, or by all it says but where it was announced."""
        plan: Plan = row.plan
        by_number = id(plan.organization), plan.number
        same = ("title", "wage_min_cents", "wage_max_cents", "place", "zip")
        by_words = (id(plan.organization), plain(row.unit or ""), *(str(plan.fields.get(n)).casefold() for n in same))
        twin = first.get(by_number)
        if twin is not None:
            if any(plan.fields.get(name) != twin.plan.fields.get(name) for name in same):
                row.refuse("same_job_number", "external_id", line=twin.line)
                return True
        else:
            twin = first.get(by_words)
            if twin is not None and not _inside_and_outside(row, twin):
                twin = None
        if twin is None:
            first[by_number] = row
            first.setdefault(by_words, row)
            return False
        row.outcome = Row.Outcome.SAME
        both = plain(row.posting_type or "") != plain(twin.posting_type or "")
        row.remark("inside_and_outside" if both else "same_opening", "external_id", line=twin.line)
        return True

    def _decide(self, row: Parsed, places: dict, context) -> None:
        plan: Plan = row.plan
        missing = _gaps(plan.fields, places, context.today)
        wanted = row.publish if row.publish is not None else bool(context.options.get("publish"))
        if plan.existing is None:
            row.outcome = Row.Outcome.NEW
        else:
            plan.changes = {
                n: v for n, v in plan.fields.items() if v not in (None, "", []) and getattr(plan.existing, n) != v
            }
            row.outcome = Row.Outcome.CHANGED if plan.changes else Row.Outcome.SAME
        answered = plan.existing.answered.split("\n") if plan.existing else ()
        plan.doubts = [words for words in plan.doubts if words not in answered]
        if plan.doubts:
            shown = plan.existing is not None and plan.existing.state == Opening.State.PUBLISHED
            if shown and plan.changes:
                row.refuse("answer_there", words=plan.doubts[0])
                return
        is_draft = plan.existing is None or plan.existing.state == Opening.State.DRAFT
        if wanted and is_draft:
            if missing:
                row.remark("stays_draft", missing=missing)
            elif plan.doubts:
                row.remark("answer_first", words=plan.doubts[0])
            else:
                plan.publish = True
                if row.outcome == Row.Outcome.SAME:
                    row.outcome = Row.Outcome.CHANGED
        row.shown = _shown(plan)

    def apply(self, row: Parsed, context) -> list[dict]:
        plan: Plan = row.plan
        done = []
        if plan.organization.pk is None:
            plan.organization.save(force_insert=True)
            done.append(effects.made(plan.organization, "name", "verified_at"))
        if plan.existing:
            opening = plan.existing
            if effect := effects.update(opening, plan.changes):
                done.append(effect)
                if opening.state == Opening.State.PUBLISHED:
                    record(
                        "opening.amended", opening, by=context.by, at=context.at, organization=opening.organization,
                        changed=sorted(plan.changes),
                    )  # fmt: skip
        else:
            opening = Opening.objects.create(
                organization=plan.organization, external_id=plan.number, created_at=context.at,
                contact=context.by if context.organization else None, is_example=plan.organization.is_example,
                **plan.fields,
            )  # fmt: skip
            done += [effects.made(requirement) for requirement in self._require(opening, plan.asks)]
        published = self._publish(opening, plan, context)
        if not plan.existing:
            done.append(effects.made(published or opening, *_WATCHED))
        elif published:
            done.append(effects.changed(published, {"state": Opening.State.DRAFT, "published_at": None}))
        return done

    def _require(self, opening: Opening, asks) -> list[Requirement]:
        return [
            Requirement.objects.create(opening=opening, kind=kind, group=group, credential_id=key)
            for kind, group, key in asks
        ]

    def _publish(self, opening: Opening, plan: Plan, context) -> Opening | None:
        if not plan.publish or first_of.held(opening, by=context.by, at=context.at):
            return None
        try:
            return publish_row(opening, by=context.by, at=context.at)
        except Refused:
            return None  # it stays a draft, and its page says what it needs

    def going(self, label, things, context):
        for thing in things if label == "openings.opening" else ():
            if thing.state == Opening.State.PUBLISHED:
                self._closed(thing, context)

    def restored(self, label, thing, before, context):
        if label != "openings.opening":
            return
        if before.get("state") == Opening.State.DRAFT:
            self._closed(thing, context)
        elif thing.state == Opening.State.PUBLISHED:
            record(
                "opening.amended", thing, by=context.by, at=context.at, organization=thing.organization,
                changed=sorted(before),
            )  # fmt: skip

    def _closed(self, opening: Opening, context) -> None:
        record(
            "opening.closed", opening, by=context.by, at=context.at, organization=opening.organization,
            reason="import undone",
        )  # fmt: skip


def _inside_and_outside(row: Parsed, twin: Parsed) -> bool:
    one, other = plain(row.posting_type or ""), plain(twin.posting_type or "")
    if not one or not other or one == other:
        return False
    return not (row.opens_on and twin.opens_on) or abs(row.opens_on - twin.opens_on) <= BOTH_WAYS


def _existing(named: list, own) -> dict[tuple, Opening]:
    """Openings here of the organizations that the sheet names, by organization and number."""
    of = {organization.pk for organization in [*named, own] if organization and organization.pk}
    openings = (
        Opening.objects.filter(~Q(external_id=""), organization__in=of).select_related("organization").order_by("pk")
    )
    return {(opening.organization_id, opening.external_id): opening for opening in openings}


def _doubts(row: Parsed) -> list[str]:
    """Say what is wrong with the words of the row, and return those that stand only with an answer."""
    doubts = []
    for column in _WRITTEN:
        for finding in wording.found(row.values.get(column) or "", sponsor=row.kind == Opening.Kind.INTAKE):
            if finding.asks:
                row.remark(f"wording_{finding.ground}", column, words=finding.words)
                doubts.append(finding.words)
            else:
                row.problems.append(error(f"wording_{finding.ground}", column, words=finding.words))
    return doubts


def _fields(row: Parsed, trades: Trades, places: dict) -> dict:
    """The opening as the row says it."""
    title = row.title or ""
    parts = [row.description, _labelled(_t("Needed"), row.needs), _labelled(_t("Preferred"), row.wishes)]
    description = "\n\n".join(part for part in parts if part)
    pay = _pay(row)
    place = places.get(row.zip)
    if row.zip and place is None:
        row.remark("zip_unknown", "zip")
    if row.opens_on and row.closes_on and row.closes_on < row.opens_on:
        row.refuse("closes_before", "closes_on")
    occupation = trades.by_code(row.occupation or "") or trades.of_title(
        row.occupation or "", title, row.other_title or ""
    )
    where = [row.place or "", row.city or ""]
    return {
        "kind": row.kind or Opening.Kind.JOB,
        "title": title[:200],
        "title_es": (row.title_es or "")[:200],
        "description": description,
        "description_es": row.description_es or "",
        "occupation": occupation,
        "zip": row.zip if place else "",
        "place": ", ".join(dict.fromkeys(part for part in where if part))[:200],
        "latitude": place.latitude if place else None,
        "longitude": place.longitude if place else None,
        "seats": row.seats or _seats_in(title) or 1,
        "wage_min_cents": pay.low if pay else None,
        "wage_max_cents": pay.high if pay else None,
        "wage_origin": pay.origin[:120] if pay else "",
        "benefits": (row.benefits or "")[:300],
        "shifts": row.shifts or [],
        "license": row.license or "",
        "languages": row.languages or [],
        "opens_on": row.opens_on,
        "closes_on": row.closes_on,
        "starts_on": row.starts_on,
        "order_rule": row.order_rule or Opening.OrderRule.WAITING,
        "source": (row.source or "")[:300],
    }


def _labelled(label: str, said: str | None) -> str:
    return f"{label}: {said}" if said else ""


def _seats_in(title: str) -> int | None:
    """ "Watershed Maintainer – 3 positions" -> 3."""
    found = re.search(r"\b(\d{1,3})\s+(?:positions|openings|vacancies|seats|plazas|vacantes)\b", title, re.I)
    return int(found.group(1)) if found and int(found.group(1)) else None


def _pay(row: Parsed) -> money.Pay | None:
    """One hourly figure from the columns for pay, whichever of them the sheet has."""
    figures, every = [], row.pay_period or ""
    for column in ("wage", "wage_from", "wage_to"):
        said = row.raw.get(column, "").strip()
        if not said:
            continue
        if plain(said) in _NO_FIGURE or not any(c.isdigit() for c in said):
            row.remark("no_pay", column)
            continue
        if _NOT_BY_TIME.search(plain(said.replace("%", " percent "))):
            row.remark("pay_not_by_time", column)
            continue
        if _HIGHEST_ONLY.match(plain(said)) and column != "wage_to":
            row.remark("pay_highest_only", column)
            continue
        try:
            found, named = money.amounts(said)
        except Bad as bad:
            row.refuse(bad.code, column)
            return None
        every = every or named
        figures = found if column != "wage_to" else [*figures[:1], found[-1]]
    try:
        return money.hourly(figures[0], figures[-1], every) if figures else None
    except Bad as bad:
        column = next(column for column in ("wage", "wage_from", "wage_to") if row.raw.get(column, "").strip())
        row.refuse(bad.code, column, **bad.params)
        return None


def _asks(row: Parsed, credentials: Credentials) -> list[tuple[str, int, str]]:
    asks = []
    for column, kind, group in (
        ("required", Requirement.Kind.REQUIRED, 0),
        ("any_of", Requirement.Kind.ANY_OF, 1),
        ("preferred", Requirement.Kind.PREFERRED, 0),
    ):
        said = row.values.get(column)
        try:
            asks += [(kind, group, credential.pk) for credential in (credentials.find(said) if said else [])]
        except Bad as bad:
            row.problems.append(error(bad.code, column, said, **bad.params))
    return asks


def _gaps(fields: dict, places: dict, today) -> list[str]:
    """What an opening still needs before it is shown."""
    gaps = []
    if not fields["wage_min_cents"]:
        gaps.append(_t("the pay"))
    if fields["occupation"] is None:
        gaps.append(_t("the trade"))
    if not fields["zip"]:
        gaps.append(_t("the ZIP code of the work"))
    if fields["closes_on"] and fields["closes_on"] < today:
        gaps.append(_t("a last day that is still to come"))
    return gaps


def _own_number(fields: dict) -> str:
    """The identity of an opening whose sheet gives none: made of what it says."""
    said = " ".join(str(fields[name] or "") for name in ("kind", "title", "place", "zip", "opens_on"))
    return f"{slugify(fields['title'])[:60]}-{hashlib.sha256(plain(said).encode()).hexdigest()[:12]}"


def _shown(plan: Plan) -> list[tuple[str, str]]:
    occupation = plan.fields["occupation"]
    low, high = plan.fields["wage_min_cents"], plan.fields["wage_max_cents"]
    pay = ""
    if low:
        said = f"${low / 100:,.2f}" + (f"–${high / 100:,.2f}" if high else "")
        pay = _t("%(pay)s an hour") % {"pay": said}
    return [
        (_t("Title"), plan.fields["title"]),
        (_t("Employer or union"), plan.organization.name),
        (_t("Trade"), occupation.title if occupation else ""),
        (_t("Pay"), f"{pay} ({plan.fields['wage_origin']})" if pay and plan.fields["wage_origin"] else pay),
        (_t("Place"), " ".join(part for part in (plan.fields["zip"], plan.fields["place"]) if part)),
        (_t("What happens"), _t("shown to everybody") if plan.publish else _t("kept as a draft")),
    ]
