"""Openings that are public with words that would be refused today: they were published before we looked for these.

Nothing is hidden by itself. Whoever posted it is told once, with each sentence and its law; the coordinators have a
task until the words are changed, or the opening is closed; marked as done while the words still stand, it comes again.
"""

import hashlib
from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.organizations import reach
from accounts.policies import acts_for
from accounts.speech import day, spoken
from notifications import outbox, todo, topics
from notifications.models import Task
from notifications.words import Action, Message, register

from .lifecycle import OPENING
from .models import Opening
from .publishing import amiss
from .wording import sentences

KIND = "opening_words"
# So long after somebody marked the task as done the coordinators are asked again, while the words are still public.
AGAIN = timedelta(days=7)


def look(*, at) -> list[Opening]:
    """Look at the words of everything that is public; what was found. Run twice, the second tells nobody."""
    rows = Opening.objects.published().order_by("pk").iterator(chunk_size=200)
    found = [opening for opening in rows if amiss(opening) and tell(opening, at=at)]
    still = Task.objects.filter(kind=KIND, done_at=None).exclude(about_id__in=[opening.pk for opening in found])
    still.update(done_at=at)
    return found


@transaction.atomic(durable=True)
def tell(opening: Opening, *, at) -> bool:
    """Tell whoever posted it, and ask the coordinators to look; whether it was still so."""
    fresh = OPENING.lock(opening)
    said = [[finding.ground, finding.words] for finding in amiss(fresh)]
    if not said or fresh.state != Opening.State.PUBLISHED:
        return False
    # Of the same words once; a law that we come to know later finds others.
    key = f"opening:{fresh.pk}:words:{hashlib.sha256(repr(sorted(said)).encode()).hexdigest()[:16]}"
    path = reverse("opening_edit", args=[fresh.public_id])
    data = {"title": fresh.title, "title_es": fresh.title_es, "organization": fresh.organization.name, "said": said}
    if poster := poster_of(fresh):
        outbox.post(
            poster, KIND, topic=topics.PEOPLE, once_key=key, data=data | {"opening": fresh.pk}, path=path, at=at
        )
    data["told"] = poster.pk if poster else None  # their name goes with their account
    # What it said before is in this one, or is changed.
    _open_tasks(fresh).exclude(once_key__startswith=key).update(done_at=at)
    _ask(fresh, key, data, path, at=at)
    return True


def _ask(opening, key: str, data: dict, path: str, *, at) -> None:
    """Ask the coordinators to look at these words: once, and again where that was done and they are still public."""
    asked = Task.objects.filter(kind=KIND, once_key__startswith=key).values_list("done_at", flat=True)
    done = sorted(when or at for when in asked)  # one that is still open was asked enough, too
    if done:
        if done[-1] > at - AGAIN:
            return
        key, data = f"{key}:{at:%Y-%m-%d}", data | {"done": done[-1].isoformat()}
    todo.ask(KIND, topic=topics.PEOPLE, once_key=key, about=opening, data=data, path=path, at=at)


def poster_of(opening: Opening):
    """Who wrote it, while they act for its organization; else whom one reaches there."""
    writer = opening.contact
    if writer and writer.is_active and acts_for(writer, opening.organization):
        return writer
    return reach.person_of(opening.organization)


def settle(opening: Opening, *, by, at) -> None:
    """The words were changed, or the opening is closed: nobody has to look any more."""
    _open_tasks(opening).update(done_at=at, done_by=by)


def _open_tasks(opening: Opening):
    return Task.objects.filter(kind=KIND, about_type="opening", about_id=opening.pk, done_at=None)


# --- In words ---------------------------------------------------------------------------------------------------------
def _values(data: dict) -> dict:
    return {"title": spoken(data["title"], data["title_es"]), "organization": data["organization"]}


def _laws(data: dict) -> list[str]:
    return list(dict.fromkeys(sentences.of(ground, words) for ground, words in data["said"]))


def to_poster(notice) -> Message:
    """To whoever posted it: the words, the law, and what to write instead."""
    values = _values(notice.data)
    return Message(
        subject=_("Words to change in your opening: %(title)s") % values,
        paragraphs=[
            _("Your opening %(title)s is public. It was published before we looked for words like these.") % values,
            *_laws(notice.data),
            _("Nothing was hidden. Please change these words soon. A coordinator sees them, too."),
        ],
        actions=[Action(_("Change the opening"), notice.path)],
    )


def to_coordinators(task) -> Message:
    """To the coordinators: look that it is changed."""
    values = _values(task.data)
    person = User.objects.filter(pk=task.data["told"]).first()
    values["name"] = person and (person.full_name or values["organization"])
    told = _("%(name)s was told, once.") if values["name"] else _("Nobody of %(organization)s could be told.")
    still = []
    if done := task.data.get("done"):
        values["date"] = day(datetime.fromisoformat(done))
        still = [_("This was marked as done on %(date)s, but the words are still public.") % values]
    return Message(
        subject=_("Words that would be refused today: %(title)s, %(organization)s") % values,
        paragraphs=[
            *still,
            _("This opening is public. It was published before we looked for words like these."),
            *_laws(task.data),
            told % values,
            _("Nothing was hidden. Please see to it that the words are changed."),
        ],
        actions=[Action(_("Change the opening"), task.path)],
    )


def still_so(notice) -> bool:
    """Whether it is public with such words."""
    opening = Opening.objects.published().filter(pk=notice.data["opening"]).first()
    return opening is not None and bool(amiss(opening))


register(KIND, to_poster, still_so)
todo.register(KIND, to_coordinators)
