"""Taking somebody on: one seat, one winner; the person's other referrals end; whoever waited for the last seat is told.

All of it happens in the transaction of the hire, in this order, so that no two hires wait for each other for ever:
the opening is locked, then the person, then, by their number, every referral that may end.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import seeking
from accounts.models import TraineeProfile
from accounts.policies import Denied
from accounts.speech import day
from ledger.lifecycle import IllegalStep
from ledger.log import record
from matching import live, tell
from notifications import outbox, topics
from openings.models import Opening

from .. import closing
from ..lifecycle import REFERRAL
from ..models import Referral
from . import local
from .models import Placement, Project, by_the_hour

OTHERS = 2  # openings named to whoever waited for a place that is filled
CLOSED = Referral.CloseReason


@dataclass(frozen=True)
class Terms:
    """What is said of a job when somebody is taken on."""

    starts_on: date
    wage_cents: int | None = None
    wage_unit: str = ""
    hours_a_week: int | None = None
    union: str = ""
    project: Project | None = None
    employer_name: str = ""
    title: str = ""
    occupation: object = None
    work_zip: str = ""

    def values(self) -> dict:
        """As columns of a placement."""
        found = {name: getattr(self, name) for name in self.__dataclass_fields__}
        if not self.wage_cents:
            found["wage_cents"], found["wage_unit"] = None, ""
        hourly = by_the_hour(self.wage_cents, self.wage_unit or "hour", self.hours_a_week)
        return found | {"hourly_cents": hourly}


def offered(opening: Opening, *, today: date) -> Terms:
    """What the opening already says: the terms a hire is assumed to be on unless somebody says otherwise."""
    starts_on = max(opening.starts_on or today, today)
    return Terms(
        starts_on,
        opening.wage_min_cents,
        Placement.Unit.HOUR if opening.wage_min_cents else "",
        union=opening.organization.name if opening.organization.kind == "union" else "",
    )


def take_on(referral: Referral, *, terms: Terms | None = None, by, at, side=Placement.Side.EMPLOYER) -> Placement:
    """The referral ends in a hire, with all that follows from it. Inside the action's transaction; the caller has asked
    whether `by` may. Raises Denied when no seat is left, IllegalStep when the referral has moved on.
    """
    opening = Opening.objects.select_for_update(of=("self",), no_key=True).get(pk=referral.opening_id)
    left = seats_left(opening)
    if left < 1:
        raise Denied(_("All places of this opening are filled. Raise the number of people on the opening first."))
    trainee = lock(referral.trainee)
    others = list(_ending(trainee, opening if left == 1 else None, but=referral))
    terms = terms or offered(opening, today=timezone.localdate(at))
    standing = Placement.objects.current().filter(trainee=trainee, employer=opening.organization).first()
    if standing and standing.referral_id:
        raise Denied(_written_down(standing))
    fresh = REFERRAL.advance(
        referral,
        "hire",
        by=by,
        at=at,
        organization=opening.organization,
        changes={"due_on": None, "reason": "", "hirer_answered_at": at, "muted_until": None, "muted_reason": ""},
    )
    closing.call_off(fresh, at=at)
    placement = standing or Placement(trainee=trainee, declared_by=side, created_by=by, created_at=at)
    values = terms.values() | {"occupation": terms.occupation or opening.occupation, "title": ""}
    for name, value in values.items():
        setattr(placement, name, value)
    placement.referral, placement.opening, placement.employer = fresh, opening, opening.organization
    placement.source, placement.employer_knows = Placement.Source.PORTAL, True
    placement.declared_for = opening.organization
    placement.work_zip = terms.work_zip or opening.zip
    begin(placement, by=by, at=at, organization=opening.organization)
    end_others(others, opening, by=by, at=at)
    if left == 1:
        record("opening.filled", opening, by=by, at=at, organization=opening.organization, seats=opening.seats)
    tell_person(placement, by=by, at=at)
    return placement


def tell_person(placement: Placement, *, by, at) -> None:
    """The person reads that they are hired, unless they said so themselves."""
    user = placement.trainee.user
    if by and user.pk == by.pk:
        return
    outbox.post(
        user,
        "hired",
        topic=topics.REFERRALS,
        once_key=f"placement:{placement.pk}:hired",
        data=about(placement),
        path="/me/work/",
        at=at,
    )


def about(placement: Placement) -> dict:
    """What a message says of a job; no name of a person."""
    return {
        "placement": placement.pk,
        "at": placement.at,
        "starts_on": placement.starts_on.isoformat(),
        "hourly_cents": placement.hourly_cents,
        "declared_by": placement.declared_by,
    }


def lock(trainee: TraineeProfile) -> TraineeProfile:
    """One thing at a time about one person's work."""
    rows = TraineeProfile.objects.select_related("user").select_for_update(of=("self",), no_key=True)
    return rows.get(pk=trainee.pk)


