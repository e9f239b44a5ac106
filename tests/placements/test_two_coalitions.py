"""Where there are two coalitions, a record shared with the one is nothing to the coordinators of the other."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.urls import reverse

from accounts.models import Organization, User
from imports.kinds import Context
from imports.models import Batch
from matching import nightly
from matching.models import Match
from notifications import addresses
from notifications.models import Notice, Task
from placements import actions, reminders, talk
from placements.boards import rows, waiting
from placements.hires import actions as hires
from placements.hires import sheet, wioa
from placements.models import Referral
from programs.models import Enrollment


@pytest.fixture
def two(cast):
    """Ana shares her record with Dora's coalition; Carla, of the older one, looked after her before."""
    desert = cast.organization("Desert Coalition", Organization.Kind.COALITION, "92262")
    cast.dora = User.objects.create_user("dora@throughline.example", full_name="Dora Desert")
    cast.member(cast.dora, desert)
    cast.agree()
    cast.ana.consents.filter(purpose="record").update(organization=desert)
    cast.trainee.coordinator = cast.carla
    cast.trainee.save(update_fields=["coordinator"])
    Enrollment.objects.create(
        trainee=cast.trainee, provider=cast.center, program=cast.program, given_name="Ana",
        completed_on=date(2026, 2, 10),
    )  # fmt: skip
    cast.opening()
    cast.certify()
    nightly.rematch(at=cast.now, quiet=True)
    waiting.look_again(at=cast.now)
    return cast


def test_lists_totals_sheets_and_reports_know_those_who_share_with_their_reader(two):
    today = two.now.date()

    def known(reader):
        context = Context(organization=None, by=reader, at=two.now, today=today, may_do_all=True)
        return [
            rows.numbers({}, reader).total,
            rows.numbers({"q": "Ana Mor"}, reader).total,
            len(rows.people({}, reader, today).rows),
            len(wioa.participants(today - timedelta(days=365), today, reader=reader, today=today)),
            len(sheet._theirs(context)),
        ]

    assert (known(two.carla), known(two.dora)) == ([0] * 5, [1] * 5)
    two.ana.consents.filter(purpose="record").update(organization=None)  # with whichever coalition
    assert (known(two.carla), known(two.dora)) == ([1] * 5, [1] * 5)


def test_only_a_coordinator_who_sees_the_record_is_asked_or_mentioned(two, sign_in):
    referral = actions.say_yes(Match.objects.get(), by=two.ana, at=two.now)
    assert two.dora in talk.people_of(referral)
    assert two.carla not in talk.people_of(referral)
    assert hires.coordinator_of(SimpleNamespace(trainee=two.trainee)) == two.dora
    two.trainee.coordinator = referral.trainee.coordinator = None
    assert reminders.coordinator_for(referral) == two.dora
    referral.trainee.coordinator = two.carla
    assert reminders.coordinator_for(referral) == two.dora  # not Carla, who may not see her
    two.trainee.coordinator = two.carla
    # She shares it with nobody any more: whoever takes over is told so, and reads no name.
    shared = two.ana.consents.filter(purpose="record")
    shared.update(withdrawn_at=two.now)
    reminders.remind(referral, at=two.now + timedelta(days=20))
    task, notice = Task.objects.get(kind="referral_stuck"), Notice.objects.get(kind="referral_taken_over")
    assert (task.owner, task.data["unseen"], notice.data["unseen"]) == (two.carla, True, True)
    Referral.objects.update(due_on=date(2026, 1, 5))
    paths = (reverse("task_list"), task.path, reverse("board_overdue"))
    read = [sign_in(two.carla).get(path, follow=True).text for path in paths]
    assert "Mark One person" in read[2]
    assert "you do not see who it is" in read[0]
    assert not any(word in page for word in ("Ana Morales", two.ana.email) for page in read)
    shared.update(withdrawn_at=None)
    addresses.mark_refused("email", two.ana.email, "550 no such user", at=two.now)
    task = Task.objects.get(kind="address")
    assert task.owner is None
    page = sign_in(two.dora).get(reverse("task_list"), {"list": "ours"}).content.decode()
    assert two.ana.email in page
    carla = sign_in(two.carla)
    for owner in (None, two.carla):
        Task.objects.update(owner=owner)
        for chosen in ("mine", "ours", "all", "done"):
            assert two.ana.email not in carla.get(reverse("task_list"), {"list": chosen}).content.decode()
        assert carla.post(reverse("task_done", args=[task.public_id])).status_code == 404
    Task.objects.update(kind="records_seen", data={"organization": "", "people": 9, "on": "2026-11-24"})
    assert "Ana Morales" in carla.get(reverse("task_list"), {"list": "all"}).content.decode()


def test_what_one_coalition_brought_in_is_nothing_to_the_coordinators_of_the_other(two, sign_in):
    by_carla, by_priya, by_nobody = (
        Batch.objects.create(kind="completers", organization=two.center, by=who, file_name="people.csv")
        for who in (two.carla, two.priya, None)
    )
    assert set(Batch.objects.visible_to(two.dora)) == {by_priya, by_nobody}
    assert (
        set(Batch.objects.visible_to(two.carla)) == set(Batch.objects.visible_to(two.priya)) == set(Batch.objects.all())
    )
    addresses = [reverse("import_batch", args=[batch.public_id]) for batch in (by_carla, by_priya)]
    assert [sign_in(two.dora).get(address).status_code for address in addresses] == [404, 200]
