"""Addresses of initiatives."""

from django.urls import path

from . import views

urlpatterns = [
    path("councils/<uuid:public_id>/initiatives/", views.initiative_list, name="initiative_list"),
    path("councils/<uuid:public_id>/initiatives/new/", views.initiative_new, name="initiative_new"),
    path("initiatives/<uuid:public_id>/", views.initiative, name="initiative"),
    path("initiatives/<uuid:public_id>/edit/", views.initiative_edit, name="initiative_edit"),
    path("initiatives/<uuid:public_id>/phase/", views.initiative_part, {"part": "phase"}, name="phase_new"),
    path("initiatives/<uuid:public_id>/milestone/", views.initiative_part, {"part": "mark"}, name="milestone_new"),
    path("milestones/<uuid:public_id>/reach/", views.milestone_reach, name="milestone_reach"),
]
