"""The hires sheet: who was hired where. It makes no person known: whoever is not here, or not theirs, is left out."""

from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts import consents, seeking
from accounts.models import Organization, TraineeProfile, User
from accounts.policies import Denied
from accounts.speech import day, dollars
from imports import effects
from imports.kinds import SheetKind
from imports.mapping import Column, Parsed
from imports.models import Row
from imports.problems import Bad, Problem, say
from imports.values import contacts, dates, money, places, text, words
from ledger.log import record
from programs.models import Certification, Enrollment
from programs.sheets.names import Organizations

from ..models import Referral
from . import actions
from .models import Placement
from .taking import Terms

say(
    hire_nobody=_(
        "We know nobody by this email, phone or number whom you trained, who said yes to you, or who shares their "
        "record. Bring them in with a sheet of completers first."
    ),
    hire_whom=_("Say who it is: an email, a phone, or your own number for them."),
    hire_several=_("The email, phone and number are of different people. Look at them again."),
    hire_known=_("This hire is written down already."),
    hire_own=_("An employer’s or hall’s sheet has its own hires only."),
    hire_future=_("“%(value)s” is more than a year away. Look at the year."),
    hire_past=_("“%(value)s” is more than three years ago. Write down later jobs only."),
    hire_waits=_("They said yes to an opening there; its people are asked to confirm this as that hire."),
    hire_end_before=_("The last day is before the first."),
    hire_end_why=_("The job ended and no reason is given, so “Another reason” is kept."),
)

_REASONS = words.spelled({
    Placement.End.OVER: "over|finished|work finished|project finished|completed|termino|terminado",
    Placement.End.LAID_OFF: "laid off|layoff|lay off|reduction in force|despido|recorte",
    Placement.End.BETTER: "better|another job|other job|school|otro empleo|escuela",
    Placement.End.PAY: "pay|low pay|pago|salario",
    Placement.End.HOURS: "hours|schedule|horario",
    Placement.End.CARE: "care|childcare|family|cuidado|familia",
    Placement.End.WAY: "transport|transportation|no transport|transporte",
    Placement.End.HEALTH: "health|injury|safety|salud|lesion",
    Placement.End.LET_GO: "let go|terminated|fired|dismissed|despedido",
    Placement.End.NEVER: "never began|never started|no show|nunca empezo",
    Placement.End.OTHER: "other|another reason|otra|otro",
})  # fmt: skip

COLUMNS = [
    Column("email", _("Email"), (
        "e-mail", "email address", "participant email", "correo", "correo electronico", "student email",
        "correo de contacto", "correo personal",
    ), contacts.email),
    Column("phone", _("Phone"), (
        "phone number", "cell", "cell phone", "mobile", "telefono", "celular", "telephone", "mobile phone",
        "cell phone number", "numero de telefono", "telefono celular", "movil", "cel",
    ), contacts.phone),
    Column("provider_ref", _("Your number for them"), (
        "student id", "sis id", "participant id", "matricula", "student number", "client id", "id del estudiante",
        "numero de estudiante", "numero de participante",
    ), text.line, limit=60, help=_("a training provider's own number")),
    Column("employer", _("Employer"), (
        "employer name", "company", "hired by", "contractor", "place of work", "empleador", "empresa",
        "contratado por", "name of employer", "hiring company", "company name", "nombre del empleador",
        "nombre de la empresa", "compania", "patron", "contratista", "lugar de trabajo",
    ), limit=120, needed=True),
    Column("starts_on", _("First day"), (
        "start date", "hire date", "hired on", "date hired", "date of hire", "employment start", "started",
        "placement date", "fecha de contratacion", "fecha de inicio", "primer dia", "first day of work",
        "employment start date", "job start date", "contratado el", "contratada el", "fecha de ingreso",
        "fecha de alta", "empezo el", "empezo", "inicio",
    ), dates.parse, is_date=True, needed=True),
    Column("title", _("Work"), (
        "job title", "position", "occupation", "job", "trabajo", "puesto", "position title", "job name", "ocupacion",
        "cargo", "oficio", "nombre del puesto",
    ), text.line, limit=120),
    Column("wage", _("Pay"), (
        "wage", "hourly wage", "starting wage", "wage at placement", "salary", "rate", "pago", "salario", "sueldo",
        "hourly rate", "pay rate", "pay", "pago por hora", "salario por hora", "sueldo por hora", "salario inicial",
        "tarifa", "paga",
    ), text.line, help=_("for example 24.50")),
    Column("pay_period", _("Pay period"), (
        "pay frequency", "per", "wage unit", "periodo", "periodo de pago", "pay period", "unidad de pago",
        "forma de pago",
    ), money.period, help=_("hour, day, week, month or year")),
    Column("hours", _("Hours a week"), (
        "hours", "weekly hours", "hours per week", "horas", "horas por semana", "hours weekly", "hours week",
        "horas a la semana", "horas semanales",
    ), lambda said: words.whole(said, 1, 100), soft=True),
    Column("union", _("Union local"), (
        "union", "local", "sindicato", "sindicato local",
    ), text.line, limit=120, soft=True),
    Column("work_zip", _("ZIP code of the work"), (
        "work zip", "zip", "zip code", "codigo postal", "zip of work", "codigo postal del trabajo", "cp",
    ), places.zip_code, soft=True),
    Column("ended_on", _("Last day"), (
        "end date", "separation date", "ended", "termination date", "ultimo dia", "fecha de salida",
        "last day of work", "date ended", "fecha de terminacion", "fecha de termino", "fecha final", "fecha de baja",
        "termino el", "salio el",
    ), dates.parse, is_date=True, soft=True),
    Column("reason", _("Why it ended"), (
        "end reason", "reason for leaving", "separation reason", "razon", "motivo", "reason", "why", "causa",
        "motivo de salida", "razon de salida", "por que termino",
    ), lambda said: words.choice(said, _REASONS), soft=True),
]  # fmt: skip


