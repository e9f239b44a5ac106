"""The compiled kernel, ready: compiling takes seconds, so all who need it are tested by one worker."""

from datetime import date

import pytest
from django.db import connection, transaction


@pytest.fixture(scope="session")
def compiled(django_db_setup, django_db_blocker):
    from matching import rematch
    from tests.matching.projected import DAY, World

    with django_db_blocker.unblock(), transaction.atomic():
        with connection.cursor() as cursor:
            # On a slow machine compiling takes longer than a transaction may do nothing.
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        World(0, people=60, openings=5).write()
        rematch.compute(connection.connection, date.fromisoformat(DAY), audited=False)
        transaction.set_rollback(True)
