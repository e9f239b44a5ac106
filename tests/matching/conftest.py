"""The compiled kernel, ready: compiling takes seconds, so one worker does it and the others find it done."""

import fcntl
from datetime import date
from pathlib import Path

import pytest
from django.db import connection, transaction

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def compiled(django_db_setup, django_db_blocker):
    from matching import rematch
    from tests.matching.projected import DAY, World

    folder = ROOT / ".pytest_cache"
    folder.mkdir(exist_ok=True)
    with open(folder / "compiling", "w") as file, django_db_blocker.unblock(), transaction.atomic():
        fcntl.flock(file, fcntl.LOCK_EX)
        with connection.cursor() as cursor:
            # On a slow machine compiling takes longer than a transaction may do nothing.
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        World(0, people=60, openings=5).write()
        rematch.compute(connection.connection, date.fromisoformat(DAY), audited=False)
        transaction.set_rollback(True)
