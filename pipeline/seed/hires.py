"""Example jobs at every stage: fresh hires of the referrals, jobs that lasted, one asked about, one of which the two
sides do not say the same, one that ended."""

from datetime import timedelta

from accounts.models import Consent, Membership, Organization, TraineeProfile, User
from matching import jobs
from notifications import todo, topics
from placements.hires import local, retention, taking
from placements.hires.lifecycle import DAYS, STANDING
from placements.models import CheckIn, Placement, Referral

from ..cast import BY_KEY

# Work found elsewhere: days since it began, the employer's name (none: one of the example employers, who knows of it),
# what it pays, how many check-ins are behind it, what became of the one asked now, and days since it ended.
STORIES = [
    (410, "Fontana Fulfillment", 2150, 4, "", None),
    (205, "", 2300, 3, "", None),
    (100, "", 2450, 2, "", None),
    (62, "", 2250, 1, "", None),
    (33, "", 2600, 0, "asked", None),
    (120, "Ontario Cold Storage", 2000, 1, "", 30),
    (12, "Redlands Solar", 2800, 0, "", None),
    (94, "", 2350, 1, "quarrel", None),
]
RAISE = 75  # cents an hour at each check-in


def plant(ground) -> int:
    """Placements for the hired referrals and for some people who found work elsewhere; return how many."""
    made = [of_referral(ground, referral) for referral in _hired()]
    people = _others(len(STORIES))
    employers = list(
        Organization.objects.filter(kind=Organization.Kind.EMPLOYER, is_example=True).order_by("name")[: len(STORIES)]
    )
    for trainee, story, employer in zip(people, STORIES, employers, strict=False):
        made.append(_elsewhere(ground, trainee, story, employer))
    quarrels = CheckIn.objects.filter(state=CheckIn.State.OPEN).values_list("placement__trainee", flat=True)
    # Who says that the job is over looks for work again, whatever the employer says.
    working = {placement.trainee_id for placement in made if placement.standing} - set(quarrels)
    TraineeProfile.objects.filter(pk__in=working).update(looking=False)
    jobs.match({placement.trainee_id for placement in made}, set(), at=ground.at, quiet=True)
    return len(made)


def _hired():
    rows = Referral.objects.filter(state=Referral.State.HIRED).select_related("trainee__user", "opening__organization")
    return rows.order_by("opening__external_id", "trainee__user__email")


def _others(many: int):
    """People with a certificate who share their record and have nothing open, those last by address first."""
    shares = Consent.objects.standing().filter(purpose=Consent.Purpose.RECORD).values("user")
    rows = TraineeProfile.objects.filter(referrals=None, certifications__state="verified", user__in=shares).exclude(
        zip=""
    )
    rows = rows.exclude(user__email="ana@throughline.example").select_related("user").distinct()
    return rows.order_by("-user__email")[:many]


def _begin(ground, placement: Placement, *, by, organization=None) -> Placement:
    placement.public_id = ground.number()
    placement.home_zip = placement.trainee.zip
    local.freeze(placement).save()
    at = ground.moment(placement.starts_on, 9)
    ground.happened("placement.hire", placement, at=at, by=by, organization=organization, **taking.facts(placement))
    ground.happened("profile.rested", placement.trainee, at=at, by=by, trainee=placement.trainee_id)
    return placement


def of_referral(ground, referral: Referral) -> Placement:
    opening = referral.opening
    at = referral.hirer_answered_at or ground.at
    placement = Placement(
        trainee=referral.trainee,
        referral=referral,
        opening=opening,
        employer=opening.organization,
        occupation=opening.occupation,
        wage_cents=opening.wage_min_cents,
        wage_unit="hour",
        hourly_cents=opening.wage_min_cents,
        hours_a_week=40,
        starts_on=ground.moment(at.date(), 9).date(),
        source=Placement.Source.PORTAL,
        declared_by=Placement.Side.EMPLOYER,
        declared_for=opening.organization,
        employer_knows=True,
        work_zip=opening.zip,
        created_by=opening.contact,
        created_at=at,
    )
    return _begin(ground, placement, by=opening.contact, organization=opening.organization)


