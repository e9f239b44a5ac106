"""Addresses of the repository."""

from django.urls import path

from . import views

urlpatterns = [
    path("councils/<uuid:public_id>/resources/", views.resource_list, name="resource_list"),
    path("councils/<uuid:public_id>/resources/new/", views.resource_new, name="resource_new"),
    path("resources/<uuid:public_id>/", views.resource, name="resource"),
    path("resources/<uuid:public_id>/edit/", views.resource_edit, name="resource_edit"),
    path("resources/file/<uuid:public_id>/", views.resource_file, name="resource_file"),
]
