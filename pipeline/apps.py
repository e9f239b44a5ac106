from django.apps import AppConfig


class PipelineConfig(AppConfig):
    name = "pipeline"

    def ready(self):
        # The Celery application must exist before the first task is rung. Here and not in pipeline/__init__.py, so that
        # pipeline.local and pipeline.demo_server start without loading it.
        from accounts.record import checks, registry  # noqa: F401 - registers its system check
        from pipeline import beating, celery, doors  # noqa: F401 - doors registers its system check

        registry.discover()
        celery.app.steps["consumer"].add(beating.Listening)
