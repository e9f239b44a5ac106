"""For the doors test: who knocks, and of every kind of record one that is theirs and one of somebody else.

A new kind of record: plant it for each organization in pipeline/seed/doors/, and say below whose it is.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from accounts.models import Organization
from accounts.organizations import invitations
from programs.models import Enrollment

from .doors_councils import COUNCIL_ROLES, OF_COORDINATORS, CouncilKinds, CouncilSight, by_id, roles_of

Kind = Organization.Kind
HIRES = (Kind.EMPLOYER, Kind.UNION, Kind.SPONSOR)
TRAINS = (Kind.PROVIDER, Kind.SCHOOL, Kind.SPONSOR, Kind.COMMUNITY)
# Everybody may read these elsewhere, so whoever may not change them is told why not: 403, where others meet 404.
PUBLIC = {"class", "shown opening"}
# Where administrators may more than the staff.
OF_AN_ORGANIZATION = {"organization", "own organization", "membership", "invitation"}


@dataclass
class Viewer:
    """Somebody who knocks at every door, with the roles of docs/authz.yml."""

    name: str
    user: object = None
    body: object = None  # of pipeline.seed.doors: whom they act for
    around: object = None  # of a trainee: the organization they are near
    roles: set[str] = field(default_factory=lambda: {"everybody"})

    @property
    def row(self) -> int:
        return (self.body or self.around).number if self.body or self.around else 0

    def acts(self, *kinds) -> bool:
        return self.body is not None and self.body.organization.kind in kinds

    @property
    def coordinates(self) -> bool:
        return "coordinator" in self.roles

    def stands_as(self, line, at_a_council: bool) -> tuple:
        """As whom a door takes them: two who are the same here have the same roles at it.

        What somebody is in a council counts at its doors alone, and there nothing else does but coordinating and having
        written what is said in trust. At a door for everybody who signed in all who hire are alike, all who train, and
        all who do neither. Administrators try what no one else of theirs may. Who facilitates is of the coalition and
        coordinates nothing.
        """
        who = (self.user is None, self.around is None, self.coordinates, "administrator" in self.roles)
        if "administrator" in self.roles:
            return who
        if at_a_council:
            wrote = self.around is not None and "voice" in line.object
            return self.user is None, wrote, self.coordinates, *sorted(self.roles & COUNCIL_ROLES)
        if set(line.roles) <= {"everybody", "signed-in"}:
            return *who, *sorted(self.roles & {"hirer", "provider"})[:1]
        return *who, self.acts(Kind.COALITION), *sorted(self.roles - COUNCIL_ROLES)


def viewers(world) -> list[Viewer]:
    """One of everybody: a visitor, a trainee, each role of each kind of organization, and who acts for none."""
    found = [Viewer("a visitor")]
    near = world.of(Kind.EMPLOYER)[0]
    trainee = {"everybody", "signed-in", "trainee"}
    found.append(Viewer("a trainee", near.trainees["open"].user, around=near, roles=trainee))
    for kind in Kind:
        body = world.of(kind)[0]
        for role, user in body.staff.items():
            roles = {"everybody", "signed-in", "acting"}
            roles |= {"administrator"} if role == "admin" else set()
            roles |= {"hirer"} if kind in HIRES else set()
            roles |= {"provider"} if kind in TRAINS else set()
            roles |= {"dispatcher"} if kind == Kind.UNION else set()
            roles |= {"coordinator"} if kind == Kind.COALITION and role != "facilitator" else set()
            found.append(Viewer(f"{kind} {role}", user, body, roles=roles))
    found.append(Viewer("a council member", world.alone["member"], roles={"everybody", "signed-in"}))
    found.append(Viewer("an operator", world.alone["operator"], roles={"everybody", "signed-in"}))
    for viewer in found:
        viewer.roles |= OF_COORDINATORS if viewer.coordinates else set()
        viewer.roles |= roles_of(viewer.user, world.councils[0].council) if viewer.user else set()
    return found


def in_turn(everybody: list[Viewer], number: int, line, *, at_a_council: bool) -> set[str]:
    """Who tries this door: one of each who are alike before it, each of those in their turn."""
    alike = {}
    for viewer in everybody:
        alike.setdefault(viewer.stands_as(line, at_a_council), []).append(viewer.name)
    return {names[number % len(names)] for names in alike.values()}


@dataclass
class Kinds(CouncilKinds):
    """`own` and `foreign` of every kind of record, as the parts of an address; None where there is none."""

    world: object

    def get(self, kind: str) -> Callable | None:
        """What gives the records of a kind, by its words in docs/authz.yml."""
        return getattr(self, "of_" + kind.replace(" ", "_").replace("'", ""), None)

    def _record(self, viewer, name: str, *kinds, own=None, coordinators=True, foreign=Kind.EMPLOYER):
        """A record that organizations of these kinds have; `own` where it is the viewer's some other way.

        The foreign one is of the next row: another employer's for an employer, another region's for a coordinator.
        """
        if own is None and viewer.acts(*kinds):
            own = viewer.body.records.get(name)
        if own is None and coordinators and viewer.coordinates:
            own = self.world.of(foreign)[viewer.row].records[name]
        kind = viewer.body.organization.kind if own is not None and viewer.acts(*kinds) else foreign
        return by_id(own), by_id(self.world.of(kind)[(viewer.row + 1) % 3].records[name])

    def of_answer(self, viewer):
        return {}, None

    def of_channel(self, viewer):
        return {}, None

    def of_kind_of_sheet(self, viewer):
        kind = "openings" if viewer.acts(Kind.EMPLOYER, Kind.UNION) else "completers"
        return {"kind": kind}, None

    def of_link(self, viewer):
        return None, None

    def of_program(self, viewer):
        return by_id(self.world.of(Kind.PROVIDER)[0].records["program"]), None

    def of_opening(self, viewer):
        """Everybody reads what is shown; foreign is another's draft."""
        shown, draft = (self.world.of(Kind.EMPLOYER)[1].records[name] for name in ("opening", "draft"))
        return by_id(shown), None if viewer.coordinates else by_id(draft)

    def of_opening_with_its_people(self, viewer):
        own, foreign = self._record(viewer, "opening", *HIRES)
        return own, None if viewer.coordinates else foreign

    of_shown_opening = of_opening_with_its_people

    def of_draft(self, viewer):
        own, foreign = self._record(viewer, "draft", *HIRES)
        return own, None if viewer.coordinates else foreign

    def of_match(self, viewer):
        own = viewer.around.records["match"] if viewer.around else None
        return self._record(viewer, "match", own=own, coordinators=False)

    def of_referral(self, viewer):
        own = viewer.around.records["referral"] if viewer.around else None
        own, foreign = self._record(viewer, "referral", *HIRES, own=own)
        withdrawn = self.world.of(Kind.EMPLOYER)[viewer.row].records["withdrawn"]
        return own, by_id(withdrawn) if viewer.coordinates else foreign

    def of_change_on_a_board(self, viewer):
        return self._of_coordinator("change", viewer)

    def of_saved_view(self, viewer):
        return self._of_coordinator("view", viewer)

    def _of_coordinator(self, name, viewer):
        """One's own is what oneself did."""
        own, other = (self.world.of(Kind.COALITION)[number].records[name] for number in (0, 1))
        return by_id(own if viewer.name == "coalition staff" else None), by_id(other)

    def of_month(self, _viewer):
        """A month is there for everybody; whose people stand in it goes by who asks."""
        day = self.world.of(Kind.PROVIDER)[0].trainees["open"].enrollments.first().completed_on
        return {"year": day.year, "month": day.month}, None

    def of_month_of_a_program(self, viewer):
        own = viewer.body.records["program"] if viewer.acts(*TRAINS) else None
        month, other = self.of_month(viewer)[0], self.world.of(Kind.PROVIDER)[1].records["program"]
        return month | {"program": own.public_id} if own else None, month | {"program": other.public_id}

    def of_comment(self, viewer):
        """One's own is what oneself wrote."""
        own = viewer.body.records.get("comment") if viewer.name.endswith("staff") and viewer.acts(*HIRES) else None
        return by_id(own), by_id(self.world.of(Kind.EMPLOYER)[1].records["comment"])

    def of_appointment(self, viewer):
        own = viewer.around.records["appointment"] if viewer.around else None
        own, foreign = self._record(viewer, "appointment", *HIRES, own=own)
        return own, None if viewer.coordinates else foreign

    def of_hire(self, viewer):
        """A job that the employer knows of, for the employer; for coordinators one of who shares the record."""
        known = self.world.of(Kind.COMMUNITY)[viewer.row].records["hire"]
        own = known if viewer.acts(Kind.EMPLOYER) or viewer.coordinates else None
        hidden = self.world.of(Kind.PROVIDER)[viewer.row].records["hire"]
        return by_id(own), None if viewer.coordinates else by_id(hidden)

    def of_notice(self, viewer):
        own = viewer.around.records["notice"] if viewer.around else None
        return self._record(viewer, "notice", own=own, coordinators=False)

    def of_agreement(self, viewer):
        own = viewer.around.records["consent"] if viewer.around else None
        return self._record(viewer, "consent", own=own, coordinators=False)

    def of_person(self, viewer):
        """A trainee who shares the record with the coordinators; and one who does not."""
        employer = self.world.of(Kind.EMPLOYER)[viewer.row]
        return by_id(employer.trainees["open"] if viewer.coordinates else None), by_id(employer.trainees["quiet"])

    def of_person_to_act_for(self, viewer):
        """Somebody the viewer's organization trained, or who shares the record; and somebody of another provider."""
        quiet = by_id(self.world.of(Kind.PROVIDER)[1].trainees["quiet"])
        if viewer.acts(*TRAINS):
            return by_id(viewer.body.trainees["open"]), quiet
        return by_id(self.world.of(Kind.EMPLOYER)[viewer.row].trainees["open"]) if viewer.coordinates else None, quiet

    def of_organization_that_helps(self, viewer):
        own = self.world.of(Kind.PROVIDER)[viewer.row].organization if viewer.around else None
        return by_id(own), by_id(self.world.of(Kind.EMPLOYER)[1].organization)

    def of_persons_messages(self, viewer):
        employer = self.world.of(Kind.EMPLOYER)[viewer.row]
        own = employer.trainees["open"].user if viewer.coordinates else None
        return by_id(own), by_id(employer.trainees["quiet"].user)

    def of_certificate(self, viewer):
        return self._record(viewer, "declared", *TRAINS, coordinators=False, foreign=Kind.PROVIDER)

    def of_place_asked_for(self, viewer):
        own = viewer.around.records["place_asked"] if viewer.around else None
        return by_id(own), by_id(self.world.of(Kind.EMPLOYER)[1].records["place_asked"])

    def of_place_asked_of_us(self, viewer):
        """Of each organization one; who facilitates councils reads none."""
        own, foreign = self._record(viewer, "place_asked", *Kind)
        return None if viewer.name.endswith("facilitator") else own, None if viewer.coordinates else foreign

    def of_class(self, viewer):
        own, foreign = self._record(viewer, "cohort", *TRAINS, foreign=Kind.PROVIDER)
        return own, None if viewer.coordinates else foreign

    def of_sheet(self, viewer):
        own, foreign = self._record(viewer, "batch", *HIRES, *TRAINS)
        return own, None if viewer.coordinates else foreign

    def of_question_of_a_sheet(self, viewer):
        own, foreign = self._record(viewer, "brought_in", *TRAINS, foreign=Kind.PROVIDER)
        return own, None if viewer.coordinates else foreign

    def of_task(self, viewer):
        own, foreign = self._record(viewer, "task", *Kind)
        return own, None if viewer.coordinates else foreign

    def of_organization(self, viewer):
        kind = viewer.body.organization.kind if viewer.body and not viewer.coordinates else Kind.EMPLOYER
        own, other = (self.world.of(kind)[number].organization for number in (0, 1))
        return by_id(own) if viewer.body else None, None if viewer.coordinates else by_id(other)

    def of_own_organization(self, viewer):
        own = by_id(viewer.body.organization) if viewer.body else None
        return own, by_id(self.world.of(Kind.EMPLOYER)[1].organization)

    def of_membership(self, viewer):
        """Administrators and coordinators: of somebody of the staff; others: their own."""
        own, foreign = self._of_organization(viewer, "membership", "membership_id")
        if own and not viewer.coordinates and "administrator" not in viewer.roles:
            own |= {"membership_id": viewer.user.memberships.get().public_id}
        return own, foreign

    def of_invitation(self, viewer):
        return self._of_organization(viewer, "invitation", "invitation_id")

    def _of_organization(self, viewer, name, part):
        def place(body):
            return by_id(body.organization) | {part: body.records[name].public_id}

        kind = viewer.body.organization.kind if viewer.body and not viewer.coordinates else Kind.EMPLOYER
        own, other = self.world.of(kind)[0], self.world.of(kind)[1]
        return place(own) if viewer.body else None, None if viewer.coordinates else place(other)

    def of_invitation_link(self, viewer):
        return {"token": invitations.token_of(self.world.of(Kind.EMPLOYER)[0].records["invitation"])}, None

    def of_request_to_act(self, viewer):
        """What went to the viewer's coalition; and what went to another."""
        own = self.world.of(Kind.COALITION)[viewer.row].records["asked"] if viewer.coordinates else None
        return by_id(own), by_id(self.world.of(Kind.COALITION)[(viewer.row + 1) % 3].records["asked"])

    def of_lost_second_step(self, viewer):
        found = by_id(self.world.of(Kind.EMPLOYER)[1].records["restore"]) | {"answer": "refuse"}
        return found if viewer.coordinates else None, None if viewer.coordinates else found


