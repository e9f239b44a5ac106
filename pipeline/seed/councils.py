"""Three example councils: their seats, who leads them, what they met about and decided, and when they meet next."""

import hashlib
import random
import uuid
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from councils.actions.bodies import RULES
from councils.actions.meetings import text_of
from councils.actions.minutes import content_of, fingerprint
from councils.calendar import moment
from councils.counting import Majority, Paper, tally
from councils.models import (
    AgendaItem,
    Attendance,
    Council,
    Decision,
    Elector,
    Meeting,
    Minutes,
    Office,
    Rule,
    Seat,
    Series,
    Term,
    Vote,
)

from .organizations import Staff

EVERYTHING = ["charter", "members", "meetings", "minutes", "decisions"]

COUNCILS = [
    {
        "facts": {
            "kind": "workers",
            "name_en": "Workers Advisory Council (example)",
            "name_es": "Consejo Asesor de Trabajadores (ejemplo)",
            "purpose_en": "Workers who trained and looked for work here say what helped, what stood in the way, and "
            "what should change first. It meets every two months, in English and Spanish.",
            "purpose_es": "Trabajadores que se capacitaron y buscaron empleo aquí dicen qué ayudó, qué estorbó y qué "
            "debe cambiar primero. Se reúne cada dos meses, en inglés y español.",
            "charter_en": "- Workers hold the majority of the seats.\n- Nobody is asked about papers.\n"
            "- Elections of the chair are secret.",
            "charter_es": "- Los trabajadores tienen la mayoría de los asientos.\n"
            "- A nadie se le pregunta por sus papeles.\n- La presidencia se elige por voto secreto.",
            "publishes": EVERYTHING,
            "ballots": "choice",
            "quorum_by": {"worker": 1},
        },
        # The constituency and who holds the seat: a key of the cast or of an organization's contact; "" is vacant.
        "seats": [
            *(("worker", "willa"), ("worker", "ana"), ("worker", ""), ("worker", "")),
            *(("community", "acorns"), ("education", "trades"), ("union", "local1290")),
        ],
        "chair": "willa",
        "facilitator": None,  # council_work gives it one
        "place": "Fontana, Inland Trades Training Center, room 4",
        "every": 2,
        "next": 9,
        "agenda": [
            ("What happened after the certificate: six stories", "Qué pasó después del certificado: seis historias"),
            ("Childcare during night shifts", "Cuidado de niños en turnos de noche"),
            ("What we do next", "Lo que haremos"),
        ],
        "past": {
            "items": [
                (
                    *("Where people wait longest", "Dónde se espera más tiempo"),
                    "Members told where they waited. **Most** waited between the certificate and the first answer.",
                    "Los miembros contaron dónde esperaron. **La mayoría** esperó entre el certificado y la primera "
                    "respuesta.",
                ),
                (
                    *("Childcare at evening classes", "Cuidado de niños en clases nocturnas"),
                    "Two members had left a class because nobody could stay with their children.",
                    "Dos miembros dejaron una clase porque nadie podía quedarse con sus hijos.",
                ),
            ],
            "question": (
                "Shall the council ask every training provider to offer childcare at evening classes?",
                "¿Debe el consejo pedir a cada centro que ofrezca cuidado de niños en clases nocturnas?",
            ),
            "choices": ["yes", "yes", "yes", "abstain", "yes"],
        },
    },
    {
        "facts": {
            "kind": "unions",
            "name_en": "Manufacturing Unions Council (example)",
            "name_es": "Consejo de Sindicatos de Manufactura (ejemplo)",
            "purpose_en": "Unions in manufacturing compare what their members and employers need, and work with "
            "industry associations and government on one technician apprenticeship for the valley.",
            "purpose_es": "Los sindicatos de manufactura comparan lo que necesitan sus miembros y empleadores, y "
            "trabajan con asociaciones de la industria y el gobierno en un solo aprendizaje de técnico para el valle.",
            "publishes": ["meetings", "members", "decisions"],
            "quorum_by": {"union": 2},
        },
        "seats": [
            *(("union", "local771"), ("union", "local2160"), ("union", "")),
            *(("employer", "railcar"), ("employer", ""), ("education", "valley"), ("board", "")),
        ],
        "chair": "local771",
        "facilitator": "valley",
        "place": "Stockton, apprenticeship committee hall",
        "every": 1,
        "next": 23,
        "agenda": [
            ("Plants that take technician apprentices this year", "Plantas que reciben aprendices de técnico este año"),
            ("Which credentials count", "Qué credenciales cuentan"),
        ],
        "past": {
            "items": [
                (
                    *("One list of skills for the technician", "Una sola lista de habilidades para el técnico"),
                    "The locals compared their lists. Four of five skills are the same.",
                    "Los locales compararon sus listas. Cuatro de cada cinco habilidades son las mismas.",
                ),
            ],
            "question": (
                "Do the locals accept the common list of skills for the industrial manufacturing technician?",
                "¿Aceptan los locales la lista común de habilidades del técnico de manufactura industrial?",
            ),
            "choices": ["yes", "yes", "no", "yes"],
        },
    },
    {
        "facts": {
            "kind": "steering",
            "name_en": "Worker Equity Steering Committee (example)",
            "name_es": "Comité Directivo de Equidad Laboral (ejemplo)",
            "purpose_en": "Worker centers, training providers, unions and a workforce board learn together and say to "
            "the state agency what the public training system should change.",
            "purpose_es": "Centros de trabajadores, centros de capacitación, sindicatos y una junta laboral aprenden "
            "juntos y le dicen a la agencia estatal qué debe cambiar el sistema público de capacitación.",
            "publishes": ["charter", "meetings", "minutes", "decisions"],
            "must_post": True,
        },
        "seats": [
            *(("community", "acorns"), ("community", ""), ("education", "trades"), ("education", "valley")),
            *(("union", "local1290"), ("worker", "willa"), ("board", "")),
        ],
        "chair": "acorns",
        "facilitator": "trades",
        "place": "Riverside, county library, community room",
        "every": 1,
        "next": 16,
        "agenda": [
            ("What the first phase found", "Lo que encontró la primera fase"),
            ("Draft recommendations to the state agency", "Borrador de recomendaciones a la agencia estatal"),
        ],
        "past": {
            "items": [
                (
                    *("How the committee works", "Cómo trabaja el comité"),
                    "The committee works in three phases over 18 months.",
                    "El comité trabaja en tres fases durante 18 meses.",
                ),
            ],
            "question": (
                "Does the committee take the plan of three phases?",
                "¿Acepta el comité el plan de tres fases?",
            ),
            "choices": ["yes", "yes", "yes", "yes", "yes"],
        },
    },
]

