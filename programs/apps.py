from django.apps import AppConfig


class ProgramsConfig(AppConfig):
    name = "programs"

    def ready(self):
        from accounts import timeline
        from imports import kinds

        from . import notices  # noqa: F401 - registers how a person is told
        from .queries import credential_names
        from .sheets.completers import CompletersSheet
        from .sheets.programs import ProgramsSheet

        timeline.names("credential", credential_names)
        kinds.register(CompletersSheet())
        kinds.register(ProgramsSheet())
