"""Minutes are written beside the agenda by several people at once, approved at a later meeting, and then frozen."""

import hashlib
import json
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.policies import Denied
from ledger.log import record

from .. import policies, presence
from ..lifecycle import MINUTES
from ..merging import merge
from ..models import AgendaItem, Meeting, Minutes
from .meetings import lock

TEXTS = ("text_en", "text_es", "dissent", "action")
LONGEST = 100_000  # characters of one text


@dataclass(frozen=True)
class Written:
    """What came of writing: the item as it stands, and the texts of both where two changed the same lines."""

    item: AgendaItem
    clashes: dict[str, str]  # field -> what the other wrote meanwhile


def paper_of(meeting) -> Minutes:
    """The minutes of the meeting, begun when first asked for."""
    return Minutes.objects.get_or_create(meeting=meeting)[0]


@transaction.atomic(durable=True)
def write(item, texts: dict, *, before: dict, version: int, by, at) -> Written:
    """Save what somebody wrote on one item.

    When somebody else saved meanwhile, changes of different lines are put together. Where both changed the same lines
    nothing of either is lost: what is saved holds both, one under the other, and the page says so.
    """
    meeting = lock(item.meeting)
    policies.may_run.check(by, meeting.council)
    _unfrozen(meeting)
    fresh = AgendaItem.objects.select_for_update(no_key=True).get(pk=item.pk, meeting=meeting)
    clashes, changed = {}, []
    for name in TEXTS:
        if name not in texts:
            continue
        stands, wrote, had = getattr(fresh, name), plain(texts[name]), plain(before.get(name, ""))
        if wrote == stands:
            continue
        if len(wrote) > LONGEST:
            raise Denied(_("This text is too long to keep. Please put a part of it on an item of its own."))
        if fresh.version != version and had != stands:
            merged, clash = merge(had, wrote, stands)
            if clash:
                clashes[name] = stands
            wrote = merged
        if wrote != stands:
            setattr(fresh, name, wrote)
            changed.append(name)
    if changed:
        fresh.version += 1
        fresh.save(update_fields=[*changed, "version"])
        paper = paper_of(meeting)
        record("minutes.written", paper, by=by, at=at, item=fresh.pk, version=fresh.version)
    return Written(fresh, clashes)


def plain(text: str) -> str:
    """A text as it is kept: lines end alike wherever they were typed."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").rstrip()


def _unfrozen(meeting) -> None:
    if Minutes.objects.filter(meeting=meeting, state__in=["approved", "published"]).exists():
        raise Denied(_("These minutes were approved, so nobody changes them any more."))
    if Minutes.objects.filter(meeting=meeting, state="ready").exists():
        raise Denied(_("These minutes wait to be approved. Take them back to the draft first."))


@transaction.atomic(durable=True)
def ready(meeting, *, by, at) -> Minutes:
    """The draft goes to the members, to be approved at their next meeting."""
    fresh = lock(meeting)
    policies.may_run.check(by, fresh.council)
    if fresh.state != Meeting.State.CLOSED:
        raise Denied(_("Close the meeting first."))
    if not fresh.items.exclude(text_en="", text_es="").exists():
        raise Denied(_("Nothing is written yet."))
    return MINUTES.advance(paper_of(fresh), "ready", by=by, at=at, changes={"ready_at": at})


@transaction.atomic(durable=True)
def reopen(meeting, *, by, at) -> Minutes:
    """Back to the draft, because somebody asked for a change."""
    policies.may_run.check(by, meeting.council)
    return MINUTES.advance(paper_of(meeting), "reopen", by=by, at=at, changes={"ready_at": None})


@transaction.atomic(durable=True)
def approve(meeting, *, approved_in, by, at) -> Minutes:
    """The members approved the minutes at a later meeting that had its quorum; from now on nobody changes them."""
    fresh = lock(meeting)
    policies.may_run.check(by, fresh.council)
    later = lock(approved_in)
    if later.council_id != fresh.council_id or later.starts_at <= fresh.starts_at:
        raise Denied(_("Minutes are approved at a later meeting of the same council."))
    if later.state not in (Meeting.State.OPEN, Meeting.State.CLOSED):
        raise Denied(_("The meeting that approves the minutes has not begun yet."))
    if not presence.quorum_of(later).met:
        raise Denied(
            _("There is no quorum now, so nothing can be approved.")
            if later.state == Meeting.State.OPEN
            else _("That meeting had no quorum, so it could approve nothing. Choose another meeting.")
        )
    content = content_of(fresh)
    changes = {"approved_at": at, "approved_in": later, "content": content, "content_hash": fingerprint(content)}
    return MINUTES.advance(paper_of(fresh), "approve", by=by, at=at, changes=changes, sha256=changes["content_hash"])


@transaction.atomic(durable=True)
def publish(meeting, *, by, at) -> Minutes:
    """Everybody may read the approved minutes, where the council publishes them."""
    policies.may_run.check(by, meeting.council)
    try:
        return MINUTES.advance(paper_of(meeting), "publish", by=by, at=at, changes={"published_at": at})
    except IntegrityError as error:
        raise Denied(_("These minutes were approved, so nobody changes them any more.")) from error


def content_of(meeting) -> dict:
    """What is approved: each item with its texts and decisions; who was there as counts, for names change hands."""
    quorum = presence.quorum_of(meeting)
    decisions = meeting.decisions.filter(state__in=["adopted", "rejected"]).order_by("pk")
    return {
        "starts_at": meeting.starts_at.isoformat(),
        "place": meeting.place,
        "seats": {"held": quorum.held, "present": quorum.present, "quorum": quorum.met},
        "by": {name: [there, held] for name, (there, held, _least) in quorum.by.items()},
        "items": [
            {
                "item": str(item.public_id),
                "title": [item.title_en, item.title_es],
                "text": [item.text_en, item.text_es],
                "dissent": item.dissent,
                "action": item.action,
                "decisions": [_decided(decision) for decision in decisions if decision.item_id == item.pk],
            }
            for item in meeting.items.all()
        ],
        "decisions": [_decided(decision) for decision in decisions if decision.item_id is None],
    }


def _decided(decision) -> dict:
    return {
        "decision": str(decision.public_id),
        "text": [decision.text_en, decision.text_es],
        "method": decision.method,
        "state": decision.state,
        "result": decision.result,
        "dissent": decision.dissent,
    }


def fingerprint(content: dict) -> str:
    """SHA-256 of the content, written the same way each time."""
    plain = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()
