"""Posting: many are told in as few statements as one, each once, in the way they chose, or nobody at all."""

import threading
from uuid import UUID

import pytest
from django.db import DataError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from notifications import outbox, words
from notifications.models import Delivery, Notice, Preference
from notifications.outbox import Post
from notifications.preferences import next_digest

OPENING = {
    "title": "Welder",
    "title_es": "",
    "organization": "Rialto Steel",
    "zip": "92376",
    "wage": [2450, 3100],
    "closes_on": None,
}
ONE = {"matches": [{"id": 1, "public_id": str(UUID(int=1)), "opening": OPENING, "gates": []}]}


def people(count):
    return User.objects.bulk_create(
        User(email=f"reader{number}@throughline.example", full_name=f"Reader {number}") for number in range(count)
    )


def about(user, key="x", data=None):
    return Post(user, "matches", "matches", key, data or ONE, "/me/")


def test_many_are_told_in_as_few_statements_as_one(db, now, django_assert_num_queries):
    readers = people(40)
    with django_assert_num_queries(1):
        assert len(outbox.post_all([about(readers[0])], at=now)) == 1
    with django_assert_num_queries(1):
        assert len(outbox.post_all([about(reader) for reader in readers], at=now)) == 39
    with django_assert_num_queries(1):
        assert outbox.post_all([about(reader) for reader in readers], at=now) == []
    with django_assert_num_queries(0):
        assert outbox.post_all([], at=now) == []
    assert Delivery.objects.count() == Notice.objects.count() == 40


def test_a_great_many_are_written_in_parts(db, now, monkeypatch):
    monkeypatch.setattr(outbox.posting, "POSTED_AT_ONCE", 2)
    readers = people(5)
    told = outbox.post_all([about(reader) for reader in readers], at=now)
    assert [notice.user for notice in told] == readers
    assert Delivery.objects.count() == 5


def test_what_comes_back_is_what_was_kept(db, now):
    (reader,) = people(1)
    posts = [about(reader, key, data={"title": "Soldador ñ “1”", "n": [1, None, {"a": "\\"}]}) for key in ("b", "a")]
    told = outbox.post_all(posts, at=now)
    assert [notice.once_key for notice in told] == ["b", "a"]
    for notice in told:
        kept = Notice.objects.get(pk=notice.pk)
        for name in ("public_id", "user", "kind", "topic", "data", "path", "once_key", "rung", "created_at", "read_at"):
            assert getattr(kept, name) == getattr(notice, name)
    assert outbox.post(reader, "matches", topic="t", once_key="c", data={}, path="", at=now).pk in set(
        Notice.objects.values_list("pk", flat=True)
    )


def test_only_what_is_new_is_told_and_mailed(db, now):
    one, other = people(2)
    outbox.post_all([about(one)], at=now)
    told = outbox.post_all([about(one), about(other), about(other), about(one, "y"), about(other)], at=now)
    assert [(notice.user, notice.once_key) for notice in told] == [(other, "x"), (one, "y")]
    assert Notice.objects.count() == Delivery.objects.count() == 3


def test_each_is_told_in_the_way_they_chose(db, now):
    at_once, unsaid, daily, weekly, off, elsewhere, unreachable = readers = people(7)
    User.objects.filter(pk=unreachable.pk).update(email=None)
    unreachable.email = None
    chosen = {at_once: "now", daily: "daily", weekly: "weekly", off: "off", unreachable: "now"}
    for reader, frequency in chosen.items():
        Preference.objects.create(user=reader, topic="matches", frequency=frequency)
    Preference.objects.create(user=elsewhere, topic="councils", frequency="off")
    assert len(outbox.post_all([about(reader) for reader in readers], at=now)) == 7
    went = {d.user: d for d in Delivery.objects.select_related("user")}
    assert {reader: went[reader].state for reader in went} == {
        at_once: "queued", unsaid: "queued", daily: "waiting", weekly: "waiting", off: "withheld", elsewhere: "queued",
    }  # fmt: skip
    assert went[off].reason == "preference"
    assert went[daily].due_at == next_digest(now, daily.time_zone, "daily")
    assert went[weekly].due_at == next_digest(now, weekly.time_zone, "weekly") > went[daily].due_at
    assert went[at_once].due_at == now
    assert len({d.message_id for d in went.values()}) == 6
    assert {d.address for d in went.values()} == {reader.email for reader in readers[:6]}


