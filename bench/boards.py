"""How fast the boards answer at 50,000 people and 200,000 referrals, and how many questions each asks.

    make bench-boards                      builds the load in a throwaway database, measures, writes the document
    python -m bench.boards --loaded        the same on a database that holds the load already

Each page is asked for in this process, through every middleware and template, as the person who works with it; the
queries are counted on a round of their own. The largest employer and provider of the load are measured, not a middling
one. A page counts as fast enough when 95 of 100 requests take at most 300 ms.
"""

import argparse
import os
import statistics
import time
from pathlib import Path

import django

PAGE = Path(__file__).resolve().parent.parent / "docs" / "benchmarks-boards.md"
ROUNDS, WARM = 40, 3
LIMIT_MS, LIMIT_QUERIES = 300, 15


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--loaded", action="store_true", help="the database holds the load already")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pipeline.settings")
    django.setup()
    from django.conf import settings

    # Files need not have been collected to be named.
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    if not asked.loaded:
        _load()
    rows = [_measure(who, path, asked.rounds) for who, path in _pages()]
    PAGE.write_text(_document(rows, asked.rounds))
    for row in rows:
        print("{path:62} {p50:6.0f} {p95:6.0f} ms {queries:3} queries".format(**row))  # noqa: T201


def _load() -> None:
    from django.core.management import call_command
    from django.utils import timezone

    from placements.boards import waiting

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("seed", scenario="load")
    while waiting.look_again(at=timezone.now()):
        pass


def _pages() -> list[tuple]:
    """Who opens what: first pages, filters, a page deep in the list, and what htmx asks for every half minute."""
    from django.db.models import Count

    from accounts.models import Membership, Organization, User
    from placements.models import Referral, Waiting

    carla = User.objects.filter(memberships__organization__kind="coalition").order_by("pk").first()
    busy = Referral.objects.open().order_by().values("opening__organization").annotate(n=Count("pk")).order_by("-n")[0]
    hirer = Membership.objects.filter(organization=busy["opening__organization"]).first().user
    trains = Organization.objects.filter(kind="provider").annotate(n=Count("enrollments")).order_by("-n").first()
    provider = Membership.objects.filter(organization=trains).first().user
    deep = Waiting.objects.order_by("since", "pk")[Waiting.objects.count() * 9 // 10]
    token = f"{deep.since}_{deep.pk}"
    county = Waiting.objects.exclude(county="").order_by("county").values_list("county", flat=True).first()
    board = ["", f"?after={token}", f"?county={county}", "?owner=me", "?owner=none", "?q=0001", "?q=nobody"]
    board += [f"?block={block}" for block in ("zip", "hirer", "answer", "ask", "later", "fits", "near", "nothing")]
    pages = [(carla, f"/board/{query}") for query in board]
    pages += [(carla, f"/board/people/?q={said}") for said in ("0001", "ma", "maria", "nobody", "0100")]
    pages += [(carla, f"/board/overdue/?whose={whose}") for whose in ("all", "mine", "ours")]
    pages += [
        (carla, "/board/today/"),
        (hirer, "/hire/answers/"),
        (hirer, "/hire/answers/?tab=all"),
        (provider, "/graduates/"),
    ]
    pages += [(carla, "/measures/"), (carla, "/measures/?by=hirer"), (hirer, "/measures/")]
    return pages


def _measure(who, path: str, rounds: int) -> dict:
    from django.db import connection
    from django.test import Client

    queries = []

    def count(execute, sql, params, many, context):
        queries.append(sql)
        return execute(sql, params, many, context)

    browser = Client(SERVER_NAME="localhost")
    browser.force_login(who, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = browser.session
    session["account_authentication_methods"] = [
        {"method": "mfa", "type": "totp", "at": time.time(), "reauthenticated": True}
    ]
    session["account_authentication_methods_user"] = str(who.pk)
    session.save()
    for _warm in range(WARM):
        answer = browser.get(path)
        if answer.status_code != 200:
            raise SystemExit(f"{path} answered {answer.status_code}")
    with connection.execute_wrapper(count):
        browser.get(path)
    took = []
    for _round in range(rounds):
        began = time.perf_counter()
        browser.get(path)
        took.append((time.perf_counter() - began) * 1000)
    took.sort()
    p95 = took[min(len(took) - 1, int(len(took) * 0.95))]
    return {"path": path, "p50": statistics.median(took), "p95": p95, "queries": len(queries)}


def _document(rows: list[dict], rounds: int) -> str:
    from django.utils import timezone

    from accounts.models import TraineeProfile
    from ledger.models import Event
    from placements.models import Referral, Waiting

    lines = [
        "# How fast the boards answer",
        "",
        f"Measured on {timezone.localdate():%Y-%m-%d} with `make bench-boards`, {rounds} requests a page after "
        f"{WARM} to warm up, with {os.cpu_count()} processors, PostgreSQL on the same machine, other work beside it.",
        f"The load (`manage.py seed --scenario load`): {TraineeProfile.objects.count():,} people, "
        f"{Referral.objects.count():,} referrals, {Event.objects.count():,} events in the ledger, "
        f"{Waiting.objects.count():,} people certified and not placed.",
        "",
        f"The aim: at most {LIMIT_MS} ms for 95 of 100 requests and at most {LIMIT_QUERIES} questions to the database "
        "a board, of which the frame of every page asks six. Measures are reports, not boards. What they open on is "
        "counted every five minutes by a job; another time costs its first reader a second or two.",
        "",
        "| page | median ms | p95 ms | questions | |",
        "|---|---:|---:|---:|---|",
    ]
    for row in rows:
        board = not row["path"].startswith("/measures")
        met = row["p95"] <= LIMIT_MS and row["queries"] <= LIMIT_QUERIES
        said = ("met" if met else "**missed**") if board else "report"
        lines.append("| `{path}` | {p50:.0f} | {p95:.0f} | {queries} | {said} |".format(said=said, **row))
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
