from django.apps import AppConfig


class OpeningsConfig(AppConfig):
    name = "openings"

    def ready(self):
        from imports import kinds

        from .sheets import OpeningsSheet

        kinds.register(OpeningsSheet())