def test_a_clock_that_nobody_knows_stops_no_letter_that_leaves_at_once(db, now):
    lost, other = people(2)
    User.objects.filter(pk=lost.pk).update(time_zone="Mars/Base")
    assert len(outbox.post_all([about(lost), about(other)], at=now)) == 2
    assert set(Delivery.objects.values_list("user_id", "state")) == {(lost.pk, "queued"), (other.pk, "queued")}


def test_the_bell_rings_once_and_not_for_what_waits(db, now, django_capture_on_commit_callbacks):
    daily, *readers = people(4)
    Preference.objects.create(user=daily, topic="matches", frequency="daily")
    with django_capture_on_commit_callbacks() as bells:
        outbox.post_all([about(daily)], at=now)
    assert not bells
    with django_capture_on_commit_callbacks() as bells:
        outbox.post_all([about(reader) for reader in readers], at=now)
        outbox.post_all([about(reader, "y") for reader in readers], at=now)
    assert len(bells) == 1


def test_one_that_cannot_be_posted_takes_back_all(db, now, monkeypatch):
    first, second, third = people(3)
    with pytest.raises(DataError), transaction.atomic():
        outbox.post_all([about(first), about(second, "far too long " * 20), about(third)], at=now)
    assert not Notice.objects.exists()

    def broken(*_args, **_values):
        raise ZeroDivisionError

    monkeypatch.setattr(outbox.posting.channels, "every", broken)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        outbox.post_all([about(first), about(second)], at=now)
    assert not Notice.objects.exists()
    assert not Delivery.objects.exists()


def test_two_who_post_the_same_at_the_same_time_tell_it_once(db):
    at = timezone.now()
    told, trouble, written, second_done = {}, [], threading.Event(), threading.Event()

    def aside(work):
        """In a connection of its own, so that what it commits is really committed."""

        def run():
            try:
                work()
            except BaseException as error:
                trouble.append(error)
            finally:
                connection.close()

        thread = threading.Thread(target=run)
        thread.start()
        return thread

    readers = []
    aside(lambda: readers.extend(people(3))).join()

    def first():
        with transaction.atomic():
            told["first"] = outbox.post_all([about(reader) for reader in readers[:2]], at=at)
            written.set()
            # The other cannot have told anybody before it knows whether this one keeps its word.
            told["early"] = second_done.wait(0.3)

    def second():
        written.wait(10)
        with transaction.atomic():
            told["second"] = outbox.post_all([about(reader) for reader in reversed(readers)], at=at)
        second_done.set()

    try:
        threads = [aside(first), aside(second)]
        for thread in threads:
            thread.join(20)
        assert not trouble
        assert not told["early"]
        assert [notice.user for notice in told["first"]] == readers[:2]
        assert [notice.user for notice in told["second"]] == readers[2:]
        assert sorted(Delivery.objects.values_list("user", flat=True)) == [reader.pk for reader in readers]
    finally:
        aside(lambda: User.objects.filter(pk__in=[reader.pk for reader in readers]).delete()).join()


@pytest.mark.parametrize("count", [3, 20])
def test_a_batch_of_letters_asks_once_what_people_chose(db, now, monkeypatch, mailoutbox, count):
    monkeypatch.setattr(words, "_relevance", {})
    monkeypatch.setattr(words, "_needs", {})
    readers = people(count)
    outbox.post_all([about(reader) for reader in readers], at=now)
    for refusing in readers[:2]:
        Preference.objects.create(user=refusing, topic="matches", frequency="off")
    with CaptureQueriesContext(connection) as asked:
        outbox.send_due()
    assert len(mailoutbox) == count - 2
    assert sum('FROM "notifications_preference"' in query["sql"] for query in asked) == 1
    assert sum("withheld" in query["sql"] for query in asked if query["sql"].startswith("UPDATE")) == 1
    assert set(Delivery.objects.filter(state="withheld").values_list("user", flat=True)) == {r.pk for r in readers[:2]}
