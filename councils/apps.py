from django.apps import AppConfig


class CouncilsConfig(AppConfig):
    name = "councils"

    def ready(self):
        from . import notices as meetings  # noqa: F401 - says how meetings are worded
        from .voices import notices  # noqa: F401 - says how news of testimony is worded
