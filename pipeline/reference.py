"""The reference data of `data/`: ZIP codes, occupations with their search words, credentials, the region's programs.

Reading a file is pure; `load()` brings the database up to date and says what it did. It adds what is missing and mends
what differs, never deletes, and leaves alone a program that its provider has confirmed here: that one is theirs now.
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import zipcodes
from django.conf import settings
from django.db import models, transaction

from accounts.models import Organization, Zip
from matching import jobs, projection
from placements.hires import local
from placements.models import LocalRule
from programs.models import Credential, Occupation, OccupationWord, Program

DATA = settings.BASE_DIR / "data"

# Column of programs_real.csv -> field of Program, where the names differ.
RENAMED = {
    "program_name": "name",
    "union_or_jatc": "partner",
    "trade_or_sector": "sector",
    "hours_ojt": "hours_job",
    "cost_to_participant": "cost",
    "stipend_or_wage": "pay",
}
KEPT = ("city", "county", "length", "hours_classroom", "certificates", "eligibility", "notes", "as_of", "source")

OURS = ("kind", "zip", "region", "name_es", "summary_en", "summary_es", "website")  # of programs_extra.csv


@dataclass(frozen=True)
class Loaded:
    """What one step of the loading did."""

    what: str
    new: int
    changed: int
    total: int


def rows(name: str, folder: Path = DATA) -> list[dict[str, str]]:
    """The rows of a CSV file of `data/`, every value stripped."""
    with (folder / name).open(newline="", encoding="utf-8") as file:
        return [{key: (value or "").strip() for key, value in row.items()} for row in csv.DictReader(file)]


def whole(text: str) -> int | None:
    return int(text) if text else None


def zips() -> Iterator[Zip]:
    """Every active ZIP code of the United States with the middle of its area."""
    for place in zipcodes.list_all():
        if place["active"] and place["lat"] and place["long"]:
            yield Zip(
                code=place["zip_code"],
                city=place["city"][:60],
                county=place["county"].removesuffix(" County")[:60],
                state=place["state"],
                latitude=float(place["lat"]),
                longitude=float(place["long"]),
            )


def occupations() -> Iterator[Occupation]:
    for row in rows("occupations.csv"):
        yield Occupation(
            code=row["code"],
            title_en=row["title_en"].replace("--", "—"),  # the source writes a dash so
            title_es=row["title_es"],
            description_en=row["description_en"],
            job_zone=whole(row["job_zone"]),
            wage_p10_cents=whole(row["wage_p10_cents"]),
            wage_median_cents=whole(row["wage_median_cents"]),
            wage_p90_cents=whole(row["wage_p90_cents"]),
        )


def words() -> Iterator[OccupationWord]:
    for row in rows("occupation_words.csv"):
        yield OccupationWord(occupation_id=row["code"], word=row["word"], language=row["language"])


CREDENTIAL_TEXTS = (
    *("key", "name_en", "name_es", "short_en", "short_es", "issuer", "validity", "rule_en", "rule_es"),
    *("source", "confidence"),
)


def credentials() -> Iterator[tuple[Credential, list[str]]]:
    """Each credential with the codes of the occupations it commonly leads to."""
    for row in rows("credentials.csv"):
        credential = Credential(
            **{name: row[name] for name in CREDENTIAL_TEXTS},
            term_months=whole(row["term_months"]),
            names=[name.strip() for name in row["names"].split(";") if name.strip()],
        )
        yield credential, row["occupations"].split()


@dataclass(frozen=True)
class RealProgram:
    """One row of programs_real.csv joined to our own additions in programs_extra.csv."""

    provider: str
    provider_kind: str
    fields: dict
    occupations: list[str]
    credentials: list[str]


def programs() -> Iterator[RealProgram]:
    """The public programs, each with our summary in two languages. Facts are the source's; nothing is confirmed."""
    extra = {row["id"]: row for row in rows("programs_extra.csv")}
    for row in rows("programs_real.csv"):
        ours = extra[row["id"]]
        fields = {name: row[name] for name in KEPT} | {ours_: row[theirs] for theirs, ours_ in RENAMED.items()}
        fields |= {name: ours[name] for name in OURS}
        yield RealProgram(
            provider=row["provider"],
            provider_kind=ours["provider_kind"],
            # The sources name a city, never a street: the ZIP code is that of the city's middle.
            fields=fields | {"external_id": row["id"], "zip_is_city": bool(ours["zip"])},
            occupations=ours["occupations"].split(),
            credentials=ours["credentials"].split(),
        )


