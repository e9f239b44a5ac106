"""What was published before its words were looked at: its poster is told once, coordinators see to it."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts.models import Membership, User
from accounts.record import erase
from notifications import actions as post
from notifications import todo, words
from notifications.models import Notice, Task
from openings import actions, old_words, tasks
from openings.models import Opening
from openings.queries import version_of

OLD = "Weld beams. Men preferred. U.S. citizens only."


@pytest.fixture
def old(cast):
    """Public since before: words that are refused, and words that wait for an answer. And one opening that is well."""
    cast.opening(title="Fitter", description="Fit pipes.")
    return cast.opening(title="Welder", description=OLD, contact=cast.elliot)


def look(times=1):
    for _ring in range(times):
        tasks.look_at_words()


def test_whoever_posted_it_is_told_once_with_the_sentence_and_the_law_and_nothing_is_hidden(cast, old, client):
    look(3)
    (told,) = Notice.objects.filter(kind="opening_words")
    assert told.user == cast.elliot
    message = words.message(told, "en")
    said = " ".join(message.paragraphs)
    assert "“Men preferred” chooses people by their sex. The Civil Rights Act" in said
    assert "citizens only" in said
    assert "Nothing was hidden." in said
    assert told.path == reverse("opening_edit", args=[old.public_id])
    assert "escoge a las personas por su sexo" in " ".join(words.message(told, "es").paragraphs)
    assert Opening.objects.get(pk=old.pk).state == "published"
    assert client.get(reverse("opening", args=[old.public_id])).status_code == 200


def test_coordinators_have_it_on_their_list_until_the_words_are_changed(cast, old, sign_in):
    look(2)
    (task,) = Task.objects.filter(kind="opening_words")
    assert (task.about_id, task.owner, task.organization) == (old.pk, None, None)
    carla = sign_in(cast.carla)
    page = carla.get(reverse("task_list") + "?lang=en", follow=True).text
    for part in ("Words that would be refused today: Welder, Rialto Steel", "Elliot", "Men preferred"):
        assert part in page
    fresh = Opening.objects.get(pk=old.pk)
    asks = {("required", 0, "aws_cw")}
    actions.amend(
        fresh, facts={"description": "Weld beams."}, asks=asks, version=version_of(fresh), by=cast.elliot,
        at=timezone.now(),
    )  # fmt: skip
    task.refresh_from_db()
    assert task.done_by == cast.elliot
    assert not words.still_true(Notice.objects.get(kind="opening_words"))
    look()
    assert not Task.objects.filter(kind="opening_words", done_at=None).exists()


@pytest.mark.parametrize("how", ["closed", "corrected past the pages"])
def test_what_is_no_longer_public_or_no_longer_so_is_nobodys_task(cast, old, how):
    look()
    if how == "closed":
        actions.close(old, reason="other", by=cast.elliot, at=timezone.now())
    else:
        Opening.objects.filter(pk=old.pk).update(description="Weld beams.")
        look()
    assert Task.objects.get(kind="opening_words").done_at


def test_an_answer_that_stands_leaves_no_question(cast):
    cast.opening(description="U.S. citizens only.", needed_by="Navy contract", answered="U.S. citizens only")
    look()
    assert not Notice.objects.filter(kind="opening_words").exists()


def test_who_left_is_not_told_but_who_can_be_reached_there(cast, old):
    with transaction.atomic():
        Opening.objects.filter(pk=old.pk).update(contact=cast.priya)
    look()
    assert Notice.objects.get(kind="opening_words").user == cast.elliot
    Notice.objects.all().delete()
    Task.objects.all().delete()
    Membership.objects.filter(organization=cast.shop).delete()
    look()
    assert not Notice.objects.exists()
    assert Task.objects.get(kind="opening_words").data["told"] is None


def test_a_draft_is_told_when_it_is_published_and_not_before(cast):
    cast.opening(state="draft", published_at=None, description=OLD)
    look()
    assert not Task.objects.exists()


def test_who_was_told_is_named_while_they_have_an_account_and_not_longer(cast, old):
    look()
    task = Task.objects.get(kind="opening_words")
    with override("en"):
        assert "Elliot Park was told, once." in todo.message(task).paragraphs
    cast.elliot.memberships.update(ends_on="2026-11-20")
    erase.erase(User.objects.get(pk=cast.elliot.pk), at=cast.now)
    task = Task.objects.get(kind="opening_words")
    assert "Elliot" not in str(task.data)
    with override("en"):
        assert "Rialto Steel was told, once." in todo.message(task).paragraphs


def test_where_more_is_found_later_the_coordinators_have_one_task_that_says_all(cast, old):
    Opening.objects.filter(pk=old.pk).update(description="Weld beams. Men preferred.")
    look()
    Opening.objects.filter(pk=old.pk).update(description=OLD)
    look()
    (task,) = Task.objects.filter(kind="opening_words", done_at=None)
    assert len(task.data["said"]) == 2


def test_marked_as_done_while_the_words_are_public_it_is_asked_again_after_a_week(cast, old):
    asked = Task.objects.filter(kind="opening_words")
    begin = timezone.now()
    old_words.look(at=begin)
    done_at = begin + timedelta(days=1)
    post.finish_task(asked.get(), by=cast.carla, at=done_at)
    old_words.look(at=done_at + timedelta(days=6))
    assert not asked.filter(done_at=None).exists()
    for more in (7, 8, 30):  # the one that is open is enough
        old_words.look(at=done_at + timedelta(days=more))
    again = asked.get(done_at=None)
    with override("en"):
        message = todo.message(again)
    assert "This was marked as done on" in message.paragraphs[0]
    assert "Men preferred" in " ".join(message.paragraphs)
    assert Notice.objects.filter(kind="opening_words").count() == 1  # whoever posted it is not told again
    post.finish_task(again, by=cast.carla, at=done_at + timedelta(days=31))
    old_words.look(at=done_at + timedelta(days=40))
    assert asked.filter(done_at=None).count() == 1
    Opening.objects.filter(pk=old.pk).update(description="Weld beams.")
    old_words.look(at=done_at + timedelta(days=60))
    assert not asked.filter(done_at=None).exists()
