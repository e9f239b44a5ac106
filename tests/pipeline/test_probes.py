"""What machines ask: alive, ready, how much; cheap, without secrets, and whatever else is broken."""

import json
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from ledger import heartbeats
from ledger.models import Handoff
from notifications.models import Delivery
from pipeline import health


@pytest.fixture
def alive(db, now):
    heartbeats.expect(at=now)
    return now


def letter(**values):
    return Delivery.objects.create(address="a@b.example", letter={"subject": "x"}, message_id=str(values), **values)


def ready(client):
    answer = client.get("/readyz", headers={"host": "10.0.0.7:8000"})
    return answer.status_code, json.loads(answer.content)["parts"]


def test_alive_means_the_process_and_asks_nothing_of_anybody(client, settings):
    settings.SECURE_SSL_REDIRECT = True
    # No database fixture: a question to it would fail this test.
    answer = client.get("/healthz", headers={"host": "10.0.0.7:8000"})
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert not answer.cookies
    assert client.post("/healthz").status_code == 405


def test_ready_when_every_part_is(alive, client, django_assert_max_num_queries):
    ready(client)
    with django_assert_max_num_queries(3):
        status, parts = ready(client)
    assert status == 200, parts
    assert set(parts) == {"database", "migrations", "handoffs", "outbox", "heartbeats", "disk"}


@pytest.mark.parametrize(
    ("plant", "part"),
    [
        (lambda now: heartbeats.Heartbeat.objects.filter(kind="sender").delete(), "heartbeats"),
        (lambda now: letter(due_at=now - timedelta(minutes=6)), "outbox"),
        (lambda now: Handoff.objects.create(event_id=1, room="matching", kind="x", subject_id=1,
                                            due_at=now - timedelta(minutes=6)), "handoffs"),
    ],
)  # fmt: skip
def test_red_names_the_part(alive, client, plant, part):
    plant(alive)
    status, parts = ready(client)
    assert status == 503
    assert [name for name, told in parts.items() if not told["ok"]] == [part]


def test_red_after_two_minutes_of_silence(alive, client):
    import time_machine

    with time_machine.travel(alive + timedelta(seconds=119), tick=False):
        assert ready(client)[0] == 200
    with time_machine.travel(alive + timedelta(seconds=121), tick=False):
        assert ready(client)[1]["heartbeats"]["silent"] == list(heartbeats.KINDS)


def test_a_database_that_is_away_is_said_and_is_no_error(alive, client, monkeypatch):
    def away(*_):
        raise OperationalError("connection refused: password=secret")

    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", away)
        status, parts = ready(client)
    assert status == 503
    assert parts["database"] == {"ok": False}


def test_a_database_that_lacks_migrations_is_said(alive, client, monkeypatch):
    monkeypatch.setattr(health, "_applied", False)
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM django_migrations WHERE id = (SELECT max(id) FROM django_migrations WHERE app = 'ledger')"
        )
    assert ready(client)[1]["migrations"] == {"ok": False, "waiting": 1}


def test_a_full_disk_is_red(alive, client, monkeypatch):
    from collections import namedtuple

    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(health.shutil, "disk_usage", lambda _path: usage(10**11, 10**11 - 10**8, 10**8))
    assert ready(client)[1]["disk"] == {"ok": False, "free_percent": 0}


def test_metrics_are_not_there_for_who_holds_no_token(db, client, settings):
    assert client.get("/metrics").status_code == 404
    settings.METRICS_TOKEN = "t" * 20
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"authorization": "Bearer "}).status_code == 404
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics", headers={"authorization": "Bearer "}).status_code == 404


def test_metrics_say_what_waits_who_lives_and_how_long_answers_take(cast, client, settings):
    settings.METRICS_TOKEN = "t" * 20
    cast.certify()
    heartbeats.beat(["worker"], "worker@one", at=timezone.now())
    letter(due_at=timezone.now() - timedelta(seconds=90))
    client.get("/programs/?q=secret")
    told = client.get("/metrics", headers={"authorization": "Bearer " + "t" * 20}).content.decode()
    assert "throughline_up 1.0" in told
    assert 'throughline_handoffs{room="matching",state="waiting"} 1.0' in told
    assert 'throughline_deliveries{channel="email",state="queued"} 1.0' in told
    assert 'throughline_heartbeat_age_seconds{kind="worker",process="worker@one"}' in told
    assert 'throughline_lag_seconds{queue="deliveries"} 9' in told
    assert 'throughline_http_seconds_count{answer="2xx",method="GET",view="program_list"}' in told
    assert "secret" not in told
