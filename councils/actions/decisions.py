"""Questions are put, voted on and decided: by consensus, in the open, or by secret ballot."""

import uuid

from django.db import transaction
from django.db.models import Case, F, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Membership
from accounts.policies import Denied
from ledger.log import record

from .. import policies, presence, sealing
from ..counting import Majority, Paper, tally
from ..lifecycle import DECISION
from ..models import Ballot, Choice, Council, Decision, Elector, Meeting, Seat, Vote
from .meetings import lock as lock_meeting

# Of fewer electors, or fewer ballots, a count would tell who chose what.
FEWEST = 3


@transaction.atomic(durable=True)
def propose(meeting, facts: dict, *, by, at) -> Decision:
    """A question for this meeting, not put yet. `concerns` are the organizations it is about."""
    policies.may_run.check(by, meeting.council)
    facts = dict(facts)
    concerns = facts.pop("concerns", [])
    if meeting.state in (Meeting.State.CLOSED, Meeting.State.CANCELLED):
        raise Denied(_("This meeting is over or was called off."))
    method = facts["method"]
    if method == Decision.Method.SECRET:
        _may_be_secret(meeting.council, facts["rule"])
    elif method == Decision.Method.VOTE and meeting.council.ballots == Council.Ballots.SECRET:
        raise Denied(_("By the charter all votes of this council are secret."))
    decision = Decision.objects.create(council=meeting.council, meeting=meeting, **facts)
    decision.concerns.set(concerns)
    record("decision.proposed", decision, by=by, at=at, method=method)
    return decision


def _may_be_secret(council, rule) -> None:
    if council.ballots == Council.Ballots.OPEN:
        raise Denied(_("By the charter all votes of this council are open."))
    weighted = Seat.objects.filter(council=council, closed_on__isnull=True, votes__gt=1).exists()
    if rule.each or rule.weight != rule.Weight.SEAT or weighted:
        raise Denied(
            _("In a secret vote all ballots count the same: a weight would tell whose it is. Choose another majority.")
        )


def _lock(decision) -> Decision:
    rows = Decision.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("council", "meeting__council", "rule").get(pk=decision.pk)


@transaction.atomic(durable=True)
def put(decision, *, by, at) -> tuple[Decision, str]:
    """Open the vote: who is there now may vote, whom the question concerns is recused.

    Returns the decision and, of a secret vote, the closing key: shown once, kept nowhere.
    """
    fresh = _lock(decision)
    policies.may_facilitate.check(by, fresh.council)
    if fresh.method == Decision.Method.CONSENSUS:
        raise Denied(_("A consensus is written down, not voted on."))
    if fresh.state != Decision.State.DRAFT:  # a second tap: of a secret vote the first answer has the closing key
        raise Denied(_("This vote was opened already."))
    rows = _in_session(fresh)
    key, changes = "", {"opened_at": at}
    electors = _electors(fresh, rows, timezone.localdate(at))
    if fresh.method == Decision.Method.SECRET:
        _may_be_secret(fresh.council, fresh.rule)
        if sum(not elector.recused for elector in electors) < FEWEST:
            raise Denied(_("For a secret vote at least three people must be able to vote."))
        key = sealing.new_key()
        changes["sealing_key"] = sealing.lock_of(key)
        electors = sealing.shuffle(electors)
    Elector.objects.bulk_create(electors)
    fresh = DECISION.advance(fresh, "open", by=by, at=at, changes=changes, may=len(electors))
    return fresh, key


def _in_session(decision) -> list:
    meeting = lock_meeting(decision.meeting)
    if meeting.state != Meeting.State.OPEN:
        raise Denied(_("The meeting is not going on, so nothing can be decided."))
    rows = presence.sittings(meeting)
    if not presence.quorum_of(meeting, rows).met:
        raise Denied(_("There is no quorum now, so nothing can be decided."))
    return rows


def _electors(decision, rows, on) -> list[Elector]:
    concerned = set(decision.concerns.values_list("pk", flat=True))
    sitting = [row for row in rows if row.sits]
    people = [row.sits.user_id for row in sitting]
    acting = Membership.objects.current(on).filter(user__in=people, organization__in=concerned)
    theirs = set(acting.values_list("user_id", flat=True))
    return [
        Elector(
            decision=decision,
            user_id=row.sits.user_id,
            constituency=row.seat.constituency,
            votes=row.seat.votes,
            recused=Elector.Why.CONCERNED
            if row.seat.organization_id in concerned or row.sits.user_id in theirs
            else Elector.Why.NO,
        )
        for row in sitting
    ]


def _elector(decision, by) -> Elector:
    """The one who votes, on a locked open decision; raises Denied with the reason when they may not."""
    if decision.state != Decision.State.OPEN:
        raise Denied(_("This vote is not open."))
    elector = Elector.objects.filter(decision=decision, user=by).first()
    if elector is None:
        raise Denied(_("Who was there when the vote was opened may vote. Tell the chair if you were."))
    policies.is_member.check(by, decision.council)  # a term that ends while the vote is open takes the vote along
    if elector.recused:
        raise Denied(_("You are recused from this vote."))
    return elector


