"""Who looked at whose record, how many in a day, and that no table about people goes unregistered."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.db import connection, models
from django.test.utils import isolate_apps
from django.urls import reverse
from django.utils import timezone

from accounts.models import RecordView, User
from accounts.policies import Denied
from accounts.record import checks, registry, seen
from matching import nightly
from matching.models import Match
from notifications import todo
from notifications.models import Task
from placements import actions

Purpose = RecordView.Purpose


@pytest.fixture
def said_yes(cast):
    cast.agree()
    cast.job = cast.opening()
    cast.certify()
    nightly.rematch(at=cast.now)
    cast.referral = actions.say_yes(Match.objects.get(), by=cast.ana, at=cast.now)
    return cast


def rows(viewer):
    return list(RecordView.objects.filter(viewer=viewer).order_by("pk").values_list("purpose", "organization__name"))


def test_every_page_that_shows_a_person_leaves_its_row(said_yes, sign_in, settle):
    settle()  # the board's rows are written by a job
    elliot, priya, carla = (sign_in(user) for user in (said_yes.elliot, said_yes.priya, said_yes.carla))
    elliot.get(reverse("hirer_home"))
    elliot.get(reverse("opening_people", args=[said_yes.job.public_id]))
    elliot.get(reverse("referral", args=[said_yes.referral.public_id]))
    assert rows(said_yes.elliot) == [("list", "Rialto Steel"), ("referral", "Rialto Steel")]
    priya.get(reverse("certification_list"))
    assert rows(said_yes.priya) == [("graduate", "Inland Trades Training Center")]
    carla.get(reverse("person", args=[said_yes.trainee.public_id]))
    carla.get(reverse("post_person", args=[said_yes.ana.public_id]))
    carla.get(reverse("board"))
    assert {purpose for purpose, _body in rows(said_yes.carla)} >= {"record", "messages", "board"}
    assert {body for _purpose, body in rows(said_yes.carla)} == {"Inland Coalition"}
    assert set(RecordView.objects.values_list("person", flat=True)) == {said_yes.ana.pk}


def test_looking_again_counts_and_another_day_is_another_row(cast):
    for minutes in (0, 5, 10):
        seen.note(cast.elliot, [cast.ana], Purpose.REFERRAL, at=cast.now + timedelta(minutes=minutes))
    view = RecordView.objects.get()
    assert (view.times, view.first_at, view.last_at) == (3, cast.now, cast.now + timedelta(minutes=10))
    seen.note(cast.elliot, [cast.ana], Purpose.REFERRAL, at=cast.now + timedelta(days=1))
    assert RecordView.objects.count() == 2


def test_a_list_costs_one_statement_and_oneself_is_not_looked_at(cast, django_assert_num_queries):
    people = [cast.another_trainee(f"Person {n}").user for n in "abc"]
    seen.note(cast.ana, [cast.ana], Purpose.RECORD, at=cast.now)
    assert not RecordView.objects.exists()
    with django_assert_num_queries(1):
        seen.note(cast.elliot, people, Purpose.LIST, at=cast.now, organization=cast.shop)
    assert RecordView.objects.count() == 3


def test_names_nobody_may_read_are_not_noted(said_yes, sign_in):
    sign_in(said_yes.rhea).get(reverse("referral", args=[said_yes.referral.public_id]))
    assert not RecordView.objects.filter(viewer=said_yes.rhea).exists()


def test_the_person_reads_which_organization_looked_what_for_and_when(said_yes, sign_in, django_assert_max_num_queries):
    sign_in(said_yes.elliot).get(reverse("referral", args=[said_yes.referral.public_id]))
    browser = sign_in(said_yes.ana)
    for language, words in (("en", "Opened your yes"), ("es", "Abrió")):
        browser.get("/?lang=" + language, follow=True)
        with django_assert_max_num_queries(12):
            text = browser.get(reverse("seen_list")).content.decode()
        assert "Rialto Steel" in text
        assert words in text
    assert "Elliot" not in text
    assert "Rialto" not in sign_in(said_yes.rhea).get(reverse("seen_list")).content.decode()


def test_an_account_that_opens_very_many_people_is_stopped_and_the_coalition_told_once(cast, settings):
    settings.PEOPLE_SEEN_A_DAY = 3
    people = User.objects.bulk_create(User(full_name=f"P {n}", email=f"p{n}@throughline.example") for n in range(5))
    seen.note(cast.elliot, people[:2], Purpose.LIST, at=cast.now)
    assert not Task.objects.exists()
    seen.note(cast.elliot, people[2:3], Purpose.LIST, at=cast.now)
    with pytest.raises(Denied):
        seen.note(cast.elliot, people[3:], Purpose.LIST, at=cast.now)
    seen.note(cast.elliot, people[:3], Purpose.LIST, at=cast.now)  # whom they opened today opens again
    assert RecordView.objects.filter(viewer=cast.elliot).count() == 3
    task = Task.objects.get()
    assert (task.kind, task.about_id, task.owner, task.organization) == ("records_seen", cast.elliot.pk, None, None)
    assert "Elliot Park" in todo.worded([task])[0].message.paragraphs[0]
    seen.note(cast.rhea, people[3:], Purpose.LIST, at=cast.now)  # others have their own number
    with time_machine.travel(cast.now + timedelta(days=1)):
        seen.note(cast.elliot, people[3:], Purpose.LIST, at=timezone.now())


def test_the_refusal_is_a_page_with_a_sentence(said_yes, sign_in, settings):
    settings.PEOPLE_SEEN_A_DAY = 0
    answer = sign_in(said_yes.carla).get(reverse("person", args=[said_yes.trainee.public_id]))
    assert answer.status_code == 403
    assert "Morales" not in answer.content.decode()


def test_rows_are_forgotten_after_three_years(cast):
    seen.note(cast.elliot, [cast.ana], Purpose.REFERRAL, at=cast.now - timedelta(days=3 * 365 + 2))
    seen.note(cast.elliot, [cast.ana], Purpose.REFERRAL, at=cast.now)
    assert seen.forget(at=cast.now) == 1
    assert RecordView.objects.count() == 1


# --- The registry ----------------------------------------------------------------------------------------------------
def test_every_table_about_people_is_registered():
    assert checks.every_personal_field_is_registered() == []
    assert len(registry.every()) > 30


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("email", models.EmailField()),
        ("holder", models.ForeignKey("accounts.User", models.CASCADE, related_name="+")),
        ("trainee", models.OneToOneField("accounts.TraineeProfile", models.CASCADE, related_name="+")),
        ("phone", models.CharField(max_length=20)),
        ("anything", models.JSONField()),
    ],
)
def test_a_table_about_people_that_nobody_registered_stops_the_start(name, field):
    with isolate_apps("accounts", kwarg_name="apps"):
        planted = type("Planted", (models.Model,), {"__module__": "accounts.models.planted", name: field.clone()})
        assert [error.id for error in [checks._unsaid(planted)]] == ["record.E001"]
        clean = type("Clean", (models.Model,), {"__module__": "accounts.models.planted", "n": models.IntegerField()})
        assert checks._unsaid(clean) is None


def test_the_check_runs_over_the_tables_of_a_room():
    with isolate_apps("accounts"):
        planted = type(
            "Planted", (models.Model,), {"__module__": "accounts.models.planted", "email": models.EmailField()}
        )
    room = SimpleNamespace(get_models=lambda include_auto_created: [planted])
    assert [error.id for error in checks.every_personal_field_is_registered([room])] == ["record.E001"]


def test_a_personal_field_that_is_not_spoken_of_is_found(monkeypatch):
    entry = registry.entry("accounts.Guardian")
    short = registry.Personal(entry.model, entry.title, entry.whose, ("name",), entry.erase, frozenset({"user"}))
    monkeypatch.setitem(registry._personal, "accounts.guardian", short)
    assert [error.id for error in checks.every_personal_field_is_registered()] == ["record.E002"]


def test_every_field_that_is_shown_exists(cast):
    subject = registry.subject(cast.ana)
    for entry in registry.every():
        list(entry.rows(subject).values(*entry.show))
    assert connection.in_atomic_block


def test_the_coordinator_sees_how_to_talk_and_write_and_whether_there_is_a_ride(said_yes, sign_in):
    said_yes.trainee.spoken, said_yes.trainee.written, said_yes.trainee.has_transport = "hmn", "es", False
    said_yes.trainee.save()
    carla, elliot = sign_in(said_yes.carla), sign_in(said_yes.elliot)
    text = carla.get(reverse("person", args=[said_yes.trainee.public_id])).content.decode()
    assert "Hmong" in text
    assert "Spanish" in text
    assert "Way to get to work" in text
    assert "Hmong" not in elliot.get(reverse("referral", args=[said_yes.referral.public_id])).content.decode()
