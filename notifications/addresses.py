"""What we learn of addresses by writing to them: one that refuses us is left alone until somebody has looked."""

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction

from accounts.models import User
from ledger.log import record

from . import policies, todo
from .models import Address, Delivery, Task, Way

DEAD = "address"  # the kind of task
BLOCKED = "mail_blocked"
TOPIC = "address"
ANSWER_WITHIN = timedelta(days=2)


def closed(channel: str, addresses: Iterable[str]) -> dict[str, str]:
    """Which of these take no messages, each with the reason for it."""
    rows = Address.objects.filter(channel=channel, address__in=list(addresses)).exclude(state=Address.State.OK)
    why = {Address.State.REFUSED: Delivery.Reason.ADDRESS, Address.State.STOPPED: Delivery.Reason.STOPPED}
    return {row.address: why[row.state] for row in rows}


def of_person(user) -> list[Address]:
    """What we know of the addresses the person has today, where something is wrong with them."""
    mine = [(Way.EMAIL, user.email), (Way.SMS, user.phone)]
    rows = Address.objects.filter(address__in=[address for _way, address in mine if address])
    return [row for row in rows.exclude(state=Address.State.OK) if (row.channel, row.address) in mine]


def holder(channel: str, address: str) -> User | None:
    """Whose address it is today."""
    field = "email" if channel == Way.EMAIL else "phone"
    return User.objects.filter(**{field: address}).order_by("-phone_verified_at", "pk").first()


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
            data={"channel": delivery.channel, "said": outcome.text[:300]},
            path="/post/?state=failed",
            at=at,
        )


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
    trainee = getattr(person, "trainee", None)
    return todo.ask(
        DEAD,
        topic=TOPIC,
        once_key=f"{DEAD}:{row.pk}:{at:%Y%m%d%H%M%S%f}",
        owner=trainee.coordinator if trainee else None,
        about=person,
        data={"channel": channel, "address": address, "name": str(person), "said": said[:300]},
        path=f"/post/{person.public_id}/",
        due_on=(at + ANSWER_WITHIN).date(),
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
    """Close the tasks about addresses that take messages again, or that nobody has any more."""
    done = 0
    for task in Task.objects.filter(kind=DEAD, done_at=None):
        channel, address = task.data["channel"], task.data["address"]
        person = holder(channel, address)
        shut = address in closed(channel, [address])
        if not shut or person is None or person.pk != task.about_id or not _may_be_asked_about(person):
            done += Task.objects.filter(pk=task.pk, done_at=None).update(done_at=at, done_by=by)
    return done
