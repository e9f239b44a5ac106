"""Addresses of the councils."""

from django.urls import path

from . import views

urlpatterns = [
    path("councils/", views.council_list, name="council_list"),
    path("councils/<uuid:public_id>/", views.council, name="council"),
]
