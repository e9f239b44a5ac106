"""What we learn of addresses by writing to them: one that refuses us is left alone until somebody has looked."""

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q
from django.utils import timezone

from accounts import consents
from accounts.models import User
from ledger.log import record

from . import policies, todo
from .models import Address, Delivery, Task, Way

DEAD = "address"  # the kind of task
BLOCKED = "mail_blocked"
EXPIRED = "unreached"  # one person's messages were put off until we gave up
STUCK = "post_stuck"  # nobody's leave
TOPIC = "address"
ANSWER_WITHIN = timedelta(days=2)
LATELY = timedelta(days=2)


def closed(channel: str, addresses: Iterable[str]) -> dict[str, str]:
    """Which of these take no messages, each with the reason for it."""
    rows = Address.objects.filter(channel=channel, address__in=list(addresses)).exclude(state=Address.State.OK)
    why = {Address.State.REFUSED: Delivery.Reason.ADDRESS, Address.State.STOPPED: Delivery.Reason.STOPPED}
    return {row.address: why[row.state] for row in rows}


def stopped(numbers: Iterable[str]) -> set[str]:
    """Which of these numbers answered STOP."""
    wanted = list(numbers)
    rows = Address.objects.filter(channel=Way.SMS, address__in=wanted, state=Address.State.STOPPED) if wanted else []
    return {row.address for row in rows}


def current(channel: str, user) -> str:
    """The address the person has today, or nothing. A number that nobody proved is nobody's."""
    if channel == Way.EMAIL:
        return user.email or ""
    return user.phone if user.phone_verified_at else ""


def of_person(user) -> list[Address]:
    """What we know of the addresses the person has today, where something is wrong with them."""
    mine = {(way, current(way, user)) for way in Way.values}
    rows = Address.objects.filter(address__in=[address for _way, address in mine if address])
    return [row for row in rows.exclude(state=Address.State.OK) if (row.channel, row.address) in mine]


def closed_at(user: str) -> Exists:
    """For rows that lead to a person by `user`: whether `of_person` may have something to say of them."""
    mine = Q(address=OuterRef(f"{user}__email")) | Q(address=OuterRef(f"{user}__phone"))
    return Exists(Address.objects.filter(mine).exclude(state=Address.State.OK))


def holder(channel: str, address: str) -> User | None:
    """Whose address it is today."""
    if channel == Way.EMAIL:
        return User.objects.filter(email=address).first()
    return User.objects.filter(phone=address, phone_verified_at__isnull=False).first()


@transaction.atomic
def refused(delivery: Delivery, outcome, *, at) -> None:
    """A message was refused for good: leave the address alone when it is the cause, and ask a person to look."""
    if outcome.address:
        mark_refused(delivery.channel, delivery.address, outcome.text, at=at)
    elif outcome.code == Delivery.Reason.REFUSED:
        # Nothing about this person: our server, our sender or our words. Once a day somebody has to look at it.
        todo.ask(
            BLOCKED,
            topic=TOPIC,
            once_key=f"{BLOCKED}:{delivery.channel}:{at:%Y-%m-%d}",
            data={"channel": delivery.channel, "said": todo.impersonal(outcome.text[:300])},
            path="/post/?state=failed",
            at=at,
        )


@transaction.atomic
def expired(delivery: Delivery, outcome, *, at) -> None:
    """A message was put off for two days: ask a person to look, at the address or, when nobody is reached, at us."""
    channel, address, said = delivery.channel, delivery.address, outcome.text[:300]
    others = Delivery.objects.filter(state=Delivery.State.SENT, channel=channel, sent_at__gt=at - LATELY)
    if not others.exclude(address=address).exists():
        # Nothing leaves at all, so it is not about this person. Once a day somebody has to look at it.
        data = {"channel": channel, "said": todo.impersonal(said)}
        key = f"{STUCK}:{channel}:{at:%Y-%m-%d}"
        todo.ask(STUCK, topic=TOPIC, once_key=key, data=data, path="/post/?state=failed", at=at)
    elif (person := holder(channel, address)) and _may_be_asked_about(person):
        # However many messages to them expire, once in a day.
        key = f"{EXPIRED}:{channel}:{person.pk}:{at:%Y-%m-%d}"
        _ask_about(person, EXPIRED, key, channel=channel, address=address, said=said, at=at)


