from django.apps import AppConfig


class PlacementsConfig(AppConfig):
    name = "placements"

    def ready(self):
        from . import notices  # noqa: F401 - registers how answers are worded
