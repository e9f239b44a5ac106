"""When something stands still, somebody sees it: the banner, the operations page, the word to people who wait."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from ledger import heartbeats, log
from ledger.models import Event, Handoff, Turn
from notifications.models import Delivery
from pipeline import backups
from pipeline.ops import JOBS, ROOMS
from pipeline.processes import Trouble
from pipeline.schedule import jobs

DELAYED = "Messages are delayed"


@pytest.fixture
def alive(cast):
    heartbeats.expect(at=cast.now)
    return cast


@pytest.fixture
def parked(alive):
    alive.certify("osha10")
    alive.certify("aws_cw")
    Handoff.objects.exclude(room="matching").delete()  # one room is enough to stand still
    Handoff.objects.update(state="parked", attempts=5, error="ValueError: <b>poison</b>")
    return alive


def page(browser, name="ops"):
    return browser.get(reverse(name)).content.decode()


def letter(number=1, **values):
    return Delivery.objects.create(
        address=f"a{number}@b.example", letter={"subject": "x"}, message_id=str(number), **values
    )


def test_staff_see_on_every_page_that_somebody_fell_silent_and_others_do_not(alive, sign_in):
    carla, elliot = sign_in(alive.carla), sign_in(alive.elliot)
    assert "Nothing was heard" not in page(carla, "program_list")
    heartbeats.Heartbeat.objects.filter(kind="worker").update(seen_at=alive.now - timedelta(minutes=3))
    assert "Nothing was heard from the worker that matches for 3 minutes." in page(carla, "program_list")
    assert "Nothing was heard" not in page(elliot, "program_list")


def test_the_banner_costs_staff_two_questions_and_others_none(alive, sign_in):
    for person, most in ((alive.carla, 2), (alive.elliot, 0)):
        browser = sign_in(person)
        with CaptureQueriesContext(connection) as asked:
            page(browser, "council_list")
        assert sum("ledger_h" in query["sql"] for query in asked) == most


def test_parked_work_is_seen_with_its_error_and_retried_one_by_one_or_all(parked, sign_in):
    browser = sign_in(parked.carla)
    told = page(browser)
    assert "ValueError: &lt;b&gt;poison&lt;/b&gt;" in told
    assert "waits for a person: 2." in told
    assert "Try it again: often the cause is over." in told
    assert "Matching people and openings" in told
    one = Handoff.objects.first()
    assert browser.post(reverse("ops_retry"), {"handoff": one.pk}).status_code == 302
    assert list(Handoff.objects.filter(state="waiting")) == [one]
    assert Event.objects.get(kind="handoff.retried").actor_id == parked.carla.pk
    browser.post(reverse("ops_retry"))
    assert not Handoff.objects.filter(state="parked").exists()
    assert "Nothing was left" in browser.post(reverse("ops_retry"), follow=True).content.decode()


def test_the_keyboard_stays_where_it_is_while_the_page_looks_again(parked, sign_in):
    now = page(sign_in(parked.carla), "ops_now")
    # htmx finds what had the keyboard by its id; without one it would begin anew at the top, every 15 seconds.
    ids = [
        re.search(r' id="([^"]+)"', tag)
        for tag in re.findall(r"<(?:a|button|summary|input(?! type=.hidden))\b[^>]*>", now)
    ]
    assert len({found[1] for found in ids}) == len(ids) == 4  # one for each, for all, and the way to the nights


def test_who_is_no_coordinator_retries_nothing(parked, sign_in):
    for person in (parked.ana, parked.elliot, parked.priya):
        assert sign_in(person).post(reverse("ops_retry")).status_code == 403
    assert Handoff.objects.filter(state="parked").count() == 2


@pytest.mark.parametrize("name", ["ops", "ops_now"])
def test_the_page_costs_the_same_however_much_there_is(parked, sign_in, name, django_assert_max_num_queries):
    for number in range(10):
        letter(number)
        heartbeats.beat(["worker"], f"worker@{number}", at=parked.now)
    browser = sign_in(parked.carla)
    with django_assert_max_num_queries(22):
        page(browser, name)


def test_the_page_shows_deliveries_by_state_and_who_lives(alive, sign_in):
    letter(1, state="failed")
    heartbeats.beat(["worker"], "worker@one", at=timezone.now())
    told = page(sign_in(alive.carla))
    assert "worker@one" in told
    assert "Failed" in told
    assert "PostgreSQL" in told


def test_people_who_wait_for_a_message_read_that_it_is_late(alive, sign_in, client):
    browser = sign_in(alive.elliot)
    assert DELAYED not in page(browser, "inbox")
    letter(due_at=alive.now - timedelta(minutes=3))
    assert DELAYED in page(browser, "inbox")
    asked = client.post(reverse("account_request_login_code"), {"email": alive.elliot.email}, follow=True)
    assert DELAYED in asked.content.decode()


def test_a_mail_server_that_takes_nothing_is_said_one_mute_address_is_not(alive, sign_in):
    browser = sign_in(alive.elliot)
    old = alive.now - timedelta(minutes=10)
    letter(1, attempts=3, created_at=old, due_at=alive.now + timedelta(minutes=5))
    assert DELAYED not in page(browser, "inbox")
    letter(2, attempts=3, created_at=old, due_at=alive.now + timedelta(minutes=5))
    assert DELAYED in page(browser, "inbox")
    assert "The mail server takes no message." in page(sign_in(alive.carla), "inbox")
    letter(3, state="sent", sent_at=alive.now)
    assert DELAYED not in page(browser, "inbox")


def test_each_way_is_judged_for_itself(alive, sign_in):
    old = alive.now - timedelta(minutes=10)
    for number in (1, 2):
        letter(number, channel="sms", attempts=3, created_at=old, due_at=alive.now + timedelta(minutes=5))
    letter(3, state="sent", sent_at=alive.now)
    seen = page(sign_in(alive.carla), "inbox")
    assert "The text message carrier takes no message." in seen
    assert "The mail server takes no message." not in seen


def test_what_a_dead_sender_left_in_its_hands_waits_too(alive, sign_in):
    late = alive.now - timedelta(minutes=20)
    letter(1, state="sending", due_at=late, leased_until=alive.now + timedelta(minutes=4))
    assert "Messages have been waiting" not in page(sign_in(alive.carla), "inbox")
    Delivery.objects.update(leased_until=alive.now - timedelta(minutes=1))
    assert "Messages have been waiting for 20 minutes." in page(sign_in(alive.carla), "inbox")


def test_nobody_sends_and_nobody_stands_watch(alive, sign_in):
    browser = sign_in(alive.elliot)
    late = alive.now - timedelta(minutes=3)
    heartbeats.Heartbeat.objects.filter(kind="sender").update(seen_at=late)
    assert DELAYED not in page(browser, "inbox")  # the watch sends
    heartbeats.Heartbeat.objects.update(seen_at=late)
    assert DELAYED in page(browser, "inbox")


def test_staff_see_when_the_last_backup_was_proved_and_that_one_is_late_where_others_rely_on_it(
    alive, sign_in, settings
):
    carla = sign_in(alive.carla)
    late = "No backup was made and proved in the last day."
    assert "None was made yet." in page(carla)
    assert late not in page(carla)
    settings.SITE_URL = "https://hire.inland.test"
    assert late in page(carla, "program_list")
    with backups.written_down():
        pass
    seen = page(carla)
    assert "proved by restoring it now" in seen
    assert "You need do nothing." in seen
    assert late not in seen
    with pytest.raises(Trouble), backups.written_down():
        raise Trouble("pg_dump failed: <b>no room</b>")
    seen = page(carla)
    assert "pg_dump failed: &lt;b&gt;no room" in seen
    assert "Backups made before are untouched." in seen
    assert "You need do nothing." not in seen
    assert late not in seen
    Turn.objects.filter(job="backup").update(ended_at=alive.now - timedelta(hours=27), error="")
    assert late in page(carla, "program_list")
    assert "to make one today" in page(carla)


def test_every_job_by_the_clock_is_called_by_what_it_does(alive, sign_in):
    assert set(JOBS) == set(jobs())
    Turn.objects.create(job="call-up", begun_at=alive.now, by="worker")
    carla = sign_in(alive.carla)
    assert "Call up whoever is next in order" in page(carla)
    carla.cookies["django_language"] = "es"
    said = page(carla)
    assert "Llamar a quien sigue en el orden" in said
    assert ("Tarea" in said, "Empleo" in said) == (True, False)


def test_every_room_that_waits_for_work_has_a_name():
    assert set(ROOMS) == {room for room, kinds in log._asked.items() if kinds}


def test_what_stands_still_says_what_it_means_and_what_mends_it(alive, sign_in):
    carla = sign_in(alive.carla)
    heartbeats.beat(["sender"], "sender@one", at=alive.now)
    heartbeats.Heartbeat.objects.filter(kind="sender").update(seen_at=alive.now - timedelta(minutes=3))
    told = page(carla)
    assert "the watch sends emails and texts" in told
    assert "--force-recreate sender" in told
    assert "silent, last seen 3" in told
    assert "--force-recreate sender" not in page(carla, "program_list")  # the banner leads to the page
