"""The trainees around each organization: one who agreed to everything and said yes, one who agreed to be matched only.

open     shares the record with the coalition of the row; said yes to the opening of the row's employer, hall or
         sponsor where the organization hires
quiet    agreed to be matched and to nothing else; where the organization hires, took a yes back
"""

from datetime import timedelta

from django.utils.translation import override

from accounts import consents
from accounts.models import Consent, Guardian, TraineeProfile, User
from programs.models import Certification, Credential, Enrollment, TradeWish
from programs.validity import expires_on

from ..organizations import MAIL, verify_emails
from .organizations import CREDENTIALS, TRADE, ZIPS, somebody

PARTS = {"open": "Oona", "quiet": "Quinn"}


def plant(world) -> None:
    users, profiles = [], []
    for body in world.bodies:
        for part, given in PARTS.items():
            user = somebody(world, given, body=body.organization, kind="trainee")
            user.phone = world.canaries.phone("trainee_phone", body=body.organization, person=user)
            user.phone_verified_at = world.at
            users.append(user)
            body.trainees[part] = TraineeProfile(
                user=user, public_id=world.number(), zip=ZIPS[body.number], county=body.organization.county, miles=50,
                has_transport=True, shifts=["day"], license="C", languages=["en"], created_at=user.date_joined,
                wage_wish_cents=world.canaries.cents("wage_wish", body=body.organization, person=user),
            )  # fmt: skip
            profiles.append(body.trainees[part])
    User.objects.bulk_create(users)
    verify_emails(users)
    for body in world.bodies:
        body.trainees["open"].coordinator = world.beside("coalition", body).staff["staff"]
    TraineeProfile.objects.bulk_create(profiles)
    TradeWish.objects.bulk_create(TradeWish(trainee=profile, occupation_id=TRADE) for profile in profiles)
    _trained(world)
    _agreed(world)
    _guardians(world)


def provider_of(world, body):
    """Who trained the people around an organization: itself, else the training provider of its row."""
    return body if body.organization.trains else world.beside("provider", body)


def _trained(world) -> None:
    credentials = Credential.objects.in_bulk(CREDENTIALS)
    enrolled, certified = [], []
    issued = world.today - timedelta(days=60)
    for body in world.bodies:
        provider = provider_of(world, body)
        for trainee in body.trainees.values():
            mark = {"body": provider.organization, "person": trainee.user}
            enrolled.append(
                Enrollment(
                    public_id=world.number(),
                    trainee=trainee,
                    program=provider.records["program"],
                    provider=provider.organization,
                    completed_on=issued,
                    provider_ref=world.canaries.word("enrollment", **mark),
                    given_name=f"Given {world.canaries.word('enrollment', **mark)}",
                    given_email=f"{world.canaries.word('enrollment', **mark)}@{MAIL}",
                    given_phone=world.canaries.phone("enrollment", **mark),
                )
            )
            credential = credentials[CREDENTIALS[body.number]]
            common = {"trainee": trainee, "issued_on": issued, "created_at": world.at}
            attested = {"level": "provider", "verified_at": world.at, "verified_by": provider.staff["staff"]}
            attested |= {"provider": provider.organization}
            until = expires_on(credential, issued)
            theirs = [
                Certification(
                    public_id=world.number(), credential=credential, state="verified", expires_on=until, **attested,
                    **common,
                ),
                Certification(public_id=world.number(), credential_id="cpr_aha", level="self", **common),
                Certification(
                    public_id=world.number(), credential_id="flagger_nsc", state="revoked", revoked_at=world.at,
                    revoked_reason=f"Wrong card {world.canaries.word('certificate', **mark)}", **attested, **common,
                ),
            ]  # fmt: skip
            trainee.certificates = theirs
            certified += theirs
        if provider is body:  # and once in no program that we know
            enrolled.append(
                Enrollment(
                    public_id=world.number(), trainee=trainee, provider=provider.organization, completed_on=issued,
                    given_name=f"Given {world.canaries.word('enrollment', **mark)}",
                )
            )  # fmt: skip
    Enrollment.objects.bulk_create(enrolled)
    Certification.objects.bulk_create(certified)
    for one in certified:
        if one.state != "recorded":
            world.happened(
                "certification.verified", one, at=world.at, by=one.verified_by, organization=one.provider,
                trainee=one.trainee_id, credential=one.credential_id, level=one.level,
                issued_on=one.issued_on.isoformat(), expires_on=None,
            )  # fmt: skip
    for body in world.bodies:
        body.records["certification"] = body.trainees["open"].certificates[0]
        body.records["declared"] = body.trainees["open"].certificates[1]


def _agreed(world) -> None:
    rows = []
    for body in world.bodies:
        for part, trainee in body.trainees.items():
            rows.append(consent(world, trainee.user, Consent.Purpose.MATCH))
            if part == "open":
                rows.append(consent(world, trainee.user, Consent.Purpose.RECORD))
                rows.append(consent(world, trainee.user, Consent.Purpose.SMS))
    Consent.objects.bulk_create(rows)
    for row in rows:
        world.happened("consent.given", row.user, at=world.at, by=row.user, purpose=row.purpose, source="example")


def consent(world, user, purpose, *, opening=None, organization=None, **more) -> Consent:
    """An unsaved agreement in the words it would have been given in."""
    with override(user.language):
        words = consents.wording(purpose, organization, user.phone)
    return Consent(
        public_id=world.number(), user=user, purpose=purpose, organization=organization, wording=words,
        opening_id=opening.pk if opening else None, version=consents.VERSIONS[purpose], language=user.language,
        source="example", given_at=world.at, **more,
    )  # fmt: skip


def _guardians(world) -> None:
    """A parent who agreed, for the quiet ones around providers."""
    young = [body.trainees["quiet"] for body in world.of("provider")]
    for trainee in young:
        trainee.is_minor = True
    TraineeProfile.objects.bulk_update(young, ["is_minor"])
    Guardian.objects.bulk_create(
        Guardian(
            user=trainee.user,
            name=f"Gus {world.canaries.word('guardian', person=trainee.user)}",
            wording="I agree",
            address=f"{world.canaries.word('guardian', person=trainee.user)}@{MAIL}",
            language="en",
            version="guardian-2",
            asked_at=world.at,
            expires_at=world.at + timedelta(days=7),
            agreed_at=world.at,
        )
        for trainee in young
    )
