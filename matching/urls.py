"""Addresses of the matching room."""

from django.urls import path

from . import run_views, views

urlpatterns = [
    path("openings/<uuid:public_id>/fit/", views.match_preview, name="match_preview"),
    path("openings/<uuid:public_id>/meet/", views.match_meet, name="match_meet"),
    path("matching/runs/", run_views.run_list, name="run_list"),
]
