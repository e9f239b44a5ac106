from django.apps import AppConfig


class ProgramsConfig(AppConfig):
    name = "programs"

    def ready(self):
        from accounts import assist, timeline
        from imports import kinds

        from . import confirmations, notices, waiting_notices  # noqa: F401 - register how people are told
        from .places import notices as _places  # noqa: F401 - how asking for a place is told
        from .queries import credential_names, providers_of
        from .sheets.completers import CompletersSheet
        from .sheets.programs import ProgramsSheet

        assist.known_by(providers_of)
        timeline.names("credential", credential_names)
        kinds.register(CompletersSheet())
        kinds.register(ProgramsSheet())
