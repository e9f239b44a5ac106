"""One thing done to many rows of a board at once, each row with its event in the ledger; and taking it back.

An undo gives back what was there before, and only where nobody changed it since. Reminders leave a minute after they
were asked for, so that until then there is nothing to take back but the wish.
"""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Membership, TraineeProfile, User
from accounts.policies import Denied, organizations_of
from ledger.log import event, record_all
from matching import tell
from notifications import outbox, topics

from .. import ladder, policies, reminders
from ..models import BulkChange, Pace, Referral

What = BulkChange.What
MOST = 100  # rows at once
DAYS = (1, 3, 7, 14)  # by which a due date is put off, from today
UNDO = timedelta(minutes=10)
HELD = timedelta(minutes=1)


def _locked(rows):
    """These rows, in one order for everybody, so that two who act on the same wait for each other."""
    return list(rows.order_by("pk").select_for_update(of=("self",), no_key=True)[:MOST])


def _as(by, at) -> dict:
    """Who did it, when and for which organization: asked once for many events."""
    return {"by": by, "at": at, "organization": next(iter(organizations_of(by)), None)}


def _kept(what: str, rows: list[dict], *, by, at) -> BulkChange:
    """What can be taken back; raises Denied where there is nothing: what was marked is so already, or left the list."""
    if not rows:
        raise Denied(_("Nothing was changed: the rows you marked are so already, or are no longer on this list."))
    return BulkChange.objects.create(by=by, at=at, what=what, rows=rows)


@transaction.atomic(durable=True)
def assign_people(people, to: User, *, by, at) -> BulkChange:
    """These people's next step is this coordinator's, wherever nobody else owes one."""
    policies.see_board.check(by, None)
    _must_coordinate(to)
    found = [person for person in _locked(people) if person.coordinator_id != to.pk]
    rows = [{"type": "person", "id": p.pk, "before": p.coordinator_id, "after": to.pk} for p in found]
    TraineeProfile.objects.filter(pk__in=[p.pk for p in found]).update(coordinator=to)
    acting = _as(by, at)
    record_all([event("person.assigned", p, **acting, trainee=p.pk, to=to.pk) for p in found])
    return _kept(What.OWNER, rows, by=by, at=at)


@transaction.atomic(durable=True)
def assign_referrals(referrals, to: User, *, by, at) -> BulkChange:
    """The next step of these open referrals is this coordinator's."""
    policies.see_board.check(by, None)
    _must_coordinate(to)
    found = [referral for referral in _locked(referrals.open()) if referral.owner_id != to.pk]
    rows = [{"type": "referral", "id": r.pk, "before": r.owner_id, "after": to.pk} for r in found]
    Referral.objects.filter(pk__in=[r.pk for r in found]).update(owner=to)
    acting = _as(by, at)
    record_all([event("referral.assigned", r, **acting, trainee=r.trainee_id, to=to.pk) for r in found])
    return _kept(What.OWNER, rows, by=by, at=at)


def _must_coordinate(to: User) -> None:
    if not Membership.objects.coordinating().filter(user=to, user__is_active=True).exists():
        raise Denied(_("Choose a coordinator who takes the next step."))


@transaction.atomic(durable=True)
def put_off(referrals, days: int, *, by, at) -> BulkChange:
    """The next step of these open referrals is due so many days from today; nobody is reminded of it before."""
    policies.see_board.check(by, None)
    if days not in DAYS:
        raise Denied(_("Choose by how many days the due date is put off."))
    due = timezone.localdate(at) + timedelta(days=days)
    found = [one for one in _locked(referrals.open().select_related("opening")) if one.due_on != due]
    paces = {pace.organization_id: pace for pace in Pace.objects.all()} if found else {}
    rows = []
    for one in found:
        row = {"type": "referral", "id": one.pk, "before": one.due_on.isoformat(), "after": due.isoformat()}
        rows.append(row | {"clock": one.clock_at.isoformat()})
        one.clock_at = ladder.rests_until(one, due, ladder.rungs(paces.get(one.opening.organization_id)))
        one.due_on = due
    Referral.objects.bulk_update(found, ["due_on", "clock_at"])
    acting = _as(by, at)
    day = due.isoformat()
    record_all([event("referral.postponed", r, **acting, trainee=r.trainee_id, due_on=day) for r in found])
    return _kept(What.LATER, rows, by=by, at=at)


