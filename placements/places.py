"""A person's place on an opening's list, now or at a past moment, and why: numbers of others, never who they are.

The list of an opening that closed is whoever said yes and was on it then; nobody new comes onto it. Ranks are given
after tests and interviews, often after the last day to apply, so those given since count; the rest is as it was.
"""

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from django.db import connection
from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Consent, TraineeProfile
from accounts.speech import day
from ledger.models import Event
from matching import live, order, replay
from matching.reasons import Names
from openings.models import Opening

from .lifecycle import STATE_AFTER
from .models import Referral


@dataclass(frozen=True)
class Place:
    """Where a person stands: `number` of `total`, by which rule, on what of their own, and who came before."""

    number: int
    total: int
    rule: str  # the order rule's name, for people
    own: str  # one sentence: what the rule reads of this person
    before: list[tuple[str, int]]  # (why, how many people)


@dataclass(frozen=True)
class Then:
    """An opening's list at a moment, for pages."""

    past: replay.Past
    rule: str
    reason: str  # why there is no list, as a sentence


def now(opening: Opening, trainee) -> Place | None:
    """The person's place at this moment; None when they are not on the list.

    Of an opening that closed nobody has a place any more for whom it ended.
    """
    if opening.state != Opening.State.CLOSED:
        return _place(opening, opening.order_rule, _listed(opening), trainee.pk)
    if not Referral.objects.open().filter(opening=opening, trainee=trainee).exists():
        return None
    rule, listed = at_close(opening)
    return _place(opening, rule, listed, trainee.pk)


def at_close(opening: Opening) -> tuple[str, list[live.Passing]]:
    """The rule and the list of an opening that closed: whose yes stands, in its order, with the ranks given since.

    The rule is the one they said yes to, should it have been changed since. Whoever said yes and did not fit any more
    when it closed comes last among equals.
    """
    last = _last(opening)
    past = replay.at_moment(opening.pk, last, also=yes_at(opening, last))
    rule, stood = past.rule or opening.order_rule, {passing.trainee_id: passing for passing in past.passing}
    yes = Referral.objects.filter(opening=opening, state__in=Referral.SAID_YES).order_by("answered_at", "pk")
    yes = list(yes.values_list("trainee_id", flat=True))
    found = [stood[trainee] for trainee in stood if trainee in set(yes)]
    found += [live.Passing(0, trainee, "", 0, None, b"") for trainee in yes if trainee not in stood]
    if rule == Opening.OrderRule.RANKED:
        ranks = dict(opening.places.values_list("trainee_id", "rank"))
        found = [replace(passing, key=ranks.get(passing.trainee_id)) for passing in found]
        found.sort(key=lambda passing: (passing.key is None, passing.key or 0, not passing.draw, passing.draw))
    return rule, [replace(passing, place=place) for place, passing in enumerate(found, start=1)]


def _last(opening: Opening) -> datetime:
    """The last moment of the list: before it closed, and on the last day it was offered: it closes in the night after.

    The day is that of the ledger, for whoever means to publish it again may have written another since.
    """
    end, last_on = opening.closed_at, replay.last_day(opening.pk, opening.closed_at)
    if last_on:
        over = datetime.combine(last_on + timedelta(days=1), time(), timezone.get_default_timezone())
        end = min(end, over)
    return end - timedelta(microseconds=1)


def _listed(opening: Opening) -> list[live.Passing]:
    """The list employers and halls see, `matching.queries.of_opening` with whoever said yes, asked for in one go.

    Who agreed is asked without the accounts: of those PostgreSQL shows a person their own only (pipeline/walls.py), and
    everybody would be number 1 of 1. A closed account holds no pair.
    """
    said = Consent.objects.standing().filter(purpose=Consent.Purpose.MATCH).order_by().values("user_id")
    agreed = TraineeProfile.objects.filter(looking=True, user_id__in=said).order_by().values("pk")
    yes = Referral.objects.filter(opening=opening, state__in=Referral.SAID_YES).order_by().values("trainee_id")
    (yes_sql, yes_values), (agreed_sql, agreed_values) = (rows.query.sql_with_params() for rows in (yes, agreed))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT * FROM matching_passing(%s, %s, ARRAY({yes_sql}), NULL) p"  # noqa: S608 - queries of ours
            f" WHERE p.trainee_id IN ({agreed_sql}) ORDER BY p.key, p.draw",
            [opening.pk, timezone.localdate(), *yes_values, *agreed_values],
        )
        return [
            live.Passing(place, trainee, state, tenths, None if key == live.NO_KEY else key, bytes(draw))
            for place, (trainee, state, tenths, key, draw) in enumerate(cursor.fetchall(), start=1)
        ]


def order_of(opening: Opening) -> dict[int, int]:
    """The place of everybody who passes or said yes, by trainee, in the opening's own order."""
    if opening.state == Opening.State.CLOSED:
        return {passing.trainee_id: passing.place for passing in at_close(opening)[1]}
    yes = Referral.objects.filter(opening=opening, state__in=Referral.SAID_YES).order_by().values("trainee_id")
    yes_sql, yes_values = yes.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT trainee_id FROM matching_passing(%s, %s, ARRAY({yes_sql}), NULL) p"  # noqa: S608 - a query of ours
            " ORDER BY p.key, p.draw",
            [opening.pk, timezone.localdate(), *yes_values],
        )
        return {trainee: place for place, (trainee,) in enumerate(cursor.fetchall(), start=1)}


