"""Addresses about oneself."""

from django.urls import path, re_path

from . import views

urlpatterns = [
    path("me/profile/", views.trainee_profile, name="trainee_profile"),
    path("me/history/", views.my_timeline, name="my_timeline"),
    path("me/agreed/", views.consent_list, name="consent_list"),
    re_path(r"^me/agreed/match/(?P<answer>yes|no)/$", views.consent_match, name="consent_match"),
]
