"""A council of the tests: Willa and two more workers, Ben of the union, Elliot the employer, Priya; Carla its staff."""

from datetime import timedelta

from accounts.models import User
from councils.actions import bodies, meetings
from councils.models import Council, Office, Seat, Term


class Body:
    """A public council with six seats held, one vacant, Willa its chair; and its people by name."""

    def __init__(self, cast, **more):
        self.cast, self.now = cast, cast.now
        self.council = Council.objects.create(
            name_en="Workers Advisory Council", name_es="Consejo Asesor de Trabajadores", purpose_en="To be heard.",
            publishes=["meetings", "minutes", "decisions", "members", "charter"], **more,
        )  # fmt: skip
        for rule in bodies.RULES:
            self.council.rules.create(**rule)
        self.simple, self.two_thirds, self.of_all, self.each = self.council.rules.order_by("pk")
        self.wen, self.xia = (
            User.objects.create_user(f"{name}@throughline.example", full_name=f"{name.title()} Worker")
            for name in ("wen", "xia")
        )
        self.members = [cast.willa, self.wen, self.xia, cast.ben, cast.elliot, cast.priya]
        kinds = ["worker", "worker", "worker", "union", "employer", "education"]
        self.seats = [Seat.objects.create(council=self.council, constituency=kind) for kind in kinds]
        self.terms = [
            Term.objects.create(seat=seat, user=user, starts_on="2026-01-01")
            for seat, user in zip(self.seats, self.members, strict=True)
        ]
        self.vacant = Seat.objects.create(council=self.council, constituency="board")
        self.office(cast.willa, "chair")
        self.office(cast.carla, "staff")

    def office(self, user, role):
        for stale in (user, *self.members):
            stale.__dict__.pop("_councils_today", None)
        return Office.objects.create(council=self.council, user=user, role=role, starts_on="2026-01-01")

    def meeting(self, *, days=9, items=("What stood in the way",), **more):
        facts = {
            "title_en": "", "title_es": "", "starts_at": self.now + timedelta(days=days), "minutes_long": 120,
            "way": "hybrid", "place": "Fontana, room 4", "join_url": "https://meet.example/council",
            "time_zone": "America/Los_Angeles", **more,
        }  # fmt: skip
        meeting = meetings.plan(self.council, facts, by=self.cast.willa, at=self.now)
        for title in items:
            meetings.add_item(meeting, {"title_en": title}, by=self.cast.willa, at=self.now)
        return meeting

    def in_session(self, present=None, **more):
        """A meeting that goes on, with these people there."""
        meeting = self.meeting(days=0, **more)
        meeting = meetings.begin(meeting, by=self.cast.willa, at=self.now)
        for person in self.members if present is None else present:
            meetings.check_in(meeting, how="room", user=person, by=self.cast.willa, at=self.now)
        return meeting
