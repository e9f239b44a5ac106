from django.apps import AppConfig


class CouncilsConfig(AppConfig):
    name = "councils"

    def ready(self):
        from .voices import notices  # noqa: F401 - says how news of testimony is worded
