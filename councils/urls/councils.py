"""Addresses of the councils themselves and of calendars."""

from django.urls import path

from ..views import calendars, councils, records, setup

urlpatterns = [
    path("councils/", councils.council_list, name="council_list"),
    path("councils/new/", setup.council_new, name="council_new"),
    path("councils/<uuid:public_id>/", councils.council, name="council"),
    path("councils/<uuid:public_id>/edit/", setup.council_edit, name="council_edit"),
    path("councils/<uuid:public_id>/seats/", setup.council_seats, name="council_seats"),
    path("councils/<uuid:public_id>/name/", setup.council_name_me, name="council_name_me"),
    path("councils/<uuid:public_id>/council.json", councils.council_json, name="council_json"),
    path("councils/<uuid:public_id>/meetings.ics", calendars.council_calendar, name="council_calendar"),
    path("councils/<uuid:public_id>/past/", records.past_import, name="past_import"),
    path("calendar/", calendars.my_calendar, name="my_calendar"),
    path("calendar/<str:token>.ics", calendars.calendar_feed, name="calendar_feed"),
]
