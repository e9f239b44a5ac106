"""Several workers wait while one matches: the first of them takes all that waits, the longest waiting too."""

import threading
import time

import pytest
from django.db import connection, transaction
from django.utils import timezone

from ledger import handoffs, scopes
from ledger.models import Handoff
from matching import jobs, projection, rematch
from tests import copied
from tests.matching.projected import patience

NOT_YET = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"


@pytest.fixture
def db(django_db_setup, django_db_blocker):
    """In the place of the tests' own: a copy in which commits stay."""
    with django_db_blocker.unblock(), copied.database("in_line"):
        yield


def test_whoever_is_first_in_line_takes_what_waits_longest_as_well(cast):
    taken = [None] * 3
    patience("30s")

    def take(place):
        with scopes.job("tests"):
            taken[place] = jobs._taken(handoffs.BATCH, at=timezone.now())
            connection.close()

    cast.agree()
    with transaction.atomic():
        projection.near_openings({cast.opening().pk})
        cast.certify()
    waiting = Handoff.objects.filter(room="matching", state="waiting").count()
    with rematch.line(rematch.address()) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [jobs.LOCK])
        workers = [threading.Thread(target=take, args=[place]) for place in range(3)]
        for before, worker in enumerate(workers):
            worker.start()
            while other.execute(NOT_YET).fetchone()[0] == before:
                time.sleep(0.01)
    for worker in workers:
        worker.join()
    assert taken == [(waiting, False), (0, False), (0, False)]
