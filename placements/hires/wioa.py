"""What a WIOA report asks for, from our own records, kept apart from what we call our own figures.

Everything here is staff-verified, not wage-matched: people told us, and no wage record was looked at. The names of the
columns follow the Participant Individual Record Layout (PIRL) in meaning, not in number. No name, no contact and no
Social Security number is in it: the participant's number is made of ours with a key that only this site has.
"""

import csv
import io
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Max, Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import consents
from accounts.models import TraineeProfile
from accounts.speech import day
from imports.values.text import neutralise
from programs.models import Certification

from .models import CheckIn, Placement

# An exit is set once so many days passed without another service, and then back to the last one.
QUIET = timedelta(days=90)

COLUMNS = {
    "participant_id": gettext_lazy("A number that stands for the person in each of our exports, and for nobody else."),
    "exit_date": gettext_lazy(
        "The last day of training completed that is recorded here, set once 90 days passed with no other. Services "
        "that others gave are not known here."
    ),
    "exit_quarter": gettext_lazy("The calendar quarter of the exit date; Q1 is January to March."),
    "employed_q2": gettext_lazy(
        "yes: a job recorded here covers at least a day of the second full quarter after the exit quarter; no: none "
        "does; not yet: the quarter is not over."
    ),
    "employed_q2_evidence": gettext_lazy(
        "Who confirmed it: both, worker, employer or staff in a check-in on or after that quarter began; hire: nobody "
        "was asked since the hire."
    ),
    "hourly_wage_q2": gettext_lazy(
        "Dollars an hour in that job, the last that was known by the end of the quarter. Not quarterly earnings."
    ),
    "hours_a_week_q2": gettext_lazy("Hours a week in that job, where they were said."),
    "employed_q4": gettext_lazy("The same as employed_q2 for the fourth full quarter after the exit quarter."),
    "employed_q4_evidence": gettext_lazy("The same as employed_q2_evidence for the fourth quarter."),
    "credential_attained": gettext_lazy(
        "The first confirmed certificate from the start of what is recorded here until one year after the exit."
    ),
    "credential_date": gettext_lazy("The day on that certificate."),
}


@dataclass(frozen=True)
class Quarter:
    """A quarter of a calendar year."""

    year: int
    number: int  # 1 to 4

    @classmethod
    def of(cls, on: date) -> "Quarter":
        return cls(on.year, (on.month + 2) // 3)

    def after(self, quarters: int) -> "Quarter":
        """So many quarters later."""
        count = self.year * 4 + self.number - 1 + quarters
        return Quarter(count // 4, count % 4 + 1)

    @property
    def first(self) -> date:
        return date(self.year, self.number * 3 - 2, 1)

    @property
    def last(self) -> date:
        return self.after(1).first - timedelta(days=1)

    def __str__(self):
        return f"{self.year} Q{self.number}"


def participants(since: date, until: date, *, reader, today: date):
    """Who left training in these days and shares their record with this coordinator, with `exit_on`."""
    rows = TraineeProfile.objects.filter(user__is_active=True, user__in=consents.sharing_record(reader))
    rows = rows.annotate(exit_on=Max("enrollments__completed_on"))
    last = min(until, today - QUIET)
    return rows.filter(exit_on__gte=since, exit_on__lte=last).select_related("user").order_by("exit_on", "pk")


def rows(people, *, today: date) -> list[dict]:
    """One row for each of these participants; a fixed few questions for all of them."""
    people = list(people)
    ids = [person.pk for person in people]
    jobs, said, proofs = defaultdict(list), defaultdict(list), {}
    for job in Placement.objects.counted().filter(trainee__in=ids).order_by("starts_on", "pk"):
        jobs[job.trainee_id].append(job)
    retained = CheckIn.objects.filter(placement__trainee__in=ids).filter(
        Q(state=CheckIn.State.RETAINED) | Q(hourly_cents__isnull=False)
    )
    for check in retained.order_by("asked_at"):
        said[check.placement_id].append(check)
    left = {person.pk: person.exit_on for person in people}
    held = Certification.objects.filter(
        trainee__in=ids, state__in=(Certification.State.VERIFIED, Certification.State.EXPIRED)
    )
    for proof in held.order_by("issued_on", "pk"):
        if proof.issued_on <= left[proof.trainee_id] + timedelta(days=365):
            proofs.setdefault(proof.trainee_id, proof)
    found = []
    for person in people:
        proof = proofs.get(person.pk)
        quarter = Quarter.of(person.exit_on)
        row = {
            "participant_id": number_of(person),
            "exit_date": person.exit_on.isoformat(),
            "exit_quarter": str(quarter),
            "credential_attained": proof.credential_id if proof else "",
            "credential_date": proof.issued_on.isoformat() if proof else "",
        }
        for name, later in (("q2", quarter.after(2)), ("q4", quarter.after(4))):
            row |= _employed(name, later, jobs[person.pk], said, today)
        found.append({key: row.get(key, "") for key in COLUMNS})
    return found


def _employed(name: str, quarter: Quarter, jobs: list[Placement], said: dict, today: date) -> dict:
    if quarter.last >= today:
        return {f"employed_{name}": "not yet"}
    covering = [job for job in jobs if job.starts_on <= quarter.last and (job.ended_on or today) >= quarter.first]
    if not covering:
        return {f"employed_{name}": "no"}
    job = covering[-1]
    checks = said[job.pk]
    later = [check for check in checks if check.source and check.asked_at.date() >= quarter.first]
    paid = [check for check in checks if check.hourly_cents and check.worker_at.date() <= quarter.last]
    hourly = paid[-1].hourly_cents if paid else job.hourly_cents
    return {
        f"employed_{name}": "yes",
        f"employed_{name}_evidence": later[0].source if later else "hire",
        f"hourly_wage_{name}": f"{hourly / 100:.2f}" if hourly else "",
        f"hours_a_week_{name}": job.hours_a_week or "",
    }


def number_of(person: TraineeProfile) -> str:
    """The same in each export, and of no use to whoever lacks the site's key."""
    return salted_hmac("placements.wioa", str(person.public_id), algorithm="sha256").hexdigest()[:16]


def as_csv(found: list[dict], *, since: date, until: date, by, today: date) -> bytes:
    """The rows with what each column means above it, and who made it for which days; formulas are made harmless."""
    out = io.StringIO()
    writer = csv.writer(out)
    values = {"since": day(since), "until": day(until), "name": by.full_name, "today": day(today)}
    writer.writerow([_("Staff-verified, not wage-matched: people told us, no wage record was looked at.")])
    writer.writerow([neutralise(_("Exits from %(since)s to %(until)s. Taken out by %(name)s on %(today)s.") % values)])
    writer.writerow(list(COLUMNS))
    writer.writerow([neutralise(str(said)) for said in COLUMNS.values()])
    for row in found:
        writer.writerow([neutralise(str(value)) for value in row.values()])
    return out.getvalue().encode("utf-8-sig")
