"""Writing one row of a completers sheet as it was planned, and the events of taking it back."""

from accounts import consents, entry
from accounts.models import Consent, TraineeProfile, User
from imports import effects
from ledger.log import event, record, record_all
from ledger.models import Event

from ..certifications import certification_of, event_of
from ..models import Certification, Enrollment
from ..people import Known
from .completers_plan import Plan

# What "these people agreed" on a sheet says, in two agreements that can be taken back apart.
AGREED = (Consent.Purpose.MATCH, Consent.Purpose.RECORD)


def write(plan: Plan, context) -> list[dict]:
    """Do what was planned for one row; return what was made or changed. Runs inside the import's transaction."""
    return write_all([plan], context)[0]


def write_all(plans: list[Plan], context) -> list[list[dict]]:
    """Do what was planned, table by table, so that the statements do not grow with the rows. Effects for each plan."""
    done: list[list[dict]] = [[] for _plan in plans]
    written = list(zip(plans, done, strict=True))
    new = _new_people(written, context)
    _profiles(written, context)
    _enrollments(written, context)
    events = _certifications(written, context) + _trained(plans, context) + _assisted(plans, context)
    for plan, effects_ in written:
        effects_ += [_new_expiry(certification, expires, context) for certification, expires in plan.expiries]
    record_all(events + _agreements(written, new, context))
    return done


def _new_people(written, context) -> set[int]:
    """Users for those who are not here yet; the numbers of these."""
    given = {plan.record.fresh["email"] for plan, _done in written if plan.record.fresh.get("email")}
    # Another person's address stays in the provider's own record only.
    taken = set(User.objects.filter(email__in=given).order_by().values_list("email", flat=True))
    first: dict[int, tuple[Known, User, list[dict]]] = {}
    for plan, done in written:
        known, fresh = plan.record.known, plan.record.fresh
        if known.user is not None:
            _contact(known.user, plan.contact, done)
        elif id(known) not in first:
            email = fresh.get("email")
            user = User(
                email=email if email not in taken else None,
                full_name=next(iter(known.names)),
                phone=fresh.get("phone", ""),
                language=fresh.get("language") or "en",
                date_joined=context.at,
            )
            taken.add(email)
            first[id(known)] = known, user, done
    entry.newcomers([user for _known, user, _done in first.values()])
    for known, user, done in first.values():
        known.user = user
        done.append(effects.made(user, "last_login"))
    return {user.pk for _known, user, _done in first.values()}


def _profiles(written, context) -> None:
    """Profiles for those without one, with all that the sheet says of them; changes to the others."""
    fresh: dict[int, tuple[Known, TraineeProfile, list[dict]]] = {}
    for plan, done in written:
        known = plan.record.known
        if known.trainee is not None:
            if effect := effects.update(known.trainee, plan.profile):
                done.append(effect)
                _profile_changed(known.trainee, effect["after"], context)
            continue
        _known, trainee, _done = fresh.setdefault(
            id(known), (known, TraineeProfile(user=known.user, created_at=context.at), done)
        )
        for name, value in plan.profile.items():
            setattr(trainee, name, value)
    TraineeProfile.objects.bulk_create([trainee for _known, trainee, _done in fresh.values()], batch_size=500)
    for known, trainee, done in fresh.values():
        known.trainee = trainee
        done.append(effects.made(trainee, "zip", "miles", "wage_wish_cents", "available_from"))


def _enrollments(written, context) -> None:
    made = []
    for plan, done in written:
        if plan.enrollment is not None:
            enrollment = Enrollment(
                trainee=plan.record.known.trainee,
                provider=context.organization,
                created_at=context.at,
                **plan.enrollment,
            )
            made.append((enrollment, done))
        elif plan.enrollment_changes and (effect := effects.update(plan.enrolled, plan.enrollment_changes)):
            done.append(effect)
    Enrollment.objects.bulk_create([enrollment for enrollment, _done in made], batch_size=500)
    for enrollment, done in made:
        done.append(effects.made(enrollment))


def _certifications(written, context) -> list[Event]:
    """The new certifications; returns what the ledger is to be told of them."""
    made = [
        (
            certification_of(
                plan.record.known.trainee,
                credential,
                provider=context.organization,
                program=plan.program,
                issued_on=plan.issued,
                expires_on=expires,
                level=Certification.Level.PROVIDER,
                by=context.by,
                at=context.at,
            ),
            done,
        )
        for plan, done in written
        for credential, expires in plan.credentials
    ]
    Certification.objects.bulk_create([certification for certification, _done in made], batch_size=500)
    for certification, done in made:
        done.append(effects.made(certification, "level", "issued_on", "expires_on"))
    return [event_of(c, by=context.by, at=context.at, organization=context.organization) for c, _done in made]


