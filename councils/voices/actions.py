"""Sending, adding to, taking back, releasing, answering and sorting testimony.

What is done without a name takes no person, leaves no event and reads no clock. Everything else is an action like any
other.
"""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.policies import Denied
from ledger.log import record
from notifications import topics
from notifications.outbox import Post, post, post_all

from .. import policies
from ..models import Office, Quote, Theme, Voice
from . import box
from .box import Slip

# So many testimonies of different receipts leave the box together, or none does.
BATCH = 5
LONGEST = 5000


class Refused(Exception):
    """It cannot be taken; the message says to the person what to do."""


# --- Without a name ---------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Kept:
    """What a code leads to."""

    receipt: str
    words: str
    visibility: str
    waiting: bool
    answer: str = ""
    answered_on: object = None
    additions: int = 0  # what was added and waits

    @property
    def visibility_words(self) -> str:
        return Voice.Visibility(self.visibility).label


@transaction.atomic(durable=True)
def drop(council, *, code, words, language, visibility) -> None:
    """Put a testimony into the council's box. The same one sent twice is there once. Raises Refused."""
    mark = box.receipt(code)
    row = box.lock(council)
    slips = box.slips(row)
    if mine := [slip for slip in slips if slip.receipt == mark]:
        if mine[0].words == words:
            return
        raise Refused(_("This form was sent before. Your words are below: please press the button once more."))
    if Voice.objects.filter(receipt=mark).exists():
        raise Refused(_("This form was sent before. Your words are below: please press the button once more."))
    _room(slips)
    box.put(row, [*slips, Slip(mark, words, language, visibility)])


def find(code: str) -> Kept | None:
    """What the holder of the code sent, and what came of it; None for a code that leads to nothing. Writes nothing."""
    if not box.plain_code(code):
        return None
    mark = box.receipt(code)
    voice = Voice.objects.filter(receipt=mark).first()
    for row in box.Box.objects.all():
        mine = [slip for slip in box.slips(row) if slip.receipt == mark]
        first = next((slip for slip in mine if not slip.more), None)
        if first:
            return Kept(mark, first.words, first.visibility, waiting=True)
        if voice and row.pk == voice.council_id:
            return _kept(voice, len(mine))
    return _kept(voice, 0) if voice else None


def _kept(voice: Voice, additions: int) -> Kept | None:
    if voice.is_withdrawn:
        return None
    return Kept(
        voice.receipt,
        voice.words,
        voice.visibility,
        waiting=False,
        answer=voice.answer,
        answered_on=voice.answered_on,
        additions=additions,
    )


@transaction.atomic(durable=True)
def add(code: str, words: str) -> None:
    """Add to what was sent: at once while it waits, else by the box, with the next ones. Raises Refused."""
    row, slips = _box_of(code)
    mark = box.receipt(code)
    for slip in slips:
        if slip.receipt == mark and (slip.words == words or slip.words.endswith(f"\n\n{words}")):
            return
    first = next((slip for slip in slips if slip.receipt == mark and not slip.more), None)
    if first:
        if len(first.words) + len(words) > 2 * LONGEST:
            raise Refused(_("This is longer than we can keep. Please send the rest as a new message."))
        first.words = f"{first.words}\n\n{words}"
    else:
        _room(slips)
        slips = [*slips, Slip(mark, words, more=True)]
    box.put(row, slips)


@transaction.atomic(durable=True)
def take_back(code: str) -> None:
    """What was sent with the code is gone at once, quotes of it included."""
    row, slips = _box_of(code)
    mark = box.receipt(code)
    box.put(row, [slip for slip in slips if slip.receipt != mark])
    voice = Voice.objects.filter(receipt=mark).select_for_update().first()
    if voice:
        _empty(voice)
        # All of the council's are written anew, so that the database does not show which one was touched and when.
        Voice.objects.filter(council=voice.council_id, author=None).update(is_withdrawn=F("is_withdrawn"))


