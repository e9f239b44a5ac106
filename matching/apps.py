from django.apps import AppConfig


class MatchingConfig(AppConfig):
    name = "matching"

    def ready(self):
        from ledger.log import asks

        from . import notices  # noqa: F401 - registers how matches are worded
        from .jobs import KINDS

        asks("matching", *KINDS)
