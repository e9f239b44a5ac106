"""Sheets that come again with other words, and sheets that are taken back: what goes, what stays, what it costs."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Consent, Organization, RecordView, User
from accounts.record import seen
from imports import actions, effects
from ledger.models import Event
from programs.models import Certification, Enrollment

from .sheets import ROSA, codes, outcomes


def test_a_later_sheet_changes_only_what_differs(sheet):
    sheet({**ROSA, "Credential": "Forklift", "Expires": "2029-10-05"})
    batch = sheet({**ROSA, "Credential": "Forklift", "Expires": "2029-09-01", "ZIP": "92501"})
    assert outcomes(batch) == ["changed"]
    held = Certification.objects.get()
    assert (held.expires_on, held.expiry_is_printed) == (date(2029, 9, 1), True)
    changed = {effect["model"]: effect["before"] for effect in batch.rows.get().effects}
    assert changed["accounts.traineeprofile"]["zip"] == "92335"
    assert changed["programs.certification"]["expires_on"] == "2029-10-05"


def test_a_batch_is_taken_back_with_everything_it_made(cast, sheet):
    people = User.objects.count()
    batch = sheet(ROSA, {**ROSA, "Credential": "Forklift"}, people_agreed=True)
    actions.take_back(batch, by=cast.priya, at=cast.now)
    batch.refresh_from_db()
    assert batch.state == "undone"
    assert User.objects.count() == people, [row.problems for row in batch.rows.all()]
    assert not Certification.objects.exists()
    assert not Enrollment.objects.exists()
    assert not Consent.objects.exists()
    assert Event.objects.filter(kind="certification.withdrawn").count() == 2
    assert Event.objects.filter(kind="import.undone").count() == 1
    assert outcomes(sheet(ROSA)) == ["new"]


def test_changes_are_restored_by_taking_back(cast, sheet):
    sheet({**ROSA, "Credential": "Forklift", "Expires": "2029-10-05"})
    batch = sheet({**ROSA, "Credential": "Forklift", "Expires": "2029-09-01", "ZIP": "92501"})
    actions.take_back(batch, by=cast.priya, at=cast.now)
    held = Certification.objects.get()
    assert held.expires_on == date(2029, 10, 5)
    assert (held.trainee.zip, held.trainee.county) == ("92335", "San Bernardino")


def test_somebody_who_has_signed_in_since_stays(cast, sheet):
    batch = sheet(ROSA)
    User.objects.filter(email="rosa@example.org").update(last_login=cast.now)
    actions.take_back(batch, by=cast.priya, at=cast.now)
    assert User.objects.filter(email="rosa@example.org").exists()
    assert "kept_acted" in codes(batch)
    assert not Certification.objects.exists()


@pytest.mark.parametrize("acted", [False, True])
def test_taking_back_asks_as_much_for_many_people_as_for_few(cast, sheet, acted):
    """Whether they go or, because they have signed in since, stay and their rows say so."""
    asked = []
    for number in (3, 130):
        names = [
            f"{'Rosa' if number == 3 else 'Luz'} Delgado{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(number)
        ]
        rows = [
            {**ROSA, "Name": name, "Email": f"r{number}.{n}@example.org", "Phone": "", "Student ID": f"{number}-{n}"}
            for n, name in enumerate(names)
        ]
        people = User.objects.filter(email__startswith=f"r{number}.")
        batch = sheet(*rows, people_agreed=True)
        assert people.count() == number
        if acted:
            people.update(last_login=cast.now)
        with CaptureQueriesContext(connection) as queries:
            actions.take_back(batch, by=cast.priya, at=cast.now)
        asked.append(len(queries))
        assert people.count() == (number if acted else 0)
        assert codes(batch).count("kept_acted") == (2 * number if acted else 0)  # the account and the profile
    assert asked[1] <= asked[0] + 4  # what is written goes by hundreds


def test_taking_back_twice_has_one_effect(cast, sheet):
    batch = sheet(ROSA)
    actions.take_back(batch, by=cast.priya, at=cast.now)
    actions.take_back(batch, by=cast.priya, at=cast.now)
    assert Event.objects.filter(kind="import.undone").count() == 1


def test_who_looked_at_a_record_stays_on_it_when_their_organization_is_taken_back(cast):
    made = Organization.objects.create(kind="employer", name="Taken Back")
    seen.note(cast.carla, [cast.ana.pk], seen.Purpose.LIST, at=cast.now, organization=made)
    assert effects.delete([made], lambda things: None) == {made.pk}
    looked = RecordView.objects.get()
    assert (looked.person, looked.viewer, looked.organization) == (cast.ana, cast.carla, None)


def test_a_question_can_be_answered_only_while_the_batch_stands(cast, sheet):
    batch = sheet({**ROSA, "Name": "Ana Morales", "Email": "other@example.org", "Phone": "", "Student ID": ""})
    actions.take_back(batch, by=cast.priya, at=cast.now)
    actions.answer(batch.rows.get(), same_as=None, by=cast.carla, at=cast.now)
    assert not User.objects.filter(email="other@example.org").exists()
