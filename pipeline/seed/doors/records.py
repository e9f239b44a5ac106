"""What happened around each organization: openings, answers, sheets, messages, tasks, who looked, what was asked."""

from datetime import timedelta

from accounts.models import Consent, Erasure, FactorRestore, JoinRequest, RecordView
from imports.models import Batch, Row
from matching import tell
from matching.models import Match
from notifications.models import Delivery, Notice, Task
from openings.models import ListPlace, Opening, Requirement
from placements.models import Appointment, BulkChange, Comment, Placement, Referral, SavedView
from programs.models import PlaceRequest

from ..organizations import MAIL
from .organizations import CREDENTIALS, TRADE
from .people import consent, provider_of


def openings(world) -> None:
    """For everybody who hires: one that is shown, and a draft that nobody else may know of."""
    made = []
    for body in world.bodies:
        if not body.organization.hires:
            continue
        for name, state in (("opening", Opening.State.PUBLISHED), ("draft", Opening.State.DRAFT)):
            drafted = name == "draft"
            word = world.canaries.word("draft", body=body.organization) if drafted else ""
            body.records[name] = Opening(
                public_id=world.number(), external_id=name, organization=body.organization, kind=Opening.Kind.JOB,
                title=f"Laborer {word}".strip(), occupation_id=TRADE, zip=body.organization.zip, seats=3,
                wage_min_cents=3000, wage_max_cents=4000, order_rule=Opening.OrderRule.WAITING,
                contact=body.staff["staff"], state=state, published_at=None if drafted else world.at,
                lottery_seed=f"{world.dice.getrandbits(256):064x}", is_example=True, created_at=world.at,
            )  # fmt: skip
            made.append((body, body.records[name]))
    Opening.objects.bulk_create(opening for _body, opening in made)
    Requirement.objects.bulk_create(
        Requirement(opening=opening, credential_id=CREDENTIALS[body.number]) for body, opening in made
    )
    for body, opening in made:
        if opening.published_at:
            world.happened(
                "opening.published", opening, at=world.at, by=body.staff["staff"], organization=body.organization,
                order_rule=opening.order_rule,
            )  # fmt: skip


def plant(world) -> None:
    """Everything that comes after matching."""
    matches = {(match.trainee_id, match.opening_id): match for match in Match.objects.select_related("opening")}
    for body in world.bodies:
        theirs = sorted((m for key, m in matches.items() if key[0] == body.trainees["open"].pk), key=lambda m: m.pk)
        body.records["match"] = theirs[-1]
    _referrals(world, matches)
    _cases(world)
    _places(world)
    _sheets(world)
    _post(world)
    _tasks(world)
    _boards(world)
    _looks(world)


def _referrals(world, matches) -> None:
    """The one who agreed said yes to this employer's, hall's or sponsor's opening; the quiet one took a yes back."""
    made, agreed = [], []
    for body in world.bodies:
        hirer = body if body.organization.hires else None
        if hirer is None:
            continue
        opening = hirer.records["opening"]
        for part, state in (("open", Referral.State.YES), ("quiet", Referral.State.WITHDRAWN)):
            trainee = body.trainees[part]
            note = world.canaries.word(
                "referral_note" if part == "open" else "withdrawn_note", body=body.organization, person=trainee.user
            )
            is_open = state == Referral.State.YES
            referral = Referral(
                public_id=world.number(), trainee=trainee, opening=opening, state=state, note=note,
                answered_at=world.at, owner=body.staff["staff"] if is_open else None,
                due_on=world.today + timedelta(days=2) if is_open else None,
            )  # fmt: skip
            made.append(referral)
            body.records["referral" if is_open else "withdrawn"] = referral
            if is_open:
                body.records["match"] = matches[trainee.pk, opening.pk]
                agreed += [
                    consent(world, trainee.user, purpose, opening=opening, organization=body.organization)
                    for purpose in Consent.FOR_AN_OPENING
                ]
    Referral.objects.bulk_create(made)
    Consent.objects.bulk_create(agreed)
    ListPlace.objects.bulk_create(
        ListPlace(opening=r.opening, trainee=r.trainee, registered_at=world.at) for r in made if r.owner
    )
    for referral in made:
        step = "yes" if referral.owner else "withdraw"
        world.happened(f"referral.{step}", referral, at=world.at, by=referral.trainee.user, reason="")
    for body in world.bodies:
        theirs = Consent.objects.filter(user=body.trainees["open"].user).order_by("purpose")
        body.records["consent"] = theirs.first()


