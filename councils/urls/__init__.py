"""Addresses of the councils, a module for each noun."""

from .councils import urlpatterns as councils

urlpatterns = [*councils]
