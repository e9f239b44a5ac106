"""Certificates of people: declared, confirmed, taken back; and how long each of the six kinds holds."""

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.urls import reverse

from accounts.policies import Denied
from accounts.record import registry
from ledger.log import history
from notifications.models import Delivery
from programs import actions
from programs.models import Certification, Credential, Enrollment, TradeWish
from programs.models.people import uuid_in_time
from programs.validity import add_months, expires_on

DECLARED = {"credential": "osha10", "issued_on": "2026-05-01", "who": "nobody"}


@pytest.mark.parametrize(
    ("key", "kind", "until"),
    [
        ("osha10", "none", None),
        ("cpr_aha", "fixed", date(2028, 10, 1)),
        ("forklift", "employer", date(2029, 10, 1)),
        ("hazwoper40", "refresher", date(2027, 10, 1)),
        ("aws_cw", "continuity", date(2027, 4, 1)),
        ("ca_elec", "hours_ce", date(2029, 10, 1)),
    ],
)
def test_each_of_the_six_kinds_ends_when_it_should(db, key, kind, until):
    credential = Credential.objects.get(pk=key)
    assert credential.validity == kind
    assert expires_on(credential, date(2026, 10, 1)) == until


def test_a_printed_date_counts_before_a_computed_one(db):
    credential = Credential.objects.get(pk="cpr_aha")
    assert expires_on(credential, date(2026, 10, 1), printed=date(2027, 1, 31)) == date(2027, 1, 31)


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
    ],
)
def test_months_end_on_the_same_day_or_the_last(day, months, then):
    assert add_months(day, months) == then


def test_ana_declares_a_certificate_and_her_provider_confirms_it(cast, sign_in):
    Enrollment.objects.create(trainee=cast.trainee, provider=cast.center, program=cast.program, given_name="Ana")
    sign_in(cast.ana).post(reverse("certification_declare"), DECLARED)
    declared = Certification.objects.get()
    assert (declared.level, declared.state) == ("self", "recorded")
    page = sign_in(cast.priya).get(reverse("certification_list"))
    assert "Ana Morales" in page.content.decode()
    sign_in(cast.priya).post(reverse("certification_verify", args=[declared.public_id]))
    declared.refresh_from_db()
    assert (declared.level, declared.state, declared.verified_by) == ("provider", "verified", cast.priya)


def test_confirming_twice_is_confirming_once(cast, sign_in):
    Enrollment.objects.create(trainee=cast.trainee, provider=cast.center, program=cast.program, given_name="Ana")
    declared = cast.certify("osha10", level="self", by=cast.ana)
    for _press in range(2):
        sign_in(cast.priya).post(reverse("certification_verify", args=[declared.public_id]))
        declared.refresh_from_db()
        assert (declared.state, declared.revoked_at) == ("verified", None)
    assert history(declared).filter(kind="certification.verified").count() == 1


def test_a_provider_does_not_see_what_strangers_declare(cast, sign_in):
    sign_in(cast.ana).post(reverse("certification_declare"), DECLARED)
    declared = Certification.objects.get()
    browser = sign_in(cast.priya)
    assert "Ana Morales" not in browser.get(reverse("certification_list")).content.decode()
    assert browser.post(reverse("certification_verify", args=[declared.public_id])).status_code == 404


@pytest.mark.parametrize("issued", ["2027-01-01", "not a date", ""])
def test_a_wrong_date_gets_a_sentence(cast, sign_in, issued):
    answer = sign_in(cast.ana).post(reverse("certification_declare"), DECLARED | {"issued_on": issued})
    assert answer.status_code == 422
    assert answer.context["form"].errors["issued_on"]


def test_declaring_the_same_twice_says_so(cast, sign_in):
    browser = sign_in(cast.ana)
    data = DECLARED
    browser.post(reverse("certification_declare"), data)
    assert browser.post(reverse("certification_declare"), data).status_code == 422
    assert Certification.objects.count() == 1


def test_taking_back_needs_a_reason(cast, sign_in):
    certification = cast.certify()
    browser = sign_in(cast.priya)
    url = reverse("certification_revoke", args=[certification.public_id])
    browser.post(url, {"reason": " "})
    certification.refresh_from_db()
    assert certification.state == "verified"
    browser.post(url, {"reason": "Issued to another person"})
    certification.refresh_from_db()
    assert certification.state == "revoked"


def test_trades_stand_in_the_readers_order(cast, sign_in):
    page = sign_in(cast.ana).get(reverse("trade_wishes") + "?lang=es", follow=True).context["form"]
    titles = [label for _key, label in page.fields["trades"].choices]
    assert titles.index("Albañiles (ladrillo y bloque)") < titles.index("Carpinteros") < titles.index("Electricistas")
    assert titles.index("Techadores") < titles.index("Técnicos en mecatrónica") < titles.index("Vidrieros")
    assert titles[-1] == max(titles, key=str.lower)


