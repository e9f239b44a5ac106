"""`make bench`: everything in one run, on servers of its own that are gone afterwards.

    python -m bench                 all worlds; writes docs/benchmarks.json and docs/benchmarks.md
    python -m bench --only events   events and questions at L anew; writes their part of the documents, with its date
    python -m bench --size S        a quick look at one world; prints, writes nothing
    python -m bench --size S --only events

Each step runs in a process of its own (bench.steps). A figure of the documents comes from one whole run, or from one
run of its part; the document says which.
"""

import argparse
import json
import os
import secrets
import subprocess
import sys
import time
from datetime import datetime
from zoneinfo import ZoneInfo

from bench import machine, report, servers
from bench.worlds import SIZES
from pipeline.local import ROOT

RUNS = 5
TEMPLATE = "throughline"
# Openings asked of the loop and of the search engine where all of them would take hours; None: all.
ORM_SAMPLE = {"S": None, "M": 40}
ORM_RUNS = {"S": RUNS, "M": 3}
SEARCH_SAMPLE = {"S": None, "M": None, "L": 2000}
SEARCH_RUNS = {"S": RUNS, "M": 1, "L": 1}
RATES = {"certificates": 500, "openings": 50, "notices": 100}


def say(text: str) -> None:
    sys.stderr.write(f"  {time.strftime('%H:%M:%S')}  {text}\n")
    sys.stderr.flush()


