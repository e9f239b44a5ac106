"""The roof: settings, URLs, schedule and commands that span rooms. Imports every room; no room imports it."""

from .celery import app as celery_app

__all__ = ["celery_app"]
