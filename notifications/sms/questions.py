"""Which question an answer belongs to. Rooms register the notices that ask something, and how an answer is acted on."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import transaction

from ..models import Notice
from .models import Question, Unsettled

OPEN_FOR = timedelta(days=14)
UNSETTLED_FOR = timedelta(days=1)


@dataclass(frozen=True)
class Asks:
    """How a kind of notice asks: every member is given by the room whose kind it is.

    `about(notice)` names what an answer would be about, or is empty when this one asks nothing.
    `title(user, about)` says it in a few words, or is empty when it can no longer be answered.
    `act(user, about, answer, at)` does it as that person and returns the sentence they read.
    `then` names the kind that this sentence asks next of the same thing, by the answer; `why` says that what is asked
    is a reason (meaning.REASONS), and not a yes or a no.
    """

    about: Callable[[Notice], str]
    title: Callable[[object, str], str]
    act: Callable[[object, str, str, object], str]
    then: dict[str, str] = field(default_factory=dict)
    why: bool = False


_known: dict[str, Asks] = {}
# What people tell without having been asked: the word, and who acts on it.
_told: dict[str, Callable[[object, str, object], str]] = {}


def register(kind: str, asks: Asks) -> None:
    """Notices of this kind can be answered by text from now on."""
    _known[kind] = asks


def when_told(word: str, act: Callable[[object, str, object], str]) -> None:
    """Somebody who writes this word tells something by themselves; `act(user, rest, at)` returns what they read."""
    _told[word] = act


def told(word: str) -> Callable[[object, str, object], str] | None:
    """Who acts on this word, if somebody does."""
    return _told.get(word)


def about(notice: Notice) -> str:
    """What an answer to this notice would be about, or nothing."""
    asks = _known.get(notice.kind)
    return asks.about(notice) if asks else ""


@transaction.atomic
def ask(notice: Notice, number: str, at, *, since) -> Question | None:
    """Remember that this number was asked, once for the text that was begun then; asked again it is one question."""
    if not (thing := about(notice)):
        return None
    if Question.objects.filter(user=notice.user, kind=notice.kind, about=thing, asked_at__gte=since).exists():
        return None
    fresh = {"number": number, "asked_at": at, "expires_at": at + OPEN_FOR}
    return Question.objects.update_or_create(
        user=notice.user, kind=notice.kind, about=thing, answered_at=None, defaults=fresh
    )[0]


def open_to(user, number: str, at) -> list[Question]:
    """What this person was asked on this number and can still answer, the last asked first."""
    rows = Question.objects.filter(user=user, number=number, answered_at=None, expires_at__gt=at)
    found = []
    for question in rows.order_by("-asked_at", "-pk"):
        if question.kind in _known and (title := _known[question.kind].title(user, question.about)):
            question.title, question.why = title, _known[question.kind].why
            found.append(question)
    return found


def asked_last(user, number: str) -> int | None:
    """The question this person's next answer most likely means, open or not: the last they were asked."""
    rows = Question.objects.filter(user=user, number=number, answered_at=None)
    return rows.order_by("-asked_at", "-pk").values_list("pk", flat=True).first()


def act(question: Question, answer: str, at) -> str:
    """Do what the person answered; the sentence they read. What was done stays done when this is called again."""
    asks = _known[question.kind]
    said = asks.act(question.user, question.about, answer, at)
    with transaction.atomic():
        Question.objects.filter(pk=question.pk).update(answer=answer, answered_at=at)
        if answer in asks.then:
            _ask_on(question, asks.then[answer], at)
    return said


def _ask_on(question: Question, kind: str, at) -> None:
    """The reply asks this next, of the same thing; of anything before it this is asked no more."""
    Question.objects.filter(user=question.user, kind=kind, answered_at=None).update(answered_at=at)
    Question.objects.create(
        user=question.user,
        number=question.number,
        kind=kind,
        about=question.about,
        asked_at=at,
        expires_at=at + OPEN_FOR,
    )


def leave_open(number: str, answer: str, questions: list[Question], at) -> None:
    """Keep the answer until we hear which of these it was meant for."""
    Unsettled.objects.update_or_create(
        number=number,
        defaults={
            "answer": answer,
            "questions": [question.pk for question in questions],
            "expires_at": at + UNSETTLED_FOR,
        },
    )


def unsettled(number: str, at) -> Unsettled | None:
    """The answer that waits for its question, if there is one."""
    return Unsettled.objects.filter(number=number, expires_at__gt=at).first()


def settle(number: str) -> None:
    """Nothing waits any more."""
    Unsettled.objects.filter(number=number).delete()


def close_all(number: str, at) -> None:
    """Whoever wants no texts is asked nothing by text."""
    Question.objects.filter(number=number, answered_at=None).update(answered_at=at)
    settle(number)