def _cases(world) -> None:
    """On each open case a comment for each audience and an appointment; and jobs found elsewhere."""
    comments, meetings, jobs = [], [], []
    for body in world.bodies:
        if "referral" in body.records:
            referral, person = body.records["referral"], body.trainees["open"].user
            for audience in Comment.Audience.values:
                word = world.canaries.word(f"comment_{audience}", body=body.organization, person=person)
                comments.append(
                    Comment(
                        public_id=world.number(),
                        referral=referral,
                        author=body.staff["staff"],
                        text=f"Well {word}",
                        organization=body.organization,
                        audience=audience,
                        written_at=world.at,
                    )
                )
            body.records["comment"] = comments[-1]
            word = world.canaries.word("appointment", body=body.organization, person=person)
            body.records["appointment"] = Appointment(
                public_id=world.number(), referral=referral, kind="interview", place=f"Gate {word}",
                starts_at=world.at + timedelta(days=3), zone="America/Los_Angeles", changed_at=world.at,
            )  # fmt: skip
            meetings.append(body.records["appointment"])
        knows = body.organization.kind == "community"
        if knows or body.organization.kind == "provider":
            person, employer = body.trainees["open"].user, world.beside("employer", body).organization
            word = world.canaries.word("known_job" if knows else "hidden_job", body=employer, person=person)
            body.records["hire"] = Placement(
                public_id=world.number(), trainee=body.trainees["open"], employer=employer, employer_knows=knows,
                title=f"Helper {word}", source="off", declared_by="worker", starts_on=world.today, created_at=world.at,
            )  # fmt: skip
            jobs.append(body.records["hire"])
    Comment.objects.bulk_create(comments)
    Appointment.objects.bulk_create(meetings)
    Placement.objects.bulk_create(jobs)
    for job in jobs:
        job.check_ins.create(days=30, asked_at=world.at, asks_employer=job.employer_knows)


def _places(world) -> None:
    """Of each organization somebody asked for a place: of a provider for its own class, of the others to call one."""
    for body in world.bodies:
        trainee, program = body.trainees["open"], provider_of(world, body).records["program"]
        body.records["place_asked"] = PlaceRequest.objects.create(
            public_id=world.number(), trainee=trainee, program=program, to=body.organization, wording="I agree",
            version="place-1", language="en", asked_at=world.at,
        )  # fmt: skip
        world.happened(
            "place_request.asked", body.records["place_asked"], at=world.at, by=trainee.user, trainee=trainee.pk
        )


def _sheets(world) -> None:
    """One sheet that was only looked at, with marked names in it, and one that was brought in and asks a question."""
    rows = []
    for body in world.bodies:
        hires, trains = body.organization.hires, body.organization.trains
        if not (hires or trains):
            continue
        kind = "completers" if trains else "openings"
        word = world.canaries.word("sheet", body=body.organization)
        if trains:
            header = ["Name", "Email", "ZIP", "Credential", "Issued"]
            cells = [f"Nina {word}", f"{word}@{MAIL}", body.organization.zip, "OSHA 10", world.today.isoformat()]
        else:
            header, cells = ["Title", "Wage", "ZIP"], [f"Helper {word}", "30", body.organization.zip]
        sheet = {"header": header, "rows": [[2, cells]], "problems": [], "ssn": {}}
        common = {"kind": kind, "organization": body.organization, "by": body.staff["staff"], "created_at": world.at}
        body.records["batch"] = Batch.objects.create(
            public_id=world.number(), file_name="looked-at.csv", sheet=sheet, **common
        )
        came = Batch.objects.create(
            public_id=world.number(), file_name="brought-in.csv", state="imported", imported_at=world.at,
            counts={"new": 1, "question": 1}, **common,
        )  # fmt: skip
        body.records["brought_in"] = came
        values = dict(zip(("name", "email", "zip", "credential", "issued"), cells, strict=True)) if trains else {}
        rows.append(Row(batch=came, line=2, outcome="new", values=values))
        if trains:
            known = {"why": "name", "candidates": [body.trainees["open"].user_id], "group": 3}
            asked = [{"column": "name", "code": "known_person", "params": known}]
            rows.append(Row(batch=came, line=3, outcome="question", values=values, problems=asked))
    Row.objects.bulk_create(rows)


