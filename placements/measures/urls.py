"""Addresses of the measures."""

from django.urls import path

from . import views

urlpatterns = [
    path("measures/", views.measures, name="measures"),
    path("measures/sheet/", views.measures_csv, name="measures_csv"),
]
