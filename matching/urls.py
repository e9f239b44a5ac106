"""Addresses of the matching room."""

from django.urls import path

from . import views

urlpatterns = [
    path("openings/<uuid:public_id>/fit/", views.match_preview, name="match_preview"),
    path("openings/<uuid:public_id>/meet/", views.match_meet, name="match_meet"),
]
