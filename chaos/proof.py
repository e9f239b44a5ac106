"""What must hold: everything acknowledged is there exactly once, everything to be told was handed over, nobody waits.

Each check returns sentences about what is broken; none means that it holds.
"""

import uuid
from collections import Counter, defaultdict
from datetime import datetime, timedelta

from django.db import OperationalError, connection
from django.db.models import Count, Q
from django.utils import timezone

from accounts.models import TraineeProfile
from ledger import handoffs
from ledger.models import Event, Handoff
from matching import nightly
from matching.models import Match
from notifications.models import Delivery, Notice
from notifications.outbox import sending
from openings.models import Opening
from placements.models import Referral
from programs.models import Certification

from .load import Notes
from .post import GONE

NAMED = 5  # so many of one kind are named in a complaint


def fresh() -> None:
    """The database may have been away since we last spoke to it."""
    connection.close()


# --- Writes ----------------------------------------------------------------------------------------------------------
def lost(notes: Notes) -> tuple[int, list[str]]:
    """How many acknowledged writes are there exactly once, and complaints about the others."""
    fresh()
    present, wrong = 0, []
    for kind, there in THERE.items():
        rows = notes.of(kind)
        found = there(rows) if rows else []
        present += sum(times == 1 for times in found)
        bad = [(row, times) for row, times in zip(rows, found, strict=True) if times != 1]
        if bad:
            named = "; ".join(f"{row} is there {times} times" for row, times in bad[:NAMED])
            wrong.append(f"{kind}: {len(bad)} of {len(rows)} acknowledged are not there once: {named}")
    return present, wrong


def _once(*counts: int) -> int:
    """1 when every trace of a write is there once; else what is wrong."""
    return next((count for count in counts if count != 1), 1)


def _events(kinds, subject: str, ids) -> Counter:
    rows = Event.objects.filter(kind__in=kinds, subject_type=subject, subject_id__in=ids)
    return Counter(rows.order_by().values_list("kind", "subject_id"))


def _declared(rows) -> list[int]:
    found = defaultdict(list)
    for pk, *key in Certification.objects.filter(trainee__in={row["trainee"] for row in rows}).values_list(
        "pk", "trainee", "credential", "issued_on"
    ):
        found[key[0], key[1], key[2].isoformat()].append(pk)
    events = _events(["certification.recorded"], "certification", [pk for pks in found.values() for pk in pks])
    traces = [found[row["trainee"], row["credential"], row["issued_on"]] for row in rows]
    return [_once(len(pks), sum(events["certification.recorded", pk] for pk in pks)) for pks in traces]


def _by_address(model, rows, name, **states) -> dict[str, int]:
    found = model.objects.filter(public_id__in=[uuid.UUID(row[name]) for row in rows], **states)
    return {str(public_id): pk for public_id, pk in found.values_list("public_id", "pk")}


def _confirmed(rows) -> list[int]:
    found = _by_address(Certification, rows, "certification", state=Certification.State.VERIFIED)
    events = _events(["certification.verified"], "certification", found.values())
    return [events["certification.verified", found.get(row["certification"])] for row in rows]


def _published(rows) -> list[int]:
    found = _by_address(Opening, rows, "opening", state=Opening.State.PUBLISHED)
    events = _events(["opening.drafted", "opening.published"], "opening", found.values())
    pks = [found.get(row["opening"]) for row in rows]
    return [_once(events["opening.drafted", pk], events["opening.published", pk]) for pk in pks]


def _answered(rows) -> list[int]:
    pairs = {str(key): pair for key, *pair in Match.objects.values_list("public_id", "trainee", "opening")}
    found = {
        (t, o): (pk, state) for pk, t, o, state in Referral.objects.values_list("pk", "trainee", "opening", "state")
    }
    events = _events(
        [f"referral.{step}" for step in ("yes", "not_now", "no")], "referral", [pk for pk, _ in found.values()]
    )
    counts = []
    for row in rows:
        pk, state = found.get(tuple(pairs.get(row["match"], ())), (None, ""))
        moved_on = ("seen", "interview") if row["step"] == "yes" else ()  # the hirer looked, or answered, since
        counts.append(_once(events[f"referral.{row['step']}", pk], int(state in (row["step"], *moved_on))))
    return counts


