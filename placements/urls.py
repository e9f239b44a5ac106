"""Addresses of answers, referrals and boards."""

from django.urls import path, register_converter

from . import board_views, case_views, demand_views, hirer_views, link_views, pace_views, place_views, views
from .hires import urls as hires


class Answer:
    """The three answers of a trainee, as an address says them."""

    regex = "yes|not_now|no"
    to_python = to_url = staticmethod(str)


register_converter(Answer, "answer")

urlpatterns = [
    *hires.urlpatterns,
    path("me/", views.trainee_home, name="trainee_home"),
    path("me/next/", views.next_training, name="trainee_next"),
    path("matches/<uuid:public_id>/", views.match, name="match"),
    path("matches/<uuid:public_id>/<answer:answer>/", views.match_answer, name="match_answer"),
    path("matches/<uuid:public_id>/place/", place_views.match_place, name="match_place"),
    path("referrals/<uuid:public_id>/", case_views.referral, name="referral"),
    path("referrals/<uuid:public_id>/withdraw/", views.referral_withdraw, name="referral_withdraw"),
    path("referrals/<uuid:public_id>/respond/", case_views.referral_respond, name="referral_respond"),
    path("referrals/<uuid:public_id>/undo/", case_views.referral_undo, name="referral_undo"),
    path("referrals/<uuid:public_id>/when/", case_views.referral_arrange, name="referral_arrange"),
    path("referrals/<uuid:public_id>/rest/", case_views.referral_rest, name="referral_rest"),
    path("referrals/<uuid:public_id>/comments/", case_views.referral_comments, name="referral_comments"),
    path("comments/<uuid:public_id>/delete/", case_views.comment_delete, name="comment_delete"),
    path("appointments/<uuid:public_id>.ics", case_views.appointment_ics, name="appointment_ics"),
    path("answer/<str:token>/", link_views.answer_link, name="answer_link"),
    path("pace/<uuid:public_id>/", pace_views.pace, name="pace"),
    path("missed/", demand_views.missed_list, name="missed_list"),
    path("hire/", hirer_views.hirer_home, name="hirer_home"),
    path("openings/<uuid:public_id>/people/", hirer_views.opening_people, name="opening_people"),
    path("openings/<uuid:public_id>/people/then/", place_views.opening_people_then, name="opening_people_then"),
    path("openings/<uuid:public_id>/people/outside/", hirer_views.opening_outside, name="opening_outside"),
    path("matching/gaps/", demand_views.gap_list, name="gap_list"),
    path("classes/needed/", demand_views.class_demand, name="class_demand"),
    path("people/<uuid:public_id>/", board_views.person, name="person"),
    path("people/<uuid:public_id>/take/", board_views.person_take, name="person_take"),
]