@transaction.atomic(durable=True)
def remind(things, *, by, at) -> BulkChange:
    """Whoever owes the next step is reminded in a minute: of a referral its owner, of a person without one the person.

    It is in the ledger once it has left.
    """
    policies.see_board.check(by, None)
    kind = "person" if things.model is TraineeProfile else "referral"
    ids = sorted(things.order_by("pk").values_list("pk", flat=True)[:MOST])
    return _kept(What.REMIND, [{"type": kind, "id": pk} for pk in ids], by=by, at=at)


@transaction.atomic(durable=True)
def undo(change: BulkChange, *, by, at) -> int:
    """Give back what was there before; returns for how many rows. Whoever changed one since keeps their change."""
    change = BulkChange.objects.select_for_update(of=("self",), no_key=True).get(pk=change.pk)
    if change.by_id != by.pk:
        raise Denied(_("Only who did this can undo it."))
    if change.undone_at:
        return 0
    if change.sent_at:
        raise Denied(_("The reminders have left already."))
    if change.at < at - UNDO:
        raise Denied(_("This was more than ten minutes ago. Please change it by hand."))
    back = _given_back(change, by=by, at=at) if change.what != What.REMIND else len(change.rows)
    change.undone_at = at
    change.save(update_fields=["undone_at"])
    return back


def _given_back(change: BulkChange, *, by, at) -> int:
    of_people = bool(change.rows) and change.rows[0]["type"] == "person"
    model = TraineeProfile if of_people else Referral
    field = "coordinator_id" if of_people else "due_on" if change.what == What.LATER else "owner_id"
    read = date.fromisoformat if change.what == What.LATER else lambda value: value
    rows = {row["id"]: row for row in change.rows}
    restored, fields = [], {field.removesuffix("_id")}
    for thing in _locked(model.objects.filter(pk__in=rows)):
        row = rows[thing.pk]
        if getattr(thing, field) == read(row["after"]):
            setattr(thing, field, read(row["before"]))
            if "clock" in row:
                thing.clock_at = datetime.fromisoformat(row["clock"])
                fields.add("clock_at")
            restored.append(thing)
    model.objects.bulk_update(restored, fields)
    kind = "person.restored" if of_people else "referral.restored"
    acting = _as(by, at)
    record_all([event(kind, t, **acting, trainee=t.pk if of_people else t.trainee_id) for t in restored])
    return len(restored)


def send_reminders(*, at) -> int:
    """Send the reminders whose minute is over; returns how many left."""
    sent = 0
    due = BulkChange.objects.filter(what=What.REMIND, sent_at=None, undone_at=None, at__lte=at - HELD)
    for pk in due.order_by("pk").values_list("pk", flat=True):
        sent += _send(pk, at=at)
    return sent


@transaction.atomic(durable=True)
def _send(pk: int, *, at) -> int:
    rows = BulkChange.objects.select_for_update(of=("self",), no_key=True, skip_locked=True).select_related("by")
    change = rows.filter(pk=pk, sent_at=None, undone_at=None).first()
    if change is None:
        return 0
    ids = {kind: [row["id"] for row in change.rows if row["type"] == kind] for kind in ("referral", "person")}
    referrals = Referral.objects.open().filter(pk__in=ids["referral"])
    referrals = list(referrals.select_related("owner", "opening__organization").order_by("pk"))
    people = TraineeProfile.objects.filter(pk__in=ids["person"])
    people = list(people.select_related("user").order_by("pk"))
    posts = [
        outbox.Post(
            user=referral.owner,
            kind="step_reminder",
            topic=topics.REFERRALS,
            once_key=f"remind:{change.pk}:{referral.pk}",
            data={
                "opening": tell.about(referral.opening),
                "referral": referral.pk,
                "due_on": referral.due_on.isoformat(),
                "state": referral.state,
            },
            path=reminders.page_of(referral, referral.owner, referral.opening),
        )
        for referral in referrals
    ]
    posts += [
        outbox.Post(
            user=person.user,
            kind="answer_reminder",
            topic=topics.MATCHES,
            once_key=f"remind:{change.pk}",
            data={},
            path="/me/",
        )
        for person in people
    ]
    outbox.post_all(posts, at=at)
    acting = _as(change.by, at)
    record_all([event("referral.reminded", r, **acting, trainee=r.trainee_id) for r in referrals])
    record_all([event("person.reminded", p, **acting, trainee=p.pk) for p in people])
    change.sent_at = at
    change.save(update_fields=["sent_at"])
    return len(posts)
