"""One step of the benchmark in a process of its own, so that each starts clean: its result is one line of JSON.

python -m bench.steps STEP '{"argument": value}'        DATABASE_URL names the world
"""

import json
import os
import sys
from datetime import date

import django


def prepare(everywhere: bool) -> dict:
    """The database all worlds are copied from: tables, reference data and, if asked for, how far all ZIP codes are."""
    from django.core.management import call_command
    from django.db import connection, transaction

    from accounts.models import Zip
    from matching import projection

    call_command("migrate", verbosity=0)
    call_command("load_reference", verbosity=0)
    if everywhere:
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
        with transaction.atomic():
            projection.near(Zip.objects.filter(state="CA").values_list("code", flat=True))
    return {}


def load(size: str, on: str) -> dict:
    """A generated world, and what matching derives from it."""
    import time

    import numpy as np
    from django.db import connection, transaction
    from django.utils import timezone

    from bench import loading
    from matching import projection

    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        seconds = loading.load(size, np.datetime64(on))
        cursor.execute("VACUUM (ANALYZE)")
        began = time.perf_counter()
        # Only of where work is offered, as an installation would have it.
        cursor.execute("DELETE FROM matching_near WHERE work NOT IN (SELECT zip::integer FROM openings_opening)")
        cursor.execute("VACUUM (FULL, ANALYZE) matching_near")
        with transaction.atomic():
            projection.fill(on=date.fromisoformat(on), at=timezone.now())
        cursor.execute("VACUUM (ANALYZE)")
        cursor.execute("CHECKPOINT")
    return {**seconds, "project_s": time.perf_counter() - began}


def full(on: str, runs: int) -> dict:
    from bench import full

    return full.by_turns(os.environ["DATABASE_URL"], date.fromisoformat(on), runs)


def orm(on: str, runs: int, sample: int | None = None) -> dict:
    """The loop: all openings, or every n-th so that about `sample` are asked; and whether it agrees with ours."""
    import time
    from statistics import median

    from django.db import connection

    from bench import agreement
    from bench.peer_orm import Loop

    # The product asks for nobody's certificates by credential, and has no index for it; whoever writes the loop would.
    with connection.cursor() as cursor:
        cursor.execute("CREATE INDEX IF NOT EXISTS bench_loop ON programs_certification (credential_id)")
    seconds, agreed = [], 0
    for _ in range(runs):
        began = time.perf_counter()
        loop = Loop(date.fromisoformat(on))
        openings = list(loop.openings())
        some = openings if sample is None else openings[:: max(1, len(openings) // sample)]
        ready = time.perf_counter()
        found = loop.run(some)
        seconds.append(ready - began + (time.perf_counter() - ready) * len(openings) / len(some))
        agreed = agreement.with_the_loop(found, whole=sample is None)
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX bench_loop")
    return {"orm_s": median(seconds), "all_s": seconds, "asked": len(some), "openings": len(openings), "agreed": agreed}


def search(on: str, most: int | None = None) -> dict:
    from bench import peer_search

    day = date.fromisoformat(on)
    found = peer_search.run(day, most)
    counts = found.pop("counts")
    some = sorted(counts)[:: max(1, len(counts) // 200)]
    right = peer_search.passing(day, some)
    return {**found, "compared": len(some), "same_count": sum(counts[opening] == right[opening] for opening in some)}


def warm() -> dict:
    """Everything in PostgreSQL's memory, as in an installation that has been up for a day; loading went past it."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_prewarm")
        cursor.execute(
            "SELECT count(*), sum(pg_prewarm(c.oid)) * current_setting('block_size')::integer / 2 ^ 20"
            " FROM pg_class c WHERE c.relkind IN ('r', 'i', 't', 'm') AND c.relpersistence = 'p' AND NOT c.relisshared"
        )
        return dict(zip(("relations", "mb"), map(int, cursor.fetchone()), strict=True))


def certificates(on: str, kind: str, alone: int, rate: float, seconds: float) -> dict:
    from bench import events

    return events.certificate_events(date.fromisoformat(on), kind, alone, rate, seconds)


def openings(alone: int, rate: float, seconds: float) -> dict:
    from bench import events

    return events.opening_events(alone, rate, seconds)


def notices(on: str, rate: float, seconds: float) -> dict:
    from bench import celery_notice

    return celery_notice.latency(date.fromisoformat(on), rate, seconds)


def live(on: str, count: int) -> dict:
    from bench import live

    return live.questions(date.fromisoformat(on), count)


def drain() -> dict:
    from bench import events

    events.drain()
    return {}


STEPS = (prepare, load, full, orm, search, warm, certificates, openings, notices, live, drain)


def main(arguments: list[str]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pipeline.settings")
    django.setup()
    from ledger import scopes

    step = {step.__name__: step for step in STEPS}[arguments[0]]
    with scopes.job(f"bench {arguments[0]}"):  # as commands and workers are; else every letter would say who it is for
        found = step(**json.loads(arguments[1]) if len(arguments) > 1 else {})
    sys.stdout.write("\n" + json.dumps(found) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
