from django.urls import path

from . import editor, list_views, views

urlpatterns = [
    path("", views.opening_list, name="opening_list"),
    path("new/", editor.opening_new, name="opening_new"),
    path("<uuid:public_id>/", views.opening, name="opening"),
    path("<uuid:public_id>/edit/", editor.opening_edit, name="opening_edit"),
    path("<uuid:public_id>/publish/", editor.opening_publish, name="opening_publish"),
    path("<uuid:public_id>/close/", editor.opening_close, name="opening_close"),
    path("<uuid:public_id>/register/", list_views.opening_register, name="opening_register"),
    path("<uuid:public_id>/book/", list_views.opening_book, name="opening_book"),
    path("<uuid:public_id>/rank/", list_views.opening_rank, name="opening_rank"),
]
