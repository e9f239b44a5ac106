"""The page of the nightly runs: coordinators read in words what was looked at, what had changed, and what failed."""

from datetime import timedelta

import pytest
from django.urls import reverse

from matching.models import Run


@pytest.fixture
def runs(cast):
    job = cast.opening()
    done = {"state": "done", "on": "2026-11-23", "people": 12_345, "openings": 1, "passing": 2, "near": 1}
    change = {"first": False, "came": {"person": 2}, "went": {"unexplained": 1}, "named": [[job.pk, 5]], "ledger": 1}
    missed = {"people": 1, "openings": 0, "made": 3, "changed": 0, "ended": 0}
    rows = [
        {**done, "changes": {"first": True, "ledger": 0}, "missed": {"people": 0}},
        {**done, "changes": change, "missed": missed, "attempts": 2, "seconds": {"total": 3.21}},
        {"state": "failed", "on": "2026-11-24", "error": "Differs: Opening 7"},
        {"state": "running", "on": "2026-11-24"},
    ]
    for number, row in enumerate(rows):
        at = cast.now - timedelta(days=4 - number)
        Run.objects.create(started_at=at, finished_at=None if row["state"] == "running" else at, **row)
    return cast


def test_a_coordinator_reads_what_each_night_found(runs, sign_in, django_assert_max_num_queries):
    browser = sign_in(runs.carla)
    with django_assert_max_num_queries(12):
        page = browser.get(reverse("run_list")).content.decode()
    for text in (
        "12,345 people, 1 opening.", "2 pairs of a person and an opening fit.", "1 pair lacks only one certificate.",
        "there is nothing to compare it with", "Nothing had been missed.",
        "1 person had changed, and matching had not heard of it.", "3 matches were added.",
        "Because something about the person changed: 2 came onto a list, 0 left one.",
        "Nothing on record says why: 0 came onto a list, 1 left one.", "Please tell whoever runs this site",
        "2 attempts", "3.2 seconds", "It failed.", "Differs: Opening 7", "It is not done.",
    ):  # fmt: skip
        assert text in page
    assert page.index("It is not done.") < page.index("It failed.") < page.index("12,345")


def test_it_is_spanish_for_whoever_reads_spanish(runs, sign_in):
    runs.carla.language = "es"
    runs.carla.save()
    page = sign_in(runs.carla).get(reverse("run_list")).content.decode()
    assert "Búsqueda de cada noche" in page


def test_nobody_else_sees_it(runs, sign_in):
    assert sign_in(runs.elliot).get(reverse("run_list")).status_code == 403
