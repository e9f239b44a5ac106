"""The completers sheet: who finished which program, and with which certificates."""

from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from accounts.policies import acts_for
from imports.kinds import SheetKind
from imports.mapping import Column, Parsed
from imports.models import Row
from imports.problems import note, say, say_fields
from imports.values import contacts, dates, places, text, words

from ..models import Credential
from . import completers_answers, completers_plan, completers_write
from .completers_words import read_languages, read_license, read_shifts, site_language
from .names import Credentials

say(
    name_missing=_("The name is missing. Fill in the person's first and last name."),
    contact_missing=_(
        "Neither an email nor a phone number is given. Fill in at least one, so that the person can be "
        "told."
    ),
    email_is_phone=_("“%(value)s” is a telephone number in the column for email. It was read as the phone."),
    phone_is_email=_("“%(value)s” is an email address in the column for phones. It was read as the email."),
    email_is_other_phone=_(
        "“%(value)s” is a telephone number, and the column for phones holds another. Write the email address here, or "
        "leave it empty."
    ),
    phone_is_other_email=_(
        "“%(value)s” is an email address, and the column for email holds another. Write the phone number here, or "
        "leave it empty."
    ),
    proof_missing=_("Neither a certificate nor a program is named. Fill in one of them."),
    issued_missing=_("The date on the certificate is missing. Write it like 2026-03-05."),
    issued_future=_("“%(value)s” is still to come. Bring the row in once the certificate is there, or mend the date."),
    expires_before=_("It would end before it was issued (%(issued)s). Look at both dates."),
    expired_already=_("It ended on %(until)s. It comes in and is shown as expired."),
    credential_unknown=_("“%(said)s” is not a certificate known here. The nearest are: %(known)s."),
    credential_which=_("“%(said)s” can be any of these: %(known)s. Write which one."),
    program_unknown=_(
        "%(provider)s has no program “%(value)s” here, so the row comes in without it. The nearest are: "
        "%(known)s."
    ),
    program_unknown_only=_(
        "%(provider)s has no program “%(value)s” here, and no certificate is named. Name a certificate, or one of: "
        "%(known)s."
    ),
    one_column_each=_(
        "These headings look like certificates with a column each, and were not read: %(columns)s. Write one line for "
        "each person and certificate, with a column “Certificate” and a column “Issued”."
    ),
    program_only=_("No certificate is named, so only the completion of the program is kept."),
    known_person=_("This may be a person who is already here. Somebody has to say whether it is the same one."),
    question_waits=_("The same row already waits for an answer."),
    not_agreed=_(
        "People who have not agreed to be matched: %(count)s. They come in, and no opening is looked for on their "
        "behalf. Add a column “Agreed” with yes, or say that they agreed, or let them sign in and agree themselves."
    ),
    withdrew=_("The person took back their agreement to be matched. Only they can give it again."),
    kept_own_word=_("The person has since filled in their own page, so this was not overwritten: %(fields)s."),
    differs_from_line=_("Line %(line)s says something else about the same person, and was kept."),
    email_taken=_("Somebody else here has this email, so the person comes in without it."),
    zip_gone=_("This ZIP code is not in our table; distances cannot be measured for this person."),
    kept_changed=_("“%(thing)s” was changed by somebody since, so its earlier values were not put back."),
    kept_acted=_("“%(thing)s” stays: somebody has changed or used it since."),
    kept_held=_("“%(thing)s” stays: other records stand on it."),
)  # fmt: skip

# As they stand within a sentence.
say_fields(
    zip=_("the ZIP code"), miles=_("how many miles they can travel"), shifts=_("the shifts"),
    license=_("the driver's license"), languages=_("the languages for work"),
)  # fmt: skip


def _cell_of_several(said: str) -> str:
    """Line breaks inside the cell stand between certificates."""
    return text.line("; ".join(said.splitlines())) if "\n" in said.strip() else text.line(said)


