"""Addresses of the post office."""

from django.urls import path

from . import views

urlpatterns = [
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/read/", views.inbox_read, name="inbox_read"),
    path("inbox/<uuid:public_id>/", views.notice, name="notice"),
    path("me/messages/", views.preferences, name="preferences"),
]
