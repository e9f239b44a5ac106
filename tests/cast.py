"""The cast of the demo, as a small world for tests: everybody in place, nothing happened yet."""

from datetime import date

from allauth.account.models import EmailAddress
from django.db import transaction

from accounts.models import Consent, Membership, Organization, TraineeProfile, User
from ledger.log import record
from openings.models import Opening, Requirement
from pipeline.cast import BY_KEY
from programs.certifications import certify
from programs.models import Credential, Occupation, Program

WELDER, FORKLIFT, LABORER = "51-4121.00", "53-7051.00", "47-2061.00"


class Cast:
    """Ana the trainee in Fontana, Priya of the provider, Elliot the employer, Ben of the hall, Carla, Willa."""

    def __init__(self, now):
        self.now = now
        # Most tests begin with them, so each kind is written at once.
        is_a = Organization.Kind
        self.center, self.shop, self.rival, self.hall, self.coalition = Organization.objects.bulk_create(
            [
                Organization(name=name, kind=kind, zip=zip_code, verified_at=now)
                for name, kind, zip_code in [
                    ("Inland Trades Training Center", is_a.PROVIDER, "92335"),
                    ("Rialto Steel", is_a.EMPLOYER, "92376"),
                    ("Corona Metal", is_a.EMPLOYER, "92879"),
                    ("Local 555", is_a.UNION, "92408"),
                    ("Inland Coalition", is_a.COALITION, "92501"),
                ]
            ]
        )
        known = [_person(key) for key in ("ana", "priya", "elliot", "ben", "carla", "willa")]
        rhea = User(email="rhea@throughline.example", full_name="Rhea Rival")
        for user in (*known, rhea):
            user.set_unusable_password()
        User.objects.bulk_create([*known, rhea])
        EmailAddress.objects.bulk_create(_address(user) for user in known)
        self.ana, self.priya, self.elliot, self.ben, self.carla, self.willa = known
        self.rhea = rhea
        places = {
            self.priya: self.center,
            self.elliot: self.shop,
            self.ben: self.hall,
            self.carla: self.coalition,
            self.rhea: self.rival,
        }
        Membership.objects.bulk_create(_membership(user, place) for user, place in places.items())
        self.trainee = TraineeProfile.objects.create(user=self.ana, zip="92335", miles=25, county="San Bernardino")
        self.program = Program.objects.create(
            provider=self.center, external_id="W1", kind=Program.Kind.CERTIFICATE, name="Structural welding"
        )
        self.program.occupations.add(WELDER)
        self.program.credentials.add("aws_cw")

    def user(self, key, organization=None) -> User:
        user = _person(key)
        user.set_unusable_password()
        user.save()
        _address(user).save()
        if organization:
            self.member(user, organization)
        return user

    def member(self, user, organization) -> Membership:
        membership = _membership(user, organization)
        membership.save()
        return membership

    def organization(self, name, kind, zip_code) -> Organization:
        return Organization.objects.create(name=name, kind=kind, zip=zip_code, verified_at=self.now)

    def agree(self, user=None) -> Consent:
        """The person agrees to be matched and to share their record (without waking anybody)."""
        words = {"wording": "I agree", "language": "en", "source": "test", "given_at": self.now}
        Consent.objects.create(user=user or self.ana, purpose=Consent.Purpose.RECORD, **words)
        return Consent.objects.create(user=user or self.ana, purpose=Consent.Purpose.MATCH, **words)

    def certify(self, key="aws_cw", *, trainee=None, issued=date(2026, 10, 1), expires=None, level="provider", by=None):
        """A certificate, with its event in the ledger."""
        return certify(
            trainee or self.trainee,
            Credential.objects.get(pk=key),
            provider=self.center if level != "self" else None,
            program=None,
            issued_on=issued,
            expires_on=expires,
            level=level,
            by=by or self.priya,
            at=self.now,
        )

    def opening(self, organization=None, *, trade=WELDER, required=("aws_cw",), any_of=(), preferred=(), **values):
        """A published opening near Ana; its event waits in the ledger as after publishing."""
        organization = organization or self.shop
        opening = Opening.objects.create(
            **{
                "organization": organization,
                "kind": Opening.Kind.JOB,
                "title": "Welder",
                "title_es": "Soldador",
                "occupation": Occupation.objects.get(pk=trade),
                "zip": "92376",
                "seats": 2,
                "wage_min_cents": 2450,
                "wage_max_cents": 3100,
                "state": Opening.State.PUBLISHED,
                "published_at": self.now,
                **values,
            }
        )
        rows = [Requirement(opening=opening, credential_id=key) for key in required]
        rows += [
            Requirement(opening=opening, credential_id=key, kind="any_of", group=number)
            for number, keys in enumerate(any_of, start=1)
            for key in keys
        ]
        rows += [Requirement(opening=opening, credential_id=key, kind="preferred") for key in preferred]
        Requirement.objects.bulk_create(rows)
        if opening.state == Opening.State.PUBLISHED:
            with transaction.atomic():
                record("opening.published", opening, by=self.elliot, at=self.now, organization=organization)
        return opening

    def another_trainee(self, name, zip_code="92335", **values) -> TraineeProfile:
        """A second person who agreed to be matched."""
        email = name.lower().replace(" ", ".") + "@throughline.example"
        user = User.objects.create_user(email, full_name=name)
        self.agree(user)
        return TraineeProfile.objects.create(user=user, zip=zip_code, **values)


def _person(key) -> User:
    person = BY_KEY[key]
    return User(email=User.objects.normalize(person.email), full_name=person.name, language=person.language)


def _address(user) -> EmailAddress:
    return EmailAddress(user=user, email=user.email, verified=True, primary=True)


def _membership(user, organization) -> Membership:
    return Membership(user=user, organization=organization, starts_on=date(2026, 1, 1))
