"""Addresses about certificates of people, and about a provider's own classes."""

from django.urls import path

from . import cohort_views, own_views
from .places import views as places

urlpatterns = [
    path("me/certificates/new/", own_views.certification_declare, name="certification_declare"),
    path("me/certificates/unask/", own_views.certification_unask, name="certification_unask"),
    path("me/trades/", own_views.trade_wishes, name="trade_wishes"),
    path("certificates/", own_views.certification_list, name="certification_list"),
    path("certificates/<uuid:public_id>/confirm/", own_views.certification_verify, name="certification_verify"),
    path("certificates/<uuid:public_id>/take-back/", own_views.certification_revoke, name="certification_revoke"),
    path("me/places/", places.place_mine, name="place_mine"),
    path("me/places/<uuid:public_id>/take-back/", places.place_withdraw, name="place_withdraw"),
    path("classes/", cohort_views.cohort_list, name="cohort_list"),
    path("classes/new/", cohort_views.cohort_new, name="cohort_new"),
    path("classes/asked/", places.place_list, name="place_list"),
    path("classes/asked/<uuid:public_id>/", places.place_request, name="place_request"),
    path("classes/<uuid:public_id>/", cohort_views.cohort_edit, name="cohort_edit"),
    path("classes/<uuid:public_id>/<slug:step>/", cohort_views.cohort_step, name="cohort_step"),
]
