"""Three organizations of every kind in two regions, with everybody who may act for one, and who acts for none."""

from datetime import timedelta

from accounts.models import Invitation, Membership, Organization, Verification, Zip
from accounts.models import User as Person
from programs.models import Cohort, Program

from ..organizations import MAIL, person, verify_emails

# Fontana, Fresno, and Riverside: the first and the third are one region.
ZIPS = ("92335", "93721", "92501")
REGIONS = ("Inland Empire", "San Joaquin Valley", "Inland Empire")
GIVEN = {"admin": "Ada", "staff": "Saul", "facilitator": "Fay"}
CREDENTIALS = ("osha10", "mc3", "forklift")
TRADE = "47-2061.00"


def plant(world) -> None:
    from . import Body

    places = Zip.objects.in_bulk(ZIPS)
    founded = world.at - timedelta(days=400)
    for kind in Organization.Kind:
        for number, code in enumerate(ZIPS):
            organization = Organization(
                public_id=world.number(), kind=kind, name=f"{kind.label.capitalize()} {number + 1}", zip=code,
                city=places[code].city, county=places[code].county, verified_at=founded, reviewed_at=founded,
                created_at=founded, is_example=True,
            )  # fmt: skip
            organization.address = f"1 {world.canaries.word('organization', body=organization)} Street"
            organization.phone = world.canaries.phone("organization_phone", body=organization)
            world.bodies.append(Body(organization, number))
    Organization.objects.bulk_create(body.organization for body in world.bodies)
    _staff(world)
    _papers(world)
    _programs(world)


def somebody(world, given: str, *, body=None, kind: str = "staff", **more) -> Person:
    """An unsaved person whose name and address are marked."""
    found = person(world, "", f"new@{MAIL}", "en", **more)
    name = world.canaries.word(f"{kind}_name", body=body, person=found)
    found.full_name = f"{given} {name.capitalize()}"
    found.email = f"{world.canaries.word(f'{kind}_email', body=body, person=found)}@{MAIL}"
    return found


def _staff(world) -> None:
    for body in world.bodies:
        roles = [role for role, _name in Membership.roles_of(body.organization.kind)]
        body.staff = {role: somebody(world, GIVEN[role], body=body.organization) for role in roles}
    world.alone = {
        "member": somebody(world, "Mae", kind="member"),  # of a council
        "operator": somebody(world, "Otto", is_staff=True, is_superuser=True),
    }
    everybody = [user for body in world.bodies for user in body.staff.values()] + list(world.alone.values())
    Person.objects.bulk_create(everybody)
    verify_emails(everybody)
    since = world.today - timedelta(days=200)
    Membership.objects.bulk_create(
        Membership(
            public_id=world.number(),
            user=user,
            organization=body.organization,
            role=role,
            starts_on=since,
        )
        for body in world.bodies
        for role, user in body.staff.items()
    )
    for body in world.bodies:
        body.records["membership"] = body.organization.memberships.get(user=body.staff["staff"])


def _papers(world) -> None:
    """Who was asked to act for it, and how it was verified."""
    for body in world.bodies:
        word = world.canaries.word("invitation", body=body.organization)
        body.records["invitation"] = Invitation(
            public_id=world.number(), organization=body.organization, email=f"{word}@{MAIL}",
            invited_by=body.staff["admin"], created_at=world.at, expires_at=world.at + timedelta(days=7),
        )  # fmt: skip
        note = f"Called back. {world.canaries.word('verification_note', body=body.organization)}"
        body.records["verification"] = Verification(
            organization=body.organization, by=world.of("coalition")[0].staff["admin"], at=world.at,
            checks=["license", "phone"], note=note,
        )  # fmt: skip
    Invitation.objects.bulk_create(body.records["invitation"] for body in world.bodies)
    Verification.objects.bulk_create(body.records["verification"] for body in world.bodies)


def _programs(world) -> None:
    trains = [body for body in world.bodies if body.organization.trains]
    for body in trains:
        body.records["program"] = Program(
            public_id=world.number(), external_id="P1", provider=body.organization, kind=Program.Kind.CERTIFICATE,
            name=f"Building of {body.organization.name}", zip=body.organization.zip, city=body.organization.city,
            region=REGIONS[body.number], confirmed_on=world.today,
        )  # fmt: skip
    Program.objects.bulk_create(body.records["program"] for body in trains)
    for column, value in (("occupation_id", TRADE), ("credential_id", None)):
        through = Program.occupations.through if column == "occupation_id" else Program.credentials.through
        through.objects.bulk_create(
            through(program_id=body.records["program"].pk, **{column: value or CREDENTIALS[body.number]})
            for body in trains
        )
    for body in trains:
        body.records["cohort"] = Cohort(
            public_id=world.number(), program=body.records["program"], state=Cohort.State.OPEN, seats=12,
            starts_on=world.today + timedelta(days=30), created_at=world.at, is_example=True,
        )  # fmt: skip
    Cohort.objects.bulk_create(body.records["cohort"] for body in trains)
