"""The results as people read them: docs/benchmarks.md is made of docs/benchmarks.json and nothing else."""

import json
import textwrap
from math import log

from pipeline.local import ROOT

JSON = ROOT / "docs" / "benchmarks.json"
MARKDOWN = ROOT / "docs" / "benchmarks.md"

# What the JSON has at least, as paths.
REQUIRED = (
    *(
        f"full_rematch.{size}.{key}"
        for size in "SML"
        for key in ("ours_s", "limit_s", "orm_s", "search_s", "ratio_to_limit", "speedup_over_orm")
    ),
    "certificate_event.p50_ratio_to_smallest_transaction",
    "certificate_event.p99_ms_at_500",
    "opening_event.p99_ms_at_50",
    "celery_commit_to_notice.p99_ms_at_100",
    *(f"live.{question}.p99_ms" for question in ("my_matches", "next_training", "who_passes")),
    *("memory_mb", "agreement", "machine", "versions", "date", "runs"),
)

# What is asked of it: the sentence, where the figure stands, the bound, and how it is written.
TARGETS = (
    ("Full rematch at L, as a multiple of the limit", "full_rematch.L.ratio_to_limit", "<=", 2.5, "{:.2f}"),
    ("Full rematch at L, times faster than the loop", "full_rematch.L.speedup_over_orm", ">=", 5000, "{:,.0f}"),
    ("Growth of ours from M to L, as a share of the pairs' growth", "growth.share", "<=", 1, "{:.2f}"),
    ("Memory of the worker at L, MB", "memory_mb", "<=", 512, "{:.0f}"),
    (
        "One certificate, median, as a multiple of the smallest transaction",
        *("certificate_event.p50_ratio_to_smallest_transaction", "<=", 5, "{:.1f}"),
    ),
    ("Certificates at 500 a second, until matched, p99 ms", "certificate_event.p99_ms_at_500", "<=", 20, "{:,.1f}"),
    ("Openings at 50 a second, until matched, p99 ms", "opening_event.p99_ms_at_50", "<=", 25, "{:,.1f}"),
    ("Through Celery at 100 a second, p99 ms", "celery_commit_to_notice.p99_ms_at_100", "<=", 250, "{:,.0f}"),
    ("My matches, p99 ms", "live.my_matches.p99_ms", "<=", 8, "{:.1f}"),
    ("Next training, p99 ms", "live.next_training.p99_ms", "<=", 8, "{:.1f}"),
    ("Who passes, p99 ms", "live.who_passes.p99_ms", "<=", 8, "{:.1f}"),
)
# Measured beside it, and harder: of certificates that each complete an opening.
HARDER = (
    ("One certificate that completes an opening, as that multiple", "p50_ratio_to_smallest_transaction", "{:.1f}"),
    ("Only such certificates at 500 a second, until matched, p99 ms", "p99_ms_at_500", "{:,.1f}"),
)


def at(found: dict, path: str):
    """The value at a path like `live.my_matches.p99_ms`; KeyError when it is not there."""
    for name in path.split("."):
        found = found[name]
    return found


def growth(small: tuple[float, float], large: tuple[float, float]) -> float:
    """The power with which seconds grow with candidate pairs, from two (pairs, seconds)."""
    return log(large[1] / small[1]) / log(large[0] / small[0])


def extrapolated(known: tuple[float, float], pairs: float, power: float) -> float:
    """The seconds that many pairs would take."""
    return known[1] * (pairs / known[0]) ** power