@transaction.atomic
def mark_refused(channel: str, address: str, said: str, *, at) -> Task | None:
    """Send nothing more there, and ask a person to look; None when somebody was asked before, or it is nobody's."""
    row, _made = Address.objects.select_for_update().get_or_create(channel=channel, address=address)
    if row.state != Address.State.OK:
        return None
    row.state, row.since, row.reason = Address.State.REFUSED, at, said[:300]
    row.save()
    person = holder(channel, address)
    if person is None or not _may_be_asked_about(person):
        return None
    record("address.refused", person, by=None, at=at, channel=channel)
    key = f"{DEAD}:{row.pk}:{at:%Y%m%d%H%M%S%f}"
    return _ask_about(person, DEAD, key, channel=channel, address=address, said=said[:300], at=at)


def _ask_about(person: User, kind: str, key: str, *, at, **data) -> Task | None:
    """Somebody cannot be reached: their coordinator, or the coalition, tries another way."""
    trainee = getattr(person, "trainee", None)
    own = trainee and consents.coordinators_of(person).filter(user=trainee.coordinator_id).first()
    return todo.ask(
        kind,
        topic=TOPIC,
        once_key=key,
        owner=own.user if own else None,
        about=person,
        data=data,
        path=f"/post/{person.public_id}/",
        due_on=timezone.localdate(at) + ANSWER_WITHIN,
        at=at,
    )


def accept(channel: str, address: str, *, by, at) -> bool:
    """The address takes messages again; whether it did not before. Inside the action's transaction."""
    row = Address.objects.select_for_update().filter(channel=channel, address=address).first()
    if row is None or row.state != Address.State.REFUSED:
        return False
    row.state, row.since, row.reason = Address.State.OK, at, ""
    row.save()
    if person := holder(channel, address):
        record("address.confirmed", person, by=by, at=at, channel=channel)
    close_answered(at=at, by=by)
    return True


def _may_be_asked_about(person: User) -> bool:
    """Nobody is asked to reach a trainee who no longer agrees to be matched, and whose name they may not read."""
    return policies.readable().filter(pk=person.pk).exists()


def close_answered(*, at, by=None) -> int:
    """Close the tasks about addresses that take messages again, or that nobody has any more.

    Asked every half minute, so it costs the same few statements for one task and for a thousand. One that does not say
    which address it is about stays for a person (`nameless`) and holds up no other.
    """
    tasks = [task for task in _about_addresses() if _named(task)]
    if not tasks:
        return 0
    people = policies.readable().order_by().in_bulk({task.about_id for task in tasks})
    named = {_named(task)[1] for task in tasks}
    shut = set(
        Address.objects.exclude(state=Address.State.OK).filter(address__in=named).values_list("channel", "address")
    )
    reached = {}
    expired_of = {_named(task)[1] for task in tasks if task.kind == EXPIRED}
    if expired_of:
        sent = Delivery.objects.filter(address__in=expired_of, channel__in=Way.values, state=Delivery.State.SENT)
        last = sent.order_by().values_list("channel", "address").annotate(last=Max("sent_at"))
        reached = {(channel, address): at for channel, address, at in last}
    settled = []
    for task in tasks:
        where = _named(task)
        person = people.get(task.about_id)
        still = where in shut if task.kind == DEAD else where not in reached or reached[where] <= task.created_at
        if not still or person is None or current(where[0], person) != where[1]:
            settled.append(task.pk)
    return Task.objects.filter(pk__in=settled, done_at=None).update(done_at=at, done_by=by) if settled else 0


def nameless() -> list[Task]:
    """Open tasks about an address that do not say which: nothing settles them, so somebody has to."""
    return [task for task in _about_addresses() if not _named(task)]


def _about_addresses():
    return Task.objects.filter(kind__in=[DEAD, EXPIRED], done_at=None)


def _named(task: Task) -> tuple[str, str] | None:
    """The way and the address that a task is about; None where it lacks one."""
    data = task.data if isinstance(task.data, dict) else {}
    found = (data.get("channel"), data.get("address"))
    return found if all(isinstance(part, str) and part for part in found) else None
