"""Addresses of recommendations."""

from django.urls import path

from . import views

urlpatterns = [
    path("councils/<uuid:public_id>/recommendations/", views.recommendation_list, name="recommendation_list"),
    path("councils/<uuid:public_id>/recommendations/new/", views.recommendation_new, name="recommendation_new"),
    path("recommendations/<uuid:public_id>/", views.recommendation, name="recommendation"),
    path("recommendations/<uuid:public_id>/edit/", views.recommendation_edit, name="recommendation_edit"),
    path("recommendations/<uuid:public_id>/follow/", views.recommendation_follow, name="recommendation_follow"),
    path("recommendations/<uuid:public_id>/translate/", views.answer_translate, name="answer_translate"),
    path("recommendations/<uuid:public_id>/todo/", views.action_new, name="action_new"),
    path("recommendations/<uuid:public_id>/<slug:name>/", views.recommendation_step, name="recommendation_step"),
    path("actions/<uuid:public_id>/done/", views.action_done, name="action_done"),
]
