"""Lists and sheets that show a person leave a line the person reads; settings and contacts ask once more who it is."""

import pytest
from django.db import transaction
from django.urls import reverse

from accounts.models import Membership
from accounts.record import seen
from imports.models import Batch
from notifications import outbox, todo
from programs.models import Enrollment


def looks(person, purpose):
    return [(look.viewer, look.organization) for look in seen.of_person(person).filter(purpose=purpose)]


@pytest.fixture
def sheet(cast):
    """Priya looks at a sheet in which Ana, whom her center trained, is one line; another line cannot come in."""
    Enrollment.objects.create(
        trainee=cast.trainee, provider=cast.center, given_name="Ana Morales", given_email=cast.ana.email
    )
    rows = [[2, ["Ana Morales", cast.ana.email, "92335", "OSHA 10", "2026-05-05"]], [3, ["", "", "", "OSHA 10", ""]]]
    return Batch.objects.create(
        kind="completers", organization=cast.center, by=cast.priya, file_name="may.csv",
        sheet={"header": ["Name", "Email", "ZIP", "Credential", "Issued"], "rows": rows, "problems": [], "ssn": {}},
    )  # fmt: skip


def test_tasks_messages_and_sheets_that_show_a_person_leave_a_line(cast, sign_in, sheet):
    cast.agree()
    with transaction.atomic():
        todo.ask(
            "address", topic="address", once_key="x", about=cast.ana, at=cast.now,
            data={"channel": "email", "address": cast.ana.email},
        )  # fmt: skip
        outbox.send_letter(cast.ana.email, subject="A code", text="1", user=cast.ana, at=cast.now)
        outbox.send_letter(cast.elliot.email, subject="A code", text="1", user=cast.elliot, at=cast.now)
    carla, priya = sign_in(cast.carla), sign_in(cast.priya)
    assert "Ana Morales" in carla.get(reverse("task_list") + "?list=all").content.decode()
    assert "Ana Morales" in carla.get(reverse("post_list")).content.decode()
    assert "Ana Morales" in priya.get(reverse("import_batch", args=[sheet.public_id])).content.decode()
    assert looks(cast.ana, "tasks") == looks(cast.ana, "messages") == [(cast.carla, cast.coalition)]
    assert looks(cast.ana, "sheet") == [(cast.priya, cast.center)]
    assert not looks(cast.elliot, "messages"), "who acts for an organization is no record"

    cast.ana.consents.filter(purpose="record").delete()
    carla.get(reverse("post_list"))
    assert seen.of_person(cast.ana).get(purpose="messages").times == 1, "nobody is named, nothing was seen"


def test_settings_of_an_organization_and_contacts_in_a_file_ask_once_more(cast, sign_in, sheet):
    Membership.objects.filter(user__in=[cast.priya, cast.elliot]).update(role=Membership.Role.ADMIN)
    elliot, priya = sign_in(cast.elliot), sign_in(cast.priya)
    whole = reverse("import_batch", args=[sheet.public_id])
    left_out = f"{whole}?refused=csv"
    assert priya.get(left_out)["Content-Type"].startswith("text/csv")
    for browser in (elliot, priya):
        session = browser.session
        session["account_authentication_methods"][-1].pop("reauthenticated")
        session.save()
    shop = [cast.shop.public_id]
    for name in ("organization_edit", "organization_people", "organization_review"):
        assert elliot.get(reverse(name, args=shop)).status_code == 200, name
        asked = elliot.post(reverse(name, args=shop), {"name": "Other"})
        assert asked.status_code == 302, name
        assert "/again/" in asked["Location"] or "reauthenticate" in asked["Location"], name
    assert priya.get(whole).status_code == 200
    assert priya.get(left_out).status_code == 302