@dataclass
class Plan:
    """What one row will do."""

    trainee: TraineeProfile
    terms: Terms
    side: str
    ended_on: object = None
    reason: str = ""


class HiresSheet(SheetKind):
    key = "hires"
    label = _("Hires")
    lead = _("One line for each person who was hired, here or elsewhere. The person is told, and reads what you wrote.")
    organization_kinds = frozenset(Organization.HIRES | Organization.TRAINS)
    organization_needed = False
    columns = COLUMNS
    examples = [
        {
            "email": "ana@example.org", "phone": "", "provider_ref": "", "employer": "Example Fabrication",
            "starts_on": "2026-04-20", "title": "Welder", "wage": "24.50", "pay_period": "hour", "hours": "40",
            "union": "", "work_zip": "92376", "ended_on": "", "reason": "",
        },
    ]  # fmt: skip

    def plan(self, rows: list[Parsed], context) -> list[Problem]:
        people = _People(rows, context)
        employers = Organizations(Organization.objects.filter(kind__in=Organization.HIRES).order_by("pk"))
        trainees = people.everybody()
        current = _current(trainees)
        waits = set(
            Referral.objects.open().filter(trainee__in=trainees).values_list("trainee_id", "opening__organization_id")
        )
        side = _side(context)
        for row in rows:
            trainee = people.who(row)
            employer = employers.find(row.employer) if row.employer else None
            pay = _pay(row)
            _look_at_days(row, context)
            if side == Placement.Side.EMPLOYER and row.employer and employer != context.organization:
                row.refuse("hire_own", "employer")
            if row.refused or trainee is None:
                continue
            # The name our own record has, so that however it is written it is one employer.
            name = employer.name if employer else row.employer
            key = (trainee.pk, employer.pk if employer else name.casefold())
            if key in current and not row.ended_on:
                row.outcome = Row.Outcome.SAME
                row.remark("hire_known")
                continue
            if key in current:
                row.refuse("hire_known")
                continue
            current.add(key)
            if employer and (trainee.pk, employer.pk) in waits:
                row.remark("hire_waits", "employer")
            terms = Terms(
                row.starts_on, pay, Placement.Unit.HOUR if pay else "", row.hours, row.union or "",
                employer_name=name, title=row.title or "", work_zip=row.work_zip or "",
            )  # fmt: skip
            row.plan = Plan(trainee, terms, side, row.ended_on, row.reason or Placement.End.OTHER)
            row.outcome = Row.Outcome.NEW
            row.shown = [
                (_t("Person"), trainee.user.full_name),
                (_t("Employer"), name),
                (_t("First day"), day(row.starts_on)),
                (_t("Pay"), dollars(pay)),
                (_t("Last day"), day(row.ended_on) if row.ended_on else ""),
            ]
        return []

    def apply(self, row: Parsed, context) -> list[dict]:
        plan: Plan = row.plan
        made = actions.declare_row(
            plan.trainee, terms=plan.terms, by=context.by, at=context.at, side=plan.side, acting=context.organization
        )
        if plan.ended_on:
            made = actions.end_row(
                made, reason=plan.reason, ended_on=plan.ended_on, side=plan.side, by=context.by, at=context.at
            )
        return [effects.made(made, "state", "starts_on", "ended_on", "wage_cents", "referral")]

    def going(self, label: str, things: list, context) -> None:
        if label != "placements.placement":
            return
        for placement in things:
            record(
                "placement.withdrawn", placement, by=context.by, at=context.at, organization=context.organization,
                trainee=placement.trainee_id,
            )  # fmt: skip
            left = (
                Placement.objects.current().filter(trainee=placement.trainee_id).exclude(pk__in=[t.pk for t in things])
            )
            if not left.exists():
                seeking.look(placement.trainee, by=context.by, at=context.at)


