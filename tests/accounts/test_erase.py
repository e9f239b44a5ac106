"""Erased is erased: no name, address, number or word of theirs in any row of any table; what is counted stays."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.urls import reverse

from accounts import consents
from accounts.models import Consent, Erasure, Guardian, Membership, Organization, User
from accounts.organizations import invitations
from accounts.policies import Denied
from accounts.record import erase, seen
from imports.models import Batch, Row
from ledger.log import record
from ledger.models import Event
from matching import nightly
from matching.models import Match
from notifications import outbox, todo, topics
from notifications.models import Address, Delivery, Notice, Task
from notifications.sms.models import ConsoleText, Incoming, PhoneCode, Question, Text, TextTopics, Unsettled
from placements import actions
from placements.models import Referral
from programs.models import Certification, Enrollment

NAME, EMAIL, PHONE, ZIP = "Xiomara Quetzal", "xq@canary.example", "+19095557331", "92376"
WORDS = ("Xiomara", "Quetzal", "canary.example", "9095557331", "canary-note", "S-CANARY")


@pytest.fixture(autouse=True)
def tombstones(settings, tmp_path):
    settings.TOMBSTONES = tmp_path / "stones" / "tombstones.jsonl"
    return settings.TOMBSTONES


@pytest.fixture
def full(cast):
    """A person with a row in every table that can hold one."""
    person = cast.trainee.user
    now = cast.now
    person.full_name, person.email, person.phone, person.phone_verified_at = NAME, EMAIL, PHONE, now
    person.save()
    person.emailaddress_set.update(email=EMAIL)
    person.usersession_set.create(ip="203.0.113.7", session_key="k" * 20, user_agent="canary-note")
    cast.trainee.refresh_from_db()
    cast.agree()
    cast.job, cast.certification = cast.opening(), cast.certify()
    Enrollment.objects.create(
        trainee=cast.trainee, program=cast.program, provider=cast.center, provider_ref="S-CANARY", given_name=NAME,
        given_email="other@canary.example", given_phone=PHONE,
    )  # fmt: skip
    nightly.rematch(at=now)
    cast.match = Match.objects.get()
    cast.referral = actions.say_yes(cast.match, by=person, at=now)
    Referral.objects.update(note="canary-note")
    cast.job.places.create(trainee=cast.trainee, registered_at=now)
    Guardian.objects.create(user=person, address="mother@canary.example", asked_at=now, expires_at=now, name="Quetzal")
    with transaction.atomic():
        consents.give(person, Consent.Purpose.SMS, source="web", at=now, by=person, number=PHONE)
        data = Notice.objects.filter(kind="referral_yes").first().data
        outbox.post(person, "referral_yes", topic=topics.REFERRALS, once_key="x", data=data, path="/", at=now)
        letter = outbox.send_letter(PHONE, text=f"Hello {NAME}", user=None, channel="sms", at=now)
        todo.ask("address", topic="address", once_key="x", about=person, at=now,
                 data={"channel": "email", "address": EMAIL, "name": NAME})  # fmt: skip
    Text.objects.create(number=PHONE, delivery=letter)
    Incoming.objects.create(sid="i", number=PHONE, reply=f"Thank you {NAME}")
    Question.objects.create(user=person, number=PHONE, kind="matches", about="x", expires_at=now)
    Unsettled.objects.create(number=PHONE, questions=[1], expires_at=now)
    PhoneCode.objects.create(user=person, number=PHONE, digest="x", expires_at=now)
    TextTopics.objects.create(user=person, topics=["matches"])
    ConsoleText.objects.create(number=PHONE, body=f"Hello {NAME}", sid="c")
    Address.objects.create(channel="email", address=EMAIL, state="refused", reason="canary-note")
    batch = Batch.objects.create(kind="completers", organization=cast.center, by=cast.priya, file_name="s.csv",
                                 state="imported", sheet=None)  # fmt: skip
    made = [{"model": "accounts.user", "pk": person.pk, "made": True, "after": {"email": EMAIL}}]
    Row.objects.create(batch=batch, line=2, outcome="new", values={"name": NAME, "email": EMAIL}, effects=made)
    Batch.objects.create(kind="completers", organization=cast.center, by=cast.priya, file_name="t.csv",
                         sheet={"rows": [[NAME, EMAIL]]})  # fmt: skip
    seen.note(cast.elliot, [person], seen.Purpose.REFERRAL, at=now)
    cast.person = person
    return cast


def everything() -> dict[str, str]:
    """Every row of every table as text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'accounts_zip'")
        tables = [name for (name,) in cursor.fetchall()]
        found = {}
        for table in tables:
            cursor.execute(f'SELECT string_agg(t::text, chr(10)) FROM "{table}" t')
            found[table] = cursor.fetchone()[0] or ""
    return found


