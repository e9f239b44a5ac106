"""Addresses of the councils themselves."""

from django.urls import path

from ..views import councils as views

urlpatterns = [
    path("councils/", views.council_list, name="council_list"),
    path("councils/<uuid:public_id>/", views.council, name="council"),
]