def then(opening: Opening, moment: datetime) -> Then:
    """The list as it stood; whoever had said yes by then is on it with a question open, as on the page of the day."""
    past = replay.at_moment(opening.pk, moment, also=yes_at(opening, moment))
    reason = ""
    if past.reason == replay.UNRECORDED and past.since:
        reason = _("Lists are kept since %(date)s. Choose a later day.") % {"date": day(past.since)}
    elif past.reason:
        reason = _("The opening was not open then, so there was no list.")
    return Then(past, Opening.OrderRule(past.rule).label if past.rule else "", reason)


def place_then(opening: Opening, found: Then, trainee) -> Place | None:
    """The person's place on a past list."""
    return _place(opening, found.past.rule, found.past.passing, trainee.pk)


def absent_then(opening: Opening, moment: datetime, trainee) -> str:
    """Why a person was not on a past list, as a sentence to them."""
    pair = replay.one(opening.pk, trainee.pk, moment)
    if pair and pair.state == "near":
        names = Names()
        missing = " / ".join(names.credential(key) for key in pair.missing)
        return _("You were not on the list: one certificate was missing, %(name)s.") % {"name": missing}
    if pair and pair.state == "ask":
        return _("You were not on the list: an answer or a confirmation was missing, and you had not said yes.")
    return _("You were not on the list: something did not fit, or you had not agreed to be matched.")


def yes_at(opening: Opening, moment: datetime) -> list[int]:
    """Trainees whose yes to the opening stood at the moment, from the ledger."""
    events = Event.objects.filter(
        subject_type="referral", subject_id=OuterRef("pk"), at__lte=moment, kind__in=STATE_AFTER
    )
    last = Subquery(events.order_by("-id").values("kind")[:1])
    rows = Referral.objects.filter(opening=opening).annotate(last=last).values_list("trainee_id", "last")
    return [trainee for trainee, kind in rows if STATE_AFTER.get(kind) in Referral.SAID_YES]


def _place(opening, rule: str, passing: list[live.Passing], trainee_id: int) -> Place | None:
    for number, mine in enumerate(passing, start=1):
        if mine.trainee_id == trainee_id:
            first = passing[: number - 1]
            label = Opening.OrderRule(rule).label
            return Place(number, len(passing), label, own(opening, rule, mine), _before(rule, first, mine))
    return None


def own(opening: Opening, rule: str, mine: live.Passing) -> str:
    """What the order rule reads of a person, as a sentence to them."""
    if _was_gone(mine):
        return _(
            "You said yes, but when the opening closed you were not on its list any more. Who still was goes first."
        )
    if rule == "lottery":
        return _("Your draw begins with %(draw)s. The smallest draw goes first.") % {"draw": mine.draw.hex()[:8]}
    if mine.key is None:
        return {
            "ranked": _("You have no rank on the list of %(organization)s, so people with a rank go first."),
            "fifo": _("You are not registered with %(organization)s, so people who are go first."),
            "waiting": _("No confirmed certificate of yours counts here yet, so people who have one go first."),
        }[rule] % {"organization": opening.organization.name}
    if rule == "ranked":
        said = _("Your rank on the list of %(organization)s: %(rank)s.")
        return said % {"organization": opening.organization.name, "rank": mine.key}
    if rule == "fifo":
        return _("You registered on %(date)s.") % {"date": day(registered_at(mine))}
    return _("You have held everything asked for since %(date)s.") % {"date": day(mine.certified_on)}


def _was_gone(mine: live.Passing) -> bool:
    """Whether somebody said yes and did not fit any more when it closed (`at_close`); a rank given since counts."""
    return not mine.draw and mine.key is None


def registered_at(passing: live.Passing) -> datetime:
    """For an opening in the order of registration: when the person registered."""
    return order.BEGIN + timedelta(microseconds=passing.key)


def _before(rule: str, first: list[live.Passing], mine: live.Passing) -> list[tuple[str, int]]:
    """How many go before a person, by why; whoever has the same key was drawn first."""
    if _was_gone(mine):
        gone = sum(_was_gone(other) for other in first)
        said = [(_("Still on the list when it closed"), len(first) - gone), (_("Said yes before you"), gone)]
        return [(why, count) for why, count in said if count]
    drawn = sum(other.key == mine.key for other in first)
    ahead = len(first) - drawn
    why = {
        "lottery": ("", _("Drawn before you")),
        "ranked": (_("Better rank on the list"), _("Same rank, drawn before you")),
        "fifo": (_("Registered before you"), _("Registered at the same moment, drawn before you")),
        "waiting": (_("Certified longer"), _("Certified on the same day, drawn before you")),
    }[rule]
    if mine.key is None:
        why = {
            "ranked": (_("People with a rank"), _("No rank either, drawn before you")),
            "fifo": (_("People who registered"), _("Not registered either, drawn before you")),
            "waiting": (_("People with a certificate that counts"), _("No such certificate either, drawn before you")),
        }[rule]
    return [(said, count) for said, count in zip(why, (ahead, drawn), strict=True) if count]