def holding(word: str) -> set[str]:
    return {table for table, text in everything().items() if word.lower() in text.lower()}


def test_nothing_in_the_database_says_who_it_was(full, settle):
    assert len(holding("Quetzal")) >= 7, "the canaries were planted"
    assert len(holding("9095557331")) >= 8
    erase.erase(full.person, at=full.now)
    settle()
    left = {word: holding(word) for word in WORDS}
    assert not any(left.values()), left


def test_what_is_counted_stays_and_nobody_waits_for_the_person(full, settle):
    events = Event.objects.count()
    erase.erase(full.person, at=full.now)
    settle()
    referral = Referral.objects.get()
    assert (referral.state, referral.owner, referral.note) == ("withdrawn", None, "")
    assert Certification.objects.filter(state="verified").count() == 1
    assert Enrollment.objects.filter(program=full.program).count() == 1
    assert Event.objects.count() > events
    assert Row.objects.get().effects == []
    full.person.refresh_from_db()
    assert erase.is_erased(full.person)
    assert not Match.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM matching_seeker WHERE trainee_id = %s", [full.trainee.pk])
        assert cursor.fetchone() == (0,)


def test_a_hire_stays_counted(full):
    Referral.objects.update(state="hired", owner=None, due_on=None)
    erase.erase(full.person, at=full.now)
    assert Referral.objects.get().state == "hired"


def test_pages_that_showed_the_person_still_open_without_a_name(full, sign_in, settle):
    Referral.objects.update(state="hired", owner=None, due_on=None)
    erase.erase(full.person, at=full.now)
    settle()
    for user, name, args in (
        (full.elliot, "hirer_home", []), (full.elliot, "opening_people", [full.job.public_id]),
        (full.elliot, "referral", [full.referral.public_id]), (full.priya, "certification_list", []),
        (full.carla, "board", []), (full.carla, "post_list", []), (full.carla, "task_list", []),
    ):  # fmt: skip
        answer = sign_in(user).get(reverse(name, args=args))
        assert answer.status_code == 200, name
        assert "Quetzal" not in answer.content.decode()
    assert sign_in(full.carla).get(reverse("person", args=[full.trainee.public_id])).status_code == 404


def test_their_session_ends_and_they_cannot_sign_in(full, sign_in, client, mailoutbox):
    browser = sign_in(full.person)
    assert browser.get(reverse("seen_list")).status_code == 200
    erase.erase(full.person, at=full.now)
    assert browser.get(reverse("seen_list")).status_code == 302
    from django.contrib.sessions.models import Session

    assert not any(s.get_decoded().get("_auth_user_id") == str(full.person.pk) for s in Session.objects.all())


def test_whoever_answered_stop_is_not_written_to_again(full):
    Address.objects.create(channel="sms", address=PHONE, state="stopped", reason="STOP")
    erase.erase(full.person, at=full.now)
    assert list(Address.objects.values_list("address", "state", "reason")) == [(PHONE, "stopped", "")]


def test_others_keep_what_is_theirs(full):
    other = full.another_trainee("Bo Other")
    with transaction.atomic():
        record("person.taken", other, by=full.carla, at=full.now, trainee=other.pk)
    before = Notice.objects.exclude(user=full.person).count(), Delivery.objects.filter(user=full.elliot).count()
    erase.erase(full.person, at=full.now)
    assert before == (Notice.objects.count(), Delivery.objects.filter(user=full.elliot).count())
    other.user.refresh_from_db()
    assert other.user.full_name == "Bo Other"
    assert Consent.objects.filter(user=other.user).count() == 2


