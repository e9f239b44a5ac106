"""What the example councils work on: testimony, themes, recommendations, what came of them, an initiative, papers."""

from datetime import timedelta

from councils.models import (
    ActionStep,
    Council,
    Initiative,
    Milestone,
    Office,
    Phase,
    Quote,
    Recommendation,
    Resource,
    Theme,
    Voice,
)
from councils.recommendations.course import months_on, read
from councils.resources import files

VOICES = [
    ("en", "council", "My shift ends at 2 in the morning and the last bus left at 11. I walk, or pay for a ride."),
    ("es", "unnamed", "Salgo a las 2 de la mañana y ya no hay camión. Una compañera y yo juntamos para el taxi."),
    ("en", "unnamed", "I finished my forklift class in May. Nobody called until a friend asked for me in September."),
    ("es", "unnamed", "Tengo el certificado, pero las entrevistas son solo en inglés y de prisa. Sé hacer el trabajo."),
    ("en", "facilitators", "They offered me nights. With two small children there is no childcare open at that hour."),
    ("en", "unnamed", "There is no childcare after six anywhere near the warehouses."),
    ("es", "council", "Me dijeron que el turno era de día y a la semana me cambiaron a la noche."),
]  # fmt: skip
THEMES = [
    (
        "transport", "No way home after the night shift", "No hay cómo volver del turno de noche",
        "The last bus leaves hours before the second shift ends.",
        "El último autobús sale horas antes de que termine el segundo turno.",
        (0, 1, 3, 5, 6), {1: "Una compañera y yo juntamos para el taxi."},
    ),
    (
        "hiring", "Certified, and nobody answers", "Con certificado, y nadie responde",
        "People who finished a class wait for months without any answer.",
        "Quienes terminaron una clase esperan meses sin ninguna respuesta.",
        (2, 3), {},
    ),
]  # fmt: skip
PAPERS = [
    (
        "Buses after the second shift", "Autobuses después del segundo turno",
        "Which lines run when shifts end, and what one more hour would cost.",
        "Qué líneas circulan cuando terminan los turnos y cuánto costaría una hora más.",
        "public", ("transport", "nights"), 120,
        "Shifts in the warehouses end at 11 pm and 2 am. The last bus on the line leaves at 10:40 pm. An hour more on "
        "weekdays would reach four of five plants.",
        "Los turnos en los almacenes terminan a las 11 pm y a las 2 am. El último autobús sale a las 10:40 pm.",
    ),
    (
        "Questions for a first interview", "Preguntas para una primera entrevista",
        "A page that employers and halls can use, in both languages.",
        "Una página que empleadores y sindicatos pueden usar, en los dos idiomas.",
        "public", ("hiring", "language"), -20,
        "Ask what the person can do, and let them show it. Say how long an answer will take.",
        "Pregunte qué sabe hacer la persona y deje que lo muestre. Diga cuánto tardará la respuesta.",
    ),
    (
        "Notes for the letter to the agency", "Notas para la carta a la agencia", "A draft.", "Un borrador.",
        "council", ("transport",), 60, "Three points, one page, two signatures.", "",
    ),
]  # fmt: skip


def plant(ground, staff) -> int:
    """Fill the example councils with work; return how many recommendations they have."""
    workers = Council.objects.get(is_example=True, kind=Council.Kind.WORKERS)
    willa, start = staff.cast["willa"], ground.today - timedelta(days=300)
    Office.objects.create(
        public_id=ground.number(), council=workers, user=staff.contacts["acorns"], role=Office.Role.FACILITATOR,
        starts_on=start,
    )  # fmt: skip
    themes = _themes(ground, workers)
    _recommendations(ground, workers, themes, staff)
    papers = _papers(ground, workers, willa)
    _initiative(ground, workers, papers)
    return workers.recommendations.count()


def measure(ground) -> None:
    """The figures that recommendations bind themselves to, counted from the examples as from anybody's records: what
    the council's page says is what /measures/ says. Once all events are written."""
    for recommendation in Recommendation.objects.filter(is_example=True).exclude(indicator="").order_by("pk"):
        read(recommendation, today=ground.today)


def _themes(ground, council) -> list[Theme]:
    day = ground.today - timedelta(days=40)
    voices = [
        Voice.objects.create(
            public_id=ground.number(), council=council, receipt=f"example-{number}", words=words, language=language,
            visibility=visibility, received_on=day,
        )
        for number, (language, visibility, words) in enumerate(VOICES)
    ]  # fmt: skip
    themes = []
    for kind, name_en, name_es, summary_en, summary_es, whose, quotes in THEMES:
        theme = Theme.objects.create(
            public_id=ground.number(), council=council, kind=kind, name_en=name_en, name_es=name_es,
            summary_en=summary_en, summary_es=summary_es, is_public=True,
        )  # fmt: skip
        theme.voices.set([voices[number] for number in whose])
        for number, words in quotes.items():
            Quote.objects.create(theme=theme, voice=voices[number], words=words)
        themes.append(theme)
    return themes


