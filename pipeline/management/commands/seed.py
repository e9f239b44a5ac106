"""`manage.py seed --scenario demo|doors|load`: one of the invented worlds, the same for the same number every time."""

import importlib
from pathlib import Path
from time import monotonic

from django.core.management.base import BaseCommand, CommandError

from pipeline import reference, seed


class Command(BaseCommand):
    help = "Fill an empty database with invented people, employers and openings. Nobody among them has a password."

    def add_arguments(self, parser):
        parser.add_argument(
            "--scenario", choices=seed.SCENARIOS, default="demo",
            help="demo: the region of make demo; doors: two regions with every role, to try who may see what; "
            "load: 50,000 people and 200,000 referrals",
        )  # fmt: skip
        parser.add_argument("--seed", type=int, help="the number the dice start from; another number, another world")
        parser.add_argument("--canaries", metavar="FILE", help="doors: write there which marked text is whose, as JSON")
        parser.add_argument("--if-empty", action="store_true", help="do nothing when anybody is already here")

    def handle(self, *, scenario, canaries, if_empty, verbosity, **options):
        if if_empty and not seed.empty():
            return
        if seed.planted():
            raise CommandError("The examples are already here. Start from an empty database to have them anew.")
        if scenario != "demo" and not seed.empty():
            raise CommandError(f"People are already here. The world “{scenario}” needs an empty database.")
        if canaries and scenario != "doors":
            raise CommandError("Only the world “doors” has canaries: --scenario doors --canaries FILE")
        begun = monotonic()
        reference.load()
        values = {"seed": options["seed"]} if options["seed"] is not None else {}
        if canaries:
            values["canaries"] = Path(canaries)
        made = importlib.import_module(f"pipeline.seed.{scenario}").build(**values)
        if verbosity:
            counts = ", ".join(f"{count} {what}" for what, count in made.items())
            self.stdout.write(f"The world “{scenario}”: {counts}. {monotonic() - begun:.1f} s")