def facts(placement: Placement) -> dict:
    """What the ledger keeps of a hire; the measures count from it."""
    return {
        "trainee": placement.trainee_id,
        "opening": placement.opening_id,
        "referral": placement.referral_id,
        "employer": placement.employer_id,
        "source": placement.source,
        "declared_by": placement.declared_by,
        "starts_on": placement.starts_on.isoformat(),
        "hourly_cents": placement.hourly_cents,
        "local_tier": placement.local_tier,
        "local_rule": placement.local_rule_id,
    }


def begin(placement: Placement, *, by, at, organization=None) -> Placement:
    """Freeze what the hire rests on, keep it, record it; the person rests from looking. Under the person's lock."""
    trainee = placement.trainee
    placement.home_zip = placement.home_zip or trainee.zip
    local.freeze(placement)
    placement.save()
    record("placement.hire", placement, by=by, at=at, organization=organization, **facts(placement))
    seeking.rest(trainee, by=by, at=at, organization=organization)
    return placement


def _ending(trainee, filled: Opening | None, but: Referral | None):
    """The person's other open referrals, and when the last seat goes all that wait for it; locked by their number."""
    which = Q(trainee=trainee)
    if filled:
        which |= Q(opening=filled)
    rows = Referral.objects.open().filter(which)
    # The one that ends in the hire is locked with them, in its turn.
    found = list(rows.select_for_update(of=("self",), no_key=True).order_by("pk"))
    if but and but.pk not in {row.pk for row in found}:
        raise IllegalStep(_("This was already changed by somebody else. Look at it again before you go on."))
    full = Referral.objects.select_related("trainee__user", "opening__organization", "opening__contact")
    rows = full.in_bulk([row.pk for row in found if not but or row.pk != but.pk])
    return [rows[pk] for pk in sorted(rows)]


def open_elsewhere(trainee, *, keep=None) -> list[Referral]:
    """The person's open referrals, locked, apart from those with the organization `keep`."""
    return [one for one in _ending(trainee, None, None) if not keep or one.opening.organization_id != keep.pk]


def end_others(referrals: list[Referral], hired: Opening | None, *, by, at) -> None:
    """Close these because of the hire, for this opening if it was for one, and tell who should know, once."""
    waited = []
    for one in referrals:
        why, sent = _why(one, hired), one.state != Referral.State.QUEUED
        closing.close(one, why, by=by, at=at)
        if why == CLOSED.FILLED:
            waited.append(one)
        elif sent:
            _tell_hirer(one, hired if why == CLOSED.HERE else None, at)
    if waited:
        _tell_waiting(waited, hired, at)


def _why(referral: Referral, hired: Opening | None) -> Referral.CloseReason:
    """What ends it: others got the place, the same employer or hall hired the person, or somebody else did."""
    if hired and referral.opening_id == hired.pk:
        return CLOSED.FILLED
    return CLOSED.HERE if hired and referral.opening.organization_id == hired.organization_id else CLOSED.ELSEWHERE