OFTEN = 61  # days between two meetings of the past


class _Numbers:
    """Public numbers from dice of their own: what is added to a council moves no other example."""

    def __init__(self):
        self.dice = random.Random("councils")  # noqa: S311 (examples, not secrets)

    def __call__(self) -> uuid.UUID:
        return uuid.UUID(int=self.dice.getrandbits(128), version=4)


def plant(ground, staff: Staff) -> int:
    """Make the councils; return how many seats they have."""
    people, number = {**staff.contacts, **staff.cast}, _Numbers()
    for row in COUNCILS:
        council, terms = _body(ground, row, people, number)
        chair = people[row["chair"]]
        _past(ground, council, row, terms, chair, number)
        _coming(ground, council, row, chair, number)
    return sum(len(row["seats"]) for row in COUNCILS)


def _body(ground, row, people, number) -> tuple[Council, list[Term]]:
    founded = ground.today - timedelta(days=420)
    council = Council.objects.create(public_id=number(), is_example=True, **row["facts"])
    Rule.objects.bulk_create(Rule(public_id=number(), council=council, **rule) for rule in RULES)
    ends, terms = date(ground.today.year + 1, 12, 31), []
    for constituency, key in row["seats"]:
        seat = Seat.objects.create(public_id=number(), council=council, constituency=constituency)
        if key:
            dated = {"starts_on": founded, "ends_on": ends, "named_publicly": True}
            terms.append(Term.objects.create(public_id=number(), seat=seat, user=people[key], **dated))
    # Who facilitates is never a coordinator: they do not read what was said in trust.
    for key, role in ((row["chair"], "chair"), ("carla", "staff"), (row["facilitator"], "facilitator")):
        if key is None:
            continue
        Office.objects.create(public_id=number(), council=council, user=people[key], role=role, starts_on=founded)
    ground.happened("council.founded", council, at=ground.moment(founded), by=people["carla"])
    return council, terms


def _meeting(council, row, starts_at, number, **more) -> Meeting:
    return Meeting.objects.create(
        public_id=number(), council=council, starts_at=starts_at, place=row["place"], changed_at=starts_at, **more
    )