def _trained(plans: list[Plan], context) -> list[Event]:
    """What the ledger is told of programs without a new certificate: they may lead to another trade."""
    said = {"by": context.by, "at": context.at, "organization": context.organization}
    return [
        event("enrollment.recorded", trainee, trainee=trainee.pk, program=plan.enrollment["program_id"], **said)
        for plan in plans
        if plan.enrollment is not None and plan.enrollment["program_id"] and not plan.credentials
        for trainee in [plan.record.known.trainee]
    ]


def _assisted(plans: list[Plan], context) -> list[Event]:
    """Whoever was helped while it was written down reads by whom, and for which organization they did it."""
    helped = context.options.get("helped")
    trainees = {plan.record.known.trainee for plan in plans if helped and plan.record.known.user.pk == helped}
    said = {"by": context.by, "at": context.at, "helped": helped}
    return [event("assistance.wrote", trainee, trainee=trainee.pk, **said) for trainee in trainees]


def _agreements(written, new: set[int], context) -> list[Event]:
    """Who agreed. Returns the events of those who are new; somebody already here may be agreeing this very moment."""
    said = {"source": context.source, "at": context.at, "by": context.by}
    fresh = []
    for plan, done in written:
        user = plan.record.known.user
        if not plan.agrees:
            continue
        if user.pk in new:
            fresh.append((user, done))
            continue
        if consents.waits_for_guardian(user):
            continue  # nobody agrees in the place of a parent or guardian
        for purpose in AGREED:
            if purpose == Consent.Purpose.MATCH or not user.consents.filter(purpose=purpose).exists():
                consent = consents.give(user, purpose, language=user.language, **said)
                done.append(effects.made(consent, "withdrawn_at"))
    events = []
    for purpose in AGREED:
        made, told = consents.give_first([user for user, _done in fresh], purpose, **said)
        events += told
        for consent, (_user, done) in zip(made, fresh, strict=True):
            done.append(effects.made(consent, "withdrawn_at"))
    return events


def _contact(user: User, values: dict, done: list[dict]) -> None:
    email = values.get("email")
    if email and User.objects.filter(email=email).exclude(pk=user.pk).exists():
        values = {name: value for name, value in values.items() if name != "email"}
    if effect := effects.update(user, values):
        done.append(effect)
        entry.know_address(user)


def _new_expiry(certification: Certification, expires, context) -> dict:
    over = expires < context.today
    values = {"expires_on": expires, "expiry_is_printed": True}
    if certification.state in (Certification.State.VERIFIED, Certification.State.EXPIRED):
        values["state"] = Certification.State.EXPIRED if over else Certification.State.VERIFIED
    effect = effects.update(certification, values)
    _certification_event(certification, context)
    return effect


def _certification_event(certification: Certification, context) -> None:
    record_all([event_of(certification, by=context.by, at=context.at, organization=context.organization)])


def _profile_changed(trainee: TraineeProfile, values: dict, context) -> None:
    record(
        "profile.changed",
        trainee,
        by=context.by,
        at=context.at,
        organization=context.organization,
        trainee=trainee.pk,
        fields=sorted(values),
    )


def record_going(label: str, things: list, context) -> None:
    """Rows made by the batch are about to go."""
    at = {"by": context.by, "at": context.at}
    if label == "programs.certification":
        record_all(
            [
                event(
                    "certification.withdrawn",
                    thing.trainee,
                    organization=context.organization,
                    trainee=thing.trainee_id,
                    credential=thing.credential_id,
                    issued_on=thing.issued_on.isoformat(),
                    **at,
                )
                for thing in things
            ]
        )
    elif label == "programs.enrollment":
        said = {"organization": context.organization, **at}
        record_all(
            [
                event("enrollment.withdrawn", thing.trainee, trainee=thing.trainee_id, program=thing.program_id, **said)
                for thing in things
            ]
        )
    elif label == "accounts.traineeprofile":
        record_all([event("profile.removed", thing, organization=context.organization, **at) for thing in things])
    elif label == "accounts.consent":
        record_all(
            [event("consent.withdrawn", User(pk=t.user_id), purpose=t.purpose, opening=None, **at) for t in things]
        )


def record_restored(label: str, thing, before: dict, context) -> None:
    if label == "programs.certification":
        _certification_event(thing, context)
    elif label == "accounts.traineeprofile":
        _profile_changed(thing, before, context)


def stays(label: str, thing) -> bool:
    """Whether somebody acted on it: a certificate was revoked, a person has signed in."""
    if label == "programs.certification":
        return thing.state == Certification.State.REVOKED
    if label == "accounts.traineeprofile":
        return thing.user.last_login is not None
    return False
