"""Addresses of hires."""

from django.urls import path

from . import list_views, own_views, staff_views, views

urlpatterns = [
    path("me/work/", own_views.my_work, name="my_work"),
    path("me/work/new/", own_views.my_work_new, name="my_work_new"),
    path("me/work/looking/", own_views.my_work_looking, name="my_work_looking"),
    path("stay/<str:token>/", own_views.stay, name="stay"),
    path("referrals/<uuid:public_id>/hire/", views.referral_hire, name="referral_hire"),
    path("hires/", list_views.hire_list, name="hire_list"),
    path("hires/wioa/", staff_views.wioa_report, name="wioa_report"),
    path("hires/local/", staff_views.local_rules, name="local_rules"),
    path("hires/new/", views.hire_declare, name="hire_declare"),
    path("placements/<uuid:public_id>/", views.placement, name="placement"),
    path("placements/<uuid:public_id>/correct/", views.placement_correct, name="placement_correct"),
    path("placements/<uuid:public_id>/end/", views.placement_end, name="placement_end"),
    path("placements/<uuid:public_id>/allow/", own_views.placement_allow, name="placement_allow"),
    path("placements/<uuid:public_id>/stay/<int:days>/", views.placement_answer, name="placement_answer"),
    path("placements/<uuid:public_id>/settle/<int:days>/", views.placement_settle, name="placement_settle"),
]
