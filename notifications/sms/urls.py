"""Addresses of the text messages."""

from django.urls import path, re_path

from . import newcomers, views

urlpatterns = [
    path("accounts/signup/phone/", newcomers.phone_signup, name="phone_signup"),
    path("me/phone/", views.text_phone, name="text_phone"),
    path("me/phone/code/", views.text_code, name="text_code"),
    path("me/phone/topics/", views.text_topics, name="text_topics"),
    path("me/phone/remove/", views.text_remove, name="text_remove"),
    re_path(r"^me/phone/agree/(?P<answer>yes|no)/$", views.text_agree, name="text_agree"),
    path("texts/in/", views.carrier_text, name="carrier_text"),
    path("texts/<uuid:public_id>/", views.carrier_status, name="carrier_status"),
]