def _responded(rows) -> list[int]:
    found = _by_address(Referral, rows, "referral", state="interview")
    events = _events(["referral.interview"], "referral", found.values())
    pks = [found.get(row["referral"]) for row in rows]
    told = Counter(Notice.objects.filter(kind="referral_answer").order_by().values_list("data__referral", flat=True))
    return [_once(events["referral.interview", pk], told[pk]) for pk in pks]


def _changed(rows) -> list[int]:
    """Each figure was new, so each change is one event; and the last figure stands."""
    last = {row["trainee"]: row["cents"] for row in rows}
    acknowledged = Counter(row["trainee"] for row in rows)
    events = Counter(
        Event.objects.filter(kind="profile.changed", subject_id__in=last, facts__fields__contains="wage_wish_cents")
        .order_by()
        .values_list("subject_id", flat=True)
    )
    stands = dict(TraineeProfile.objects.filter(pk__in=last).values_list("pk", "wage_wish_cents"))
    return [
        # While the load runs, one more may be saved whose answer is under way.
        int(events[t] - acknowledged[t] in (0, 1) and stands[t] in (last[t], last[t] + 1))
        for t in (row["trainee"] for row in rows)
    ]


def _taken(rows) -> list[int]:
    acknowledged = Counter((row["coordinator"], row["trainee"]) for row in rows)
    events = Counter(Event.objects.filter(kind="person.taken").order_by().values_list("actor_id", "subject_id"))
    return [
        int(events[pair] - acknowledged[pair] in (0, 1))
        for pair in ((row["coordinator"], row["trainee"]) for row in rows)
    ]


THERE = {
    "declared": _declared,
    "confirmed": _confirmed,
    "published": _published,
    "answered": _answered,
    "responded": _responded,
    "changed": _changed,
    "taken": _taken,
}


# --- Work ------------------------------------------------------------------------------------------------------------
def in_hand(what: str, since: datetime) -> bool:
    """Whether the worker has a handoff in its hands, or the sender a letter, taken up since this moment.

    What the last one killed had in its hands is leased as well, for minutes; it does not count.
    """
    if what == "sender":
        rows = Delivery.objects.filter(state=Delivery.State.SENDING, leased_until__gte=since + sending.LEASE)
    else:
        rows = Handoff.objects.filter(state=Handoff.State.WAITING, leased_until__gte=since + handoffs.LEASE)
    return rows.exists()


def done_since(moment: datetime) -> bool:
    """Whether something that came after this moment was dealt with."""
    return Handoff.objects.filter(due_at__gte=moment, done_at__gte=moment).exists()


def sent_since(moment: datetime) -> bool:
    return Delivery.objects.filter(created_at__gte=moment, sent_at__gte=moment).exists()