def _elsewhere(ground, trainee: TraineeProfile, story, employer: Organization) -> Placement:
    ago, name, cents, settled, asked, ended = story
    starts_on = ground.today - timedelta(days=ago)
    placement = Placement(
        trainee=trainee,
        employer=None if name else employer,
        employer_name=name,
        wage_cents=cents,
        wage_unit="hour",
        hourly_cents=cents,
        hours_a_week=38,
        starts_on=starts_on,
        source=Placement.Source.OFF,
        declared_by=Placement.Side.WORKER,
        employer_knows=not name,
        work_zip=employer.zip,
        created_by=trainee.user,
        created_at=ground.moment(starts_on, 10),
    )
    _begin(ground, placement, by=trainee.user)
    stayed(ground, placement, settled)
    if asked == "quarrel":
        _quarrel(ground, placement, employer)
    if asked == "asked":
        at = ground.moment(placement.due_on(30), 11)
        CheckIn.objects.create(
            public_id=ground.number(), placement=placement, days=30, asked_at=at, asks_employer=True, worker="yes",
            worker_at=at,
        )  # fmt: skip
    if ended is not None:
        at = left(ground, placement, ground.today - timedelta(days=ended), Placement.End.LAID_OFF)
        ground.happened("profile.looking", trainee, at=at, by=trainee.user, trainee=trainee.pk)
    placement.save(update_fields=["state", "ended_on", "end_reason", "ended_by"])
    return placement


def stayed(ground, placement: Placement, settled: int) -> None:
    """The first so many check-ins, each answered with a yes; the employer answers, too, where it knows of the job."""
    trainee, known, cents = placement.trainee, placement.employer_knows, placement.hourly_cents
    for number, days in enumerate(DAYS[:settled], start=1):
        at = ground.moment(placement.due_on(days), 11)
        source = "both" if known else "worker"
        CheckIn.objects.create(
            public_id=ground.number(), placement=placement, days=days, asked_at=at, asks_employer=known,
            state="retained", source=source, worker="yes", worker_at=at, hourly_cents=cents + RAISE * number,
            employer="yes" if known else "", employer_at=at if known else None, settled_at=at,
        )  # fmt: skip
        facts = {"trainee": trainee.pk, "source": source, "days": days, "hourly_cents": cents + RAISE * number}
        ground.happened(f"placement.retained_{days}", placement, at=at, by=trainee.user, **facts)
    placement.state = STANDING[settled]


def left(ground, placement: Placement, last, reason):
    """The person says that the job ended on that day; return when they said it."""
    trainee, at = placement.trainee, ground.moment(last, 12)
    placement.state, placement.ended_on = Placement.State.ENDED, last
    placement.end_reason, placement.ended_by = reason, Placement.Side.WORKER
    facts = {"reason": str(reason), "ended_on": last.isoformat(), "side": "worker"}
    ground.happened("placement.end", placement, at=at, by=trainee.user, trainee=trainee.pk, **facts)
    return at


def _quarrel(ground, placement: Placement, employer: Organization) -> None:
    """After 90 days the person says that they left, the employer that they stayed: a coordinator by name finds out."""
    asked, said = (ground.moment(placement.due_on(90), hour) for hour in (11, 15))
    person = placement.trainee.user
    carla = placement.trainee.coordinator = User.objects.get(email=BY_KEY["carla"].email)  # whom the walk signs in as
    placement.trainee.save(update_fields=["coordinator"])
    boss = Membership.objects.current().filter(organization=employer).order_by("pk").first()
    answers = {"worker": "no", "worker_at": said, "worker_reason": "hours", "employer": "yes", "employer_at": said}
    check = CheckIn.objects.create(
        public_id=ground.number(), placement=placement, days=90, asked_at=asked, asks_employer=True, state="open",
        **answers,
    )  # fmt: skip
    ground.happened("placement.asked", placement, at=asked, trainee=placement.trainee_id, days=90)
    for side, by in (("worker", person), ("employer", boss.user if boss else None)):
        facts = {"trainee": placement.trainee_id, "days": 90, "side": side, "said": answers[side], "via": "web"}
        ground.happened("placement.answer", placement, at=said, by=by, **facts)
    ground.happened("profile.looking", placement.trainee, at=said, by=person, trainee=placement.trainee_id)
    todo.ask(
        "stay",
        topic=topics.REFERRALS,
        once_key=f"check:{check.pk}:stay",
        at=said,
        data=taking.about(placement) | {"days": 90, "why": "disagree", "check": check.pk},
        path=f"/placements/{placement.public_id}/",
        owner=carla,
        about=person,
        due_on=said.date() + timedelta(days=retention.TASK_DAYS),
    )
