from django.apps import AppConfig


class OpeningsConfig(AppConfig):
    name = "openings"

    def ready(self):
        from accounts import timeline
        from imports import kinds
        from ledger.log import asks

        from . import first, notices, old_words  # noqa: F401 - their words register themselves
        from .jobs import HEARD
        from .queries import opening_names
        from .sheets import OpeningsSheet

        asks("openings", *HEARD)
        kinds.register(OpeningsSheet())
        timeline.names("opening", opening_names)
