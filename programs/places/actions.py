"""What people do about a place in a class. Each action is one durable sentence."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts import consents
from accounts.policies import Denied
from ledger.log import record
from notifications import outbox, todo, topics
from notifications.models import Task

from .. import waiting
from ..lifecycle import PLACE_REQUEST
from ..models import PlaceRequest
from . import policies, queries, words

Answer, State = PlaceRequest.Answer, PlaceRequest.State
CALL = "place_call"
# Asking tells people at work: so often in a week, taken back or not.
MOST_A_WEEK = 10
# So soon somebody should hear; the coordinators' task says the day, and then reminders begin.
ANSWER_WITHIN = timedelta(days=waiting.DAYS[0])


@transaction.atomic(durable=True)
def ask(trainee, program, *, to, cohort=None, by, at) -> PlaceRequest:
    """A person asks for a place and agrees, in the words shown for `to`, that these see who asks.

    Asking twice is asking once. Raises Denied when meanwhile somebody else would be asked: that was not agreed to.
    """
    policies.ask.check(by, program)
    consents.lock(trainee.user)
    rows = PlaceRequest.objects.filter(trainee=trainee)
    if standing := rows.filter(program=program, state=State.ASKED).first():
        return standing
    if queries.recipient(program) != to:
        raise Denied(words.changed())
    if rows.filter(asked_at__gt=at - timedelta(days=7)).count() >= MOST_A_WEEK:
        raise Denied(_("You asked for many places this week. Wait for the answers before you ask for more."))
    request = PlaceRequest.objects.create(
        trainee=trainee,
        program=program,
        cohort=cohort,
        to=to,
        wording=words.wording(program, to),
        version=words.VERSION,
        language=get_language() or trainee.user.language,
        asked_at=at,
    )
    record("place_request.asked", request, by=by, at=at, trainee=trainee.pk, program=program.pk)
    _tell(request, "place_asked", at=at)
    if request.is_call:
        todo.ask(
            CALL,
            topic=topics.REFERRALS,
            once_key=f"place_request:{request.pk}:call",
            organization=to,
            about=request,
            data={"program": program.pk},
            path=f"/classes/asked/{request.public_id}/",
            due_on=timezone.localdate(at + ANSWER_WITHIN),
            at=at,
        )
    return request


@transaction.atomic(durable=True)
def answer(request, *, answer, on=None, other=None, note="", by, at) -> PlaceRequest:
    """The people who were asked say how it stands, and the person is told; of the same answer again they are not."""
    policies.answer.check(by, request)
    said = PLACE_REQUEST.lock(request)
    same = (said.answer, said.answer_on, said.other, said.note) == (answer, on, other, note)
    if said.state == State.ANSWERED and same:
        return said
    fresh = PLACE_REQUEST.advance(
        request,
        "answered",
        by=by,
        at=at,
        organization=request.to,
        changes={
            "answer": answer,
            "answer_on": on,
            "other": other,
            "note": note,
            "answered_at": at,
            "answered_by": by,
        },
        trainee=request.trainee_id,
        program=request.program_id,
        answer=answer,
    )
    _settle(fresh, by=by, at=at)
    outbox.post(
        fresh.trainee.user,
        "place_answered",
        topic=topics.REFERRALS,
        once_key=f"place_request:{fresh.pk}:answered:{at:%Y%m%d%H%M%S%f}",
        data={
            "request": fresh.pk,
            "program": fresh.program_id,
            "answer": answer,
            "on": on.isoformat() if on else None,
            "other": other.pk if other else None,
            "note": note,
        },
        path=f"/programs/{(other or fresh).program.public_id}/ask/",
        at=at,
    )
    return fresh


@transaction.atomic(durable=True)
def withdraw(request, *, by, at) -> PlaceRequest:
    """The person no longer asks: from now on nobody sees that they did. Who kept a place for them is told.

    What they asked of this program before goes with it: its answer would show them for 90 days more.
    """
    if request.trainee.user_id != by.pk:
        raise Denied(_("Only the person who asked can take it back."))
    consents.lock(by)
    fresh = _withdraw(request, by=by, at=at)
    before = PlaceRequest.objects.filter(trainee=request.trainee_id, program=request.program_id)
    for other in before.exclude(state=State.WITHDRAWN).select_related("to", "program").order_by("pk"):
        _withdraw(other, by=by, at=at)
    return fresh


def _withdraw(request, *, by, at) -> PlaceRequest:
    fresh = PLACE_REQUEST.advance(
        request,
        "withdrawn",
        by=by,
        at=at,
        changes={"withdrawn_at": at},
        trainee=request.trainee_id,
        program=request.program_id,
    )
    _settle(fresh, by=by, at=at)
    if fresh.answer == Answer.COME:
        _tell(fresh, "place_taken_back", at=at)
    return fresh


def _tell(request: PlaceRequest, kind: str, *, at) -> None:
    """To everybody who acts for whom was asked. The name stands on the page, not in the message."""
    asked = kind == "place_asked"
    outbox.post_all(
        [
            outbox.Post(
                user=person,
                kind=kind,
                topic=topics.REFERRALS,
                once_key=f"place_request:{request.pk}:{kind}",
                data={"request": request.pk, "program": request.program_id, "cohort": request.cohort_id},
                path=f"/classes/asked/{request.public_id}/" if asked else "/classes/asked/",
            )
            for person in queries.people_of(request.to)
        ],
        at=at,
    )


def _settle(request: PlaceRequest, *, by, at) -> None:
    rows = Task.objects.filter(kind__in=[CALL, waiting.PLACE], about_type="placerequest", about_id=request.pk)
    rows.filter(done_at=None).update(done_at=at, done_by=by)
