"""The ledger: only ever added to, and the rooms that asked are woken."""

from datetime import date
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from ledger.log import event, history, record, record_new
from ledger.models import Event, Handoff
from programs.models import Certification


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


@pytest.fixture
def application(cast):
    """The database role of a production site: owns the tables, is no superuser. Yields a cursor that acts as it."""
    cast.certify()
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        me = connection.ops.quote_name(cursor.fetchone()[0])
        cursor.execute("CREATE ROLE throughline_tests NOLOGIN NOSUPERUSER CREATEROLE")
        cursor.execute("GRANT ALL ON SCHEMA public TO throughline_tests")
        cursor.execute("ALTER TABLE ledger_event OWNER TO throughline_tests")
        cursor.execute("SET LOCAL ROLE throughline_tests")
        yield cursor
        cursor.execute(f"RESET ROLE; ALTER TABLE ledger_event OWNER TO {me}")


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE ledger_event SET kind = 'x'",
        "DELETE FROM ledger_event",
        "TRUNCATE ledger_event",
        "SET session_replication_role = replica",
        "INSERT INTO ledger_event SELECT * FROM ledger_event ON CONFLICT (id) DO UPDATE SET kind = 'x'",
        "MERGE INTO ledger_event e USING (SELECT 1) s ON true WHEN MATCHED THEN DELETE",
        "CREATE TRIGGER mine BEFORE INSERT ON ledger_event FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change()",
    ],
)
def test_the_applications_role_is_refused_before_any_trigger_is_asked(application, sql):
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        application.execute(sql)
    application.execute("SELECT count(*) FROM ledger_event WHERE kind = 'certification.verified'")
    assert application.fetchone() == (1,)


@pytest.mark.parametrize("sql", ["UPDATE ledger_event SET kind = 'x'", "DELETE FROM ledger_event"])
def test_not_even_a_superuser_passes_the_trigger_by_playing_a_replica(cast, sql):
    cast.certify()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            cursor.execute(sql)


def test_a_fact_wakes_who_asked_for_it_and_a_fact_nobody_asked_for_wakes_nobody(cast):
    cast.certify()
    record("person.taken", cast.trainee, by=cast.carla, at=cast.now)
    woken = [("matching", "certification.verified"), ("placements.boards", "certification.verified")]
    assert sorted(Handoff.objects.values_list("room", "kind")) == woken


def test_an_event_outside_a_transaction_is_refused(cast, monkeypatch):
    monkeypatch.setattr("ledger.log.connection", SimpleNamespace(in_atomic_block=False))
    with pytest.raises(RuntimeError, match="transaction"):
        record("person.taken", cast.trainee, by=None, at=cast.now)


def test_a_new_row_and_its_event_are_one_statement(cast, django_assert_num_queries, monkeypatch):
    rung = []
    monkeypatch.setattr("ledger.log.ring_for", rung.append)
    one = cast.certify("osha10")  # through `record_new`
    Handoff.objects.all().delete()
    other = Certification(
        **{field.attname: getattr(one, field.attname) for field in one._meta.concrete_fields if field.name != "id"}
    )
    other.public_id, other.issued_on = uuid4(), date(2026, 9, 1)
    rung.clear()
    with django_assert_num_queries(1):
        made = record_new(other, event("certification.verified", other, by=None, at=cast.now, trainee=one.trainee_id))
    stored, ana = Certification.objects.get(pk=other.pk), one.trainee_id
    assert (stored.trainee_id, stored.issued_on, stored.public_id) == (ana, date(2026, 9, 1), other.public_id)
    told = Event.objects.get(pk=made.pk)
    assert (told.kind, told.subject_id, told.at, told.facts) == (made.kind, other.pk, cast.now, {"trainee": ana})
    assert list(history(other)) == [told]
    assert sorted(Handoff.objects.values_list("event_id", "room", "subject_id", "due_at")) == [
        (told.pk, room, other.pk, cast.now) for room in ("matching", "placements.boards")
    ]
    assert sorted(rung) == ["matching", "placements.boards"]
    other.public_id, other.pk, so_far = uuid4(), None, Event.objects.count()
    with pytest.raises(IntegrityError, match="certification_once"), transaction.atomic():
        record_new(other, event("certification.verified", other, by=None, at=cast.now))
    assert Event.objects.count() == so_far


def test_a_record_shows_its_own_history_newest_first(cast):
    one, two = cast.certify("osha10"), cast.certify("aws_cw")
    record("certification.expired", one, by=None, at=cast.now)
    assert [event.kind for event in history(one)] == ["certification.expired", "certification.verified"]
    assert history(two).count() == 1
