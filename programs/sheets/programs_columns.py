"""The columns of a programs sheet, by the names that state lists, coalitions and providers give them."""

from django.utils.translation import gettext_lazy as _

from imports.mapping import Column
from imports.values import dates, places, text, words

# Longest text of each field; longer ones are shortened and noted.
LIMITS = {
    "name": 250, "name_es": 250, "partner": 250, "sector": 200, "city": 120, "county": 120, "region": 120,
    "length": 200,
    "hours_classroom": 200, "hours_job": 200, "cost": 300, "pay": 300, "certificates": 400, "as_of": 40, "source": 500,
}  # fmt: skip


def _cost(said: str) -> str:
    """ "4430" -> "$4,430"; words stay words."""
    bare = said.strip().lstrip("$").replace(",", "").removesuffix(".00").removesuffix(".0")
    if not bare.isdecimal() or len(bare) > 18:
        return text.line(said)
    return "" if bare == "0" else f"${int(bare):,}"


def _state(said: str) -> str:
    return places.state(said) or text.line(said)[:2].upper()


def _nothing(said: str) -> str:
    """Text, with the words that say "nothing" taken as nothing."""
    found = text.lines(said)
    return "" if text.plain(found) in {"none", "n a", "na", "null", "nan", "not applicable", "ninguno"} else found


