"""What tests of the post office share."""

import pytest
from django.utils import timezone

from notifications import outbox, words
from notifications.outbox import Post


@pytest.fixture
def tell(monkeypatch):
    """Posts a notice about nothing that could change: `tell(cast.ana, "its key")`."""
    plain = {"plain": lambda notice: words.Message(f"News {notice.once_key}", ["There is news."])}
    monkeypatch.setattr(words, "_writers", words._writers | plain)

    def post(*people, key="news", kind="plain", topic="referrals", rung=0, at=None):
        posts = [Post(person, kind, topic, key, {}, "/", rung) for person in people]
        return outbox.post_all(posts, at=at or timezone.now())

    return post
