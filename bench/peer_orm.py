"""Peer (a), the loop people really write: for each opening its trade's people from the ORM, then checks in Python.

Written as a competent Django developer would: prefetched relations, no query per person, places of ZIP codes and
distances remembered. It shares nothing with ours but the models, and gives the same answer: the first fifty of each
opening in its own order, and how many people are one credential short, by credential.
"""

import hashlib
from collections import Counter
from datetime import date
from functools import lru_cache
from math import asin, cos, radians, sin, sqrt

from django.db import connection
from django.db.models import Prefetch, Q

from accounts.models import TraineeProfile, Zip
from openings.models import Opening
from programs.models import Certification, Enrollment, TradeWish

LICENSES = ["", "C", "B", "A"]
FIRST = 50
EPOCH = date(1950, 1, 1)
LAST = 2**63 - 1


class Loop:
    """One full rematch the plain way."""

    def __init__(self, on: date):
        self.on = on
        self.zips = {code: (lat, lon) for code, lat, lon in Zip.objects.values_list("code", "latitude", "longitude")}
        self.miles = lru_cache(maxsize=None)(self._miles)
        with connection.cursor() as cursor:
            cursor.execute("SELECT trainee_id, ticket FROM matching_ticket")
            self.tickets = dict(cursor.fetchall())

    def openings(self):
        on = self.on
        return (
            Opening.objects.filter(state="published")
            .filter(Q(opens_on=None) | Q(opens_on__lte=on), Q(closes_on=None) | Q(closes_on__gte=on))
            .prefetch_related("requirements", "places")
            .order_by("pk")
        )

    def run(self, openings=None) -> dict:
        """Every opening's list and counts: {opening: ([(person, tenths, key)], {credential: people})}."""
        return {opening.pk: self.match(opening) for opening in openings or self.openings()}

    def people(self, occupation_id):
        wished = TradeWish.objects.filter(occupation=occupation_id).values("trainee")
        # Whoever named no trade is matched by what their programs and credentials lead to.
        taught = Enrollment.objects.filter(program__occupations=occupation_id, trainee__wishes=None)
        certified = Certification.objects.filter(credential__occupations=occupation_id, trainee__wishes=None)
        certified = certified.exclude(state="revoked")
        certifications = Certification.objects.exclude(state="revoked").prefetch_related("credential", "provider")
        return (
            TraineeProfile.objects.filter(user__is_active=True)
            .filter(user__consents__purpose="match", user__consents__withdrawn_at=None)
            .filter(pk__in=wished.union(taught.values("trainee"), certified.values("trainee")))
            .prefetch_related(Prefetch("certifications", queryset=certifications.order_by("pk")))
        )

    def match(self, opening):
        required, groups = self._asked(opening)
        places = {place.trainee_id: place for place in opening.places.all()}
        fits, short = [], Counter()
        for trainee in self.people(opening.occupation_id):
            tenths = self.miles(trainee.zip, opening.zip)
            if tenths is None or tenths > trainee.miles * 10:
                continue
            known = self._profile_fits(trainee, opening)
            if known is None:
                continue
            held = self._held(trainee, opening)
            claimed = self._claimed(trainee, held)
            missing = [[key] for key in required if key not in held and key not in claimed]
            missing += [keys for keys in groups if not held.keys() & keys and not claimed & set(keys)]
            if len(missing) == 1:
                short.update(set(missing[0]))
            elif not missing and known and self._all_held(held, required, groups):
                key = self._key(opening, trainee, held, required, groups, places.get(trainee.pk))
                fits.append((key, self._draw(opening, trainee), trainee.pk, tenths))
        fits.sort()
        return [(person, tenths, key) for key, _, person, tenths in fits[:FIRST]], dict(short)

    def _miles(self, home, work):
        if home not in self.zips or work not in self.zips:
            return None
        lat1, lon1, lat2, lon2 = map(radians, (*self.zips[home], *self.zips[work]))
        h = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
        return round(2 * 3958.8 * asin(min(1.0, sqrt(h))) * 10)

    def _asked(self, opening):
        required, groups = [], {}
        for requirement in opening.requirements.all():
            if requirement.kind == "required":
                required.append(requirement.credential_id)
            elif requirement.kind == "any_of":
                groups.setdefault(requirement.group, []).append(requirement.credential_id)
        return required, list(groups.values())

    def _profile_fits(self, trainee, opening):
        """None when something is wrong, False when something is not known, True when all is well."""
        known = True
        if opening.license:
            if trainee.license is None:
                known = False
            elif LICENSES.index(trainee.license) < LICENSES.index(opening.license):
                return None
        if opening.languages:
            if not trainee.languages:
                known = False
            elif set(opening.languages) - set(trainee.languages):
                return None
        if opening.shifts:
            if not trainee.shifts:
                known = False
            elif not set(opening.shifts) & set(trainee.shifts):
                return None
        pays = opening.wage_max_cents or opening.wage_min_cents
        if trainee.wage_wish_cents and pays < trainee.wage_wish_cents:
            return None
        if trainee.available_from and opening.starts_on and trainee.available_from > opening.starts_on:
            return None
        return known

    def _counts_here(self, certification, opening):
        """An employer's own evaluation counts at that employer only."""
        provider = certification.provider
        if certification.credential.validity != "employer" or not provider or provider.kind != "employer":
            return True
        return provider.pk == opening.organization_id

    def _valid(self, certification):
        return certification.state == "verified" and (
            certification.expires_on is None or certification.expires_on >= self.on
        )

    def _held(self, trainee, opening):
        """The credentials that count for this opening today, each with its certificates, dead ones included."""
        held, all_of = set(), {}
        for certification in trainee.certifications.all():
            if self._counts_here(certification, opening):
                all_of.setdefault(certification.credential_id, []).append(certification)
                if self._valid(certification):
                    held.add(certification.credential_id)
        return {key: all_of[key] for key in held}

    def _claimed(self, trainee, held):
        return {
            certification.credential_id
            for certification in trainee.certifications.all()
            if certification.credential_id not in held
            and (certification.state == "recorded" or self._valid(certification))
        }

    def _all_held(self, held, required, groups):
        return all(key in held for key in required) and all(held.keys() & keys for keys in groups)

    def _key(self, opening, trainee, held, required, groups, place):
        if opening.order_rule == "lottery":
            return 0
        if opening.order_rule == "ranked":
            return place.rank if place and place.rank is not None else LAST
        if opening.order_rule == "fifo":
            return round(place.registered_at.timestamp() * 1_000_000) if place else LAST
        since = {key: self._since(certifications) for key, certifications in held.items()}
        if not required and not groups:
            certified = min(since.values(), default=None)
        else:
            asked = [[key] for key in required] + groups
            certified = max(min(since[key] for key in keys if key in since) for keys in asked)
        return (certified - EPOCH).days if certified else LAST

    def _since(self, certifications):
        """Renewing in time does not restart the wait: back from the first valid one to where no other reaches."""
        counted = [c for c in certifications if c.state != "recorded"]
        day = min(c.issued_on for c in counted if self._valid(c))
        while earlier := [c.issued_on for c in counted if c.issued_on < day and (c.expires_on or date.max) >= day]:
            day = min(earlier)
        return day

    def _draw(self, opening, trainee):
        return hashlib.sha256(
            bytes.fromhex(opening.lottery_seed) + self.tickets[trainee.pk].to_bytes(8, "big")
        ).digest()