def _box_of(code: str):
    if not box.plain_code(code):
        raise Refused(_("We know no message with this code. Please look at it again."))
    mark = box.receipt(code)
    voice = Voice.objects.filter(receipt=mark, is_withdrawn=False).select_related("council").first()
    if voice:
        row = box.lock(voice.council)
        return row, box.slips(row)
    for row in box.Box.objects.select_for_update().order_by("pk"):
        slips = box.slips(row)
        if any(slip.receipt == mark for slip in slips):
            return row, slips
    raise Refused(_("We know no message with this code. Please look at it again."))


def _room(slips: list[Slip]) -> None:
    if len(slips) >= box.MOST:
        raise Refused(_("The box is full just now. Please keep your words and try again tomorrow."))


def _empty(voice: Voice) -> None:
    voice.quotes.all().delete()
    voice.themes.clear()
    voice.words, voice.answer, voice.is_withdrawn = "", "", True
    voice.save(update_fields=["words", "answer", "is_withdrawn"])


@transaction.atomic(durable=True)
def release(*, at) -> int:
    """Empty every box in which enough lies, in an order that says nothing; return how many testimonies came out.

    The day of the release is all that is kept of the time. The rows are written together, so that neither their numbers
    nor their places in the table tell which was there first.
    """
    total, day = 0, timezone.localdate(at)
    for row in box.Box.objects.select_for_update(of=("self",)).select_related("council").order_by("pk"):
        slips = box.slips(row)
        if len({slip.receipt for slip in slips}) < BATCH:
            continue
        fresh = [slip for slip in box.shuffled(slips) if not slip.more]
        # Everything without a name is written anew in the same moment, what was added to included.
        for voice in Voice.objects.filter(council=row.council, author=None).select_for_update():
            more = [slip.words for slip in slips if slip.more and slip.receipt == voice.receipt]
            if not voice.is_withdrawn:
                voice.words = "\n\n".join([voice.words, *more])
            voice.save(update_fields=["words"])
        Voice.objects.bulk_create(
            Voice(
                council=row.council,
                receipt=slip.receipt,
                words=slip.words,
                language=slip.language,
                visibility=slip.visibility,
                received_on=day,
            )
            for slip in fresh
        )
        box.put(row, [])
        event = record("voices.released", row.council, by=None, at=at, number=len(fresh))
        _tell_facilitators(row.council, "voices_released", f"voices:{event.pk}", at=at, number=len(fresh))
        total += len(fresh)
    return total


# --- With a name ------------------------------------------------------------------------------------------------------
@transaction.atomic(durable=True)
def send(council, *, words, language, visibility, by, at) -> Voice:
    """Send a testimony with one's name. The same words twice are one."""
    same = Voice.objects.filter(council=council, author=by, words=words).first()
    if same:
        return same
    voice = Voice.objects.create(
        council=council,
        author=by,
        words=words,
        language=language,
        visibility=visibility,
        received_on=timezone.localdate(at),
    )
    record("voice.sent", voice, by=by, at=at)
    _tell_facilitators(council, "voice_sent", f"voice:{voice.pk}", at=at, voice=str(voice.public_id))
    return voice


@transaction.atomic(durable=True)
def withdraw(voice: Voice, *, by, at) -> None:
    """Its author takes it back: words, quotes and answer are gone at once."""
    if voice.author_id != by.pk:
        raise Denied(_("Only who wrote it can take it back."))
    fresh = Voice.objects.select_for_update().get(pk=voice.pk)
    if not fresh.is_withdrawn:
        _empty(fresh)
        record("voice.withdrawn", fresh, by=by, at=at)


