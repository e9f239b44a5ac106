"""Addresses about oneself."""

from django.urls import include, path, re_path

from . import assist_views, factors, sign_in_views, stepup, views

urlpatterns = [
    path("accounts/second-step/", factors.second_step, name="second_step"),
    path("accounts/again/", stepup.stepup_code, name="stepup_code"),
    path("accounts/lost/", sign_in_views.restore_list, name="restore_list"),
    path("accounts/lost/mine/", sign_in_views.restore_mine, name="restore_mine"),
    re_path(
        r"^accounts/lost/(?P<public_id>[0-9a-f-]{36})/(?P<answer>agree|refuse)/$",
        sign_in_views.restore_answer,
        name="restore_answer",
    ),
    path("enter/<str:secret>/", sign_in_views.entry_link, name="entry_link"),
    path("me/profile/", views.trainee_profile, name="trainee_profile"),
    path("me/history/", views.my_timeline, name="my_timeline"),
    path("people/<uuid:public_id>/act-for/", assist_views.assist_begin, name="assist"),
    path("people/act-for/end/", assist_views.assist_end, name="assist_end"),
    path("me/agreed/act-for/<uuid:public_id>/", assist_views.assist_allow, name="assist_allow"),
    path("", include("accounts.record.urls")),
]
