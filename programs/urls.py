from django.urls import path

from . import views
from .places import views as places

urlpatterns = [
    path("", views.program_list, name="program_list"),
    path("<uuid:public_id>/", views.program, name="program"),
    path("<uuid:public_id>/ask/", places.place_ask, name="place_ask"),
]