def _tell_hirer(referral: Referral, hired: Opening | None, at) -> None:
    """Tell its people that who said yes has work; and for which opening, where it is one of their own."""
    told = tell.people_of(referral.opening)
    if referral.owner and referral.owner not in told:
        told = [*told, referral.owner]
    for person in told:
        outbox.post(
            person,
            "hired_elsewhere",
            topic=topics.REFERRALS,
            once_key=f"referral:{referral.pk}:elsewhere:{at:%Y%m%d%H%M%S%f}",
            data={
                "opening": tell.about(referral.opening),
                "referral": referral.pk,
                "hired": tell.about(hired) if hired else None,
            },
            path=f"/referrals/{referral.public_id}/",
            at=at,
        )


def _tell_waiting(waited: list[Referral], opening: Opening, at) -> None:
    """Whoever waited for a place of this opening hears that it is gone, with two openings that fit them as well."""
    others = instead([one.trainee_id for one in waited], but=opening, on=timezone.localdate(at))
    outbox.post_all(
        [
            outbox.Post(
                one.trainee.user,
                "place_filled",
                topics.REFERRALS,
                once_key=f"referral:{one.pk}:filled:{at:%Y%m%d%H%M%S%f}",
                data={
                    "opening": tell.about(opening),
                    "referral": one.pk,
                    "others": [tell.about(other) for other in others[one.trainee_id]],
                },
                path="/me/",
            )
            for one in waited
        ],
        at=at,
    )


def instead(trainees: list[int], *, but: Opening, on: date) -> dict[int, list[Opening]]:
    """For each of these people the two nearest openings that fit, have a seat left and were not answered yet."""
    fits = [pair for pair in live.of_people(trainees, on) if pair.state == "fits" and pair.opening_id != but.pk]
    rows = Opening.objects.select_related("organization").filter(pk__in={pair.opening_id for pair in fits})
    free = rows.annotate(taken=Count("placements", filter=Q(placements__ended_on=None))).filter(seats__gt=F("taken"))
    openings = {opening.pk: opening for opening in free.order_by("pk")}
    answered = set(Referral.objects.filter(trainee__in=trainees).values_list("trainee_id", "opening_id"))
    found = defaultdict(list)
    for pair in fits:
        mine = found[pair.trainee_id]
        if len(mine) < OTHERS and pair.opening_id in openings and (pair.trainee_id, pair.opening_id) not in answered:
            mine.append(openings[pair.opening_id])
    return found


def seats_left(opening: Opening) -> int:
    """Seats minus the people who have them: whoever left the job gives the seat back."""
    return opening.seats - Placement.objects.current().filter(opening=opening).count()


def too_late(match) -> str:
    """Why nobody new can say yes here since a hire of this very moment; holds off the next hire until the yes is kept.

    Locked as `take_on` locks: a yes is either ended by the hire with the others, or comes after it and reads this.
    """
    opening = Opening.objects.select_for_update(of=("self",), no_key=True).get(pk=match.opening_id)
    if not lock(match.trainee).looking:
        return _("You have work, so your openings rest. Under “My work” you can say that you still look.")
    if seats_left(opening) < 1:
        return _("All places of this opening are filled, so there is nothing to answer any more.")
    return ""


def _written_down(placement: Placement) -> str:
    values = {"employer": placement.at, "date": day(placement.starts_on)}
    return _("This hire is written down already: %(employer)s, since %(date)s.") % values


def refuse_twice(trainee, *, employer, employer_name: str) -> None:
    """Raise Denied where the same job is written down and goes on."""
    rows = Placement.objects.current().filter(trainee=trainee)
    rows = (
        rows.filter(employer=employer) if employer else rows.filter(employer=None, employer_name__iexact=employer_name)
    )
    if standing := rows.first():
        raise Denied(_written_down(standing))
