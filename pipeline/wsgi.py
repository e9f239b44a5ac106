"""The door for the web server (gunicorn pipeline.wsgi)."""

import gc
import os
from importlib import import_module

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pipeline.settings")

application = get_wsgi_application()
# The pages are loaded before the server divides into workers: once for all, and for nobody while a visitor waits. What
# is there by now stays, and is not looked through for litter again.
import_module("pipeline.urls")
gc.freeze()