def unfinished(within: timedelta) -> tuple[int, int]:
    """Handoffs (with matches to be told of and lists to be read) and deliveries that are still to be dealt with; what
    waits for a later hour by rule is left out.
    """
    fresh()
    waiting = Handoff.objects.exclude(state=Handoff.State.DONE)
    soon = timezone.now() + within
    due = Q(state=Delivery.State.SENDING) | Q(
        state__in=[Delivery.State.QUEUED, Delivery.State.WAITING], due_at__lt=soon
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT (SELECT count(*) FROM matching_untold) + (SELECT count(*) FROM matching_unfilled)")
        queued = cursor.fetchone()[0]
    return waiting.count() + queued, Delivery.objects.filter(due).count()


def missed_wakes() -> list[str]:
    """Match everything again, as every night: when no wake was lost it changes nothing."""
    fresh()
    report = nightly.rematch(at=timezone.now())
    return [] if report.none else [f"matching had missed something: {report.as_dict()}"]


# --- Messages --------------------------------------------------------------------------------------------------------
def untold(since: datetime) -> list[str]:
    """Everybody who has to be told has a notice, each notice a delivery, and each delivery an end."""
    fresh()
    wrong = []
    parked = Handoff.objects.exclude(state=Handoff.State.DONE)
    if parked.exists():
        wrong.append(f"handoffs not dealt with: {list(parked.values_list('pk', 'state', 'attempts', 'error')[:NAMED])}")
    silent = Match.objects.filter(state=Match.State.FITS).filter(Q(trainee_told_at=None) | Q(hirer_told_at=None))
    silent = silent.filter(since__gte=since)
    if silent.exists():
        wrong.append(f"{silent.count()} matches that somebody was not told of")
    notices = Notice.objects.filter(created_at__gte=since).annotate(ways=Count("deliveries"))
    odd = notices.exclude(ways=1).exclude(user__email=None)
    if odd.exists():
        wrong.append(
            f"{odd.count()} notices without exactly one delivery: {list(odd.values_list('pk', 'ways')[:NAMED])}"
        )
    yes = Referral.objects.filter(answered_at__gte=since, state__in=Referral.SHOWN)
    told = set(Notice.objects.filter(kind="referral_yes").values_list("data__referral", flat=True))
    if unheard := [pk for pk in yes.values_list("pk", flat=True) if pk not in told]:
        wrong.append(f"{len(unheard)} hirers were not told of a yes: {unheard[:NAMED]}")
    return wrong


def at_the_boundary(accepted: list[dict], since: datetime) -> tuple[Counter, list[str]]:
    """What our rows say against what the post office noted: (counts, complaints)."""
    fresh()
    rows = list(Delivery.objects.filter(created_at__gte=since).select_related("notice"))
    times = Counter(line["id"] for line in accepted if line["answer"] != "550")
    counts = Counter(row.state for row in rows)
    counts["accepted"] = sum(times.values())
    counts["letters"] = len(times)
    counts["duplicates"] = counts["accepted"] - counts["letters"]
    counts["cut"] = sum(line["answer"] == "cut" for line in accepted)
    wrong = []

    def complain(what: str, found: list) -> None:
        if found:
            wrong.append(f"{len(found)} {what}: {found[:NAMED]}")

    complain("letters with a Message-ID of nobody", sorted(set(times) - {row.message_id for row in rows}))
    complain(
        "deliveries marked sent that the post office never saw",
        # Several may travel in one letter, under the Message-ID of the first.
        [row.pk for row in rows if row.state == Delivery.State.SENT and not times[row.sent_as]],
    )
    complain("withheld without a reason", [row.pk for row in rows if row.state == "withheld" and not row.reason])
    complain(
        "failed though the post office never refused them",
        [
            (row.pk, row.reason)
            for row in rows
            if row.state in ("failed", "bounced") and not row.address.startswith(GONE)
        ],
    )
    refused = {line["to"][0] for line in accepted if line["answer"] == "550"}
    complain(
        "refused and yet not marked", sorted(refused - {r.address for r in rows if r.state in ("failed", "bounced")})
    )
    return counts, wrong


# --- Time that passes (only where nobody alive holds what is let go)
def time_passes() -> None:
    """As if minutes had gone by: the leases of those who were killed run out."""
    fresh()
    now = timezone.now()
    Handoff.objects.filter(state=Handoff.State.WAITING, leased_until__gt=now).update(leased_until=now)
    Delivery.objects.filter(state=Delivery.State.SENDING, leased_until__gt=now).update(leased_until=now)


def due_again() -> None:
    """As if minutes had gone by: what failed is to be tried again."""
    now = timezone.now()
    Handoff.objects.filter(state=Handoff.State.WAITING, attempts__gt=0, leased_until=None).update(due_at=now)
    Delivery.objects.filter(state=Delivery.State.QUEUED, attempts__gt=0).update(due_at=now)


def is_up() -> bool:
    """Whether the database answers us."""
    fresh()
    try:
        connection.ensure_connection()
    except OperationalError:
        return False
    return True