def test_a_restored_backup_is_erased_again_by_the_file(full, tombstones, settle):
    with transaction.atomic():
        savepoint = transaction.savepoint()
        erase.erase.__wrapped__(full.person, at=full.now)
        transaction.savepoint_rollback(savepoint)  # the backup from before comes back; the file stays
    assert holding("Quetzal")
    assert json.loads(tombstones.read_text())["person"] == str(full.person.public_id)
    # In the backup they act for an organization, since today, which they left before they were erased.
    body = Organization.objects.filter(kind="employer").first()
    Membership.objects.create(user=full.person, organization=body, starts_on=full.now.date())
    out = StringIO()
    call_command("erase_person", from_tombstones=str(tombstones), stdout=out)
    assert "erased again: 1" in out.getvalue()
    settle()
    assert not holding("Quetzal")
    call_command("erase_person", from_tombstones=str(tombstones), stdout=out)
    assert "erased again: 0" in out.getvalue()


def test_a_number_is_not_written_onto_the_end_of_somebody_elses_line(cast, tombstones):
    erase.carve([(cast.ana.public_id, cast.now)])
    tombstones.write_text(tombstones.read_text().strip())  # as an editor leaves it
    erase.carve([(cast.elliot.public_id, cast.now)])
    erase.carve([(cast.carla.public_id, cast.now)])
    assert erase.read_tombstones(tombstones).keys() == {
        cast.ana.public_id,
        cast.elliot.public_id,
        cast.carla.public_id,
    }
    assert tombstones.read_text().count("\n") == 3


def test_a_file_that_cannot_be_read_says_which_line(db, tmp_path):
    path = tmp_path / "stones"
    path.write_text('{"person": "d7b4b7c1-0f4e-4ac2-9f4e-6a8f0b8a6f10", "at": "2026-01-01T00:00:00+00:00"}\nnonsense\n')
    with pytest.raises(CommandError, match="line 2"):
        call_command("erase_person", from_tombstones=str(path))


def test_the_command_erases_by_email_phone_or_number(full, capsys):
    with pytest.raises(CommandError, match="Nobody here"):
        call_command("erase_person", "nobody@throughline.example", yes=True)
    call_command("erase_person", PHONE, yes=True)
    assert str(full.person.public_id) in capsys.readouterr().out
    assert not User.objects.filter(full_name=NAME).exists()


def test_staff_leave_their_organization_first(cast):
    with pytest.raises(Denied, match="act for an organization"):
        erase.erase(cast.elliot, at=cast.now)
    cast.elliot.memberships.update(ends_on="2026-11-20")
    person = User.objects.get(pk=cast.elliot.pk)
    erase.erase(person, at=cast.now)
    assert not Task.objects.filter(owner=person).exists()


def test_the_page_says_what_stays_and_why_and_the_wish_can_be_taken_back(cast, sign_in):
    cast.agree()
    browser = sign_in(cast.ana)
    browser.get("/?lang=en", follow=True)
    text = browser.get(reverse("erase_me")).content.decode()
    for sentence in erase.leaves():
        assert sentence.split(",")[0].split(":")[0][:20] in text
    browser.post(reverse("erase_me"))
    assert not Consent.objects.standing().filter(user=cast.ana).exists()
    assert erase.erase_due(at=cast.now + timedelta(days=6)) == 0
    browser.post(reverse("erase_stop"))
    assert not Erasure.objects.exists()
    assert erase.erase_due(at=cast.now + timedelta(days=8)) == 0
    browser.post(reverse("erase_me"))
    browser.post(reverse("erase_me"))
    # Meanwhile no invitation is accepted, and a membership that others make keeps nobody here.
    (at_work,) = cast.elliot.memberships.all()
    shop = at_work.organization
    asked = invitations.invite(shop, email=cast.ana.email, role="staff", by=cast.carla, at=cast.now)
    page = browser.post(reverse("invitation", args=[invitations.token_of(asked)]), follow=True)
    assert "I want to stay" in page.text
    assert not Membership.objects.filter(user=cast.ana).exists()
    cast.member(cast.ana, shop)
    Erasure.objects.update(due_at=cast.now)
    assert erase.erase_due(at=cast.now) == 1
    cast.ana.refresh_from_db()
    assert erase.is_erased(cast.ana)
    assert Erasure.objects.get().done_at
