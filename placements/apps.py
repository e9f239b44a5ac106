from django.apps import AppConfig


class PlacementsConfig(AppConfig):
    name = "placements"

    def ready(self):
        from .hires import notices as _hires  # noqa: F401 - how hires are told, and what is asked of them

        from . import answers, notices  # noqa: F401 - they register how answers are worded, and taken by text
