from django.apps import AppConfig


class PlacementsConfig(AppConfig):
    name = "placements"

    def ready(self):
        from imports import kinds
        from ledger.log import asks

        from . import answers, due_notices, jobs, notices  # noqa: F401 - how answers are worded, and taken by text
        from .boards import jobs as boards
        from .boards import notices as _boards  # noqa: F401 - how reminders of a board are told
        from .hires import notices as _hires  # noqa: F401 - how hires are told, and what is asked of them
        from .hires.sheet import HiresSheet
        from .measures import published as _published  # noqa: F401 - what others may show and bind themselves to

        kinds.register(HiresSheet())
        asks("placements", *jobs.HEARD)
        asks(boards.ROOM, *boards.KINDS, within=boards.WITHIN)