class _People:
    """Whom the rows are about, among those of whom the reader may write down hires; a handful of questions for all."""

    def __init__(self, rows: list[Parsed], context):
        emails = {row.email for row in rows if row.email}
        phones = {row.phone for row in rows if row.phone}
        refs = {row.provider_ref for row in rows if row.provider_ref}
        proven = EmailAddress.objects.filter(email__in=emails, verified=True)
        users = dict(proven.values_list("email", "user_id"))
        by_phone = User.objects.filter(phone__in=phones, phone_verified_at__isnull=False)
        numbers = dict(by_phone.values_list("phone", "pk"))
        own = Enrollment.objects.filter(provider=context.organization, provider_ref__in=refs).order_by("pk")
        self.by_ref = dict(own.values_list("provider_ref", "trainee_id")) if context.organization else {}
        found = TraineeProfile.objects.select_related("user").filter(user__is_active=True)
        wanted = found.filter(user__in=[*users.values(), *numbers.values()]) | found.filter(pk__in=self.by_ref.values())
        allowed = {trainee.pk: trainee for trainee in wanted.filter(pk__in=_theirs(context)).distinct()}
        of_user = {trainee.user_id: trainee for trainee in allowed.values()}
        self.allowed = allowed
        self.by_email = {email: of_user[pk] for email, pk in users.items() if pk in of_user}
        self.by_phone = {phone: of_user[pk] for phone, pk in numbers.items() if pk in of_user}

    def everybody(self) -> list[int]:
        return list(self.allowed)

    def who(self, row: Parsed) -> TraineeProfile | None:
        """The person, or a problem in the row."""
        if not (row.email or row.phone or row.provider_ref):
            if not row.refused:
                row.refuse("hire_whom", "email")
            return None
        found = {
            trainee.pk: trainee
            for trainee in (
                self.by_email.get(row.email),
                self.by_phone.get(row.phone),
                self.allowed.get(self.by_ref.get(row.provider_ref)),
            )
            if trainee
        }
        if len(found) == 1:
            return next(iter(found.values()))
        row.refuse("hire_several" if found else "hire_nobody", "email" if row.email else "phone")
        return None


def _theirs(context):
    """The trainees of whom this sheet may speak, as numbers for a subquery."""
    organization = context.organization
    if organization is None:
        # Those whom this coordinator sees; the operator at the command line is nobody's.
        return TraineeProfile.objects.filter(user__in=consents.sharing_record(context.by)).values("pk")
    trained = TraineeProfile.objects.filter(
        pk__in=Enrollment.objects.filter(provider=organization).values("trainee")
    ) | TraineeProfile.objects.filter(
        pk__in=Certification.objects.taught().filter(provider=organization).values("trainee")
    )
    if organization.kind in Organization.TRAINS and organization.kind not in Organization.HIRES:
        return trained.values("pk")
    yes = Referral.objects.shown().with_consents().filter(opening__organization=organization)
    return yes.filter(shares_contact=True).order_by().values("trainee")


def _side(context) -> str:
    if context.organization is None:
        return Placement.Side.COORDINATOR
    hires = context.organization.kind in Organization.HIRES
    return Placement.Side.EMPLOYER if hires else Placement.Side.PROVIDER


def _current(trainees: list[int]) -> set[tuple]:
    rows = Placement.objects.current().filter(trainee__in=trainees)
    return {
        (trainee, employer or name.casefold())
        for trainee, employer, name in rows.values_list("trainee_id", "employer_id", "employer_name")
    }


def _pay(row: Parsed) -> int | None:
    """Cents an hour."""
    if not row.wage:
        return None
    try:
        figures, said = money.amounts(row.wage)
        found = money.hourly(figures[0], None, row.pay_period or said)
    except Bad as bad:
        row.refuse(bad.code, "wage", **bad.params)
        return None
    return found.low if found else None


def _look_at_days(row: Parsed, context) -> None:
    if row.starts_on:
        try:
            actions.sensible(Terms(row.starts_on), today=context.today)
        except Denied:
            row.refuse("hire_future" if row.starts_on > context.today else "hire_past", "starts_on")
    if row.starts_on and row.ended_on:
        if row.ended_on < row.starts_on:
            row.refuse("hire_end_before", "ended_on")
        elif row.ended_on > context.today:
            row.refuse("hire_future", "ended_on")
        elif not row.reason:
            row.remark("hire_end_why", "reason")
