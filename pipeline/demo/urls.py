"""Addresses of the demo, included at demo/ while DEMO is on."""

from django.urls import path, re_path

from . import views
from .phone import phone

urlpatterns = [
    path("", views.demo, name="demo"),
    path("status/", views.status, name="demo_status"),
    path("sign-in/", views.sign_in, name="demo_sign_in"),
    re_path(r"^(?P<name>completers|completers-with-mistakes)\.(?P<kind>csv|xlsx)$", views.sheet, name="demo_sheet"),
    path("parts/", views.parts, name="demo_parts"),
    path("phone/", phone, name="demo_phone"),
    path("mailbox/", views.mailbox, name="demo_mailbox"),
    path("mailbox/<str:key>/", views.letter, name="demo_letter"),
]
