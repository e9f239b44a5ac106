"""Addresses of testimony and themes."""

from django.urls import path

from . import views

urlpatterns = [
    # Pages on which nobody is seen: pipeline/unseen.py knows them by this beginning.
    path("voice/held/", views.voice_held, name="voice_held"),
    path("voice/code/", views.voice_code, name="voice_code"),
    path("voice/<uuid:public_id>/", views.voice_unnamed, name="voice_unnamed"),
    path("councils/<uuid:public_id>/voice/", views.voice_named, name="voice_named"),
    path("councils/<uuid:public_id>/voices/", views.voice_list, name="voice_list"),
    path("councils/<uuid:public_id>/themes/", views.theme_list, name="theme_list"),
    path("councils/<uuid:public_id>/themes/new/", views.theme_new, name="theme_new"),
    path("voices/<uuid:public_id>/", views.voice, name="voice"),
    path("voices/<uuid:public_id>/withdraw/", views.voice_withdraw, name="voice_withdraw"),
    path("themes/<uuid:public_id>/", views.theme, name="theme"),
    path("themes/<uuid:public_id>/edit/", views.theme_edit, name="theme_edit"),
]
