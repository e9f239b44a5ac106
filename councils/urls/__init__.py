"""Addresses of the councils, a module for each noun."""

from ..voices.urls import urlpatterns as voices
from .councils import urlpatterns as councils

urlpatterns = [*voices, *councils]