def test_wished_trades_replace_those_named_before(cast, sign_in):
    browser = sign_in(cast.ana)
    browser.post(reverse("trade_wishes"), {"trades": ["51-4121.00", "53-7051.00"]})
    browser.post(reverse("trade_wishes"), {"trades": ["53-7051.00"]})
    assert list(TradeWish.objects.values_list("occupation_id", flat=True)) == ["53-7051.00"]
    browser.post(reverse("trade_wishes"), {})
    assert not TradeWish.objects.exists()


def test_confirming_what_the_sheet_brought_already_is_no_error(cast, sign_in):
    Enrollment.objects.create(trainee=cast.trainee, provider=cast.center, program=cast.program, given_name="Ana")
    cast.certify("osha10", issued=date(2026, 5, 1))
    sign_in(cast.ana).post(reverse("certification_declare"), DECLARED)
    declared = Certification.objects.get(level="self")
    answer = sign_in(cast.priya).post(reverse("certification_verify", args=[declared.public_id]))
    assert answer.status_code == 302
    assert Certification.objects.filter(state="verified").count() == 1


def test_a_lapsed_certificate_cannot_be_confirmed(cast):
    lapsed = cast.certify("cpr_aha", level="self", issued=date(2020, 1, 1), by=cast.ana)
    Enrollment.objects.create(trainee=cast.trainee, provider=cast.center, given_name="Ana Morales")
    with pytest.raises(Denied, match="ended"):
        actions.verify(lapsed, provider=cast.center, by=cast.priya, at=cast.now)


def test_the_holder_reads_why_a_certificate_was_taken_back(cast, settle, sign_in, mailoutbox):
    actions.revoke(cast.certify(), reason="Issued to another person", by=cast.priya, at=cast.now)
    settle()
    assert any("Issued to another person" in m.body for m in mailoutbox if m.to == [cast.ana.email])
    assert "Issued to another person" in sign_in(cast.ana).get(reverse("trainee_home")).content.decode()


def test_one_person_cannot_fill_a_providers_list(cast, monkeypatch):
    monkeypatch.setattr(actions, "MOST_DECLARED", 1)
    cast.certify("osha10", level="self", by=cast.ana)
    with pytest.raises(Denied):
        actions.declare(
            cast.trainee, Credential.objects.get(pk="mc3"), issued_on=date(2026, 1, 1), expires_on=None,
            by=cast.ana, at=cast.now,
        )  # fmt: skip


def test_confirming_is_credited_to_the_organization_that_taught(cast, sign_in):
    cast.member(cast.priya, other := cast.organization("Another School", "school", "92335"))
    Enrollment.objects.create(trainee=cast.trainee, provider=other, given_name="Ana")
    declared = cast.certify("osha10", level="self", by=cast.ana)
    sign_in(cast.priya).post(reverse("certification_verify", args=[declared.public_id]))
    declared.refresh_from_db()
    assert declared.provider == other


def test_what_is_asked_of_millions_of_rows_is_found_by_an_index(cast):
    """The clock asks what is over, erasing asks for the person's rows; neither reads all there are."""
    over = Certification.objects.filter(state="verified", expires_on__lt=date(2026, 1, 1))
    asked = {
        "certification_ends": over,
        "certification_once": cast.trainee.certifications.all(),
        "certification_program": Certification.objects.filter(program=1),
        "certification_verifier": Certification.objects.filter(verified_by=cast.priya),
        "enrollment_once_per_program": cast.trainee.enrollments.all(),
        "wish_once": cast.trainee.wishes.all(),
        "notifications_delivery_user_id": Delivery.objects.filter(
            registry.entry("notifications.Delivery").whose(registry.subject(cast.ana))
        ),
    }
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    for name, rows in asked.items():
        plan = rows.order_by().explain()
        assert "Seq Scan" not in plan, plan
        assert f" {name}" in plan, plan


def test_ids_of_certificates_come_in_the_order_of_time_and_cannot_be_guessed(cast):
    ids = [cast.certify(key).public_id for key in ("osha10", "mc3")]
    assert [one.version for one in ids] == [7, 7]
    assert ids[0].variant == uuid.RFC_4122
    assert sorted(ids, key=lambda one: one.int >> 80) == ids
    written = datetime.fromtimestamp((ids[0].int >> 80) / 1000, UTC)
    assert abs(written - datetime.now(UTC)) < timedelta(minutes=5)
    assert len({uuid_in_time().int & (1 << 62) - 1 for _ in range(1000)}) == 1000
