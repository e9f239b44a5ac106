"""Two example councils with their seats, some of them vacant, and their next meetings."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from councils.models import Council, Meeting, Seat, Term

from .organizations import Staff

COUNCILS = [
    {
        "name_en": "Workers Advisory Council (example)",
        "name_es": "Consejo Asesor de Trabajadores (ejemplo)",
        "purpose_en": "Workers who trained and looked for work here say what helped, what stood in the way, and what "
        "should change first. It meets every two months, in English and Spanish.",
        "purpose_es": "Trabajadores que se capacitaron y buscaron empleo aquí dicen qué ayudó, qué estorbó y qué debe "
        "cambiar primero. Se reúne cada dos meses, en inglés y español.",
        # The constituency and who holds the seat: a key of the cast or of an organization's contact; "" is vacant.
        "seats": [
            *(("worker", "willa"), ("worker", "ana"), ("worker", ""), ("worker", "")),
            *(("community", "acorns"), ("education", "trades"), ("union", "local1290")),
        ],
        "meetings": [
            (
                9,
                "Fontana, Inland Trades Training Center, room 4",
                "What happened after the certificate: six stories. Childcare during night shifts. Next steps.",
                "Qué pasó después del certificado: seis historias. Cuidado de niños en turnos de noche. Lo que sigue.",
            ),
            (72, "Fresno, Valley Skills Institute, library", "", ""),
        ],
    },
    {
        "name_en": "Manufacturing Unions Council (example)",
        "name_es": "Consejo de Sindicatos de Manufactura (ejemplo)",
        "purpose_en": "Unions in manufacturing compare what their members and employers need, and work with industry "
        "associations and government on one technician apprenticeship for the valley.",
        "purpose_es": "Los sindicatos de manufactura comparan lo que necesitan sus miembros y empleadores, y trabajan "
        "con asociaciones de la industria y el gobierno en un solo aprendizaje de técnico para el valle.",
        "seats": [
            *(("union", "local771"), ("union", "local2160"), ("union", "")),
            *(("employer", "railcar"), ("employer", ""), ("education", "valley"), ("board", "")),
        ],
        "meetings": [
            (
                23,
                "Stockton, apprenticeship committee hall",
                "Plants that will take technician apprentices this year. Which credentials count.",
                "Plantas que recibirán aprendices de técnico este año. Qué credenciales cuentan.",
            ),
        ],
    },
]


def plant(ground, staff: Staff) -> int:
    """Make the councils; return how many seats they have."""
    people = {**staff.contacts, **staff.cast}
    total = 0
    for row in COUNCILS:
        names = {name: row[name] for name in ("name_en", "name_es", "purpose_en", "purpose_es")}
        council = Council.objects.create(public_id=ground.number(), is_example=True, **names)
        ends = date(ground.today.year + 1, 12, 31)
        for constituency, key in row["seats"]:
            seat = Seat.objects.create(public_id=ground.number(), council=council, constituency=constituency)
            if key:
                Term.objects.create(
                    public_id=ground.number(), seat=seat, user=people[key], starts_on=ground.today, ends_on=ends
                )
        for days, place, agenda_en, agenda_es in row["meetings"]:
            meeting = Meeting.objects.create(
                public_id=ground.number(),
                council=council,
                starts_at=_evening(ground.today + timedelta(days=days)),
                place=place,
            )
            if agenda_en:
                meeting.items.create(public_id=ground.number(), title_en=agenda_en, title_es=agenda_es)
        total += len(row["seats"])
    return total


def _evening(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(17, 30)))
