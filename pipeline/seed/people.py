"""Example trainees: Ana of the cast and the drawn ones, with certificates, wishes, consents and their events."""

from datetime import timedelta

from django.utils.translation import override

from accounts import consents
from accounts.models import Consent, TraineeProfile, User, Zip
from notifications import outbox
from notifications.models import Way
from notifications.sms import gateway, texts
from programs.models import Certification, Credential, Enrollment, TradeWish
from programs.validity import expires_on

from . import draws
from .organizations import Staff, person, verify_emails

COUNT = 120

ANA = draws.Draw(
    name="Ana Morales",
    email="ana@throughline.example",
    phone="+19095550100",
    region="inland",
    zip="92335",
    language="es",
    languages=("en", "es"),
    miles=30,
    wage_wish_cents=2200,
    license="C",
    shifts=("day", "swing"),
    has_transport=True,
    way=next(way for way in draws.WAYS if way.name == "construction"),
    wishes=("47-2061.00", "47-2031.00", "33-9091.00"),
    papers=(
        draws.Paper("mc3", 24, "provider"),
        draws.Paper("osha10", 31, "provider"),
        draws.Paper("firstaid_arc", 745, "provider"),  # over: the one thing to renew
        draws.Paper("forklift", 60, "self"),
    ),
    agrees=True,
    email_verified=True,
)


def plant(ground, staff: Staff) -> list[TraineeProfile]:
    drawn = [ANA, *draws.trainees(ground.dice, COUNT)]
    users = [staff.cast["ana"], *(person(ground, d.name, d.email, d.language, phone=d.phone) for d in drawn[1:])]
    User.objects.bulk_create(users[1:])
    _prove_number(ground, users[0])
    verify_emails(user for user, d in zip(users[1:], drawn[1:], strict=True) if d.email_verified)
    return record(ground, staff, users, drawn)


def record(ground, staff: Staff, users, drawn, *, first: int = 0, **more) -> list[TraineeProfile]:
    """What is kept of these people: profile, wishes, classes, certificates, consents. `first` numbers them for their
    schools."""
    counties = dict(Zip.objects.filter(pk__in={d.zip for d in drawn}).values_list("code", "county"))
    carla = staff.contacts["coalition"]
    profiles = [
        TraineeProfile(
            user=user,
            public_id=ground.number(),
            zip=d.zip,
            county=counties.get(d.zip, ""),
            miles=d.miles,
            has_transport=d.has_transport,
            shifts=list(d.shifts),
            wage_wish_cents=d.wage_wish_cents,
            license=d.license,
            languages=list(d.languages),
            coordinator=carla if d.region == "inland" else staff.valley_coordinator,
            created_at=user.date_joined,
            **more,
        )
        for user, d in zip(users, drawn, strict=True)
    ]
    TraineeProfile.objects.bulk_create(profiles)
    pairs = list(zip(profiles, drawn, strict=True))
    TradeWish.objects.bulk_create(TradeWish(trainee=p, occupation_id=code) for p, d in pairs for code in d.wishes)
    _enroll(ground, staff, pairs, first)
    _certify(ground, staff, pairs)
    _agree(ground, pairs)
    return profiles


def _prove_number(ground, ana: User) -> None:
    """Ana typed the code from her phone and agreed to texts, so that news of hers comes to the demo's phone, too."""
    ana.phone, ana.phone_verified_at = ANA.phone, ground.at
    ana.save(update_fields=["phone", "phone_verified_at"])
    ground.happened("phone.verified", ana, at=ground.at, by=ana)
    purpose = Consent.Purpose.SMS
    with override(ANA.language):
        wording, welcome = consents.wording(purpose, number=ANA.phone), texts.welcome()
    Consent.objects.create(
        user=ana,
        purpose=purpose,
        wording=wording,
        version=consents.VERSIONS[purpose],
        language=ANA.language,
        source="example",
        given_at=ground.at,
    )
    ground.happened("consent.given", ana, at=ground.at, by=ana, purpose=purpose, source="example")
    if gateway.is_on():  # what everybody gets who agrees
        outbox.send_letter(ANA.phone, text=welcome, user=ana, channel=Way.SMS, at=ground.at)