@transaction.atomic(durable=True)
def cast(decision, choice: str, *, by, at) -> None:
    """One vote. In an open vote it may be changed until the vote is closed; a secret one is final.

    Of a secret vote nothing is written that has a time or an order: no event; every elector's row and every ballot is
    written anew with each cast, the ballots under new numbers and in an order drawn by lot.
    """
    if choice not in Choice.values:
        raise Denied(_("Choose yes, no or abstain."))
    fresh = _lock(decision)
    elector = _elector(fresh, by)
    if fresh.method == Decision.Method.VOTE:
        Vote.objects.update_or_create(elector=elector, defaults={"choice": choice})
        Elector.objects.filter(pk=elector.pk).update(voted=True)
        record("decision.voted", fresh, by=by, at=at)
        return
    if elector.voted:
        raise Denied(_("Your secret vote is in already, and nobody can find it to change it."))
    sealed = [bytes(ballot.sealed) for ballot in fresh.ballots.all()]
    sealed.append(sealing.seal(fresh.sealing_key, choice, fresh.public_id.bytes))
    fresh.ballots.all().delete()
    Ballot.objects.bulk_create(
        Ballot(pk=uuid.uuid4(), decision=fresh, sealed=paper) for paper in sealing.shuffle(sealed)
    )
    fresh.electors.update(voted=Case(When(pk=elector.pk, then=Value(True)), default=F("voted")))


@transaction.atomic(durable=True)
def recuse(decision, *, by, at) -> None:
    """Somebody says that they should not vote on this."""
    fresh = _lock(decision)
    elector = _elector(fresh, by)
    if elector.voted:
        raise Denied(_("You voted already."))
    Elector.objects.filter(pk=elector.pk).update(recused=Elector.Why.SELF)
    record("decision.recused", fresh, by=by, at=at)


@transaction.atomic(durable=True)
def count(decision, *, key="", by, at) -> Decision:
    """Close the vote and count it; of a secret one the ballots are opened, counted and thrown away."""
    fresh = _lock(decision)
    policies.may_facilitate.check(by, fresh.council)
    if fresh.state != Decision.State.OPEN:
        raise Denied(_("This vote is not open."))
    electors = [elector for elector in fresh.electors.select_related("vote") if not elector.recused]
    if fresh.method == Decision.Method.SECRET:
        choices = _opened(fresh, key)
        if len(choices) < FEWEST:
            raise Denied(_("Fewer than three voted: a count would tell who chose what. Wait for more, or withdraw it."))
        choices += [None] * (len(electors) - len(choices))
        papers = [Paper("", 1, choice) for choice in choices]
    else:
        papers = [
            Paper(elector.constituency, elector.votes, elector.vote.choice if hasattr(elector, "vote") else None)
            for elector in electors
        ]
    rule = fresh.rule
    majority = Majority(rule.top, rule.bottom, rule.more_than, rule.of, rule.weight, rule.each)
    seats = Seat.objects.filter(council=fresh.council, closed_on__isnull=True).values_list("constituency", "votes")
    result = tally(majority, papers, list(seats)) | {"rule": [rule.name_en, rule.name_es], "law": vars(majority)}
    result["recused"] = fresh.electors.exclude(recused="").count()
    if fresh.method == Decision.Method.SECRET:
        result["by"] = {}
        fresh.ballots.all().delete()
    step = "adopt" if result["adopted"] else "reject"
    return DECISION.advance(fresh, step, by=by, at=at, changes={"decided_at": at, "result": result})


def _opened(decision, key: str) -> list[str]:
    """What the ballots say; raises Denied when the key is not the one of this vote."""
    try:
        fits = sealing.lock_of(key) == decision.sealing_key
        choices = [sealing.unseal(key, bytes(b.sealed), decision.public_id.bytes) for b in decision.ballots.all()]
    except sealing.WrongKey:
        fits = False
    if not fits:
        raise Denied(_("This is not the closing key of this vote. It was shown once, when the vote was opened."))
    return choices


@transaction.atomic(durable=True)
def agree(decision, *, adopted: bool, dissent: str, by, at) -> Decision:
    """Write down what the council decided by consensus, with the dissent in the words of those who dissent."""
    fresh = _lock(decision)
    policies.may_facilitate.check(by, fresh.council)
    if fresh.method != Decision.Method.CONSENSUS:
        raise Denied(_("This question is voted on."))
    rows = _in_session(fresh)
    quorum = presence.quorum_of(fresh.meeting, rows)
    result = {"may": quorum.present, "voted": quorum.present, "adopted": adopted, "by": {}}
    changes = {"decided_at": at, "result": result, "dissent": dissent}
    return DECISION.advance(fresh, "adopt" if adopted else "reject", by=by, at=at, changes=changes)


@transaction.atomic(durable=True)
def withdraw(decision, *, by, at) -> Decision:
    """The question is taken back; what was voted so far is thrown away uncounted."""
    fresh = _lock(decision)
    policies.may_facilitate.check(by, fresh.council)
    fresh = DECISION.advance(fresh, "withdraw", by=by, at=at)
    fresh.ballots.all().delete()
    Vote.objects.filter(elector__decision=fresh).delete()
    return fresh