# --- The council ------------------------------------------------------------------------------------------------------
@transaction.atomic(durable=True)
def answer(voice: Voice, *, words, by, at, still=None) -> Voice:
    """Answer a testimony: its author reads it, by name or by code. `still` refuses when somebody else did just now."""
    policies.may_facilitate.check(by, voice.council)
    fresh = Voice.objects.select_for_update().get(pk=voice.pk)
    if fresh.is_withdrawn:
        raise Refused(_("Its author took it back, so there is nothing to answer any more."))
    if fresh.answer == words:
        return fresh
    if still:
        still(fresh)
    fresh.answer, fresh.answered_on = words, timezone.localdate(at)
    fresh.save(update_fields=["answer", "answered_on"])
    event = record("voice.answered", fresh, by=by, at=at)
    if fresh.author:
        post(
            fresh.author,
            "voice_answered",
            topic=topics.COUNCILS,
            once_key=f"voice:{fresh.pk}:{event.pk}",
            data={"council": voice.council_id},
            path=_page_of(voice.council),
            at=at,
        )
    return fresh


@transaction.atomic(durable=True)
def sort(voice: Voice, themes, *, had=None, by, at) -> bool:
    """Put the testimony into these themes of its council; return whether somebody else sorted it meanwhile, too.

    `had` are the numbers of the themes it was in when the page was opened. What was ticked or taken off since is
    done, theme by theme; one that only somebody else touched stays as they left it.
    """
    policies.may_facilitate.check(by, voice.council)
    fresh = Voice.objects.select_for_update().get(pk=voice.pk)
    if fresh.is_withdrawn:
        raise Refused(_("Its author took it back, so there is nothing to sort any more."))
    stands = set(fresh.themes.values_list("pk", flat=True))
    had = stands if had is None else had
    ticked = {theme.pk for theme in themes if theme.council_id == voice.council_id}
    wanted = (stands | (ticked - had)) - (had - ticked)
    if wanted != stands:
        fresh.themes.set(wanted)
        fresh.quotes.exclude(theme__in=wanted).delete()
        record("voice.sorted", voice.council, by=by, at=at)
    return stands != had


@transaction.atomic(durable=True)
def keep_theme(theme: Theme, *, by, at, still=None) -> Theme:
    """Make a theme, or change one; `still` refuses when somebody saved in this moment."""
    policies.may_facilitate.check(by, theme.council)
    if theme.pk and still:
        still(Theme.objects.select_for_update(no_key=True).get(pk=theme.pk))
    kind = "theme.changed" if theme.pk else "theme.made"
    theme.save()
    record(kind, theme, by=by, at=at)
    return theme


@transaction.atomic(durable=True)
def quote(theme: Theme, voice: Voice, *, words, by, at) -> Quote:
    """Keep a sentence of a testimony for its theme, word for word. Raises Refused when it may not be quoted."""
    policies.may_facilitate.check(by, theme.council)
    fresh = Voice.objects.select_for_update().get(pk=voice.pk)
    if not theme.voices.filter(pk=fresh.pk).exists():
        raise Refused(_("First sort the testimony into this theme."))
    if fresh.visibility not in Voice.QUOTABLE:
        raise Refused(_("Its author does not want it quoted."))
    if " ".join(words.split()) not in " ".join(fresh.words.split()):
        raise Refused(_("A quote has to stand in the testimony word for word. Please copy it from there."))
    made, _new = Quote.objects.update_or_create(theme=theme, voice=fresh, defaults={"words": " ".join(words.split())})
    record("theme.quoted", theme, by=by, at=at)
    return made


def _page_of(council) -> str:
    return reverse("voice_named", args=[council.public_id])


def _tell_facilitators(council, kind: str, once_key: str, *, at, **data) -> None:
    roles = (Office.Role.CHAIR, Office.Role.FACILITATOR)
    rows = Office.objects.current(timezone.localdate(at)).filter(council=council, role__in=roles, user__is_active=True)
    path = reverse("voice_list", args=[council.public_id])
    data |= {"council": council.pk}
    post_all(
        [
            Post(office.user, kind, topics.COUNCILS, once_key, data, path)
            for office in rows.select_related("user").order_by("pk")
        ],
        at=at,
    )