def bring_up_to_date(
    model, wanted: Iterable[models.Model], key: tuple[str, ...], fields: list[str], what: str
) -> Loaded:
    """Add the rows that are missing and mend those that differ; rows that agree are not written."""
    wanted = list(wanted)
    have = {tuple(row[: len(key)]): row for row in model.objects.values_list(*key, *fields, "pk")}
    new, changed = [], []
    for thing in wanted:
        row = have.get(tuple(getattr(thing, name) for name in key))
        if row is None:
            new.append(thing)
        elif tuple(getattr(thing, name) for name in fields) != tuple(row[len(key) : -1]):
            thing.pk = row[-1]
            changed.append(thing)
    model.objects.bulk_create(new, batch_size=2000)
    if changed:
        model.objects.bulk_update(changed, fields, batch_size=500)
    return Loaded(what, len(new), len(changed), len(wanted))


def plain_fields(model, *without: str) -> list[str]:
    """Names of the columns a file decides."""
    return [field.attname for field in model._meta.concrete_fields if field.attname not in without]


def link(through, left: str, right: str, pairs: Iterable[tuple]) -> int:
    """Add the many-to-many links that are missing; return how many."""
    pairs = set(pairs)
    missing = sorted(pairs - set(through.objects.values_list(left, right)))
    through.objects.bulk_create(through(**{left: one, right: other}) for one, other in missing)
    return len(missing)


def load_credentials() -> Loaded:
    wanted = list(credentials())
    loaded = bring_up_to_date(
        Credential, (c for c, _ in wanted), ("key",), plain_fields(Credential, "key"), "credentials"
    )
    pairs = [(credential.key, code) for credential, codes in wanted for code in codes]
    link(Credential.occupations.through, "credential_id", "occupation_id", pairs)
    return loaded


def load_programs() -> Loaded:
    """The public programs and the organizations that give them."""
    wanted = list(programs())
    providers = {}
    for organization in Organization.objects.filter(kind__in=Organization.TRAINS).order_by("-pk"):
        providers[organization.name] = organization
    missing = {p.provider: p.provider_kind for p in wanted if p.provider not in providers}
    for organization in Organization.objects.bulk_create(Organization(kind=k, name=n) for n, k in missing.items()):
        providers[organization.name] = organization
    theirs = set(Program.objects.filter(confirmed_on__isnull=False).values_list("provider_id", "external_id"))
    ours = [p for p in wanted if (providers[p.provider].pk, p.fields["external_id"]) not in theirs]
    places = Zip.objects.in_bulk({p.fields["zip"] for p in ours if p.fields["zip"]})
    made = []
    for program in ours:
        place = places.get(program.fields["zip"])
        made.append(
            Program(
                provider_id=providers[program.provider].pk,
                latitude=place.latitude if place else None,
                longitude=place.longitude if place else None,
                **program.fields,
            )
        )
    decided = ["latitude", "longitude", *(name for name in wanted[0].fields if name != "external_id")]
    loaded = bring_up_to_date(Program, made, ("provider_id", "external_id"), decided, "programs")
    numbers = {(row[0], row[1]): row[2] for row in Program.objects.values_list("provider_id", "external_id", "pk")}
    pk_of = {p.fields["external_id"]: numbers[providers[p.provider].pk, p.fields["external_id"]] for p in ours}
    for through, right, attribute in (
        (Program.occupations.through, "occupation_id", "occupations"),
        (Program.credentials.through, "credential_id", "credentials"),
    ):
        pairs = [(pk_of[p.fields["external_id"]], code) for p in ours for code in getattr(p, attribute)]
        link(through, "program_id", right, pairs)
    return loaded


def load_local_rules() -> Loaded:
    """Who is local in the two regions, where nobody has said so yet."""
    return Loaded("local rules", new=local.defaults(), changed=0, total=LocalRule.objects.count())


@transaction.atomic
def load() -> list[Loaded]:
    """Everything, in one transaction. A second run changes nothing."""
    places = bring_up_to_date(Zip, zips(), ("code",), plain_fields(Zip, "code"), "ZIP codes")
    if places.new or places.changed:
        jobs.lock()
        projection.measure_again()
    return [
        places,
        bring_up_to_date(Occupation, occupations(), ("code",), plain_fields(Occupation, "code"), "occupations"),
        bring_up_to_date(OccupationWord, words(), ("occupation_id", "word"), ["language"], "search words"),
        load_credentials(),
        load_programs(),
        load_local_rules(),
    ]
