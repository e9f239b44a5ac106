from django.apps import AppConfig


class PlacementsConfig(AppConfig):
    name = "placements"

    def ready(self):
        from ledger.log import asks

        from . import answers, due_notices, notices  # noqa: F401 - they register how answers are worded, and taken
        from imports import kinds

        from .hires import notices as _hires  # noqa: F401 - how hires are told, and what is asked of them
        from .hires.sheet import HiresSheet

        kinds.register(HiresSheet())
        from .jobs import HEARD

        asks("placements", *HEARD)
        from .boards import notices as _boards  # noqa: F401
        from .boards.jobs import KINDS, ROOM
        from .measures import published as _published  # noqa: F401 - what others may show and bind themselves to

        asks(ROOM, *KINDS)
