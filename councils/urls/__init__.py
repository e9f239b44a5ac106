"""Addresses of the councils, a module for each noun."""

from ..voices.urls import urlpatterns as voices
from .councils import urlpatterns as councils
from .meetings import urlpatterns as meetings

urlpatterns = [*voices, *councils, *meetings]
