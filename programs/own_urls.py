"""Addresses about certificates of people."""

from django.urls import path

from . import own_views

urlpatterns = [
    path("me/certificates/new/", own_views.certification_declare, name="certification_declare"),
    path("me/trades/", own_views.trade_wishes, name="trade_wishes"),
    path("certificates/", own_views.certification_list, name="certification_list"),
    path("certificates/<uuid:public_id>/confirm/", own_views.certification_verify, name="certification_verify"),
    path("certificates/<uuid:public_id>/take-back/", own_views.certification_revoke, name="certification_revoke"),
]
