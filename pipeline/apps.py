from django.apps import AppConfig


class PipelineConfig(AppConfig):
    name = "pipeline"

    def ready(self):
        # The Celery application must exist before the first task is rung. Here and not in pipeline/__init__.py, so that
        # pipeline.local and pipeline.demo_server start without loading it.
        from pipeline import beating, celery, doors  # noqa: F401 - doors registers its system check

        celery.app.steps["consumer"].add(beating.Listening)
