from django.urls import path

from . import views

urlpatterns = [
    path("", views.program_list, name="program_list"),
    path("<uuid:public_id>/", views.program, name="program"),
]
