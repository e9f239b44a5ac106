"""What the tests of programs make: a class as its provider announces it, a program with a place."""

from datetime import date

import pytest

from accounts.models import Membership, Zip
from programs import cohorts
from programs.models import Program
from programs.places import actions, queries

FACTS = {
    "starts_on": date(2027, 1, 11), "ends_on": date(2027, 4, 30), "apply_by": date(2027, 1, 4), "seats": 16,
    "zip": "", "schedule": "Mon-Thu 5:30-9 pm", "languages": ["en", "es"],
}  # fmt: skip


@pytest.fixture
def announce(cast):
    def act(program=None, *, takes_people=True, by=None, public_id=None, **facts):
        return cohorts.announce(
            program or cast.program, facts={**FACTS, **facts}, takes_people=takes_people, by=by or cast.priya,
            at=cast.now, public_id=public_id,
        )  # fmt: skip

    return act


@pytest.fixture
def located(cast):
    """A program with a place that teaches something: `located("93721", "osha10")`."""

    def make(zip_code, *keys, **values):
        place = Zip.objects.get(code=zip_code)
        number = f"L{Program.objects.count()}"
        program = Program.objects.create(
            provider=cast.center, external_id=number, kind="certificate", name=f"Class {number}", zip=zip_code,
            latitude=place.latitude, longitude=place.longitude, **values,
        )  # fmt: skip
        program.credentials.set(keys)
        return program

    return make


@pytest.fixture
def ask(cast):
    def act(trainee=None, program=None, **values):
        program, trainee = program or cast.program, trainee or cast.trainee
        return actions.ask(
            trainee, program, to=queries.recipient(program), by=trainee.user, at=cast.now, **values
        )  # fmt: skip

    return act


@pytest.fixture
def nobody_there(cast):
    """Nobody of the provider is on this site any more."""
    Membership.objects.filter(organization=cast.center).delete()
    return cast
