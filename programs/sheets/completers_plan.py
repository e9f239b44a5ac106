"""Judging a completers sheet: who each row is about, what of it is new, what differs, what only a person can say."""

import json
from dataclasses import dataclass, field
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Consent, Zip
from imports.mapping import Parsed
from imports.models import Batch, Row
from imports.problems import Bad, Problem, error, note
from imports.values import contacts
from imports.values.text import plain

from ..models import Certification, Credential, Enrollment, Program
from ..people import Ask, Claim, Known, People
from .completers_contacts import as_meant
from .names import Credentials, Named

# The columns that a person's name may be spread over, in its order.
NAME = ("name", "first_name", "last_name", "second_last_name")
# What a row may say of a person's profile, and of how to write to them.
PROFILE = ("zip", "miles", "shifts", "license", "languages")


@dataclass
class Record:
    """What is known of one person while the sheet is judged; lines above already count."""

    known: Known
    # By program; what this sheet adds stands here as the values it will have.
    enrollments: dict[int | None, Enrollment | dict] = field(default_factory=dict)
    certifications: dict[tuple[str, date], Certification | None] = field(default_factory=dict)
    agreed: bool = False
    withdrew: bool = False
    said: dict = field(default_factory=dict)  # field -> (line, value) that this sheet said first
    fresh: dict = field(default_factory=dict)  # email, phone and language of somebody new


@dataclass
class Plan:
    """What one row will do. Everything is decided here; writing asks nothing more."""

    record: Record | None
    claim: Claim
    program: Program | None = None
    credentials: list[tuple[Credential, date | None]] = field(default_factory=list)  # with the printed expiry
    issued: date | None = None
    language: str = ""
    new_person: bool = False
    profile: dict = field(default_factory=dict)
    contact: dict = field(default_factory=dict)  # of the user: email, phone, language
    enrollment: dict | None = None  # values of a new enrollment
    enrolled: Enrollment | None = None
    enrollment_changes: dict = field(default_factory=dict)  # of the one that is `enrolled`
    expiries: list[tuple[Certification, date]] = field(default_factory=list)
    agrees: bool = False

    @property
    def makes(self) -> bool:
        return bool(self.new_person or self.credentials or self.enrollment is not None)

    @property
    def changes(self) -> bool:
        return bool(self.profile or self.contact or self.enrollment_changes or self.expiries or self.agrees)


def plan(rows: list[Parsed], context, forced: Known | None = None) -> list[Problem]:
    """Fill in each row's outcome; return remarks on the sheet. `forced` is the person an answered question is about."""
    credentials, provider = Credentials.load(), context.organization
    own = Program.objects.filter(provider=provider).prefetch_related("credentials").order_by("pk")
    programs = Named(own, lambda p: [p.name, p.name_es, p.external_id])
    plans = {}
    for row in rows:
        claim = _claim(row)
        made = _read(row, claim, credentials, programs, context)
        if claim and not row.refused:
            plans[row.line] = made
    zips = dict(Zip.objects.filter(code__in={p.claim.zip for p in plans.values()}).values_list("code", "county"))
    people = None if forced else People(provider, [p.claim for p in plans.values()])
    waiting = set() if forced else _waiting(context)
    whom: dict[int, Known | Ask] = {}
    for row in rows:
        if row.line in plans:
            whom[row.line] = forced or _whom(row, plans[row.line], people)
    records = _records([known for known in whom.values() if isinstance(known, Known)], provider)
    unmatched: set[int] = set()
    seen: dict[str, int] = {}
    for row in rows:
        if row.line not in plans:
            continue
        made, who = plans[row.line], whom[row.line]
        if isinstance(who, Ask):
            _ask(row, made, who, waiting)
            continue
        same = json.dumps(row.raw, sort_keys=True)
        if same in seen:
            row.outcome = Row.Outcome.SAME
            row.remark("twice_in_sheet", line=seen[same])
            continue
        seen[same] = row.line
        if made.claim.zip and made.claim.zip not in zips:
            row.remark("zip_gone", "zip")
        made.record = records[id(who)]
        _decide(row, made, context)
        if "zip" in made.profile:
            made.profile["county"] = zips.get(made.claim.zip, "")
        if not made.record.agreed:
            unmatched.add(id(who))
    return [note("not_agreed", count=len(unmatched))] if unmatched else []


def _says_all(name: str, parts: list) -> bool:
    """Whether the name has every word of these already."""
    return set(plain(" ".join(part for part in parts if part)).split()) <= set(plain(name).split())


def _claim(row: Parsed) -> Claim | None:
    name = row.name
    as_meant(row)
    # “Nombre” beside “Apellidos” is the first name alone.
    parts = [row.values.get(key) for key in NAME if not (key == "first_name" and row.name)]
    if not name and row.raw.get("name", "").strip():
        parts = []
    if any(parts) and not (name and _says_all(name, parts[1:])):
        try:
            name = contacts.person_name(" ".join(part for part in parts if part))
        except Bad as bad:
            row.refuse(bad.code, "first_name", **bad.params)
    if not name and not any(p.column in ("name", "first_name") for p in row.problems):
        row.refuse("name_missing", "name")
    if not row.email and not row.phone and not any(p.column in ("email", "phone") for p in row.problems):
        row.refuse("contact_missing", "email")
    if not name:
        return None
    row.values["name"] = name
    return Claim(name, row.email or "", row.phone or "", row.provider_ref or "", row.zip or "")


