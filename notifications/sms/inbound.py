"""What people write back. Each text is dealt with once, however often the carrier tells of it.

The actions behind it are transactions of their own and do nothing when they were done before. So a text whose answer
was cut off is simply taken up again, however soon it is told once more. Told twice at once, the second waits for the
first; what was dealt with gets the same reply.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import DatabaseError, connection
from django.utils.translation import override

from accounts.models import User
from accounts.policies import Denied
from ledger.lifecycle import IllegalStep

from ..models import Address, Way
from . import budget, gsm, meaning, numbers, phones, questions, texts
from .meaning import Meaning
from .models import Incoming, Text

log = logging.getLogger(__name__)


def receive(*, sid: str, number: str, body: str, at, answered_by_carrier: bool = False) -> str:
    """Do what the text says; return our reply, or nothing. The same sid again returns the same reply."""
    number = numbers.e164(number)
    if not sid or not number:
        return ""
    if done := Incoming.objects.filter(sid=sid[:64], done_at__isnull=False).first():
        return done.reply
    with _alone(sid[:64]):
        incoming, _new = Incoming.objects.get_or_create(sid=sid[:64], defaults={"number": number, "at": at})
        return incoming.reply if incoming.done_at else _receive(incoming, body, at, answered_by_carrier)


@contextmanager
def _alone(sid: str) -> Iterator[None]:
    """Nobody else deals with this text meanwhile. Whoever is killed at it gives the lock up with their connection."""
    key = "hashtext('notifications.sms.inbound'), hashtext(%s)"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_lock({key})", [sid])
    try:
        yield
    finally:
        with suppress(DatabaseError), connection.cursor() as cursor:
            cursor.execute(f"SELECT pg_advisory_unlock({key})", [sid])


def _receive(incoming: Incoming, body: str, at, answered_by_carrier: bool) -> str:
    number = incoming.number
    said = meaning.read(body)
    user = _owner(number)
    language = user.language if user else "es" if meaning.in_spanish(body) else "en"
    with override(language):
        reply = _deal(said, user, number, at)
        if answered_by_carrier or not _may_reply(number, at):
            reply = ""
    if reply:
        Text.objects.create(
            number=number, begun_at=at, segments=gsm.segments(reply), status=Text.Status.QUEUED, told_at=None
        )
    word = said.word or (said.letter and "letter")
    Incoming.objects.filter(pk=incoming.pk).update(meaning=word, reply=reply, done_at=at)
    return reply


def _owner(number: str) -> User | None:
    return User.objects.filter(phone=number, phone_verified_at__isnull=False, is_active=True).first()


def _may_reply(number: str, at) -> bool:
    """Two machines that answer each other must end some time."""
    return numbers.allowed(number) and not budget.over([(0, number)], at)


def _deal(said: Meaning, user, number: str, at) -> str:
    if said.word == meaning.STOP:
        phones.stop(number, user=user, at=at)
        return texts.stopped()
    if said.word == meaning.START:
        return texts.welcome() if phones.start(number, user=user, at=at) else texts.not_signed_up()
    if said.word == meaning.HELP:
        return texts.help_()
    stopped = Address.objects.filter(channel=Way.SMS, address=number, state=Address.State.STOPPED)
    if user is None or stopped.exists():
        return ""  # nobody we may write to
    try:
        return _answer(said, user, number, at)
    except (Denied, IllegalStep) as refused:
        return texts.ours(str(refused))
    except Exception:
        log.exception("an answer by text failed")
        return texts.went_wrong()


def _answer(said: Meaning, user, number: str, at) -> str:
    waiting = questions.unsettled(number, at)
    if not said.word and not said.letter:
        return texts.not_understood()
    if act := questions.told(said.word):
        return texts.ours(act(user, said.rest, at))
    asked = questions.open_to(user, number, at)
    if said.word in meaning.REASONS:
        return _why(said, asked, at)
    open_ = [question for question in asked if not question.why][:4]
    if not open_:
        questions.settle(number)
        return texts.nothing_asked()
    answer = said.word or (waiting.answer if waiting else "")
    lettered = _lettered(waiting, open_)
    if said.letter:
        chosen = lettered.get(said.letter)
    else:
        # When the last question has closed meanwhile, or was why not, a bare answer may have been meant for that one:
        # better to ask.
        sure = len(open_) == 1 and open_[0].pk == questions.asked_last(user, number)
        chosen = open_[0] if sure else None
    if chosen and answer:
        reply = questions.act(chosen, answer, at)
        questions.settle(number)
        return texts.ours(reply)
    if chosen:  # a letter, and nothing was answered yet
        return texts.not_understood()
    questions.leave_open(number, answer, open_, at)
    return texts.which_one([question.title for question in open_])


def _why(said: Meaning, asked: list, at) -> str:
    """A reason belongs to the no it was asked for, and is never an answer to anything else.

    In a word alone ("Pay?") it may be about what was asked since, so then only its number counts.
    """
    question = next((question for question in asked if question.why), None)
    if question and (said.numbered or asked[0].why):
        return texts.ours(questions.act(question, said.word, at))
    return texts.not_understood() if asked else texts.nothing_asked()


def _lettered(waiting, open_) -> dict:
    """Each open question by its letter: as they were named when we asked, else the last asked first."""
    if not waiting:
        return dict(zip("ABCD", open_, strict=False))
    by_pk = {question.pk: question for question in open_}
    return {letter: by_pk[pk] for letter, pk in zip("ABCD", waiting.questions, strict=False) if pk in by_pk}
