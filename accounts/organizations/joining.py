"""Asking to act for an organization: how employers, halls and schools come in whom nobody here knows yet.

A person asks, a coordinator makes sure and grants or declines it. Whoever asks is told nothing of what is here already:
whether the organization is, and who acts for it, is looked for by the coordinator alone (docs/adr/0021).
"""

import re
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Case, Count, Q, Value, When
from django.utils.translation import gettext as _

from accounts import consents
from accounts.models import JoinRequest, Membership, Organization, User, Zip
from accounts.policies import Denied
from accounts.record import erase
from ledger.lifecycle import IllegalStep
from ledger.log import record

from . import rights, verification
from .memberships import hold, join, known_role, note

State = JoinRequest.State
Kind = Organization.Kind
HIRES = (Kind.EMPLOYER, Kind.UNION, Kind.SPONSOR)
TEACHES = (Kind.PROVIDER, Kind.SCHOOL, Kind.SPONSOR, Kind.COMMUNITY)
KINDS = (Kind.EMPLOYER, Kind.UNION, Kind.SPONSOR, Kind.PROVIDER, Kind.SCHOOL, Kind.COMMUNITY, Kind.AGENCY)

# So often a person may ask in so many days; the coordinators' time is everybody's.
MOST, WITHIN = 3, timedelta(days=30)
ALIKE = 8  # so many organizations of a like name are laid before the coordinator
_LEGAL = {"and", "the", "inc", "llc", "ltd", "corp", "company", "local", "school", "center", "college", "union"}


def waiting_of(user) -> JoinRequest | None:
    """The person's request that waits for an answer."""
    return JoinRequest.objects.select_related("coalition").filter(user=user, state=State.WAITING).first()


def last_of(user) -> JoinRequest | None:
    """What the person asked last."""
    rows = JoinRequest.objects.select_related("coalition", "organization").filter(user=user)
    return rows.order_by("-asked_at", "-pk").first()


def place(zip_code: str, city: str) -> dict[str, str]:
    """Where that is: ZIP code, city and county, as far as they follow from one another."""
    if zip_code:
        known = Zip.objects.filter(code=zip_code).first()
        return {"zip": zip_code, "city": known.city if known else "", "county": known.county if known else ""}
    name = re.sub(r",?\s+(CA|Calif(ornia|\.)?)$", "", city, flags=re.IGNORECASE)
    # Other states have towns of the same name: the county with most of its ZIP codes is meant.
    counties = Zip.objects.filter(city__iexact=name).values_list("county", flat=True).order_by()
    meant = counties.annotate(n=Count("pk")).order_by("-n", "county").first()
    return {"zip": "", "city": city, "county": meant or ""}


def coalition_for(county: str) -> Organization | None:
    """Whose coordinators answer: the coalition of the county, else the first that has any; None where there is none."""
    acting = Membership.objects.coordinating().filter(user__is_active=True).values("organization")
    near = Case(When(county=county, then=Value(0)), default=Value(1))
    return Organization.objects.standing().filter(pk__in=acting).order_by(near, "pk").first()


@transaction.atomic(durable=True)
def ask(*, kind, name, place, job, phone, license_number="", website="", note="", by, at) -> JoinRequest:
    """The person asks to act for an organization; one request at a time."""
    by = consents.lock(by)
    if not by.is_active:
        raise Denied(_("This account is closed."))
    if kind not in KINDS:
        raise Denied(_("Coordinators are invited by their coalition."))
    if erase.asked(by):
        raise Denied(
            _("You asked to be erased. If you would rather stay, press “I want to stay” under “Erase me” first.")
        )
    if JoinRequest.objects.filter(user=by, asked_at__gt=at - WITHIN).count() >= MOST:
        raise Denied(_("You asked three times in a month. Please wait, or let the organization invite you."))
    try:
        with transaction.atomic():
            made = JoinRequest.objects.create(
                user=by,
                coalition=coalition_for(place["county"]),
                kind=kind,
                name=name,
                **place,
                job=job,
                phone=phone,
                license_number=license_number,
                website=website,
                note=note,
                asked_at=at,
            )
    except IntegrityError as twice:
        raise Denied(_("Your request waits already. You can take it back and ask anew.")) from twice
    record("joining.asked", by, by=by, at=at, request=made.pk)
    return made


@transaction.atomic(durable=True)
def withdraw(*, by, at) -> bool:
    """The person takes their request back; whether one was waiting."""
    found = JoinRequest.objects.select_for_update(of=("self",)).filter(user=by, state=State.WAITING).first()
    if found is None:
        return False
    _answer(found, State.WITHDRAWN, by=by, at=at)
    record("joining.withdrawn", by, by=by, at=at, request=found.pk)
    return True


