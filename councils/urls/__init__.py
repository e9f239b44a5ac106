"""Addresses of the councils, a module for each noun."""

from ..initiatives.urls import urlpatterns as initiatives
from ..recommendations.urls import urlpatterns as recommendations
from ..resources.urls import urlpatterns as resources
from ..voices.urls import urlpatterns as voices
from .councils import urlpatterns as councils
from .meetings import urlpatterns as meetings

urlpatterns = [*voices, *recommendations, *initiatives, *resources, *councils, *meetings]