def _post(meeting) -> None:
    meeting.posted_text = text_of(meeting)
    meeting.posted_hash = hashlib.sha256(meeting.posted_text.encode()).hexdigest()
    meeting.save(update_fields=["posted_text", "posted_hash"])


def _past(ground, council, row, terms, chair, number) -> None:
    """The last meeting, with a vote and minutes that a short meeting after it approved and that are published."""
    past = row["past"]
    starts_at = _evening(ground.today - timedelta(days=2 * OFTEN))
    called = starts_at - timedelta(days=8)
    meeting = _meeting(council, row, starts_at, number, state="closed", called_at=called)
    items = [
        AgendaItem.objects.create(
            public_id=number(), meeting=meeting, position=position, title_en=en, title_es=es,
            text_en=text_en, text_es=text_es, version=1,
        )
        for position, (en, es, text_en, text_es) in enumerate(past["items"], start=1)
    ]  # fmt: skip
    _post(meeting)
    for term in terms:
        Attendance.objects.create(meeting=meeting, user=term.user, term=term, how="room", came_at=starts_at)
    decision = _decision(council, meeting, items[-1], past, terms, number)
    again = _meeting(council, row, starts_at + timedelta(days=OFTEN), number, state="closed", called_at=starts_at)
    AgendaItem.objects.create(
        public_id=number(), meeting=again, position=1, title_en="Minutes of the last meeting",
        title_es="Acta de la reunión anterior",
    )  # fmt: skip
    content, approved = content_of(meeting), again.starts_at + timedelta(minutes=20)
    paper = Minutes.objects.create(
        public_id=number(), meeting=meeting, state="published", ready_at=starts_at + timedelta(days=3),
        approved_at=approved, approved_in=again, published_at=approved + timedelta(days=1),
        content=content, content_hash=fingerprint(content),
    )  # fmt: skip
    ground.happened("meeting.call", meeting, at=called, by=chair)
    ground.happened("meeting.posted", meeting, at=called, by=chair, sha256=meeting.posted_hash)
    ground.happened("decision.adopt", decision, at=decision.decided_at, by=chair)
    ground.happened("minutes.approve", paper, at=approved, by=chair, sha256=paper.content_hash)


def _decision(council, meeting, item, past, terms, number) -> Decision:
    rule = council.rules.order_by("pk").first()
    majority = Majority(rule.top, rule.bottom, rule.more_than, rule.of, rule.weight, rule.each)
    voted = list(zip(terms, past["choices"], strict=False))
    papers = [Paper(term.seat.constituency, term.seat.votes, choice) for term, choice in voted]
    result = tally(majority, papers, list(council.seats.values_list("constituency", "votes")))
    result |= {"rule": [rule.name_en, rule.name_es], "law": vars(majority), "recused": 0}
    decided_at = meeting.starts_at + timedelta(minutes=70)
    decision = Decision.objects.create(
        public_id=number(), council=council, meeting=meeting, item=item, method="vote", rule=rule,
        text_en=past["question"][0], text_es=past["question"][1], state="adopted", opened_at=decided_at,
        decided_at=decided_at, result=result,
    )  # fmt: skip
    for term, choice in voted:
        elector = Elector.objects.create(
            decision=decision, user=term.user, constituency=term.seat.constituency, voted=True
        )
        Vote.objects.create(elector=elector, choice=choice)
    return decision


def _coming(ground, council, row, chair, number) -> None:
    """The next meeting, called and posted, and the series it belongs to."""
    first = ground.today + timedelta(days=row["next"])
    nth = -1 if first.day > 28 else (first.day - 1) // 7 + 1
    series = Series.objects.create(
        public_id=number(), council=council, every=row["every"], unit="month", nth=nth, first_on=first,
        local_time=time(17, 30), way="hybrid", place=row["place"], join_url="https://meet.throughline.example/council",
    )  # fmt: skip
    called = ground.at - timedelta(days=2)
    meeting = _meeting(
        council, row, moment(first, series.local_time, series.time_zone), number, state="called", called_at=called,
        way="hybrid", join_url=series.join_url, series=series, series_day=first,
    )  # fmt: skip
    for position, (en, es) in enumerate(row["agenda"], start=1):
        AgendaItem.objects.create(
            public_id=number(), meeting=meeting, position=position, title_en=en, title_es=es, minutes_long=30
        )
    _post(meeting)
    ground.happened("meeting.call", meeting, at=called, by=chair)
    ground.happened("meeting.posted", meeting, at=called, by=chair, sha256=meeting.posted_hash)


def _evening(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(17, 30)))
