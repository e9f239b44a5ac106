"""The ledger: only ever added to, and the rooms that asked are woken."""

from types import SimpleNamespace

import pytest
from django.db import DatabaseError, connection, transaction

from ledger.log import history, record
from ledger.models import Event, Handoff


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE ledger_event SET kind = 'x'",
        "DELETE FROM ledger_event",
        "TRUNCATE ledger_event",
    ],
)
def test_nobody_rewrites_history(cast, sql):
    cast.certify()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert Event.objects.filter(kind="certification.verified").count() == 1


def test_a_fact_wakes_matching_and_a_fact_nobody_asked_for_wakes_nobody(cast):
    cast.certify()
    record("person.taken", cast.trainee, by=cast.carla, at=cast.now)
    assert list(Handoff.objects.values_list("room", "kind")) == [("matching", "certification.verified")]


def test_an_event_outside_a_transaction_is_refused(cast, monkeypatch):
    monkeypatch.setattr("ledger.log.connection", SimpleNamespace(in_atomic_block=False))
    with pytest.raises(RuntimeError, match="transaction"):
        record("person.taken", cast.trainee, by=None, at=cast.now)


def test_a_record_shows_its_own_history_newest_first(cast):
    one, two = cast.certify("osha10"), cast.certify("aws_cw")
    record("certification.expired", one, by=None, at=cast.now)
    assert [event.kind for event in history(one)] == ["certification.expired", "certification.verified"]
    assert history(two).count() == 1
