"""Addresses of meetings, their minutes and decisions."""

from django.urls import path

from ..views import decisions, meetings, minutes, room

urlpatterns = [
    path("councils/<uuid:public_id>/meetings/new/", meetings.meeting_new, name="meeting_new"),
    path("meetings/<uuid:public_id>/", meetings.meeting, name="meeting"),
    path("meetings/<uuid:public_id>/edit/", meetings.meeting_edit, name="meeting_edit"),
    path("meetings/<uuid:public_id>/step/<slug:step>/", meetings.meeting_step, name="meeting_step"),
    path("meetings/<uuid:public_id>/answer/", meetings.meeting_reply, name="meeting_reply"),
    path("meetings/<uuid:public_id>/meeting.ics", meetings.meeting_ics, name="meeting_ics"),
    path("meetings/<uuid:public_id>/agenda/", meetings.agenda, name="agenda"),
    path("meetings/<uuid:public_id>/room/", room.meeting_room, name="meeting_room"),
    path("meetings/<uuid:public_id>/quorum/", room.meeting_quorum, name="meeting_quorum"),
    path("meetings/<uuid:public_id>/attend/", room.meeting_attend, name="meeting_attend"),
    path("meetings/<uuid:public_id>/door/", room.meeting_door, name="meeting_door"),
    path("meetings/<uuid:public_id>/here/<str:code>/", room.meeting_check_in, name="meeting_check_in"),
    path("meetings/<uuid:public_id>/minutes/", minutes.minutes, name="minutes"),
    path("meetings/<uuid:public_id>/minutes/<slug:step>/", minutes.minutes_step, name="minutes_step"),
    path("meetings/<uuid:public_id>/decisions/new/", decisions.decision_new, name="decision_new"),
    path("agenda/<uuid:public_id>/", meetings.agenda_item, name="agenda_item"),
    path("agenda/<uuid:public_id>/do/", meetings.agenda_do, name="agenda_do"),
    path("agenda/<uuid:public_id>/write/", room.item_write, name="item_write"),
    path("decisions/<uuid:public_id>/", decisions.decision, name="decision"),
    path("decisions/<uuid:public_id>/do/", decisions.decision_do, name="decision_do"),
]
