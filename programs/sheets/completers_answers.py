"""Is this the same person? Questions that a completers sheet asks, and what an answer does."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts import consents
from accounts.models import TraineeProfile, User
from accounts.policies import acts_for, is_coordinator
from imports import effects
from imports.kinds import Named
from imports.mapping import Parsed, parse_again
from imports.models import Row
from imports.problems import Refused

from ..models import Certification, Enrollment
from ..people import Known
from . import completers_plan, completers_write


def named(rows: list[Row], batch, user, called) -> dict[int, Named]:
    """Whom the rows are about: as this provider wrote it, not as the person's own record says. Its own people read it,
    and coordinators of those who share their record with them."""
    found = {row.pk: Named(called(row.values)) for row in rows if row.values}
    told = {row.pk: dict(effects.things(row)) for row in rows if row.effects}
    trainee_of = {
        label: dict(query.order_by().values_list(key, to))
        for label, query, key, to in (
            ("accounts.traineeprofile", TraineeProfile.objects.filter(pk__in=_all(told, "accounts.traineeprofile")),
             "pk", "pk"),
            ("accounts.user", TraineeProfile.objects.filter(user__in=_all(told, "accounts.user")), "user", "pk"),
            ("programs.enrollment", Enrollment.objects.filter(pk__in=_all(told, "programs.enrollment")),
             "pk", "trainee"),
            ("programs.certification", Certification.objects.filter(pk__in=_all(told, "programs.certification")),
             "pk", "trainee"),
        )
    }  # fmt: skip
    whose = {
        row: next((trainee_of[label][pk] for label, pk in said.items() if pk in trainee_of.get(label, ())), None)
        for row, said in told.items()
    }
    records = Enrollment.objects.filter(provider=batch.organization, trainee__in=set(whose.values()) - {None})
    if not acts_for(user, batch.organization):
        records = records.filter(trainee__user__in=consents.sharing_record(user))
    people = {
        record.trainee_id: Named(record.given_name, record.trainee.user_id)
        for record in records.select_related("trainee").order_by("pk")
    }
    return found | {row: people[trainee] for row, trainee in whose.items() if trainee in people}


def _all(told: dict[int, dict], label: str) -> set[int]:
    return {said[label] for said in told.values() if label in said}


def name_candidates(rows: list[Parsed]) -> None:
    """After everything was written: which records the candidates are, and which rows are asked together."""
    groups: dict[int, int] = {}
    for row in rows:
        if row.outcome != Row.Outcome.QUESTION:
            continue
        _plan, who = row.plan
        params = row.problems[0].params
        params["candidates"] = [known.user.pk for known in who.candidates if known.user]
        params["group"] = groups.setdefault(id(who), row.line)


def candidates(row: Row) -> list[int]:
    """The people (by the number of their user) that the row may be about."""
    return row.problems[0]["params"]["candidates"] if row.problems else []


def asked_together(row: Row, locked: bool = True) -> list[Row]:
    """The open questions of the batch about the same person, in the order of their lines."""
    group = row.problems[0]["params"]["group"]
    waiting = Row.objects.filter(batch=row.batch_id, outcome=Row.Outcome.QUESTION, answered_at=None).order_by("line")
    if locked:
        waiting = waiting.select_for_update(of=("self",), no_key=True)
    return [one for one in waiting.select_related("batch__organization") if one.problems[0]["params"]["group"] == group]


def all_ours(users: list[int], provider) -> bool:
    """Whether each of these people is in this provider's own records."""
    own = Enrollment.objects.filter(trainee__user__in=users, provider=provider).order_by()
    return bool(users) and set(own.values_list("trainee__user_id", flat=True)) >= set(users)


def apply_answer(row: Row, same_as: int | None, context, columns) -> list[dict]:
    """Bring the row in, for the person it is about or for somebody new."""
    parsed = parse_again(columns, row.line, row.values)
    if same_as is None:
        known = Known(names={parsed.name or ""}, line=row.line)
    else:
        user = User.objects.select_related("trainee").filter(pk=same_as).first()
        if user is None:
            raise Refused(_("That person is no longer here. Answer again."))
        known = Known(names={user.full_name}, user=user, trainee=getattr(user, "trainee", None), line=-1)
        # Said to be the same, the row is this provider's own word; their address stays as it is.
        known.verified = {contact for contact in (user.email, user.phone) if contact}
    completers_plan.plan([parsed], context, forced=known)
    if parsed.refused:
        raise Refused(" ".join(str(problem) for problem in parsed.problems if problem.is_error))
    if same_as is None:
        known.names = {parsed.name}
    if parsed.outcome in (Row.Outcome.NEW, Row.Outcome.CHANGED):
        return completers_write.write(parsed.plan, context)
    return [effects.about(known.trainee)] if known.trainee else []


def person_made(row: Row) -> int | None:
    return next((e["pk"] for e in row.effects if e["model"] == "accounts.user" and e.get("made")), None)


@dataclass
class Candidate:
    """One person a row may be about, with what this reader may see of them."""

    place: int  # among the row's candidates: what the answer names
    shown: list[tuple[str, str]]  # empty: the reader may not see who it is


@dataclass
class Question:
    """A row and the people it may be about, side by side."""

    row: Row
    rows: int
    why: str
    shown: list[tuple[str, str]]
    candidates: list[Candidate]


_WHY = {
    "email": lambda: _("A person with this email is already known here."),
    "phone": lambda: _("A person with this phone number is already known here."),
    "name": lambda: _("A person with this name and ZIP code is already known here."),
    "ref": lambda: _("You gave this number to a person with another name before."),
}


def question(row: Row, user, columns) -> Question:
    """The question as this reader may see it: another provider's records are not shown to a provider."""
    found = candidates(row)
    provider = row.batch.organization
    people = {u.pk: u for u in User.objects.filter(pk__in=found).select_related("trainee").order_by("pk")}
    ours = set(
        Enrollment.objects.filter(trainee__user__in=found, provider=provider)
        .order_by()
        .values_list("trainee__user", flat=True)
    )
    coordinator = is_coordinator(user)
    shown = [
        (str(column.label), row.values[column.key]) for column in columns if row.values.get(column.key, "").strip()
    ]
    return Question(
        row=row,
        rows=len(asked_together(row, locked=False)),
        why=_WHY[row.problems[0]["params"]["why"]](),
        shown=shown,
        candidates=[
            Candidate(place, _described(people[pk]) if coordinator or pk in ours else [])
            for place, pk in enumerate(found)
            if pk in people
        ],
    )


def _described(user: User) -> list[tuple[str, str]]:
    trainee: TraineeProfile | None = getattr(user, "trainee", None)
    held = trainee.certifications.select_related("credential").order_by("-issued_on", "pk") if trainee else []
    providers = trainee.enrollments.select_related("provider").order_by("pk") if trainee else []
    return [
        (label, value)
        for label, value in (
            (_("Name"), user.full_name),
            (_("Email"), user.email or ""),
            (_("Phone"), user.phone),
            (_("ZIP code"), trainee.zip if trainee else ""),
            (_("Known from"), ", ".join(dict.fromkeys(str(enrollment.provider) for enrollment in providers))),
            (_("Certificates"), ", ".join(dict.fromkeys(certification.credential.short for certification in held))),
        )
        if value
    ]
