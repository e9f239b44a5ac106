"""From the database to what the rules read: trainees and openings in bulk, a fixed number of queries each.

People wait for these: the database keeps how to do them.
"""

from collections import defaultdict

from django.db.models import Q

from accounts.models import Consent, Organization, TraineeProfile, Zip
from ledger import prepared
from openings.models import Opening, Requirement
from programs.models import Certification, Credential, Enrollment, TradeWish

from . import rules

# What is read of a certificate, of who attests it and of the credential.
HELD = (
    *("trainee", "level", "state", "issued_on", "expires_on"),
    *("provider__name", "provider__kind", "credential__validity"),
)


def matchable():
    """Trainees who agreed to be matched, look for work, and whose account is open."""
    agreed = Consent.objects.standing().filter(purpose=Consent.Purpose.MATCH).values("user_id")
    return TraineeProfile.objects.filter(looking=True, user__is_active=True, user_id__in=agreed)


def live(on):
    """Openings people can be matched with on the day: published, and their window open."""
    opened = Q(opens_on__isnull=True) | Q(opens_on__lte=on)
    return Opening.objects.filter(
        opened, Q(closes_on__isnull=True) | Q(closes_on__gte=on), state=Opening.State.PUBLISHED
    )


def trainees(profiles) -> dict[int, rules.Trainee]:
    """The profiles as the rules read them, by id."""
    profiles = list(profiles)
    ids = [profile.pk for profile in profiles]
    wishes, trained = defaultdict(set), defaultdict(set)
    certificates = held(ids)
    with prepared.kept():
        points = _points({profile.zip for profile in profiles})
        leads_to = _credential_trades({one.credential for some in certificates.values() for one in some})
        wished = TradeWish.objects.filter(trainee__pk__among=ids)
        for trainee_id, code in wished.values_list("trainee_id", "occupation_id"):
            wishes[trainee_id].add(code)
        finished = Enrollment.objects.filter(trainee__pk__among=ids, program__isnull=False)
        for trainee_id, code in finished.values_list("trainee_id", "program__occupations"):
            if code:
                trained[trainee_id].add(code)
    for trainee_id, some in certificates.items():
        trained[trainee_id].update(*(leads_to[one.credential] for one in some))
    return {
        p.pk: said(
            p,
            point=points.get(p.zip),
            wishes=frozenset(wishes[p.pk]),
            trained=frozenset(trained[p.pk]),
            held=certificates[p.pk],
        )
        for p in profiles
    }


def held(ids: list[int]) -> dict[int, tuple[rules.Held, ...]]:
    """The certificates of these people as the rules read them, by the person's id."""
    found = {pk: [] for pk in ids}
    rows = Certification.objects.filter(trainee__pk__among=ids).exclude(state=Certification.State.REVOKED)
    rows = rows.select_related("provider", "credential").only(*HELD).order_by("pk")
    with prepared.kept():
        for c in rows:
            found[c.trainee_id].append(
                rules.Held(
                    credential=c.credential_id,
                    certification=c.pk,
                    level=c.level,
                    state=c.state,
                    issued_on=c.issued_on,
                    expires_on=c.expires_on,
                    provider=c.provider.name if c.provider else "",
                    provider_id=c.provider_id,
                    provider_is_employer=bool(c.provider and c.provider.kind == Organization.Kind.EMPLOYER),
                    validity=c.credential.validity,
                )
            )
    return {pk: tuple(some) for pk, some in found.items()}


def said(p: TraineeProfile, **known) -> rules.Trainee:
    """A profile as the rules read it, with what is `known` besides it."""
    nothing = {"point": None, "wishes": frozenset(), "trained": frozenset(), "held": ()}
    return rules.Trainee(
        id=p.pk,
        zip=p.zip,
        miles=p.miles,
        wage_wish_cents=p.wage_wish_cents,
        license=p.license,
        shifts=frozenset(p.shifts),
        languages=frozenset(p.languages),
        available_from=p.available_from,
        **nothing | known,
    )


def openings(queryset) -> dict[int, rules.Opening]:
    """The openings as the rules read them, by id."""
    found = list(queryset)
    credentials = asked([opening.pk for opening in found])
    with prepared.kept():
        points = _points({opening.zip for opening in found})
    return {o.pk: offered(o, point=points.get(o.zip), **credentials[o.pk]) for o in found}


def asked(ids: list[int]) -> dict[int, dict[str, tuple]]:
    """The credentials these openings ask for as the rules read them, by the opening's id."""
    required, preferred, groups = defaultdict(list), defaultdict(list), defaultdict(lambda: defaultdict(list))
    with prepared.kept():
        for r in Requirement.objects.filter(opening__pk__among=ids).order_by("group", "credential_id"):
            if r.kind == Requirement.Kind.REQUIRED:
                required[r.opening_id].append(r.credential_id)
            elif r.kind == Requirement.Kind.PREFERRED:
                preferred[r.opening_id].append(r.credential_id)
            else:
                groups[r.opening_id][r.group].append(r.credential_id)
    return {
        pk: {
            "required": tuple(required[pk]),
            "any_of": tuple(tuple(keys) for _number, keys in sorted(groups[pk].items())),
            "preferred": tuple(preferred[pk]),
        }
        for pk in ids
    }


def offered(o: Opening, **known) -> rules.Opening:
    """An opening as the rules read it, with what is `known` besides its own row."""
    nothing = {"point": None, "required": (), "any_of": (), "preferred": ()}
    return rules.Opening(
        id=o.pk,
        organization_id=o.organization_id,
        occupation=o.occupation_id,
        zip=o.zip,
        wage_min_cents=o.wage_min_cents,
        wage_max_cents=o.wage_max_cents,
        license=o.license,
        shifts=frozenset(o.shifts),
        languages=frozenset(o.languages),
        starts_on=o.starts_on,
        **nothing | known,
    )


def _points(codes) -> dict[str, tuple[float, float]]:
    rows = Zip.objects.filter(code__among=sorted(codes)).values_list("code", "latitude", "longitude")
    return {code: (latitude, longitude) for code, latitude, longitude in rows}


def _credential_trades(keys) -> dict[str, set[str]]:
    trades = defaultdict(set)
    links = Credential.occupations.through.objects.filter(credential__pk__among=sorted(keys))
    for credential, occupation in links.values_list("credential_id", "occupation_id"):
        trades[credential].add(occupation)
    return trades
