"""Addresses about oneself."""

from django.urls import include, path, re_path

from . import views

urlpatterns = [
    path("me/profile/", views.trainee_profile, name="trainee_profile"),
    path("me/history/", views.my_timeline, name="my_timeline"),
    path("", include("accounts.record.urls")),
]
