"""For the doors test: of everything a council has one that is the viewer's to see, and one that is not.

The open council is that of the viewers; of the closed one the coordinators see as much as any. Who takes part in the
open one meets there what is not out yet, and of the closed one nothing. Strangers meet what is out; and, some of them,
what the open one has not let out, the others what the closed one has.
"""

from councils.policies import CHAIR, FACILITATOR, MEMBER, STAFF, councils_of

# Roles of docs/authz.yml that follow from what somebody is in the open council.
ROLES = {
    "council-part": None,  # any
    "council-hearer": {MEMBER, CHAIR, FACILITATOR},
    "council-facilitator": {CHAIR, FACILITATOR},
    "council-runner": {CHAIR, FACILITATOR, STAFF},
    "council-keeper": {CHAIR, STAFF},
    "member": {MEMBER},
}
OF_COORDINATORS = {"council-reader", "council-runner", "council-keeper"}
COUNCIL_ROLES = {*ROLES, *OF_COORDINATORS}


def roles_of(user, council) -> set[str]:
    """Their roles at the doors of this council, coordinators' apart."""
    held = councils_of(user).get(council.pk, set())
    return {name for name, among in ROLES.items() if held & (among or held)} | ({"council-reader"} if held else set())


class CouncilKinds:
    """`own` and `foreign` of every kind of record of a council."""

    def _of_council(self, viewer, inner: str, out: str = "", *, hidden: str = ""):
        """What those inside work on, what is out, and what of the open council a stranger may not see."""
        open_one, closed = (chamber.records for chamber in self.world.councils)
        if viewer.coordinates:
            return closed[inner], None
        if "council-part" in viewer.roles:
            return open_one[inner], closed[inner]
        drafts = viewer.around is not None or viewer.user is None
        return open_one[out or inner], open_one[hidden or inner] if drafts and (hidden or out) else closed[out or inner]

    def of_council(self, viewer):
        open_one, closed = (chamber.council for chamber in self.world.councils)
        return by_id(closed if viewer.coordinates else open_one), None if viewer.coordinates else by_id(closed)

    def of_open_council(self, viewer):
        """One that everybody may write to, and whose meetings every calendar may read."""
        open_one, closed = (chamber.council for chamber in self.world.councils)
        return by_id(open_one), by_id(closed)

    def of_calendar(self, _viewer):
        return {"token": self.world.councils[0].token}, None

    def of_meeting(self, viewer):
        return both(self._of_council(viewer, "meeting", hidden="planned"))

    def of_door_of_a_meeting(self, viewer):
        """With the code that hangs there, which a coordinator does not come in by either."""
        own, foreign = (chamber.records["meeting"] for chamber in self.world.councils)
        return tuple(by_id(place) | {"code": place.check_in_code} for place in (own, foreign))

    def of_agenda_item(self, viewer):
        return both(self._of_council(viewer, "item", hidden="planned_item"))

    def of_minutes(self, viewer):
        return both(self._of_council(viewer, "meeting", "past"))

    def of_decision(self, viewer):
        return both(self._of_council(viewer, "decision", "decided"))

    def of_theme(self, viewer):
        return both(self._of_council(viewer, "inner_theme", "theme"))

    def of_recommendation(self, viewer):
        return both(self._of_council(viewer, "proposed", "asked"))

    def of_step(self, viewer):
        return both(self._of_council(viewer, "proposed_step", "asked_step"))

    def of_initiative(self, viewer):
        return both(self._of_council(viewer, "inner_plan", "plan"))

    def of_milestone(self, viewer):
        return both(self._of_council(viewer, "inner_plan_mark", "plan_mark"))

    def of_voice(self, viewer):
        """Those who lead read all of it; members what the council may hear, but answer nothing."""
        own, foreign = (chamber.records for chamber in self.world.councils)
        if "council-facilitator" in viewer.roles:
            return by_id(own["voice_led"]), by_id(foreign["voice_led"])
        if viewer.around:  # who wrote it
            return by_id(own["voice_led"]), by_id(own["voice_heard"])
        heard = "council-hearer" in viewer.roles
        return by_id(own["voice_heard"] if heard else None), by_id(own["voice_led"])

    def of_own_voice(self, viewer):
        own = self.world.councils[0].records
        return by_id(own["voice_led"] if viewer.around else None), by_id(own["voice_heard"])

    def of_paper(self, viewer):
        return both(self._papers(viewer, "paper"))

    def of_file(self, viewer):
        return both(self._papers(viewer, "file"))

    def _papers(self, viewer, name):
        """By audience: nobody reads that of the committee but who leads and who works for the council."""
        open_one, closed = (chamber.records for chamber in self.world.councils)
        if viewer.coordinates:
            return closed[f"council_{name}"], closed[f"committee_{name}"]
        if "council-runner" in viewer.roles:
            return open_one[f"committee_{name}"], closed[f"committee_{name}"]
        if "council-part" in viewer.roles:
            return open_one[f"council_{name}"], open_one[f"committee_{name}"]
        return self._of_council(viewer, f"council_{name}", f"public_{name}")


class CouncilSight:
    """Whether a viewer may find a marked text of a council."""

    def _held(self, viewer, canary) -> set[str]:
        if viewer.user is None:
            return set()
        councils = {str(chamber.council.public_id): chamber.council for chamber in self.world.councils}
        found = councils.get(canary["council"])
        return councils_of(viewer.user).get(found.pk, set()) if found else set()

    def is_takes_part(self, viewer, canary) -> bool:
        return viewer.coordinates or bool(self._held(viewer, canary))

    def is_hears(self, viewer, canary) -> bool:
        return bool(self._held(viewer, canary) & {MEMBER, CHAIR, FACILITATOR})

    def is_leads(self, viewer, canary) -> bool:
        return bool(self._held(viewer, canary) & {CHAIR, FACILITATOR})

    def is_arranges(self, viewer, canary) -> bool:
        return bool(self._held(viewer, canary) & {FACILITATOR, STAFF})

    def is_committee(self, viewer, canary) -> bool:
        return bool(self._held(viewer, canary) & {CHAIR, FACILITATOR, STAFF})

    def is_read_by(self, viewer, canary) -> bool:
        """Who lead a council read of each testimony who wrote it; members of those that are for the council."""
        for chamber in self.world.councils if viewer.user else ():
            held = councils_of(viewer.user).get(chamber.council.pk, set())
            heard = ("voice_led", "voice_heard") if held & {CHAIR, FACILITATOR} else ("voice_heard",) if held else ()
            if canary["person"] in {str(chamber.records[name].author.public_id) for name in heard}:
                return held & {CHAIR, FACILITATOR, MEMBER} != set()
        return False

    def is_colleagues(self, viewer, canary) -> bool:
        """Who takes part in a council knows who else does."""
        mine = councils_of(viewer.user) if viewer.user else {}
        return any(chamber.council.pk in mine for chamber in self.world.councils if canary["person"] in chamber.names)


def by_id(record):
    return {"public_id": record.public_id} if record is not None else None


def both(found):
    return tuple(by_id(record) for record in found)