COLUMNS = [
    Column("name", _("Name"), (
        "full name", "student name", "participant name", "trainee name", "completer name", "graduate name",
        "learner name", "client name", "candidate name", "apprentice name", "member name", "student", "participant",
        "trainee", "completer", "graduate", "learner", "name first last", "name last first", "nombre completo",
        "nombre y apellido", "nombre y apellidos", "nombre del estudiante", "nombre del participante", "estudiante",
        "participante", "alumno", "nombre", "nombre del alumno", "nombre del egresado", "nombre del aprendiz",
        "nombre de la persona", "nombre completo del estudiante", "nombres y apellidos", "apellido y nombre",
        "apellidos y nombres", "egresado", "aprendiz", "persona",
    ), contacts.person_name, verbatim=True, help=_("first and last name")),
    Column("first_name", _("First name"), (
        "first", "given name", "fname", "firstname", "student first name", "legal first name",
        "participant first name", "nombres", "primer nombre", "nombre de pila", "legal first", "preferred first name",
        "nombre solo", "nombre propio",
    ), verbatim=True),
    Column("last_name", _("Last name"), (
        "last", "surname", "family name", "lname", "lastname", "student last name", "legal last name",
        "participant last name", "apellido", "apellidos", "last names", "paternal last name", "primer apellido",
        "apellido paterno",
    ), verbatim=True),
    Column("second_last_name", _("Second last name"), (
        "maternal last name", "mothers last name", "segundo apellido", "apellido materno",
    ), verbatim=True),
    Column("email", _("Email"), (
        "e-mail", "email address", "e-mail address", "student email", "personal email", "participant email", "mail",
        "contact email", "primary email", "home email", "preferred email", "school email", "correo electronico",
        "correo", "direccion de correo", "direccion de correo electronico", "email addr", "e mail addr", "email id",
        "correo e", "correo del estudiante", "correo del alumno", "correo del participante", "correo personal",
        "correo de contacto", "cuenta de correo", "email del estudiante", "email personal",
    ), contacts.email),
    Column("phone", _("Phone"), (
        "phone number", "telephone", "telephone number", "cell", "cell phone", "cell phone number", "mobile",
        "mobile phone", "mobile number", "student phone", "contact phone", "primary phone", "home phone",
        "contact number", "phone 1", "phone no", "cell no", "mobile no", "tel", "telefono", "celular",
        "numero de telefono", "telefono celular", "movil", "phone home", "phone cell", "phone mobile",
        "cell phone no", "telephone no", "tel no", "telefono movil", "telefono de contacto",
        "telefono del estudiante", "telefono de casa", "numero telefonico", "num de telefono", "no de telefono",
        "numero de celular", "num de celular", "tel celular", "tel movil", "cel", "whatsapp",
    ), contacts.phone),
    Column("zip", _("ZIP code"), (
        "zip", "zipcode", "postal code", "home zip", "home zip code", "residence zip", "zip 5", "mailing zip",
        "zip postal", "addr zip", "zip cd", "zip plus 4", "student zip", "codigo postal", "cp", "codigo zip",
        "zip code of residence", "residential zip", "codigo postal de casa", "codigo postal del domicilio",
        "zona postal",
    ), places.zip_code, help=_("five digits; distances are measured from it")),
    Column("program", _("Program"), (
        "program name", "programme", "course", "course name", "training program", "training", "class", "class name",
        "program title", "course title", "cohort program", "pathway", "programa", "nombre del programa", "curso",
        "clase", "capacitacion", "course taken", "program of study", "program completed", "nombre del curso",
        "curso tomado", "curso terminado", "programa de capacitacion", "programa de estudios", "programa terminado",
        "taller", "carrera", "formacion", "especialidad",
    ), limit=250),
    Column("credential", _("Certificate"), (
        "credential", "credentials", "certificates", "certification", "certifications", "credential name",
        "credential earned", "credentials earned", "certificate name", "certificate earned", "certification name",
        "certifications earned", "industry credential", "industry recognized credential", "credential attained",
        "type of credential", "certificado", "certificados", "certificacion", "certificaciones", "credencial",
        "credenciales", "certificado obtenido", "award", "award title", "award name", "certs", "cert", "cert name",
        "certificate type", "type of certificate", "certificado recibido", "certificacion obtenida",
        "credencial obtenida", "nombre del certificado", "nombre de la certificacion", "tipo de certificado",
        "constancia", "diploma",
    ), _cell_of_several, help=_("several in one cell with a semicolon between, if they have the same date"), limit=400),
    Column("issued", _("Issued"), (
        "issued on", "issue date", "date issued", "issued date", "certificate date", "certification date",
        "date earned", "earned", "earned on", "date of issue", "credential date", "date attained", "attainment date",
        "awarded", "award date", "award dt", "date awarded", "awarded dt", "issue dt", "cert date", "cert dt",
        "fecha de emision", "emitido", "emitido el", "expedido", "fecha", "fecha del certificado",
        "fecha de expedicion", "date", "certified on", "date certified", "date received", "certificate issue date",
        "credential issue date", "fecha de certificacion", "fecha de obtencion", "fecha de otorgamiento",
        "fecha de entrega", "fecha de emision del certificado", "obtenido el", "otorgado el", "entregado el",
        "expedido el", "certificado el",
    ), dates.parse, is_date=True, help=_("date on the certificate, like 2026-03-05")),
    Column("expires", _("Expires"), (
        "expires on", "expiration", "expiration date", "expiry", "expiry date", "exp date", "exp", "valid until",
        "valid through", "valid thru", "good through", "renewal date", "expire date", "vence", "vencimiento",
        "fecha de vencimiento", "valido hasta", "caduca", "expira", "caducidad", "good until", "expires date",
        "certificate expiration date", "expiration dt", "exp dt", "vence el", "vigencia", "vigente hasta",
        "valida hasta", "fecha de expiracion", "fecha de caducidad", "caduca el", "expira el",
    ), dates.until, is_date=True, help=_("only if a date is printed on it")),
    Column("completed_on", _("Completed"), (
        "completed on", "completion date", "date completed", "program completion date", "graduation date",
        "graduated", "graduated on", "end date", "program end date", "completion dt", "grad date", "grad dt",
        "exit date", "finish date", "finished", "date of completion", "fecha de finalizacion", "terminado", "termino",
        "fecha de graduacion", "graduacion", "completado", "completed date", "completion", "course completion date",
        "date of graduation", "date finished", "class end date", "course end date", "program exit date",
        "fecha de terminacion", "fecha de termino", "fecha en que termino", "fecha de conclusion", "fecha de egreso",
        "fecha de fin", "fecha final", "fecha de completado", "fin del programa", "fin del curso", "termino el",
        "terminado el", "terminacion", "finalizacion", "finalizo", "finalizado", "concluyo", "conclusion",
        "completado el", "completo el", "graduado el", "graduada el", "egreso", "egresado el", "egresada el",
    ), dates.parse, is_date=True),
    Column("language", _("Language"), (
        "preferred language", "language preference", "primary language", "spoken language", "home language",
        "contact language", "idioma", "idioma preferido", "lengua", "lenguaje", "correspondence language",
        "written language", "idioma de preferencia", "idioma principal", "idioma de contacto", "lengua preferida",
    ), site_language, soft=True, help=_("English or Spanish: the language we write in")),
    Column("provider_ref", _("Your own number"), (
        "student id", "participant id", "id", "id number", "student number", "client id", "sis id", "case number",
        "learner id", "trainee id", "student id number", "record id", "our id", "provider id", "apprentice id",
        "member number", "numero de estudiante", "matricula", "id del estudiante", "identificacion", "student no",
        "id no", "participant number", "trainee number", "numero de alumno", "numero de participante",
        "numero de control", "numero de expediente", "numero de matricula", "num de estudiante", "no de estudiante",
        "no de matricula", "id de estudiante", "id del alumno", "id del participante", "expediente", "folio",
    ), limit=80, help=_("your number for the person; it recognizes them next time")),
    Column("agreed", _("Agreed to be matched"), (
        "agreed", "agrees", "agreed to be matched", "consent", "consented", "consent to share", "agreed to matching",
        "ok to match", "permission", "release signed", "consent given", "release of information", "acepta", "acepto",
        "consentimiento", "de acuerdo", "autoriza", "autorizacion", "permiso", "agrees to be matched",
        "consent to match", "signed release", "release", "autorizo", "consiente", "dio permiso", "dio su permiso",
        "dio su consentimiento", "acepta compartir",
    ), words.yes_no, verbatim=True, help=_("yes if the person agreed")),
    Column("miles", _("Miles they can travel"), (
        "miles", "travel miles", "max miles", "commute miles", "distance", "willing to travel", "radius", "millas",
        "distancia", "miles willing to travel", "max distance", "max distance miles", "millas que puede viajar",
        "millas maximas", "distancia en millas", "distancia maxima",
    ), lambda text: words.whole(text, 0, 200), soft=True),
    Column("shifts", _("Shifts"), (
        "shift", "available shifts", "shift preference", "availability", "turno", "turnos", "disponibilidad",
        "horario", "preferred shift", "shifts available", "turno preferido", "turnos disponibles",
        "turnos que puede trabajar",
    ), read_shifts, soft=True, help=_("day, swing, night, weekend")),
    Column("license", _("Driver's license"), (
        "drivers license", "driver license", "license", "license class", "dl class", "licencia",
        "licencia de conducir", "licencia de manejo", "drivers license class", "drivers licence", "driving license",
        "tipo de licencia", "clase de licencia",
    ), read_license, soft=True, verbatim=True, help=_("none, C, B or A")),
    Column("languages", _("Languages for work"), (
        "languages spoken", "work languages", "other languages", "speaks", "languages", "idiomas", "habla",
        "work language", "language spoken", "idiomas que habla", "idiomas de trabajo", "lenguas",
    ), read_languages, soft=True),
]  # fmt: skip


