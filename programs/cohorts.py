"""What people do with classes (cohorts) of a program. Each action is one durable sentence."""

import hashlib
import json
import uuid

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.models import Zip
from ledger.log import record

from . import policies
from .lifecycle import COHORT
from .models import Cohort

# What people write of a class; the rest follows from it or from its life.
FACTS = ("starts_on", "ends_on", "apply_by", "seats", "zip", "schedule", "languages")


class Changed(Exception):
    """Somebody else changed the class since this page was loaded. Nothing was saved; `cohort` is how it is now."""

    def __init__(self, cohort: Cohort):
        super().__init__(_("Somebody else changed this class while you were writing. Nothing was saved yet."))
        self.cohort = cohort


@transaction.atomic(durable=True)
def announce(program, *, facts, takes_people, by, at, public_id=None) -> Cohort:
    """Add a class of a program; everybody sees it at once.

    `public_id` is the form's own number: the same form sent twice is one class. Who goes back and writes another class
    into the same form gets a second one.
    """
    policies.teach.check(by, program)
    public_id = public_id or uuid.uuid4()
    with connection.cursor() as cursor:  # the same form sent twice at once: the second waits, and finds the first's
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(public_id)])
    if twin := Cohort.objects.filter(public_id=public_id).first():
        if twin.program_id == program.pk and all(getattr(twin, name) == facts[name] for name in FACTS):
            return twin
        public_id = uuid.uuid4()
    cohort = Cohort(
        public_id=public_id,
        program=program,
        state=Cohort.State.OPEN if takes_people else Cohort.State.PLANNED,
        is_example=program.provider.is_example,
        created_at=at,
    )
    _write(cohort, facts)
    cohort.save(force_insert=True)
    _record("cohort.announced", cohort, by=by, at=at, state=cohort.state)
    return cohort


@transaction.atomic(durable=True)
def amend(cohort, *, facts, version, by, at) -> Cohort:
    """Change what a class says. Raises Changed when it is no longer the one `version` was taken of."""
    fresh = COHORT.lock(cohort)
    policies.teach.check(by, fresh.program)
    if version_of(fresh) != version:
        raise Changed(fresh)
    if changed := _write(fresh, facts):
        fresh.save(update_fields=changed)
        _record("cohort.changed", fresh, by=by, at=at, changed=changed)
    return fresh


@transaction.atomic(durable=True)
def step(cohort, name: str, *, by, at) -> Cohort:
    """Say that a class takes people, is full or is cancelled. Raises IllegalStep when it no longer can."""
    policies.teach.check(by, cohort.program)
    return COHORT.advance(cohort, name, by=by, at=at, organization=cohort.program.provider, program=cohort.program_id)


def version_of(cohort: Cohort) -> str:
    """A token that changes whenever what people write of the class changes, or its state."""
    told = json.dumps([cohort.state, [getattr(cohort, name) for name in FACTS]], default=str)
    return hashlib.sha256(told.encode()).hexdigest()[:20]


def _write(cohort: Cohort, facts: dict) -> list[str]:
    """Set what differs and return the names of the columns set. A ZIP code brings its place."""
    changed = [name for name in FACTS if getattr(cohort, name) != facts[name]]
    for name in changed:
        setattr(cohort, name, facts[name])
    if "zip" in changed:
        place = Zip.objects.get(code=cohort.zip) if cohort.zip else Zip(latitude=None, longitude=None)
        cohort.city, cohort.latitude, cohort.longitude = place.city, place.latitude, place.longitude
        changed += ["city", "latitude", "longitude"]
    return changed


def _record(kind: str, cohort: Cohort, *, by, at, **facts) -> None:
    program = cohort.program
    record(kind, cohort, by=by, at=at, organization=program.provider, program=program.pk, **facts)