class Bench:
    """One run: the servers' addresses, and what was found so far."""

    def __init__(self, urls: dict[str, str]):
        self.urls = urls
        # Where the region lives: what the product calls today.
        self.on = datetime.now(ZoneInfo(os.environ.get("TIME_ZONE", "America/Los_Angeles"))).date().isoformat()
        self.found: dict = {"worlds": {}, "full_rematch": {}, "agreement": {}}

    def step(self, database: str, name: str, **arguments) -> dict:
        """Run one step on one database; a step that fails ends the benchmark."""
        environment = {
            **os.environ,
            **self.urls,
            "DATABASE_URL": servers.database(self.urls["DATABASE_URL"], database),
            "DATABASE_POOLED": "0",
            "DEBUG": "0",
            "DEMO": "0",
            "LOG_LEVEL": "WARNING",
            "SECRET_KEY": secrets.token_urlsafe(50),
        }
        command = [sys.executable, "-m", "bench.steps", name, json.dumps(arguments)]
        done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
        if done.returncode:
            raise SystemExit(f"The step {name} on {database} failed ({done.returncode}); its last words stand above.")
        return json.loads(done.stdout.splitlines()[-1])

    def paced(self, database: str, name: str, said: str = "", **arguments) -> dict:
        """A step, and how fast the machine was before and after it."""
        before = machine.pace()
        found = self.step(database, name, **arguments)
        self.found.setdefault("pace_ms", {})[said or name] = [before, machine.pace()]
        return found

    def world(self, size: str) -> str:
        database = f"bench_{size.lower()}"
        people, openings = SIZES[size]
        say(f"world {size}: {people:,} trainees, {openings:,} openings")
        servers.copy_database(self.urls["DATABASE_URL"], TEMPLATE, database)
        self.found["worlds"][size] = {
            "trainees": people,
            "openings": openings,
            **self.step(database, "load", size=size, on=self.on),
        }
        return database

    def rematch(self, size: str, database: str) -> None:
        """The full rematch by ours and by the peers; every list compared."""
        say(f"{size}: full rematch, ours and the limit by turns, {RUNS} times each")
        ours = self.step(database, "full", on=self.on, runs=RUNS)
        self.found["worlds"][size] |= {name: ours[name] for name in ("candidates", "passing", "one_short")}
        agreed = self.found["agreement"][size] = {"limit": True, "rows": ours.pop("rows")}
        if size in ORM_SAMPLE:
            sample = ORM_SAMPLE[size]
            runs = ORM_RUNS[size]
            say(f"{size}: the loop, {'all' if sample is None else sample} openings, {runs} times")
            loop = self.step(database, "orm", on=self.on, runs=runs, sample=sample)
            agreed["orm"], agreed["orm_openings"] = True, loop["agreed"]
            ours |= {
                "orm_s": loop["orm_s"],
                "orm_all_s": loop["all_s"],
                "orm_how": "measured" if sample is None else f"from {loop['asked']} of {loop['openings']} openings",
            }
        say(f"{size}: the search engine")
        asked = [self.step(database, "search", on=self.on, most=SEARCH_SAMPLE[size]) for _ in range(SEARCH_RUNS[size])]
        middle = sorted(asked, key=lambda run: run["total_s"])[len(asked) // 2]
        agreed["search_counts"] = f"{middle['same_count']} of {middle['compared']}"
        whole = middle["asked"] == middle["openings"]
        ours |= {
            "search_s": middle["total_s"],
            "search_build_s": middle["build_s"],
            "search_runs": len(asked),
            "search_how": "measured" if whole else f"queries from {middle['asked']} of {middle['openings']} openings",
        }
        self.found["full_rematch"][size] = ours

    def compare(self) -> None:
        """Ratios, the loop's extrapolation where it was not run, and how the work grows."""
        full, worlds = self.found["full_rematch"], self.found["worlds"]
        if full.keys() >= {"S", "M", "L"}:
            known = {size: (worlds[size]["candidates"], full[size]["orm_s"]) for size in ("S", "M")}
            power = report.growth(known["S"], known["M"])
            full["L"]["orm_s"] = report.extrapolated(known["M"], worlds["L"]["candidates"], power)
            full["L"]["orm_how"] = f"extrapolated: seconds grow with the {power:.2f}th power of candidate pairs, S to M"
            self.found["growth"] = {
                "orm_power": power,
                "pairs_m_to_l": worlds["L"]["candidates"] / worlds["M"]["candidates"],
                "ours_m_to_l": full["L"]["ours_s"] / full["M"]["ours_s"],
            }
        for found in full.values():
            found["ratio_to_limit"] = found["ours_s"] / found["limit_s"]
            if "orm_s" in found:
                found["speedup_over_orm"] = found["orm_s"] / found["ours_s"]

    def certificates(self, database: str, kind: str, seconds: float, alone: int) -> dict:
        """Certificates of that kind, and the figures that are asked of them."""
        rate = RATES["certificates"]
        say(f"certificates {kind.replace('_', ' ')}: {alone} alone, then {rate} a second for {seconds:g} s")
        found = self.paced(
            database, "certificates", kind, on=self.on, kind=kind, alone=alone, rate=rate, seconds=seconds
        )
        closed = found["closed"]
        return {
            "p50_ratio_to_smallest_transaction": closed["p50_ms"] / closed["smallest_in_a_row"]["p50_ms"],
            "p50_ratio_by_turns": closed["p50_ms"] / closed["smallest"]["p50_ms"],
            f"p99_ms_at_{rate}": found["open"]["p99_ms"],
            **found,
        }

    def events(self, database: str, seconds: float, alone: int) -> None:
        say("everything into PostgreSQL's memory")
        self.found["in_memory"] = self.step(database, "warm")
        say("live questions")
        self.found["live"] = self.paced(database, "live", on=self.on, count=2 * alone)
        certificates = self.certificates(database, "as_they_come", seconds, alone)
        self.found["smallest_transaction"] = certificates["closed"]["smallest_in_a_row"]
        completing = self.certificates(database, "completing", seconds, alone)
        self.found["certificate_event"] = {**certificates, "completing": completing}
        say(f"openings published: {alone // 2} alone, then {RATES['openings']} a second for {seconds:g} s")
        found = self.paced(database, "openings", alone=alone // 2, rate=RATES["openings"], seconds=seconds)
        self.found["opening_event"] = {f"p99_ms_at_{RATES['openings']}": found["open"]["p99_ms"], **found}
        say(f"through Celery: {RATES['notices']} certificates a second for {seconds:g} s")
        found = self.paced(database, "notices", on=self.on, rate=RATES["notices"], seconds=seconds)
        self.found["celery_commit_to_notice"] = {f"p99_ms_at_{RATES['notices']}": found["p99_ms"], **found}

    def run(self, sizes: list[str], only: str | None = None, *, short: bool = False) -> dict:
        """All that is asked for of these worlds, one after another; events of the last, `short` for a quick look."""
        began = time.perf_counter()
        self.found |= {"machine": machine.about(), "load_before": os.getloadavg(), "runs": RUNS, "day": self.on}
        self.found["versions"] = machine.versions()
        say("servers, tables, reference data")
        self.step(TEMPLATE, "prepare", everywhere=len(sizes) > 1)
        self.found["postgresql"] = servers.settings(self.urls["DATABASE_URL"])
        for size in sizes:
            database = self.world(size)
            if only != "events":
                self.rematch(size, database)
                self.found["memory_mb"] = self.found["full_rematch"][size]["memory_mb"]
            if size == sizes[-1]:
                self.compare()
            if size == sizes[-1] and only != "rematch":
                self.events(database, seconds=4 if short else 20, alone=60 if short else 500)
            servers.drop_database(self.urls["DATABASE_URL"], database)
        self.found |= {"took_s": time.perf_counter() - began, "load_after": os.getloadavg()}
        self.found["date"] = datetime.now(ZoneInfo("UTC")).isoformat(timespec="seconds")
        return self.found


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__.splitlines()[0])
    parser.add_argument("--size", choices=list(SIZES), help="one world only: a quick look, nothing is written")
    parser.add_argument("--only", choices=["rematch", "events"], help="one half; without --size: events, at L")
    chosen = parser.parse_args(arguments)
    if chosen.only == "rematch" and not chosen.size:
        parser.error("--only rematch needs --size: figures of the full rematch come from whole runs")
    sizes = [chosen.size] if chosen.size else ["L"] if chosen.only else list(SIZES)
    with servers.running() as urls:
        found = report.rounded(Bench(urls).run(sizes, chosen.only, short=bool(chosen.size)))
    if chosen.size:
        sys.stdout.write(json.dumps(found, indent=1) + "\n")
        return 0
    report.write(report.with_events(found) if chosen.only else found)
    say(f"written: {report.JSON.relative_to(ROOT)}, {report.MARKDOWN.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
