"""Example organizations, the people who act for them (the cast among them), and the examples' own programs."""

from dataclasses import dataclass, field
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from accounts.models import Membership, Organization, User, Zip
from pipeline import reference
from pipeline.cast import CAST
from programs.models import Program

EXAMPLES = reference.DATA / "examples"
MAIL = "throughline.example"
PROGRAM_TEXTS = (
    *("external_id", "kind", "name", "name_es", "summary_en", "summary_es", "zip", "sector", "length"),
    *("hours_classroom", "cost", "certificates", "eligibility"),
)


@dataclass
class Staff:
    """Who acts for whom: organizations, their contacts and the cast, by key; programs by their own number."""

    organizations: dict[str, Organization] = field(default_factory=dict)
    contacts: dict[str, User] = field(default_factory=dict)  # by the organization's key
    cast: dict[str, User] = field(default_factory=dict)
    valley_coordinator: User | None = None
    programs: dict[str, Program] = field(default_factory=dict)


def person(ground, name: str, email: str, language: str, **more) -> User:
    """An unsaved example person who signs in by a mailed code: there is no password."""
    joined = ground.at - timedelta(days=ground.dice.randint(30, 300))
    return User(
        public_id=ground.number(),
        full_name=name,
        email=email,
        language=language,
        is_example=True,
        password=make_password(None),
        date_joined=joined,
        **more,
    )


def verify_emails(users) -> None:
    EmailAddress.objects.bulk_create(EmailAddress(user=u, email=u.email, verified=True, primary=True) for u in users)


def plant(ground) -> Staff:
    staff = Staff()
    rows = reference.rows("organizations.csv", EXAMPLES)
    places = Zip.objects.in_bulk({row["zip"] for row in rows})
    founded = ground.at - timedelta(days=640)
    for row in rows:
        place = places[row["zip"]]
        staff.organizations[row["key"]] = Organization(
            public_id=ground.number(),
            kind=row["kind"],
            name=row["name"],
            zip=row["zip"],
            city=place.city,
            county=place.county,
            phone=f"+1909555{len(staff.organizations):04d}",
            verified_at=founded,
            reviewed_at=ground.at - timedelta(days=30),
            is_example=True,
            created_at=founded,
        )
    Organization.objects.bulk_create(staff.organizations.values())
    _people(ground, staff, rows)
    _programs(ground, staff)
    return staff


def _people(ground, staff: Staff, rows) -> None:
    staff.cast = {p.key: person(ground, p.name, p.email, p.language) for p in CAST}
    by_key = dict(staff.cast)
    for row in rows:
        if row["contact_key"] not in by_key:
            email = f"{row['contact_key']}@{MAIL}"
            by_key[row["contact_key"]] = person(ground, row["contact_name"], email, row["contact_language"])
    staff.valley_coordinator = person(ground, "Rosa Delgado", f"rosa.delgado@{MAIL}", "es")
    everyone = [*by_key.values(), staff.valley_coordinator]
    User.objects.bulk_create(everyone)
    verify_emails(everyone)
    staff.contacts = {row["key"]: by_key[row["contact_key"]] for row in rows}
    for key, organization in staff.organizations.items():
        organization.contact = staff.contacts[key]
    Organization.objects.bulk_update(staff.organizations.values(), ["contact"])
    coalition = staff.organizations["coalition"]
    acting = [(staff.contacts[key], organization) for key, organization in staff.organizations.items()]
    acting.append((staff.valley_coordinator, coalition))
    since = ground.today - timedelta(days=620)
    Membership.objects.bulk_create(
        Membership(user=user, organization=organization, role=Membership.Role.ADMIN, starts_on=since)
        for user, organization in acting
    )


def _programs(ground, staff: Staff) -> None:
    rows = reference.rows("programs.csv", EXAMPLES)
    places = Zip.objects.in_bulk({row["zip"] for row in rows})
    for row in rows:
        place = places[row["zip"]]
        staff.programs[row["external_id"]] = Program(
            public_id=ground.number(),
            provider=staff.organizations[row["organization"]],
            **{name: row[name] for name in PROGRAM_TEXTS},
            city=place.city,
            county=place.county,
            region="Inland Empire" if row["organization"] == "trades" else "San Joaquin Valley",
            latitude=place.latitude,
            longitude=place.longitude,
            confirmed_on=ground.today - timedelta(days=ground.dice.randint(5, 40)),
        )
    Program.objects.bulk_create(staff.programs.values())
    for column, through, right in (
        ("occupations", Program.occupations.through, "occupation_id"),
        ("credentials", Program.credentials.through, "credential_id"),
    ):
        through.objects.bulk_create(
            through(program_id=staff.programs[row["external_id"]].pk, **{right: code})
            for row in rows
            for code in row[column].split()
        )