def absent(place: dict) -> dict:
    """The same address with a number that nobody has."""
    return {
        part: uuid.uuid4() if isinstance(value, uuid.UUID) else f"{value}x" if part in ("token", "secret") else value
        for part, value in place.items()
    }


# --- Who may see what -------------------------------------------------------------------------------------------------
class Sight(CouncilSight):
    """Whether a viewer may find a marked text, by the relations of may_see.yml."""

    def __init__(self, world, rules: dict):
        self.rules, self.here, self.world = rules, rules["here"], world
        self.around = {}
        for body in world.bodies:
            for part, trainee in body.trainees.items():
                self.around[str(trainee.user.public_id)] = (body, part)
        self.enrolled = {}
        for row in Enrollment.objects.select_related("trainee__user", "provider"):
            self.enrolled.setdefault(str(row.trainee.user.public_id), set()).add(row.provider_id)

    def may(self, viewer: Viewer, canary: dict) -> bool:
        return any(
            getattr(self, f"is_{name.replace('-', '_')}")(viewer, canary) for name in self.rules[canary["class"]]
        )

    def is_self(self, viewer, canary) -> bool:
        return bool(viewer.user) and str(viewer.user.public_id) == canary["person"]

    def is_signed_in(self, viewer, canary) -> bool:
        return viewer.user is not None

    def is_ours(self, viewer, canary) -> bool:
        return bool(viewer.body) and str(viewer.body.organization.public_id) == canary["organization"]

    def is_coordinators(self, viewer, canary) -> bool:
        return viewer.coordinates

    def is_provider(self, viewer, canary) -> bool:
        return bool(viewer.body) and viewer.body.organization.pk in self.enrolled.get(canary["person"], ())

    def is_hirer(self, viewer, canary) -> bool:
        body, part = self.around.get(canary["person"], (None, ""))
        return bool(body) and body is viewer.body and viewer.acts(*HIRES) and part == "open"

    def is_asked(self, viewer, canary) -> bool:
        """The people around an organization asked it for a place in a class."""
        body, part = self.around.get(canary["person"], (None, ""))
        facilitates = viewer.name.endswith("facilitator")
        return bool(body) and body is viewer.body and part == "open" and not facilitates

    def is_fits(self, viewer, canary) -> bool:
        body, _part = self.around.get(canary["person"], (None, ""))
        return bool(body) and viewer.acts(*HIRES) and viewer.row == body.number

    def is_coordinator(self, viewer, canary) -> bool:
        body, part = self.around.get(canary["person"], (None, ""))
        return bool(body) and viewer.coordinates and part == "open"

    def is_employs(self, viewer, canary) -> bool:
        """The people around community organizations work for the employer of their row."""
        body, part = self.around.get(canary["person"], (None, ""))
        theirs = bool(body) and part == "open" and body.organization.kind == Kind.COMMUNITY
        return theirs and viewer.acts(Kind.EMPLOYER) and viewer.row == body.number

    def is_answered(self, viewer, canary) -> bool:
        around = viewer.around
        return bool(around) and str(around.organization.public_id) == canary["organization"]
