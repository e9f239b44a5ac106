"""`make chaos`: run the product, press its buttons, break it, and prove that nothing was lost and nothing told twice.

    python -m chaos [--only FAULT ...] [--quick] [--data FOLDER] [--keep]

Ends with one line of figures; the exit code is 1 when anything is broken, with what. A full run writes its figures
into docs/reliability.md.
"""

import argparse
import os
import sys
import time
from pathlib import Path

from pipeline.processes import Trouble

from .site import Site

NAMES = ("workers", "web", "database-restart", "database-away", "flushall", "valkey-restart", "valkey-away", "mail")


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m chaos", description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="+", choices=NAMES, help="only these faults")
    parser.add_argument("--quick", action="store_true", help="once each of what takes no waiting, as in `make test`")
    parser.add_argument("--data", type=Path, help="a PostgreSQL cluster of a demo, to start on a copy of it")
    parser.add_argument("--keep", action="store_true", help="keep the folder with the logs")
    chosen = parser.parse_args(arguments)
    site, clean = Site(chosen.data), False
    begun = time.monotonic()
    try:
        say(f"  The product starts in {site.home}")
        environment = site.start()
        os.environ.update(environment, DATABASE_POOLED="0", DJANGO_SETTINGS_MODULE="pipeline.settings")
        # Whoever must find every row, also one that nobody may see, asks as the owner.
        os.environ["DATABASE_URL"] = environment["MIGRATE_DATABASE_URL"]
        say(f"  Ready after {time.monotonic() - begun:.0f} s.")
        import django

        django.setup()
        from . import play

        clean = play.play(site, chosen.only, quick=chosen.quick)
    except Trouble as trouble:
        say(f"  {trouble}")
    except KeyboardInterrupt:
        say("  Stopped.")
    finally:
        site.stop(keep=chosen.keep or not clean)
        if not clean:
            say(f"  The logs are kept in {site.home / 'logs'}")
    return 0 if clean else 1


if __name__ == "__main__":
    sys.exit(main())
