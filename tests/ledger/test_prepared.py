"""What is said with every fact is planned once a connection."""

import psycopg
import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from psycopg.pq import TransactionStatus

from ledger import prepared
from ledger.models import Handoff
from matching import rematch

pytestmark = pytest.mark.django_db


def test_the_plan_is_kept_and_who_reads_along_reads_the_values():
    said = "SELECT %s::integer + 40 AS kept_here"
    for number in range(4):
        with prepared.execute(said, [number]) as cursor:
            assert cursor.fetchone() == (number + 40,)
    with connection.cursor() as cursor:
        cursor.execute("SELECT custom_plans FROM pg_prepared_statements WHERE statement LIKE '%%AS kept\\_here'", [])
        assert cursor.fetchall() == [(0,)]
    with CaptureQueriesContext(connection) as read:
        prepared.execute(said, [2]).close()
    assert [query["sql"] for query in read] == ["SELECT 2::integer + 40 AS kept_here"]


def test_what_the_orm_says_keeps_its_plan_too_however_long_its_lists_are():
    for pks in ([1], [1, 2], [2, 3, 70_000], [4]):
        with prepared.kept():
            assert list(Handoff.objects.filter(pk__among=pks, room="kept here")) == []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT custom_plans FROM pg_prepared_statements WHERE statement LIKE '%%ledger_handoff%% ANY %%'"
        )
        assert cursor.fetchall() == [(0,)]
    assert Handoff.objects.filter(pk__among=[1]).first() is None  # said as ever, outside


def test_what_the_database_refuses_is_an_error_of_django():
    with pytest.raises(IntegrityError):
        prepared.execute("INSERT INTO ledger_handoff (room) VALUES (%s)", ["matching"])


def test_the_first_statement_of_a_transaction_brings_its_begin_along():
    with psycopg.connect(rematch.address()) as line:
        with prepared.Together(line) as cursor:
            assert cursor.execute("SELECT %s::integer, now()", [7]).fetchone()[0] == 7
            assert line.info.transaction_status == TransactionStatus.INTRANS
            began = cursor.execute("SELECT now()").fetchone()
            assert cursor.execute("SELECT now()").fetchone() == began
        line.rollback()
        with pytest.raises(psycopg.errors.DivisionByZero):
            prepared.Together(line).execute("SELECT 1 / %s::integer", [0])
        assert line.info.transaction_status == TransactionStatus.INERROR
        line.rollback()
        line.autocommit = True
        prepared.Together(line).execute("SELECT 1")
        assert line.info.transaction_status == TransactionStatus.IDLE