def _read(row: Parsed, claim: Claim | None, credentials: Credentials, programs: Named, context) -> Plan | None:
    """The program, the certificates and their dates."""
    found: list[Credential] = []
    if row.credential:
        try:
            found = credentials.find(row.credential)
        except Bad as bad:
            row.problems.append(error(bad.code, "credential", row.credential, **bad.params))
    elif not row.program:
        row.refuse("proof_missing", "credential")
    program = programs.find(row.program) if row.program else None
    if row.program and program is None:
        near = programs.nearest(row.program) or [_("none yet")]
        say = row.remark if row.credential else row.refuse
        code = "program_unknown" if row.credential else "program_unknown_only"
        say(code, "program", provider=str(context.organization), known=near)
    if program and not row.credential:
        teaches = list(program.credentials.all())
        if len(teaches) == 1:
            found = teaches
        else:
            row.remark("program_only", "program")
    issued = row.issued or row.completed_on
    if issued is None and not any(p.column in ("issued", "completed_on") for p in row.problems):
        row.refuse("issued_missing", "issued")
    if issued and issued > context.today:
        row.refuse("issued_future", "issued" if row.issued else "completed_on")
    if issued and row.expires and row.expires < issued:
        row.refuse("expires_before", "expires", issued=issued.isoformat())
    elif row.expires and row.expires < context.today:
        row.remark("expired_already", "expires", until=row.expires.isoformat())
    if claim is None:
        return None
    several = len(found) > 1
    proofs = [
        (c, None if several and c.validity == Credential.Validity.NONE else row.expires) for c in dict.fromkeys(found)
    ]
    return Plan(None, claim, program, proofs, issued, row.language or "")


def _whom(row: Parsed, made: Plan, people: People) -> Known | Ask:
    who = people.who(made.claim)
    if who is None:
        return people.add(made.claim, row.line)
    if isinstance(who, Ask):
        # The lines below that are about this person wait for the same answer.
        people.add(made.claim, row.line, asked=who)
    else:
        people.again(who, made.claim)
    return who


def _waiting(context) -> set[str]:
    """Rows of earlier sheets that already wait for an answer, as text to compare with."""
    rows = Row.objects.filter(
        batch__organization=context.organization,
        batch__kind="completers",
        batch__state=Batch.State.IMPORTED,
        outcome=Row.Outcome.QUESTION,
        answered_at=None,
    ).order_by("pk")
    return {json.dumps(values, sort_keys=True) for values in rows.values_list("values", flat=True)}


def _records(people: list[Known], provider) -> dict[int, Record]:
    """What is here of these people at this provider, three queries for all of them."""
    records = {id(known): Record(known) for known in people}
    of = {known.trainee.pk: records[id(known)] for known in people if known.trainee}
    users = {known.user.pk: records[id(known)] for known in people if known.user}
    for enrollment in Enrollment.objects.filter(trainee__in=of, provider=provider).order_by("pk"):
        of[enrollment.trainee_id].enrollments[enrollment.program_id] = enrollment
    for certification in Certification.objects.filter(trainee__in=of, provider=provider).order_by("pk"):
        of[certification.trainee_id].certifications[certification.credential_id, certification.issued_on] = (
            certification
        )
    given = Consent.objects.filter(user__in=users, purpose=Consent.Purpose.MATCH).order_by("pk")
    for user, withdrawn_at in given.values_list("user_id", "withdrawn_at"):
        users[user].agreed |= withdrawn_at is None
        users[user].withdrew |= withdrawn_at is not None
    return records


def _ask(row: Parsed, made: Plan, who: Ask, waiting: set[str]) -> None:
    row.plan = (made, who)
    _show(row, made, _("a question: is this somebody already here?"))
    if json.dumps(row.raw, sort_keys=True) in waiting:
        row.outcome = Row.Outcome.SAME
        row.remark("question_waits")
        return
    row.outcome = Row.Outcome.QUESTION
    row.problems.insert(0, note("known_person", why=who.why, candidates=[], group=0))


def _decide(row: Parsed, made: Plan, context) -> None:
    """What is new and what differs, given what is here and what the lines above did."""
    record = made.record
    known = record.known
    row.plan = made
    made.new_person = known.user is None and known.line == row.line
    _profile(row, made)
    _enrollment(row, made)
    new = []
    for credential, expires in made.credentials:
        key = credential.pk, made.issued
        if key not in record.certifications:
            record.certifications[key] = None
            new.append((credential, expires))
            continue
        held = record.certifications[key]
        differs = held and expires and held.expires_on != expires and held.state != Certification.State.REVOKED
        if differs and _first_to_say(row, made, f"expires {key}", expires, "expires"):
            made.expiries.append((held, expires))
    shown = list(made.credentials)
    made.credentials = new
    _agreement(row, made, context)
    if known.user is None and (made.makes or made.changes):
        row.outcome = Row.Outcome.NEW
    else:
        row.outcome = Row.Outcome.CHANGED if made.makes or made.changes else Row.Outcome.SAME
    _show(row, made, _what_happens(row, made), shown)


