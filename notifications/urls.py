"""Addresses of the post office."""

from django.urls import path, register_converter

from . import bounces, guardian_views, task_views, told_views, views
from .models import Way


class WayOut:
    """A way by which messages leave, as an address says it."""

    regex = "|".join(Way.values)
    to_python = to_url = staticmethod(str)


register_converter(WayOut, "way")

urlpatterns = [
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/read/", views.inbox_read, name="inbox_read"),
    path("inbox/sent/", told_views.told_list, name="told_list"),
    path("inbox/sent/<way:channel>/", told_views.address_mine, name="address_mine"),
    path("inbox/<uuid:public_id>/", views.notice, name="notice"),
    path("me/messages/", views.preferences, name="preferences"),
    path("post/", told_views.post_list, name="post_list"),
    path("post/again/", told_views.post_again, name="post_again"),
    path("post/<uuid:public_id>/", told_views.post_person, name="post_person"),
    path("post/<uuid:public_id>/<way:channel>/", told_views.post_address, name="post_address"),
    path("webhooks/mail/", bounces.mail_webhook, name="mail_webhook"),
    path("me/guardian/", guardian_views.guardian_ask, name="guardian_ask"),
    path("guardian/<str:secret>/", guardian_views.guardian, name="guardian"),
    path("tasks/", task_views.task_list, name="task_list"),
    path("tasks/<uuid:public_id>/done/", task_views.task_done, name="task_done"),
    path("tasks/<uuid:public_id>/undo/", task_views.task_undo, name="task_undo"),
]
