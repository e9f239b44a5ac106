"""Addresses of one's own record: agreements, who looked, a copy, erasure."""

from django.urls import path, re_path

from . import views

urlpatterns = [
    path("me/agreed/", views.consent_list, name="consent_list"),
    re_path(r"^me/agreed/match/(?P<answer>yes|no)/$", views.consent_match, name="consent_match"),
    re_path(r"^me/agreed/record/(?P<answer>yes|no)/$", views.consent_record, name="consent_record"),
    path("me/agreed/<uuid:public_id>/end/", views.consent_end, name="consent_end"),
    path("me/seen/", views.seen_list, name="seen_list"),
    path("me/data/", views.my_data, name="my_data"),
    path("me/data.json", views.my_data_json, name="my_data_json"),
    path("me/erase/", views.erase_me, name="erase_me"),
    path("me/erase/stop/", views.erase_stop, name="erase_stop"),
]
