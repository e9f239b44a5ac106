"""Two councils: one in the Inland Empire that everybody sees and that publishes all; one in the Valley that is closed.

Each has a chair, a facilitator, staff, an observer and members, from the organizations of its row; and of everything
one that is out and one that is not yet, or is not for everybody.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import timedelta

from councils import feeds, sealing
from councils.actions import bodies, minutes
from councils.models import (
    ActionStep,
    AgendaItem,
    Council,
    Decision,
    Elector,
    Feed,
    Initiative,
    Meeting,
    Milestone,
    Minutes,
    Office,
    Phase,
    Quote,
    Recommendation,
    Resource,
    Rsvp,
    Seat,
    Term,
    Theme,
    Version,
    Voice,
)

HOLDERS = (("union", "union"), ("employer", "employer"), ("education", "school"), ("community", "community"))
OFFICES = (
    ("chair", "school", "staff"),
    ("facilitator", "coalition", "facilitator"),
    ("staff", "agency", "staff"),
    ("observer", "sponsor", "staff"),
)


@dataclass
class Chamber:
    """One council with the people who have a role in it and one record of each kind, out and not out."""

    council: Council
    number: int
    records: dict[str, object] = field(default_factory=dict)
    people: dict[str, object] = field(default_factory=dict)  # by role; of the members, one
    token: str = ""  # the secret address of a member's calendar
    names: set[str] = field(default_factory=set)  # the public numbers of all who have a role in it


def plant(world) -> None:
    for number, region in enumerate(("Inland", "Valley")):
        chamber = _founded(world, number, region)
        world.councils.append(chamber)
        for made in (_meetings, _decisions, _voices, _asks, _plans, _papers):
            made(world, chamber)


def _founded(world, number: int, region: str) -> Chamber:
    is_public = number == 0
    council = Council(
        public_id=world.number(), name_en=f"{region} council", is_public=is_public, is_example=True,
        publishes=list(Council.Part.values), created_at=world.at,
    )  # fmt: skip
    council.purpose_en = f"To say what helps. {'' if is_public else world.canaries.word('closed', council=council)}"
    council.save()
    chamber, since = Chamber(council, number), world.today - timedelta(days=30)
    for rule in bodies.RULES:
        council.rules.create(public_id=world.number(), **rule)
    holders = [(seat, world.of(kind)[number].staff["staff"]) for seat, kind in HOLDERS]
    holders += [("worker", None), ("worker", world.alone["member"] if number == 0 else None)]
    for constituency, holder in holders:
        seat = Seat.objects.create(public_id=world.number(), council=council, constituency=constituency)
        if holder:
            chamber.names.add(str(holder.public_id))
            Term.objects.create(public_id=world.number(), seat=seat, user=holder, starts_on=since)
    chamber.people["member"] = holders[0][1]
    for role, kind, part in OFFICES:
        user = chamber.people[role] = world.of(kind)[number].staff[part]
        chamber.names.add(str(user.public_id))
        Office.objects.create(public_id=world.number(), council=council, user=user, role=role, starts_on=since)
    chamber.token = f"calendar-{number}"
    Feed.objects.create(
        public_id=world.number(), user=chamber.people["member"], council=council, made_at=world.at,
        fingerprint=feeds.fingerprint(chamber.token), read_on=world.today,
    )  # fmt: skip
    return chamber


def _meetings(world, chamber) -> None:
    """One that was, with its published minutes; one that was called, its minutes drafted; one that is only planned."""
    word, council, made = world.canaries.word, chamber.council, chamber.records
    common = {"council": council, "place": "Library", "changed_at": world.at}
    called = {"called_at": world.at - timedelta(days=1)}
    made["past"] = Meeting.objects.create(
        public_id=world.number(), starts_at=world.at - timedelta(days=40), state="closed", **common, **called
    )
    made["meeting"] = Meeting.objects.create(
        public_id=world.number(), starts_at=world.at + timedelta(days=9), state="called", way="hybrid",
        join_url=f"https://meet.example/{word('inside', council=council)}", check_in_code=f"door-{chamber.number}",
        **common, **called,
    )  # fmt: skip
    made["planned"] = Meeting.objects.create(
        public_id=world.number(), starts_at=world.at + timedelta(days=60),
        title_en=f"Retreat {word('inside', council=council)}", **common,
    )  # fmt: skip
    made["item"] = AgendaItem.objects.create(
        public_id=world.number(), meeting=made["meeting"], title_en="What stood in the way",
        **{name: f"Said {word('inside', council=council)}" for name in ("text_en", "dissent", "action")},
    )  # fmt: skip
    made["planned_item"] = AgendaItem.objects.create(
        public_id=world.number(), meeting=made["planned"], title_en=f"Plans {word('inside', council=council)}"
    )
    AgendaItem.objects.create(public_id=world.number(), meeting=made["past"], title_en="Buses", text_en="They run.")
    content = minutes.content_of(made["past"])
    Minutes.objects.create(
        public_id=world.number(), meeting=made["past"], state="published", approved_at=world.at, ready_at=world.at,
        approved_in=made["meeting"], published_at=world.at, content=content, content_hash="0" * 64,
    )  # fmt: skip
    Minutes.objects.create(public_id=world.number(), meeting=made["meeting"])
    member = chamber.people["member"]
    note = f"Milk {word('need', council=council, person=member)}"
    Rsvp.objects.create(
        meeting=made["meeting"], user=member, answer="yes", needs=["childcare"], needs_note=note, at=world.at
    )


def _decisions(world, chamber) -> None:
    """One that was made; and a secret ballot that goes on."""
    council, made = chamber.council, chamber.records
    rule = council.rules.first()
    common = {"council": council, "rule": rule}
    result = {"rule": [rule.name_en, rule.name_es], "heads": {"yes": 3, "no": 1, "abstain": 0}}
    result |= {"weights": result["heads"], "whole": 4, "voted": 4, "may": 5, "recused": 0, "adopted": True, "by": {}}
    made["decided"] = Decision.objects.create(
        public_id=world.number(), meeting=made["past"], text_en="Shall we write?", state="adopted", result=result,
        opened_at=world.at, decided_at=world.at, **common,
    )  # fmt: skip
    made["decision"] = Decision.objects.create(
        public_id=world.number(), meeting=made["meeting"], method="secret", state="open", opened_at=world.at,
        text_en=f"Shall we stay? {world.canaries.word('inside', council=council)}",
        sealing_key=sealing.lock_of("KEY"), **common,
    )  # fmt: skip
    Elector.objects.create(decision=made["decision"], user=chamber.people["member"], constituency="union")


def _voices(world, chamber) -> None:
    """For those who lead, with a name; for the council, with a name and without; a theme that is out, and one not."""
    council, made = chamber.council, chamber.records
    around = world.of("employer")[chamber.number].trainees
    common = {"council": council, "language": "en", "received_on": world.today}
    for name, author, visibility in (
        ("led", around["open"].user, "facilitators"),
        ("heard", around["quiet"].user, "council"),
        ("unnamed", None, "unnamed"),
    ):
        words = f"At night {world.canaries.word(f'voice_{name}', council=council, person=author)}"
        receipt = None if author else hashlib.sha256(chamber.token.encode()).hexdigest()
        made[f"voice_{name}"] = Voice.objects.create(
            public_id=world.number(), author=author, visibility=visibility, words=words, receipt=receipt, **common
        )
    made["theme"] = Theme.objects.create(public_id=world.number(), council=council, name_en="Night", is_public=True)
    made["inner_theme"] = Theme.objects.create(
        public_id=world.number(), council=council, name_en=f"Pay {world.canaries.word('inside', council=council)}"
    )
    for theme in (made["theme"], made["inner_theme"]):
        theme.voices.set([made["voice_heard"], made["voice_unnamed"]])
    # Too few raised it: not even what may be quoted is.
    Quote.objects.create(theme=made["theme"], voice=made["voice_unnamed"], words=made["voice_unnamed"].words)


def _asks(world, chamber) -> None:
    """A recommendation that was adopted and one that is only proposed, each with a step."""
    council, made, day = chamber.council, chamber.records, world.today
    for name, state, text in (
        ("asked", "adopted", "Run buses at night."),
        ("proposed", "proposed", f"Pay more. {world.canaries.word('inside', council=council)}"),
    ):
        made[name] = Recommendation.objects.create(
            public_id=world.number(), council=council, title_en="Please", text_en=text, addressee_kind="agency",
            state=state, proposed_on=day, adopted_on=day if name == "asked" else None, owner=chamber.people["staff"],
            decision=made["decided" if name == "asked" else "decision"],
        )  # fmt: skip
        made[name].themes.set([made["theme"], made["inner_theme"]])
        made[f"{name}_step"] = ActionStep.objects.create(
            public_id=world.number(), recommendation=made[name], title_en="Write a letter", due_on=day,
            assignee=chamber.people["facilitator"],
        )  # fmt: skip


def _plans(world, chamber) -> None:
    """An initiative that is out, one of its milestones a meeting that is not; and one that is not."""
    council, made = chamber.council, chamber.records
    dated = {"starts_on": world.today, "ends_on": world.today + timedelta(days=90)}
    for name, summary in (("plan", "More buses."), ("inner_plan", world.canaries.word("inside", council=council))):
        made[name] = Initiative.objects.create(
            public_id=world.number(), council=council, name_en="Plan", summary_en=summary, is_public=name == "plan",
            **dated,
        )  # fmt: skip
        phase = Phase.objects.create(public_id=world.number(), initiative=made[name], name_en="One", **dated)
        made[f"{name}_mark"] = Milestone.objects.create(
            public_id=world.number(), phase=phase, name_en="Met", due_on=world.today, meeting=made["planned"]
        )


def _papers(world, chamber) -> None:
    """A paper for each audience, with its file."""
    council, made = chamber.council, chamber.records
    for audience in Resource.Audience.values:
        kind = {"council": "inside", "committee": "committee"}.get(audience, "closed")
        word = world.canaries.word(kind, council=council) if audience != "public" or chamber.number else "open"
        words = f"What helps {word}"
        made[f"{audience}_paper"] = paper = Resource.objects.create(
            public_id=world.number(), council=council, title_en=f"Paper {word}", audience=audience, body_en=words,
            review_on=world.today + timedelta(days=90), changed_on=world.today, owner=chamber.people["staff"],
        )  # fmt: skip
        made[f"{audience}_file"] = Version.objects.create(
            public_id=world.number(), resource=paper, number=1, file_name="paper.txt", content_type="text/plain",
            size=len(words), content=words.encode(), sha256=hashlib.sha256(words.encode()).hexdigest(),
            added_by=chamber.people["staff"], added_at=world.at,
        )  # fmt: skip
    mark = made["plan_mark"]
    mark.resource = made["committee_paper"]
    mark.save(update_fields=["resource"])
