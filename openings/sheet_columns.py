"""The columns of an openings sheet, by the names that job systems, unions and public lists give them."""

from django.utils.translation import gettext_lazy as _

from accounts.models.people import License
from imports.mapping import Column
from imports.values import dates, money, places, text, words
from programs.sheets.completers_words import read_languages, read_license, read_shifts

from .models import Opening

_KINDS = words.spelled({
    Opening.Kind.JOB: "job|full time|part time|position|permanent|temporary|regular|trabajo|empleo",
    Opening.Kind.INTAKE: "intake|apprenticeship|apprenticeship intake|apprentice|aprendizaje|ingreso",
    Opening.Kind.DISPATCH: "dispatch|dispatch call|call|hall call|despacho",
})  # fmt: skip
_ORDERS = words.spelled({
    Opening.OrderRule.WAITING: "waiting|longest waiting",
    Opening.OrderRule.RANKED: "ranked|ranked list|ranking",
    Opening.OrderRule.FIFO: "fifo|first in first out|first come|registration|out of work list",
    Opening.OrderRule.LOTTERY: "lottery|draw|sorteo",
})  # fmt: skip


def _license(said: str) -> str:
    found = read_license(said)
    return "" if found == License.NONE else found


COLUMNS = [
    Column("external_id", _("Number"), (
        "job id", "jobid", "job number", "requisition id", "requisition number", "requisition", "req id",
        "req number", "posting id", "posting number", "vacancy id", "opening id", "reference", "reference number",
        "order number", "dispatch number", "call number", "job order", "job order number", "call", "position id",
        "job control", "id", "numero", "numero de vacante", "job no", "requisition no", "folio", "id de vacante",
        "numero de plaza", "numero de puesto", "numero de llamado",
    ), limit=80, help=_("your number for it; it recognizes the opening next time")),
    Column("employer", _("Employer or union"), (
        "employer", "agency", "company", "company name", "employer name", "organization", "union", "local", "sponsor",
        "contractor", "hiring organization", "department", "organization name", "hiring agency", "department name",
        "business name", "empleador", "empresa", "sindicato", "hiring company", "name of employer", "patron",
        "compania", "contratista", "organizacion", "nombre del empleador", "nombre de la empresa",
        "empleador o sindicato", "sindicato local",
    )),
    Column("title", _("Title"), (
        "business title", "job title", "position title", "position", "title", "posting title", "opening", "job",
        "job name", "vacancy", "role", "working title", "posicion", "titulo", "puesto", "titulo del puesto",
        "vacante", "cargo", "classification", "nombre del puesto", "nombre de la vacante", "nombre del trabajo",
        "trabajo",
    ), needed=True),
    Column("other_title", _("Official title"), (
        "civil service title", "classification", "class title", "official title",
    )),
    Column("kind", _("Kind"), (
        "kind", "opening type", "type of opening", "tipo", "kind of opening", "employment type", "job type",
        "tipo de vacante", "tipo de empleo", "clase de vacante",
    ), lambda said: words.choice(said, _KINDS), soft=True, help=_("job, apprenticeship or dispatch")),
    Column("occupation", _("Trade"), (
        "trade", "occupation", "soc", "soc code", "onet code", "craft", "oficio", "ocupacion", "oficio o puesto",
    )),
    Column("zip", _("ZIP code"), (
        "zip", "zip code", "zipcode", "postal code", "work zip", "job zip", "location zip", "worksite zip",
        "codigo postal", "zip code of work", "codigo postal del trabajo", "codigo postal del lugar", "cp",
    ), places.zip_code, help=_("of the place of work")),
    Column("place", _("Place"), (
        "work location", "location", "job location", "worksite", "work site", "place", "address", "work address",
        "jobsite", "site", "position location", "report to", "lugar", "ubicacion", "lugar de trabajo", "direccion",
        "domicilio", "sitio", "sitio de trabajo", "direccion del trabajo",
    )),
    Column("city", _("City"), (
        "city", "job city", "work city", "ciudad", "ciudad del trabajo", "ciudad de trabajo",
    )),
    Column("unit", _("Unit"), ("division/work unit", "division", "work unit", "unit", "team")),
    Column("seats", _("How many people"), (
        "seats", "number of openings", "openings", "number of positions", "# of positions", "positions", "# men",
        "men", "workers needed", "vacancies", "headcount", "number needed", "how many", "quantity", "plazas",
        "vacantes", "cupos", "no of openings", "no of positions", "cuantas personas", "numero de vacantes",
        "numero de plazas", "numero de puestos", "puestos", "lugares", "trabajadores",
    ), lambda said: words.whole(said, 1, 5000)),
    Column("wage_from", _("Pay from"), (
        "salary range from", "wage from", "minimum salary", "salary min", "min salary", "pay from", "minimum pay",
        "wage min", "min wage", "minimum wage", "salary from", "pay min", "min pay", "starting pay", "starting wage",
        "pay range from", "pago desde", "salario minimo", "sueldo desde", "pago minimo", "paga minima",
        "sueldo minimo", "pago de", "salario desde",
    ), text.line),
    Column("wage_to", _("Pay to"), (
        "salary range to", "wage to", "maximum salary", "salary max", "max salary", "pay to", "maximum pay",
        "wage max", "max wage", "salary to", "pay max", "max pay", "pay range to", "pago hasta", "salario maximo",
        "sueldo hasta", "pago maximo", "paga maxima", "sueldo maximo", "salario hasta",
    ), text.line),
    Column("wage", _("Pay"), (
        "pay", "wage", "salary", "pay rate", "hourly rate", "hourly wage", "rate", "scale", "rate of pay",
        "compensation", "salary range", "pay range", "wage range", "pago", "salario", "sueldo", "pago por hora",
        "salario por hora", "sueldo por hora", "paga", "tarifa", "tarifa por hora",
    ), text.line, help=_("for example 24.50, or 24.50 - 31.00")),
    Column("pay_period", _("Pay period"), (
        "salary frequency", "pay frequency", "frequency", "pay period", "salary type", "pay type", "pay basis", "per",
        "rate type", "wage period", "rate interval code", "wage unit", "salary unit", "salary period", "unit of pay",
        "periodo", "periodo de pago", "frecuencia", "periodo del pago", "forma de pago", "cada cuanto se paga",
        "unidad de pago",
    ), money.period, help=_("hour, day, week, month or year")),
    Column("benefits", _("Benefits"), (
        "benefits", "benefit package", "perks", "prestaciones", "beneficios", "beneficios y prestaciones",
    )),
    Column("shifts", _("Shifts"), (
        "shift", "shifts", "work shift", "schedule", "hours/shift", "turno", "turnos", "horario", "jornada",
    ), read_shifts, soft=True),
    Column("license", _("Driver's license"), (
        "license", "drivers license", "driver's license required", "driver license", "licencia",
        "licencia de conducir", "licencia de manejo",
    ), _license, soft=True),
    Column("languages", _("Languages needed"), (
        "languages", "language", "languages required", "idiomas", "idioma", "idiomas requeridos",
        "idiomas necesarios",
    ), read_languages, soft=True),
    Column("required", _("Certificates required"), (
        "required", "required certificates", "required credentials", "required certifications",
        "certifications required", "certs required", "certs reqd", "certs", "certificates", "credentials",
        "certifications", "certificados requeridos", "certificados", "certificaciones", "certificaciones requeridas",
        "certificados necesarios", "certificados que se piden", "credenciales requeridas",
    )),
    Column("any_of", _("One of these certificates"), (
        "any of", "one of", "one of these", "uno de estos", "uno de estos certificados", "cualquiera de estos",
    )),
    Column("preferred", _("Certificates preferred"), (
        "preferred", "preferred certificates", "preferred credentials", "preferred certifications",
        "certificados preferidos", "certificaciones preferidas", "certificados deseados", "certificados deseables",
    )),
    Column("description", _("Description"), (
        "job description", "description", "duties", "responsibilities", "summary", "job summary", "details",
        "what the work is", "descripcion", "descripcion del puesto", "tareas", "funciones", "responsabilidades",
        "detalles", "resumen", "descripcion del trabajo",
    ), text.lines),
    Column("needs", _("Needed"), (
        "minimum qual requirements", "minimum qualifications", "qualifications", "qualification summary",
        "requirements", "minimum requirements", "required qualifications", "requisitos", "requisitos minimos",
        "se necesita", "experiencia requerida",
    ), text.lines),
    Column("wishes", _("Wished for"), (
        "preferred skills", "preferred qualifications", "desired skills", "deseable", "habilidades deseadas",
        "experiencia deseable",
    ), text.lines),
    Column("title_es", _("Title in Spanish"), ("title es", "spanish title", "titulo en espanol")),
    Column("description_es", _("Description in Spanish"), ("description es", "descripcion en espanol"), text.lines),
    Column("opens_on", _("Open from"), (
        "posting date", "posted", "posted on", "date posted", "publish date", "post date", "open date", "opens",
        "opens on", "open from", "start accepting", "opening date", "fecha de publicacion", "abre",
        "fecha de apertura", "publicado", "publicado el", "publicada el", "abierta desde", "abre el",
    ), dates.parse, soft=True, is_date=True),
    Column("closes_on", _("Open until"), (
        "post until", "closing date", "close date", "closes", "closes on", "open until", "deadline",
        "application deadline", "final filing date", "expires", "expiration date", "cierra", "fecha limite",
        "fecha de cierre", "last day to apply", "apply by", "ultimo dia", "ultimo dia para solicitar",
        "fecha de vencimiento", "abierta hasta", "cierra el", "vence",
    ), dates.closing, soft=True, is_date=True),
    Column("starts_on", _("Work starts"), (
        "start date", "starts", "starts on", "work starts", "report date", "inicio", "job start date",
        "fecha de inicio", "empieza", "empieza el", "inicia", "inicio del trabajo",
    ), dates.parse, soft=True, is_date=True),
    Column("posting_type", _("Announced"), ("posting type", "announcement type", "internal external")),
    Column("publish", _("Publish"), ("publish", "published", "show", "publicar"), words.yes_no),
    Column("order_rule", _("Order of people"), ("order rule", "order", "order of people", "selection"),
           lambda said: words.choice(said, _ORDERS), soft=True),
    Column("source", _("Source"), (
        "source", "url", "link", "posting url", "position uri", "fuente", "enlace", "liga",
    )),
]  # fmt: skip

EXAMPLES = [
    {
        "external_id": "J-100", "employer": "Example Fabrication", "title": "Welder, structural steel", "kind": "job",
        "occupation": "welder", "zip": "92376", "seats": "3", "wage_from": "24.50", "wage_to": "31.00",
        "pay_period": "hour",
        "benefits": "health plan, paid leave", "shifts": "day", "license": "", "languages": "",
        "required": "Certified Welder; OSHA 10", "preferred": "", "description": "Weld frames for warehouse racks.",
        "opens_on": "2026-03-01", "closes_on": "2026-04-15", "starts_on": "2026-04-20", "publish": "no",
    },
    {
        "external_id": "D-7", "employer": "Example Workers Local 99", "title": "Concrete crew", "kind": "dispatch",
        "occupation": "construction laborer", "zip": "92408", "seats": "5", "wage_from": "264.80", "pay_period": "day",
        "required": "OSHA 10", "order_rule": "fifo", "publish": "no",
    },
]  # fmt: skip
