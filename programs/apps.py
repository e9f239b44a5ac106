from django.apps import AppConfig


class ProgramsConfig(AppConfig):
    name = "programs"

    def ready(self):
        from imports import kinds

        from . import notices  # noqa: F401 - registers how a person is told
        from .sheets.completers import CompletersSheet
        from .sheets.programs import ProgramsSheet

        kinds.register(CompletersSheet())
        kinds.register(ProgramsSheet())