def _what_happens(row: Parsed, made: Plan) -> str:
    known = made.record.known
    if made.new_person:
        return _("a new person")
    if known.user is None:
        return _("the new person of line %(line)s") % {"line": known.line}
    if row.outcome == Row.Outcome.SAME:
        return _("already here, nothing new")
    return _("already here, with something new")


def _first_to_say(row: Parsed, made: Plan, what: str, value, column: str) -> bool:
    """One sheet says one thing of a person: a later line that differs is noted and not followed."""
    line, said = made.record.said.setdefault(what, (row.line, value))
    if _differs(column, said, value):
        row.remark("differs_from_line", column, line=line)
    return line == row.line


def _differs(column: str, said, value) -> bool:
    """Whether two lines say different things; another apostrophe or accent in a name is no other name."""
    return said != value and not (column == "name" and contacts.same_name(said, value))


def _profile(row: Parsed, made: Plan) -> None:
    known = made.record.known
    user, trainee = known.user, known.trainee
    theirs = user is not None and user.last_login is not None  # they fill in their own page
    kept = []
    for name in PROFILE:
        value = row.values.get(name)
        if value in (None, "", []) and not (name == "license" and value == ""):
            continue
        if not _first_to_say(row, made, name, value, name):
            continue
        now = getattr(trainee, name) if trainee else None
        if now == value:
            continue
        if theirs and trainee and (now not in (None, "", []) or name == "miles"):
            kept.append(name)
        else:
            made.profile[name] = value
    if kept:
        row.remark("kept_own_word", fields=kept)
    for name, value in (("email", made.claim.email), ("phone", made.claim.phone), ("language", made.language)):
        if user is None and value:
            made.record.fresh.setdefault(name, value)
            continue
        now = getattr(user, name) if user else None
        if not value or now == value or not _may_write(name, now, known):
            continue
        if _first_to_say(row, made, f"user {name}", value, name):
            made.contact[name] = value


def _may_write(name: str, now: str, known: Known) -> bool:
    """A new address from the provider that knows the person; never over one that is proven or from elsewhere."""
    theirs = known.user.last_login is not None
    if name == "language":
        return not theirs
    return not now or (known.is_own and not theirs and now not in known.verified)


def _enrollment(row: Parsed, made: Plan) -> None:
    record, claim = made.record, made.claim
    program = made.program.pk if made.program else None
    values = {
        "provider_ref": claim.ref,
        "given_name": claim.name,
        "given_email": claim.email,
        "given_phone": claim.phone,
        "completed_on": row.completed_on or (made.issued if made.program and not made.credentials else None),
    }
    if program is None and record.enrollments:
        program = next(iter(record.enrollments))  # no program is said: the record that is there will do
    if program not in record.enrollments:
        record.enrollments[program] = made.enrollment = {"program_id": program, **values}
        record.said[program] = row.line, None
        return
    here = record.enrollments[program]
    for name, value in values.items():
        now = here[name] if isinstance(here, dict) else getattr(here, name)
        column = name.removeprefix("given_")
        if not value or now == value:
            continue
        if isinstance(here, dict):
            here[name] = now or value
            if now and _differs(column, now, value):
                row.remark("differs_from_line", column, line=record.said[program][0])
        elif _first_to_say(row, made, f"{program} {name}", value, column):
            made.enrollment_changes[name] = value
            made.enrolled = here


def _agreement(row: Parsed, made: Plan, context) -> None:
    record = made.record
    said = row.values.get("agreed")
    agreed = said if said is not None else bool(context.options.get("people_agreed"))
    if not agreed or record.agreed:
        return
    if record.withdrew:
        row.remark("withdrew", "agreed")
        return
    made.agrees = record.agreed = True


def _show(row: Parsed, made: Plan, what: str, proofs=None) -> None:
    """The row as it was understood, for the preview."""
    said = []
    for credential, expires in proofs if proofs is not None else made.credentials:
        issued = date_format(made.issued, "DATE_FORMAT") if made.issued else ""
        until = _("until %(day)s") % {"day": date_format(expires, "DATE_FORMAT")} if expires else ""
        said.append(" ".join(part for part in (credential.short, issued, until) if part))
    row.shown = [
        (_("Name"), made.claim.name),
        (_("Contact"), ", ".join(part for part in (made.claim.email, made.claim.phone) if part)),
        (_("ZIP code"), made.claim.zip),
        (_("Program"), made.program.title if made.program else ""),
        (_("Certificates"), "; ".join(said)),
        (_("What happens"), what),
    ]