class CompletersSheet(SheetKind):
    key = "completers"
    label = _("People who completed training")
    lead = _("One line for each person and certificate, as your own system exports it.")
    organization_kinds = frozenset(Organization.TRAINS)
    options = ("people_agreed",)
    columns = COLUMNS
    called_by = _("Name")
    along = {
        "programs.certification": ("trainee",),
        "programs.enrollment": ("trainee",),
        "accounts.traineeprofile": ("user",),
    }
    outcomes = {Row.Outcome.NEW: _("new here"), Row.Outcome.CHANGED: _("already here, with something new")}
    by_hand_label = _("Write down one person")
    always_by_hand = ("name",)
    by_hand = {
        "name": _("First and last name"), "email": _("Email, or a phone number below"), "phone": "",
        "zip": _("Home ZIP code"),
        "language": _("Language we write in"), "program": _("Program they completed"),
        "completed_on": _("Day they completed it"), "credential": "", "issued": _("Date on it"),
        "expires": _("Valid until, if it says so"),
        "agreed": _("They told me that they agree to be matched with openings, and that coordinators help them"),
    }  # fmt: skip
    examples = [
        {
            "name": "Rosa Delgado", "email": "rosa.delgado@example.org", "phone": "(909) 555-0142", "zip": "92335",
            "program": "Welding Certificate", "credential": "OSHA 10", "issued": "2026-03-05", "expires": "",
            "completed_on": "2026-03-20", "language": "Spanish", "provider_ref": "S-1001", "agreed": "yes",
            "miles": "25",
            "shifts": "day; swing", "license": "C", "languages": "Spanish; English",
        },
        {
            "name": "Rosa Delgado", "email": "rosa.delgado@example.org", "phone": "(909) 555-0142", "zip": "92335",
            "program": "Welding Certificate", "credential": "Certified Welder", "issued": "2026-03-18",
            "expires": "2026-09-18", "completed_on": "2026-03-20", "language": "Spanish", "provider_ref": "S-1001",
            "agreed": "yes",
        },
        {
            "name": "Marcus Hill", "email": "", "phone": "951-555-0117", "zip": "92501", "program": "",
            "credential": "Forklift; OSHA 10", "issued": "3/5/2026", "language": "English", "provider_ref": "S-1002",
            "agreed": "no",
        },
    ]  # fmt: skip

    def choices(self, key, organization):
        if key == "language":
            return [("en", _("English")), ("es", _("Spanish"))]
        if key == "credential":
            return [(found.name_en, found.name) for found in Credential.objects.order_by("name_en")]
        if key == "program" and organization:
            return [(name, name) for name in organization.programs.order_by("name").values_list("name", flat=True)]
        return []

    def missing(self, found):
        found = set(found)
        absent = []
        if "name" not in found and not {"first_name", "last_name"} <= found:
            absent.append("name")
        if not {"email", "phone"} & found:
            absent.append("email")
        if not {"credential", "program"} & found:
            absent.append("credential")
        if not {"issued", "completed_on"} & found:
            absent.append("issued")
        return absent

    def unread(self, headings):
        credentials = Credentials.load()
        named = [heading for heading in headings if credentials.names_one(heading)]
        return [note("one_column_each", columns=named)] if named else []

    def plan(self, rows: list[Parsed], context):
        return completers_plan.plan(rows, context)

    def apply_all(self, rows, context):
        return completers_write.write_all([row.plan for row in rows], context)

    def finish(self, rows, context):
        completers_answers.name_candidates(rows)

    def going(self, label, things, context):
        completers_write.record_going(label, things, context)

    def stays(self, label, thing):
        return completers_write.stays(label, thing)

    def restored(self, label, thing, before, context):
        completers_write.record_restored(label, thing, before, context)

    def may_answer(self, user, row, candidates):
        provider = row.batch.organization
        return acts_for(user, provider) and completers_answers.all_ours(candidates, provider)

    def candidates(self, row):
        return completers_answers.candidates(row)

    def asked_together(self, row):
        return completers_answers.asked_together(row)

    def apply_answer(self, row, same_as, context):
        return completers_answers.apply_answer(row, same_as, context, self.columns)

    def person_made(self, row):
        return completers_answers.person_made(row)

    def about(self, row):
        record = getattr(row.plan, "record", None)
        return record.known.trainee if record else None

    def called(self, raw):
        parts = (raw.get(key, "") for key in completers_plan.NAME)
        return " ".join(part for part in parts if part)

    def named(self, rows, batch, user):
        return completers_answers.named(rows, batch, user, self.called)

    def people(self, rows):
        found = (getattr(row.plan, "record", None) for row in rows)
        return {record.known.user.pk for record in found if record and record.known.user}

    def question(self, row, user):
        return completers_answers.question(row, user, self.columns)