def _post(world) -> None:
    """Letters, whose words are for one person only, and a notice of an answer with what the employer wrote."""
    letters, notices = [], []
    for body in world.bodies:
        people = [body.trainees["open"].user, body.trainees["quiet"].user, body.staff["staff"]]
        for number, user in enumerate(people):
            word = world.canaries.word("letter", body=body.organization, person=user)
            letters.append(
                Delivery(
                    user=user,
                    address=user.email,
                    letter={"subject": "A code", "text": f"Code {word}", "html": ""},
                    state=Delivery.State.SENT if number else Delivery.State.BOUNCED,
                    created_at=world.at,
                    sent_at=world.at,
                    message_id=f"<{word}@{MAIL}>",
                )
            )
        about = tell.about(world.beside("employer", body).records["opening"])
        word = world.canaries.word("answer_note", body=body.organization, person=people[0])
        body.records["notice"] = Notice(
            public_id=world.number(), user=people[0], kind="referral_answer", topic="referrals", once_key="doors",
            data={"opening": about, "state": "declined", "reason": "filled", "note": word}, path="/me/",
            created_at=world.at,
        )  # fmt: skip
        notices.append(body.records["notice"])
    Delivery.objects.bulk_create(letters)
    Notice.objects.bulk_create(notices)


def _tasks(world) -> None:
    """Something to do for each organization; and for each coalition an address that came back."""
    for body in world.bodies:
        body.records["task"] = Task(
            public_id=world.number(), kind="access_review", topic="organizations", organization=body.organization,
            once_key=f"doors:{body.organization.pk}", path="/tasks/", created_at=world.at,
            data={"name": body.organization.name}, due_on=world.today,
        )  # fmt: skip
    Task.objects.bulk_create(body.records["task"] for body in world.bodies)
    Task.objects.bulk_create(
        Task(
            public_id=world.number(),
            kind="address",
            topic="address",
            organization=body.organization,
            once_key=f"doors:address:{body.organization.pk}",
            created_at=world.at,
            about_type="user",
            about_id=body.trainees["open"].user_id,
            due_on=world.today,
            data={"channel": "email", "address": body.trainees["open"].user.email},
        )
        for body in world.of("coalition")
    )


def _boards(world) -> None:
    """What somebody of each coalition did on a board, and a view that they keep for themselves."""
    for body in world.of("coalition"):
        mine = body.staff["staff"]
        body.records["change"] = BulkChange.objects.create(public_id=world.number(), by=mine, at=world.at, what="later")
        body.records["view"] = SavedView.objects.create(
            public_id=world.number(), owner=mine, board="board", created_at=world.at,
            name=f"Mine {world.canaries.word('view', person=mine)}",
        )  # fmt: skip


def _looks(world) -> None:
    """The provider looked at each record; one person lost a second step; one asked to be erased."""
    RecordView.objects.bulk_create(
        RecordView(
            person=body.trainees["open"].user,
            viewer=provider_of(world, body).staff["staff"],
            organization=provider_of(world, body).organization,
            purpose="graduate",
            day=world.today,
            first_at=world.at,
            last_at=world.at,
        )
        for body in world.bodies
    )
    for body in world.of("employer"):
        body.records["restore"] = FactorRestore.objects.create(
            public_id=world.number(), user=body.staff["staff"], asked_by=world.of("coalition")[0].staff["admin"],
            checked="I called the number on the sign.", asked_at=world.at,
        )  # fmt: skip
    for body in world.of("coalition"):
        asks = world.of("community")[body.number].staff["staff"]
        body.records["asked"] = JoinRequest.objects.create(
            public_id=world.number(), user=asks, coalition=body.organization, kind="employer", city="Fontana",
            name=f"Shop {world.canaries.word('join_request', body=body.organization, person=asks)}",
            job="Owner", phone="+19095550100", asked_at=world.at,
        )  # fmt: skip
    leaving = world.of("school")[2].trainees["quiet"].user
    Erasure.objects.create(person=leaving.public_id, asked_at=world.at, due_at=world.at + timedelta(days=7))
