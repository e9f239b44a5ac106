from django.apps import AppConfig


class CouncilsConfig(AppConfig):
    name = "councils"

    def ready(self):
        from . import notices as meetings  # noqa: F401 - says how meetings are worded
        from .recommendations import notices as of_recommendations  # noqa: F401
        from .resources import asked  # noqa: F401 - says how its tasks are worded
        from .voices import notices  # noqa: F401 - says how news of testimony is worded