def rounded(value):
    """Four digits that mean something are enough; the rest is noise."""
    if isinstance(value, float):
        return float(f"{value:.4g}")
    if isinstance(value, dict):
        return {key: rounded(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(inner) for inner in value]
    return value


# What a run of events alone brings anew, and what is said of that run.
EVENTS = (
    *("in_memory", "live", "smallest_transaction", "certificate_event", "opening_event", "celery_commit_to_notice"),
    "pace_ms",
)
SAID = ("date", "took_s", "load_before", "machine", "versions", "postgresql")


def with_events(found: dict) -> dict:
    """The former results with these figures of events, and under `events_run` when and where those were measured."""
    former = json.loads(JSON.read_text(encoding="utf-8"))
    return {**former, **{name: found[name] for name in EVENTS}, "events_run": {name: found[name] for name in SAID}}


def write(found: dict) -> None:
    JSON.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    MARKDOWN.write_text(markdown(found), encoding="utf-8")


def duration(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.2f} s" if seconds < 10 else f"{seconds:.1f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def prose(text: str) -> str:
    """A paragraph or a bullet, its lines as long as the house has them."""
    bullet = "  " if text.startswith("- ") else ""
    return textwrap.fill(" ".join(text.split()), 118, subsequent_indent=bullet, break_long_words=False)


def markdown(found: dict) -> str:
    """The whole document."""
    parts = [*_preface(found), *_targets(found), *_rematch(found), *_events(found), *_how(found)]
    return "\n\n".join(parts) + "\n"


def _preface(found: dict):
    machine = found["machine"]
    yield "# Benchmarks"
    yield prose(
        f"""Written by `make bench` from [benchmarks.json](benchmarks.json); do not edit. One whole run of
        {found["date"][:10]}, which took {duration(found["took_s"])}, on {machine["cores"]} cores
        ({machine["processor"]}), {machine["memory_gb"]} GB, shared by PostgreSQL
        {found["postgresql"]["server_version"]} and its clients. fsync, synchronous_commit and full_page_writes were on.
        Other work on the machine: the load was {found["load_before"][0]:.1f} when the run began. Full rematches are
        medians of {found["runs"]} runs, ours and the limit by turns."""
    )
    if later := found.get("events_run"):
        elsewhere = {name for name in SAID[3:] if later[name] != found[name]}
        yield prose(
            f"""**Events and questions at L come from a later run of their own**, of {later["date"][:10]}
            ({later["date"][11:16]} UTC), which took {duration(later["took_s"])}; the load was
            {later["load_before"][0]:.1f} when it began. All else is of the whole run.
            {f"The two differ in: {', '.join(sorted(elsewhere))} (benchmarks.json)." if elsewhere else ""}"""
        )


def _targets(found: dict):
    growth = found["growth"]
    found = {**found, "growth": {**growth, "share": growth["ours_m_to_l"] / growth["pairs_m_to_l"]}}
    rows = []
    for sentence, path, sign, bound, form in TARGETS:
        value = at(found, path)
        met = value <= bound if sign == "<=" else value >= bound
        wanted = f"{'at most' if sign == '<=' else 'at least'} {bound:,}"
        rows.append([sentence, wanted, form.format(value), "met" if met else "**not met**"])
    harder = found["certificate_event"]["completing"]
    rows += [[sentence, "", form.format(harder[name]), ""] for sentence, name, form in HARDER]
    yield "## What is asked of it"
    yield table(["", "asked", "measured", ""], rows)


def _rematch(found: dict):
    rows, notes = [], []
    for size, world in found["worlds"].items():
        full = found["full_rematch"][size]
        rows.append(
            [
                f"{size}: {world['trainees']:,} x {world['openings']:,}",
                f"{world['candidates']:,}",
                duration(full["ours_s"]),
                duration(full["limit_s"]),
                f"{full['ratio_to_limit']:.2f}",
                duration(full["search_s"]) + ("" if full["search_how"] == "measured" else " (b)"),
                duration(full["orm_s"]) + ("" if full["orm_how"] == "measured" else " (a)"),
                f"{full['speedup_over_orm']:,.0f}",
            ]
        )
        notes += [f"(a) {size}: {full['orm_how']}."] if full["orm_how"] != "measured" else []
        notes += [f"(b) {size}: {full['search_how']}."] if full["search_how"] != "measured" else []
    head = ["world", "pairs within reach", "ours", "limit", "ours / limit", "search engine", "loop", "loop / ours"]
    agreed, largest = found["agreement"], found["full_rematch"]["L"]
    ours = ", ".join(f"{name} {value:.2f} s" for name, value in largest["ours_phases"].items() if name != "total")
    phases = {name.removesuffix("_s"): value for name, value in largest["limit_phases"].items()}
    theirs = ", ".join(f"{name} {value:.2f} s" for name, value in phases.items() if name != "total")
    yield "## Full rematch, from PostgreSQL to PostgreSQL committed"
    yield prose(
        """The first fifty of every opening in its own order, who is one credential short, and what a credential would
        unlock by county and trade. Pairs within reach are those that pass trade, ZIP code and miles."""
    )
    yield table(head, rows)
    if notes:
        yield prose(" ".join(notes))
    yield prose(
        f"""At L ours took: {ours}. The limit: {theirs}. The first run of a process, which loads compiled code, took
        {largest["first_s"]:.1f} s."""
    )
    yield prose(
        f"""**Agreement**: ours and the limit wrote identical tables at every size
        ({agreed["L"]["rows"]["matching_top"]:,} rows of first places at L); ours and the loop gave identical lists for
        all {agreed["S"]["orm_openings"]} openings at S and {agreed["M"]["orm_openings"]} at M. The search engine
        counted the same people for {agreed["L"]["search_counts"]} openings looked at. Had lists differed, the
        benchmark would have failed and left
        no document."""
    )
    yield "\n".join(
        [
            prose(
                """- **The limit** is a C program ([bench/limit](../bench/limit)) that speaks PostgreSQL's protocol
                itself: binary COPY out on two connections, packed rows by trade and ZIP code, two threads, COPY in,
                primary keys, one commit. It does nothing else. Ours also takes the lock, reads one snapshot, asks the
                view about a sample, and swaps the tables under its readers."""
            ),
            prose(
                """- **The loop** is what people write: per opening its trade's people with their certificates from the
                ORM, checks in Python ([bench/peer_orm.py](../bench/peer_orm.py)). It gives the first fifty and the
                one-step-away counts, not the counties."""
            ),
            prose(
                """- **The search engine** is tantivy ([bench/peer_search.py](../bench/peer_search.py)): it builds its
                index and counts who passes. It cannot order by an opening's own rule, and says nothing of who is one
                step away."""
            ),
        ]
    )


def _events(found: dict):
    certificate, opening, celery = (
        found[name] for name in ("certificate_event", "opening_event", "celery_commit_to_notice")
    )
    least = found["smallest_transaction"]
    rows = [["smallest durable transaction", "in a row", *_both(least)]]
    if turns := certificate["closed"].get("smallest"):
        rows.insert(0, ["smallest durable transaction", "by turns with certificates", *_both(turns)])
    completing = certificate["completing"]
    for name, event in (
        ("certificate verified, as they come", certificate),
        ("certificate that completes an opening", completing),
        ("opening published", opening),
    ):
        rate = f"{event['open']['rate']} a second"
        rows += [
            [f"one {name}, database time", "alone", *_both(event["closed"])],
            ["the same, until matched", rate, *_both(event["open"])],
            ["the same, telling included, database time", "alone", *_both(event["closed"]["told"])],
            ["the same, until told", rate, *_both(event["open"]["told"])],
        ]
    rows.append(["certificate to notice row, through Celery", f"{celery['rate']} a second", *_both(celery)])
    names = {"my_matches": "my matches", "next_training": "my next training", "who_passes": "who passes an opening"}
    rows += [[f"{name}, database time", "alone", *_both(found["live"][key])] for key, name in names.items()]
    come, published = certificate["open"], opening["open"]
    left = sum(part["unfinished"] for part in (come, completing["open"], published, celery))
    yield "## Events and questions at L"
    yield table(["", "load", "median", "p99", "statements"], rows)
    yield prose(
        f"""Database time is the client's: from saying a statement to its answer, commits included, Python between them
        not. Events at a rate arrive by a schedule with random gaps that waits for nobody; their latency runs from the
        scheduled moment until the commit of the matching, as PostgreSQL stamped it, and includes everything: waiting,
        Python, the product's own batches. An opening is matched when the last match of its list is committed ([ADR
        20](adr/0020-lists-under-no-lock.md)). One certificate is: the transaction that writes it with its ledger event
        and handoff (the credential itself is at hand, as for whoever brings a sheet in), and the worker's, which takes
        the handoff, projects the person, matches, writes the matches and queues what both sides are to be told. The
        smallest transaction it is measured by is said many times in a row, after every so many certificates, and finds
        PostgreSQL awake and all it needs in the processor's caches{_by_turns(certificate)}.
        Telling, which writes notices and letters, is a transaction of its own right after
        ([ADR 18](adr/0018-matched-first-told-right-after.md)): in the loops at a rate the same workers do it meanwhile,
        and "until told" ends with its commit.
        Certificates as they come are anybody's who is matched, with a credential new to them that somebody else of
        their trade has: {come["without_notice"]:,} of {come["n"]:,} in the loop completed no opening and led to no
        notice, and end with the matching. Each of the others, also through Celery, completes at least one opening, so
        that every event ends in matches, notices and letters. Of {published["n"]:,} openings
        {published["without_notice"]:,} led to none. What is timed alone is timed on a connection that has been in use
        for a while: after two thousand other questions, after the first fifth of the events.
        {f"{left:,} were not matched two minutes after the last arrival and count as that late." if left else ""}"""
    )


def _by_turns(certificate: dict) -> str:
    if not (ratio := certificate.get("p50_ratio_by_turns")):
        return ""
    return f"; said by turns with the certificates, it takes as long that one of them is {ratio:.1f} times its median"


def _ms(value: float) -> str:
    return f"{value:,.2f} ms" if value < 10 else f"{value:,.0f} ms"


def _both(found: dict) -> list[str]:
    return [_ms(found["p50_ms"]), _ms(found["p99_ms"]), str(found.get("statements", ""))]


def _how(found: dict):
    world = found["worlds"]["L"]
    few = world["openings"]
    yield "## How it was measured"
    yield prose(
        f"""Generated people and openings on California's real ZIP codes ([bench/worlds.py](../bench/worlds.py) says
        everything that is invented): 60 trades, 200 credentials by Zipf's law. At L an opening has
        {world["candidates"] // few:,} people of its trade within reach, {world["passing"] // few:,} of them pass every
        gate and {world["one_short"] // few:,} are one credential short. Real people will differ; look at these three
        figures first."""
    )
    if "in_memory" in found:
        loop, server = found["certificate_event"]["open"], found.get("events_run", found)["postgresql"]
        yield prose(
            f"""Before events and questions all {found["in_memory"]["mb"]:,} MB of tables and indexes were read into
            PostgreSQL's memory (pg_prewarm): loading goes past it, and an installation that has been up for a day has
            them there, also after a restart (docker-compose.yml has PostgreSQL keep the list). Huge pages were
            {server["huge_pages_status"]}. Events at a rate are said by a small C program
            ([bench/writers.c](../bench/writers.c)) that goes before other processes where the machine allows it, for it
            stands for people who are elsewhere; on {loop["writers"]} connections, so that one that is due waits for no
            other's commit. They are taken by {loop["drains"]} processes of the product's worker, as
            many as production starts, which hear of each through a pipe, for there is no broker here. The first
            {loop["warm_s"]:g} seconds' events are said and not counted, also through Celery: a worker that has just
            started makes its plans then."""
        )
    if "pace_ms" in found:
        steps = (f"{name} {before:.0f} and {after:.0f}" for name, (before, after) in found["pace_ms"].items())
        yield prose(
            f"""How fast the machine was: three million additions in Python took, in ms before and after each step,
            {", ".join(steps)}. A machine that others use as well is not always as fast: compare with these in mind."""
        )
    yield prose(f"Versions: {', '.join(f'{name} {version}' for name, version in found['versions'].items())}.")