@transaction.atomic(durable=True)
def grant(
    request, *, into: Organization | None, role, checked, website=None, license_number=None, sure=(), by, at
) -> Membership:
    """The person acts for this organization from now on, or for one that is made known by it where `into` is None.

    Of one that is made known the coordinator corrects or drops the website and the number, and says which they are
    `sure` of; what stays as the person wrote it is kept as said (`Organization.SAID`).
    """
    body = hold(into)[0] if into else None
    fresh = _open(request)
    by = rights.again(by)
    rights.answer.check(by, fresh)
    if body and (body.merged_into_id or body.kind == Kind.COALITION):
        raise Denied(_("Choose another organization."))
    person = consents.lock(fresh.user)
    if erase.asked(person) or not person.is_active:
        raise Denied(_("This person asked to be erased, so they can act for nobody. Decline the request."))
    if body is None:
        # Not the phone: at it answers whoever asked, and a coordinator who verifies calls a number found elsewhere.
        said = {name: getattr(fresh, name) for name in ("zip", "city", "county")}
        for name, value in {"website": website, "license_number": license_number}.items():
            said[name] = written = getattr(fresh, name)
            if value is not None:
                said[name] = value
            # Dropped, it is not known either: what those who act for it write there later is said, too.
            theirs = said[name] in ("", written)
            said[Organization.SAID[name]] = theirs and not (said[name] and name in sure)
        body = verification.make_known(kind=fresh.kind, name=fresh.name, by=by, at=at, **said)
        role = Membership.Role.ADMIN  # whoever comes first is the one who can invite the others
    membership, new = join(person, body, known_role(body, role), at=at)
    if new:
        note("membership.started", body, by=by, at=at, person=person.pk, role=role)
    fresh.organization, fresh.checked = body, checked
    _answer(fresh, State.GRANTED, by=by, at=at, changed=("organization", "checked"))
    record("joining.granted", person, by=by, at=at, request=fresh.pk)
    return membership


@transaction.atomic(durable=True)
def decline(request, *, reason, words="", by, at) -> JoinRequest:
    """It shall not be, for this reason; the person is told."""
    fresh = _open(request)
    by = rights.again(by)
    rights.answer.check(by, fresh)
    if reason not in JoinRequest.Reason.values or (reason == JoinRequest.Reason.OTHER and not words.strip()):
        raise Denied(_("Say why, in a sentence the person can read."))
    fresh.reason, fresh.words = reason, words
    _answer(fresh, State.DECLINED, by=by, at=at, changed=("reason", "words"))
    record("joining.declined", fresh.user, by=by, at=at, request=fresh.pk)
    return fresh


def _open(request) -> JoinRequest:
    rows = JoinRequest.objects.select_for_update(of=("self",)).select_related("user")
    fresh = rows.get(pk=request.pk)
    if fresh.state != State.WAITING:
        raise IllegalStep(_("This request was answered or taken back already."))
    return fresh


def _answer(fresh, state, *, by, at, changed=()) -> None:
    fresh.state, fresh.answered_at, fresh.answered_by = state, at, by
    fresh.save(update_fields=["state", "answered_at", "answered_by", *changed])


def alike(request, word: str = "") -> list[Organization]:
    """Organizations that may be the one somebody wrote down, the likeliest first: by name, number, phone or website; or
    those with this word in their name."""
    rows = Organization.objects.standing().exclude(kind=Kind.COALITION)
    wanted = _words(request.name)
    if word:
        found = list(rows.filter(name__icontains=word).order_by("name", "pk")[:ALIKE])
    else:
        which = Q(name__iexact=request.name)
        for part in wanted:
            which |= Q(name__icontains=part)
        for name in ("license_number", "phone", "website"):
            if value := getattr(request, name):
                which |= Q(**{name: value})
        near = [body for body in rows.filter(which).order_by("name", "pk")[:200] if _alike(body, request, wanted)]
        found = sorted(near, key=lambda body: _far(body, request, wanted))
    return found[:ALIKE]


def _words(name: str) -> set[str]:
    return {word for word in re.findall(r"\w{3,}", name.casefold()) if word not in _LEGAL}


def _same_number(body, request) -> bool:
    names = ("license_number", "phone", "website")
    return any(getattr(body, name) and getattr(body, name) == getattr(request, name) for name in names)


def _alike(body, request, wanted) -> bool:
    """The same number, or half of the words of the name: "Works" alone makes nobody the same."""
    return _same_number(body, request) or 2 * len(_words(body.name) & wanted) >= max(len(wanted), 1)


def _far(body, request, wanted) -> tuple:
    return not _same_number(body, request), -len(_words(body.name) & wanted), body.kind != request.kind, body.name


def administrators_of(bodies: list[Organization]) -> dict[int, list[User]]:
    """Who administers each of these today: whom a coordinator calls before somebody joins them."""
    rows = Membership.objects.current().filter(organization__in=bodies, role=Membership.Role.ADMIN)
    found: dict[int, list[User]] = {}
    for membership in rows.filter(user__is_active=True).select_related("user").order_by("pk"):
        found.setdefault(membership.organization_id, []).append(membership.user)
    return found
