"""How the repository's tasks are worded."""

from django.utils.translation import gettext as _

from accounts.speech import spoken
from notifications.todo import Message, register
from notifications.words import Action


def review(task) -> Message:
    """To the owner: is it still right?"""
    title = spoken(task.data["title_en"], task.data["title_es"])
    return Message(
        subject=_("Please look through: %(title)s") % {"title": title},
        paragraphs=[
            _("Its day of review has come, so it stands last in the search."),
            _("If it is still right, set a new day."),
        ],
        actions=[Action(_("See it"), task.path)],
    )


register("resource_review", review)