def _provider(staff: Staff, draw):
    return staff.organizations["trades" if draw.region == "inland" else "valley"]


def _enroll(ground, staff: Staff, pairs, first: int) -> None:
    """Each provider's own record of who was in its program, with the contact as the provider had it."""
    Enrollment.objects.bulk_create(
        Enrollment(
            public_id=ground.number(),
            trainee=profile,
            program=staff.programs.get(draw.way.programs.get(draw.region, "")),
            provider=_provider(staff, draw),
            provider_ref=f"{'IT' if draw.region == 'inland' else 'VS'}-{1000 + number}",
            given_name=draw.name,
            given_email=draw.email,
            given_phone=draw.phone,
            completed_on=ground.today - timedelta(days=min(p.days_ago for p in draw.papers)) if draw.papers else None,
        )
        for number, (profile, draw) in enumerate(pairs, start=first)
    )


def _certify(ground, staff: Staff, pairs) -> None:
    credentials = Credential.objects.in_bulk()
    made = []
    for profile, draw in pairs:
        provider = _provider(staff, draw)
        attested_by = staff.contacts["trades" if draw.region == "inland" else "valley"]
        program = staff.programs.get(draw.way.programs.get(draw.region, ""))
        for paper in draw.papers:
            made.append(_certification(ground, profile, paper, credentials[paper.credential], provider, attested_by))
            teaches = program and paper.credential in {key for key, _ in draw.way.papers[:1]}
            made[-1].program = program if teaches and paper.level != "self" else None
    Certification.objects.bulk_create(made)
    for c in made:
        self_declared = c.level == Certification.Level.SELF
        facts = {
            "trainee": c.trainee_id,
            "credential": c.credential_id,
            "level": c.level,
            "issued_on": c.issued_on.isoformat(),
            "expires_on": c.expires_on.isoformat() if c.expires_on else None,
        }
        ground.happened(
            "certification.recorded" if self_declared else "certification.verified",
            c,
            at=c.verified_at or c.created_at,
            by=c.trainee.user if self_declared else c.verified_by,
            organization=c.provider,
            **facts,
        )
        if c.state == Certification.State.EXPIRED:
            over = ground.moment(c.expires_on + timedelta(days=1), 0, 15)
            ground.happened("certification.expired", c, at=over, trainee=c.trainee_id, credential=c.credential_id)


def _certification(ground, profile, paper, credential, provider, attested_by) -> Certification:
    issued = draws.issued_on(paper, ground.today)
    until = expires_on(credential, issued)
    seen = ground.moment(issued + timedelta(days=ground.dice.randint(1, 4)), ground.dice.randint(8, 16))
    common = {
        "public_id": ground.number(),
        "trainee": profile,
        "credential": credential,
        "level": paper.level,
        "issued_on": issued,
        "expires_on": until,
        "created_at": seen,
    }
    if paper.level == Certification.Level.SELF:
        return Certification(state=Certification.State.RECORDED, **common)
    over = until is not None and until < ground.today
    return Certification(
        state=Certification.State.EXPIRED if over else Certification.State.VERIFIED,
        provider=provider,
        verified_at=seen,
        verified_by=attested_by,
        **common,
    )


def _agree(ground, pairs) -> None:
    """The consents to be matched and to share the record, in the words they would have been given in."""
    words, purposes = {}, (Consent.Purpose.MATCH, Consent.Purpose.RECORD)
    for language in ("en", "es"):
        with override(language):
            words |= {(language, purpose): consents.wording(purpose) for purpose in purposes}
    agreed = [(profile.user, draw) for profile, draw in pairs if draw.agrees]
    Consent.objects.bulk_create(
        Consent(
            user=user,
            purpose=purpose,
            wording=words[draw.language, purpose],
            version=consents.VERSIONS[purpose],
            language=draw.language,
            source="example",
            given_at=user.date_joined,
        )
        for user, draw in agreed
        for purpose in purposes
    )
    for user, _draw in agreed:
        for purpose in purposes:
            ground.happened("consent.given", user, at=user.date_joined, by=user, purpose=purpose, source="example")
