"""Councils are set up and changed; seats are made, held and given up; offices are given and end."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policies import Denied
from ledger.log import record
from notifications import outbox, topics

from .. import policies
from ..models import Council, Office, Rule, Seat, Term
from ..voices.policies import reads_voices
from .meetings import invited

FACTS = (
    "kind", "name_en", "name_es", "purpose_en", "purpose_es", "charter_en", "charter_es", "time_zone", "is_public",
    "publishes", "notice_hours", "must_post", "quorum_percent", "quorum_by", "ballots", "needs_kept_days",
)  # fmt: skip

# What a new council begins with; its chair adds others and closes these.
RULES = (
    {"name_en": "Simple majority", "name_es": "Mayoría simple", "top": 1, "bottom": 2, "more_than": True, "of": "cast"},
    {
        "name_en": "Two thirds of those present",
        "name_es": "Dos tercios de los presentes",
        "top": 2,
        "bottom": 3,
        "more_than": False,
        "of": "present",
    },
    {
        "name_en": "Majority of all seats",
        "name_es": "Mayoría de todos los asientos",
        "top": 1,
        "bottom": 2,
        "more_than": True,
        "of": "seats",
    },
    {
        "name_en": "Every constituency",
        "name_es": "Cada sector",
        "top": 1,
        "bottom": 2,
        "more_than": True,
        "of": "cast",
        "weight": "constituency",
        "each": True,
    },
)


@transaction.atomic(durable=True)
def found(facts: dict, *, by, at, is_example=False) -> Council:
    """A new council, with the usual majority rules; whoever sets it up becomes its staff."""
    policies.may_found.check(by, None)
    council = Council(**{name: facts[name] for name in FACTS if name in facts}, is_example=is_example, created_at=at)
    council.validate_constraints()
    council.save()
    Rule.objects.bulk_create(Rule(council=council, **rule) for rule in RULES)
    Office.objects.create(council=council, user=by, role=Office.Role.STAFF, starts_on=timezone.localdate(at))
    record("council.founded", council, by=by, at=at)
    return council


@transaction.atomic(durable=True)
def amend(council, facts: dict, *, by, at, still=None) -> Council:
    """Change what stands about the council and how it works; `still` refuses when somebody saved in this moment."""
    fresh = Council.objects.select_for_update(no_key=True).get(pk=council.pk)
    policies.may_keep.check(by, fresh)
    if still:
        still(fresh)
    changed = [name for name in FACTS if name in facts and getattr(fresh, name) != facts[name]]
    for name in changed:
        setattr(fresh, name, facts[name])
    if changed:
        fresh.save(update_fields=changed)
        record("council.changed", fresh, by=by, at=at, changed=changed)
    return fresh


@transaction.atomic(durable=True)
def add_seat(council, facts: dict, *, by, at) -> Seat:
    """A seat more, vacant at first."""
    policies.may_keep.check(by, council)
    seat = Seat.objects.create(council=council, **facts)
    record("council.seat_added", council, by=by, at=at, seat=seat.pk)
    return seat


@transaction.atomic(durable=True)
def close_seat(seat, *, by, at) -> Seat:
    """The seat is given up; whoever holds it leaves with it."""
    policies.may_keep.check(by, seat.council)
    fresh = Seat.objects.select_for_update(no_key=True).select_related("council").get(pk=seat.pk)
    if fresh.closed_on is None:
        for term in fresh.terms.filter(ended_at__isnull=True).select_related("user"):
            _end(term, fresh.council, by=by, at=at)
        fresh.closed_on = timezone.localdate(at)
        fresh.save(update_fields=["closed_on"])
        record("council.seat_closed", fresh.council, by=by, at=at, seat=fresh.pk)
    return fresh


def person(email: str) -> User:
    """Who signs in with this address; raises Denied with what to do when nobody does."""
    found = User.objects.filter(email__iexact=email.strip(), is_active=True).first()
    if found is None:
        raise Denied(
            _("Nobody signs in with this address. Ask the person to make an account first; it takes a minute.")
        )
    return found


def _not_oneself(user, council, by) -> None:
    """Who keeps a council does not let themselves in to what people said to it in trust; somebody else has to."""
    if user.pk == by.pk and not reads_voices(by, council):
        raise Denied(
            _("Somebody else has to give you this: whoever has it reads what people said to the council in trust.")
        )


@transaction.atomic(durable=True)
def appoint(seat, user, *, is_alternate, starts_on, ends_on, by, at) -> Term:
    """Somebody holds the seat, or stands in for who does, from a day until a day; everybody who takes part is told."""
    policies.may_keep.check(by, seat.council)
    fresh = Seat.objects.select_for_update(no_key=True).select_related("council").get(pk=seat.pk)
    if fresh.closed_on:
        raise Denied(_("This seat was given up."))
    _not_oneself(user, fresh.council, by)
    term = Term(seat=fresh, user=user, is_alternate=is_alternate, starts_on=starts_on, ends_on=ends_on)
    if fresh.terms.filter(user=user, ended_at__isnull=True).filter(_same_days(starts_on, ends_on)).exists():
        raise Denied(_("This person has this seat in these days already."))
    try:
        term.validate_constraints()
    except ValidationError as error:
        raise Denied(" ".join(error.messages)) from error
    term.save()
    record("council.seat_taken", fresh.council, by=by, at=at, seat=fresh.pk, person=user.pk, alternate=is_alternate)
    _tell(fresh.council, f"term:{term.pk}", user, "alternate" if is_alternate else policies.MEMBER, by=by, at=at)
    return term


def _tell(council, what: str, user, role: str, *, by, at) -> None:
    """Nobody is let in to what people said in trust unseen: who takes part is told, and who gave it."""
    page = reverse("council", args=[council.public_id])
    _post("council_role", dict.fromkeys([*invited(council), user], page), council, what, user, role, by, at)


def _tell_ended(council, what: str, user, role: str, *, by, at, seat=None) -> None:
    """Who has it no more hears it, and who has to find somebody else: the chair and the staff."""
    seats, page = (reverse(name, args=[council.public_id]) for name in ("council_seats", "council"))
    offices = Office.objects.current(timezone.localdate(at)).filter(council=council, user__is_active=True)
    keepers = offices.filter(role__in=(Office.Role.CHAIR, Office.Role.STAFF)).select_related("user").order_by("pk")
    paths = {office.user: seats for office in keepers}
    # Who does not take part any more may not find the page.
    paths.setdefault(user, page if council.is_public or user in invited(council) else "")
    _post("council_role_ended", paths, council, what, user, role, by, at, seat=seat)


def _post(kind: str, paths: dict[User, str], council, what: str, user, role: str, by, at, **more) -> None:
    """Tell these people, each with the page it leads to, except who did it."""
    data = {"council": council.pk, "person": user.pk, "by": by.pk, "role": role, **more}
    posts = (
        outbox.Post(person, kind, topics.COUNCILS, what, data, path)
        for person, path in paths.items()
        if person.pk != by.pk
    )
    outbox.post_all(posts, at=at)


def _same_days(starts_on, ends_on):
    before = Q(starts_on__lte=ends_on) if ends_on else Q()
    return before & (Q(ends_on__isnull=True) | Q(ends_on__gte=starts_on))


def _end(term, council, *, by, at) -> None:
    today = timezone.localdate(at)
    ran_out = bool(term.ends_on and term.ends_on < today)
    term.ends_on, term.ended_at = max(term.starts_on, min(today, term.ends_on or today)), at
    term.save(update_fields=["ends_on", "ended_at"])
    if term.user and not ran_out:
        role = "alternate" if term.is_alternate else policies.MEMBER
        _tell_ended(council, f"term_ended:{term.pk}", term.user, role, by=by, at=at, seat=term.seat_id)


@transaction.atomic(durable=True)
def end_term(term, *, by, at) -> Term:
    """The person leaves the seat, or is let go; from this moment on they are no member, and it is vacant."""
    council = term.seat.council
    if term.user_id != by.pk:
        policies.may_keep.check(by, council)
    fresh = Term.objects.select_for_update(of=("self",), no_key=True).select_related("user").get(pk=term.pk)
    if fresh.ended_at is None:
        _end(fresh, council, by=by, at=at)
        record("council.seat_left", council, by=by, at=at, seat=fresh.seat_id, person=fresh.user_id)
    return fresh


@transaction.atomic(durable=True)
def name_me(council, *, public: bool, by, at) -> None:
    """The person says whether their name may stand on the public page of this council."""
    policies.is_member.check(by, council)
    Term.objects.current().filter(seat__council=council, user=by).update(named_publicly=public)
    kind = "council.named" if public else "council.unnamed"
    record(kind, council, by=by, at=at)


@transaction.atomic(durable=True)
def give_office(council, user, role: str, *, by, at) -> Office:
    """Somebody becomes chair, facilitator, observer or staff of the council; everybody who takes part is told."""
    policies.may_keep.check(by, council)
    if role in (Office.Role.CHAIR, Office.Role.FACILITATOR):
        _not_oneself(user, council, by)
    today = timezone.localdate(at)
    if Office.objects.filter(council=council, user=user, role=role, ended_at__isnull=True).exists():
        raise Denied(_("This person has this role already."))
    office = Office.objects.create(council=council, user=user, role=role, starts_on=today)
    record("council.office_given", council, by=by, at=at, person=user.pk, role=role)
    _tell(council, f"office:{office.pk}", user, role, by=by, at=at)
    return office


@transaction.atomic(durable=True)
def end_office(office, *, by, at) -> Office:
    """The office ends at once; the person hears of it, and so do the chair and the staff."""
    if office.user_id != by.pk:
        policies.may_keep.check(by, office.council)
    fresh = Office.objects.select_for_update(of=("self",), no_key=True).select_related("user").get(pk=office.pk)
    if fresh.ended_at is None:
        fresh.ends_on, fresh.ended_at = max(fresh.starts_on, timezone.localdate(at)), at
        fresh.save(update_fields=["ends_on", "ended_at"])
        record("council.office_ended", office.council, by=by, at=at, person=fresh.user_id, role=fresh.role)
        _tell_ended(office.council, f"office_ended:{fresh.pk}", fresh.user, fresh.role, by=by, at=at)
    return fresh


@transaction.atomic(durable=True)
def add_rule(council, facts: dict, *, by, at) -> Rule:
    """One more majority by which the council may decide."""
    policies.may_keep.check(by, council)
    rule = Rule(council=council, **facts)
    try:
        rule.validate_constraints()
    except ValidationError as error:
        raise Denied(" ".join(error.messages)) from error
    rule.save()
    record("council.rule_added", council, by=by, at=at, rule=rule.pk)
    return rule


@transaction.atomic(durable=True)
def close_rule(rule, *, by, at) -> None:
    """Nothing is put under this majority any more; what was decided by it stays."""
    policies.may_keep.check(by, rule.council)
    Rule.objects.filter(pk=rule.pk).update(is_closed=True)
    record("council.rule_closed", rule.council, by=by, at=at, rule=rule.pk)
