"""`manage.py watch`: do what no bell woke anybody to do; for ever, and without the broker."""

from django.core.management.base import BaseCommand

from pipeline.watch import Watch


class Command(BaseCommand):
    help = "Stand watch: sweep handoffs and messages and do the periodic jobs whose bell nobody heard. Needs no broker."

    def handle(self, **options):
        Watch().run()
