from django.urls import path, re_path

from . import views

urlpatterns = [
    path("", views.import_list, name="import_list"),
    path("new/<slug:kind>/", views.import_new, name="import_new"),
    path("new/<slug:kind>/by-hand/", views.import_by_hand, name="import_by_hand"),
    re_path(r"^sample/(?P<kind>[a-z]+)\.(?P<form>csv|xlsx)$", views.import_sample, name="import_sample"),
    path("<uuid:public_id>/", views.import_batch, name="import_batch"),
    path("<uuid:public_id>/save/", views.import_save, name="import_save"),
    path("<uuid:public_id>/undo/", views.import_undo, name="import_undo"),
    path("<uuid:public_id>/questions/<int:line>/", views.import_question, name="import_question"),
]