COLUMNS = [
    Column("name", _("Program"), (
        "program name", "program title", "officialname", "official name", "program official name", "course name",
        "course title", "training program", "training program name", "program of study", "title",
        "apprenticeship program", "nombre del programa", "programa", "nombre", "name", "occupation",
        "occupation title", "trade", "nombre del curso", "titulo del programa", "titulo del curso", "curso",
    ), needed=True, help=_("the name people know it by")),
    Column("provider", _("Training provider"), (
        "provider", "provider name", "training provider name", "eligible training provider", "institution",
        "institution name", "school", "school name", "organization", "organization name", "college", "sponsor",
        "sponsor name", "agency", "training institution", "etp name", "name of provider", "provider official name",
        "proveedor", "institucion", "escuela", "organizacion", "name", "standardized name 1", "nombre del proveedor",
        "proveedor de capacitacion", "nombre de la escuela", "centro de capacitacion",
    )),
    Column("external_id", _("Program number"), (
        "program id", "programid", "program number", "program code", "etpl id", "etpl program id", "course id",
        "course number", "course code", "program twist id", "state program id", "uniqueid", "record id", "id",
        "numero del programa", "numero de programa", "id del programa", "clave del programa", "codigo del programa",
    ), limit=80, help=_("your number for it; it recognizes the program next time")),
    Column("provider_number", _("Provider number"), (
        "provider id", "providerid", "provider code", "institution id", "school id", "etp id",
    ), limit=60),
    Column("program_type", _("Kind of program"), (
        "program type", "type of program", "kind", "program format", "type", "type of training", "training type",
        "tipo de programa", "tipo", "clase de programa", "tipo de capacitacion",
    )),
    Column("partner", _("Union or apprenticeship committee"), (
        "union or jatc", "union", "jatc", "partner", "union partner", "apprenticeship committee", "sindicato",
        "sindicato o comite", "sindicato local", "comite de aprendizaje",
    )),
    Column("sector", _("Trade or sector"), (
        "trade or sector", "trade", "sector", "industry", "industry sector", "occupation", "occupation title",
        "soc title", "cip title", "cip description", "career cluster", "field", "career pathway", "oficio",
        "industria", "oficio o sector", "sector industrial", "ramo", "area",
    )),
    Column("soc", _("Occupation code"), ("soc", "soc code", "soc code 1", "soc code1", "onet code", "o*net code",
        "onet soc code", "soc codes")),
    Column("cip", _("CIP code"), ("cip", "cipcode", "cip code", "program cip code", "program cip", "cip number")),
    Column("city", _("City"), (
        "city", "program city", "provider city", "training city", "location city", "campus city", "ciudad",
        "location", "ciudad del programa", "municipio",
    )),
    Column("county", _("County"), ("county", "program county", "provider county", "condado")),
    Column("state", _("State"), ("state", "program state", "provider state", "st", "estado"), _state),
    Column("zip", _("ZIP code"), (
        "zip", "zipcode", "zip code", "postal code", "program zip", "provider zip", "training zip", "campus zip",
        "location zip", "codigo postal", "cp", "codigo postal del programa",
    ), places.zip_code, soft=True),
    Column("address", _("Address"), (
        "full address", "location address", "program address", "direccion", "address", "street address", "domicilio",
        "direccion del programa",
    )),
    Column("region", _("Region"), (
        "region", "workforce region", "service area", "area served", "zona", "region de trabajo",
    )),
    Column("length", _("How long"), (
        "length", "duration", "program length", "length of program", "length of training", "weeks",
        "program duration", "duracion", "duracion del programa", "duracion del curso", "semanas", "cuanto dura",
    )),
    Column("hours", _("Total hours"), (
        "total clock hours", "totalclockhours", "clock hours", "total hours", "hours", "contact hours",
        "program hours", "total contact hours", "training hours", "horas", "horas totales", "total de horas",
        "horas del programa",
    ), lambda said: "" if said.strip() in {"0", "0.0"} else text.line(said).removesuffix(".0")),
    Column("hours_classroom", _("Hours in class"), (
        "hours classroom", "classroom hours", "related instruction hours", "rsi hours", "lecture hours",
        "horas de clase", "horas en clase", "horas de salon",
    )),
    Column("hours_job", _("Hours on the job"), (
        "hours ojt", "ojt hours", "ojl hours", "on the job hours", "on the job learning hours", "hours on the job",
        "horas de trabajo", "horas en el trabajo", "horas de practica",
    )),
    Column("cost", _("Cost to the participant"), (
        "cost to participant", "cost", "total cost", "totalcost", "program cost", "total program cost",
        "cost to student", "tuition and fees", "in state tuition", "tuition", "costo", "precio", "costo total",
        "costo del programa", "costo para el participante", "colegiatura", "cuota",
    ), _cost),
    Column("pay", _("Pay while training"), (
        "stipend or wage", "stipend", "wage", "pay", "starting wage", "pago", "beca", "estipendio",
        "pago durante la capacitacion", "salario",
    )),
    Column("certificates", _("Certificates"), (
        "certificates", "certificate", "credentials", "credential earned", "credential awarded", "credential",
        "type of credential", "outcome", "program outcome", "associated credential", "award", "certificados",
        "certificado", "certificaciones", "certificacion", "credenciales", "credencial", "certificados que da",
    )),
    Column("credential", _("Industry credential"), (
        "industrycredentialname", "industry credential name", "industry credential", "industrycredential",
        "industry recognized credential", "industry certification",
        "credential name",
    )),
    Column("license_name", _("License"), ("licenseawardedname", "license awarded name", "license", "license name")),
    Column("degree", _("Degree"), ("degreeawardedname", "degree awarded name", "degree", "degree awarded")),
    Column("eligibility", _("Who can join"), (
        "eligibility", "prerequisites", "prerequisite", "requirements", "entry requirements", "entrance requirements",
        "admission requirements", "program prerequisites", "requisitos", "who can join", "quien puede entrar",
        "requisitos de ingreso", "requisitos de admision",
    ), _nothing),
    Column("summary_en", _("Description"), (
        "description", "program description", "course description", "synopsis", "summary", "program synopsis",
        "about", "descripcion", "resumen", "descripcion del programa", "descripcion del curso",
    ), text.lines),
    Column("name_es", _("Name in Spanish"), (
        "name es", "program name es", "spanish name", "nombre en espanol", "nombre del programa en espanol",
    )),
    Column("summary_es", _("Description in Spanish"), (
        "description es", "summary es", "descripcion en espanol",
    ), text.lines),
    Column("notes", _("Good to know"), (
        "notes", "comments", "remarks", "featuresdescription", "features description", "additional information",
        "notas", "observaciones", "comentarios", "bueno saber",
    ), _nothing),
    Column("website", _("Website"), (
        "website", "url", "program url", "program website", "web site", "provider url", "provider website",
        "web address", "link", "sitio web", "pagina web", "pagina de internet", "sitio de internet", "enlace", "liga",
    ), words.web_address, soft=True),
    Column("as_of", _("True as of"), (
        "as of", "last updated", "date updated", "updated", "actualizado", "ultima actualizacion",
        "fecha de actualizacion",
    )),
    Column("source", _("Source"), ("source", "source url", "fuente")),
    Column("status", _("Status"), (
        "statusname", "status name", "program status", "status", "approval status", "etpl status",
        "program status name", "estatus", "estado del programa", "situacion",
    )),
    Column("suspended", _("Suspended"), (
        "suspended", "commented suspended program status", "is suspended",
    ), words.yes_no, soft=True),
    Column("confirmed_on", _("Confirmed on"), (
        "confirmed on", "last confirmed", "date confirmed", "confirmado", "confirmado el", "fecha de confirmacion",
    ), dates.parse, soft=True, is_date=True),
]  # fmt: skip

EXAMPLES = [
    {
        "external_id": "W-1", "name": "Welding Certificate", "program_type": "certificate course",
        "provider": "Example Trades Center", "partner": "", "city": "Fontana", "county": "San Bernardino",
        "state": "CA",
        "zip": "92335", "region": "Inland Empire", "sector": "welding", "length": "16 weeks",
        "hours_classroom": "320 hours",
        "hours_job": "", "cost": "free for residents", "pay": "", "certificates": "AWS Certified Welder; OSHA 10",
        "eligibility": "18 or older", "summary_en": "Stick and wire welding, with the welder test at the end.",
        "website": "https://www.example.org/welding", "as_of": "2026-03", "source": "https://www.example.org/welding",
    },
    {
        "external_id": "P-2", "name": "MC3 Apprenticeship Readiness", "program_type": "pre-apprenticeship",
        "provider": "Example Trades Center", "city": "Fontana", "county": "San Bernardino", "state": "CA",
        "zip": "92335",
        "sector": "construction", "length": "8 weeks", "cost": "free", "certificates": "MC3 certificate",
    },
]  # fmt: skip
