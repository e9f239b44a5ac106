from django.apps import AppConfig


class PlacementsConfig(AppConfig):
    name = "placements"

    def ready(self):
        from . import answers, notices  # noqa: F401 - they register how answers are worded, and taken by text