def _recommendations(ground, council, themes, staff) -> None:
    today = ground.today
    adopted = months_on(today, -9)
    common = {"council": council, "is_example": True}
    answers = Recommendation.objects.create(
        public_id=ground.number(),
        title_en="Answer everybody who is certified within a week",
        title_es="Responder en una semana a cada persona certificada",
        text_en="Whoever finished a class and said yes should hear from the employer or hall in seven days, even if "
        "the answer is no. Waiting without a word is what makes people give up their trade.",
        text_es="Quien terminó una clase y dijo que sí debe recibir respuesta del empleador o sindicato en siete días, "
        "aunque la respuesta sea no. Esperar sin saber nada hace que la gente abandone su oficio.",
        addressee_kind=Recommendation.Addressee.PARTNERSHIP,
        owner=staff.cast["willa"],
        state=Recommendation.State.IN_PROGRESS,
        proposed_on=adopted - timedelta(days=30),
        adopted_on=adopted,
        sent_on=adopted + timedelta(days=3),
        answered_on=adopted + timedelta(days=21),
        accepted_on=adopted + timedelta(days=21),
        started_on=adopted + timedelta(days=40),
        answer="Accepted. Reminders go out on the third and seventh day, and each employer sees its own answer times.",
        answer_language="en",
        answer_translated="Aceptada. Los recordatorios salen al tercer y al séptimo día, y cada empleador ve sus "
        "propios tiempos de respuesta.",
        indicator="answered-in-7-days",
        **common,
    )
    answers.themes.set(themes[1:])
    for title_en, title_es, days, done in (
        ("Show answer times on every board", "Mostrar los tiempos de respuesta en cada tablero", -120, True),
        ("Ask three employers why they answer late", "Preguntar a tres empleadores por qué responden tarde", 6, False),
    ):
        due = today + timedelta(days=days)
        ActionStep.objects.create(
            public_id=ground.number(), recommendation=answers, title_en=title_en, title_es=title_es, due_on=due,
            assignee=staff.cast["willa"], done_on=due if done else None,
        )  # fmt: skip
    for step, days in (("proposed", -30), ("adopt", 0), ("send", 3), ("answer", 21), ("accept", 21), ("start", 40)):
        day = adopted + timedelta(days=days)
        ground.happened(f"recommendation.{step}", answers, at=ground.moment(day), by=staff.cast["willa"])
    buses = Recommendation.objects.create(
        public_id=ground.number(),
        title_en="A bus after the second shift",
        title_es="Un autobús después del segundo turno",
        text_en="Let the last bus wait for the end of the second shift on weekdays.",
        text_es="Que el último autobús espere el fin del segundo turno entre semana.",
        addressee_kind=Recommendation.Addressee.AGENCY,
        addressee="Inland Transit (example)",
        state=Recommendation.State.SENT,
        proposed_on=today - timedelta(days=60),
        adopted_on=today - timedelta(days=35),
        sent_on=today - timedelta(days=30),
        **common,
    )
    buses.themes.set(themes[:1])


def _papers(ground, council, owner) -> list[Resource]:
    found = []
    for title_en, title_es, summary_en, summary_es, audience, tags, days, words_en, words_es in PAPERS:
        paper = Resource.objects.create(
            public_id=ground.number(), council=council, title_en=title_en, title_es=title_es, summary_en=summary_en,
            summary_es=summary_es, audience=audience, tags=list(tags), tag_words=" ".join(tags), owner=owner,
            review_on=ground.today + timedelta(days=days), changed_on=ground.today - timedelta(days=15),
            body_en=words_en, body_es=words_es, is_example=True,
        )  # fmt: skip
        for language, title, words in (("en", title_en, words_en), ("es", title_es, words_es)):
            if words:
                file = files.look(f"{title}.txt", words.encode())
                paper.versions.create(
                    public_id=ground.number(), language=language, number=1, file_name=file.name,
                    content_type=file.content_type, size=len(file.content), is_searched=True, content=file.content,
                    sha256=file.sha256, added_by=owner, added_at=ground.at - timedelta(days=15),
                )  # fmt: skip
        found.append(paper)
    return found


def _initiative(ground, council, papers) -> None:
    first = months_on(ground.today.replace(day=1), -8)
    last = months_on(first, 18) - timedelta(days=1)
    whole = Initiative.objects.create(
        public_id=ground.number(), council=council, name_en="Fair ways into work", name_es="Caminos justos al trabajo",
        summary_en="Eighteen months from first talks to recommendations that an agency can act on.",
        summary_es="Dieciocho meses, de las primeras pláticas a recomendaciones que una agencia puede aplicar.",
        starts_on=first, ends_on=last, is_public=True, is_example=True,
    )  # fmt: skip
    for start, months, name_en, name_es, marks in (
        (0, 8, "Find each other and plan", "Encontrarse y planear", [
            ("milestone", "The council has met twice", "El consejo se reunió dos veces", 4, True, None),
            ("deliverable", "Plan of the work", "Plan del trabajo", 7, True, None),
        ]),
        (8, 6, "Listen and learn", "Escuchar y aprender", [
            ("deliverable", "Paper on buses at night", "Documento sobre autobuses de noche", 9, False, papers[0]),
            ("milestone", "Twenty talks with workers", "Veinte pláticas con trabajadores", 12, False, None),
        ]),
        (14, 4, "Recommend and share", "Recomendar y compartir", [
            ("deliverable", "Recommendations to the agency", "Recomendaciones a la agencia", 16, False, None),
        ]),
    ):  # fmt: skip
        phase = Phase.objects.create(
            public_id=ground.number(), initiative=whole, name_en=name_en, name_es=name_es,
            starts_on=months_on(first, start), ends_on=months_on(first, start + months) - timedelta(days=1),
        )  # fmt: skip
        for kind, mark_en, mark_es, month, done, paper in marks:
            due = months_on(first, month)
            Milestone.objects.create(
                public_id=ground.number(), phase=phase, kind=kind, name_en=mark_en, name_es=mark_es, due_on=due,
                done_on=due if done else None, resource=paper,
            )  # fmt: skip
