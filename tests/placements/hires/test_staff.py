"""Sheets of hires; what a WIOA report needs; and the rules of who is local."""

import csv
import io
from datetime import date

import pytest
from django.urls import reverse

from accounts.models import RecordView
from imports import actions as imports
from ledger.models import Event
from placements.hires import actions, wioa
from placements.hires.taking import Terms
from placements.models import CheckIn, LocalRule, Placement
from tests.imports.sheets import bring_in, codes, outcomes

ROW = {
    "Correo": "ana@throughline.example",
    "Empleador": "rialto steel",
    "Fecha de inicio": "2026-11-02",
    "Sueldo": "$52,000/yr",
}


def sheet(*rows) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, [*ROW, "Last day", "Why it ended"], restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def test_a_sheet_of_hires_writes_down_only_people_who_are_theirs(cast):
    cast.certify()
    strangers = {**ROW, "Correo": cast.willa.email}
    named = {**ROW, "Empleador": "Amazon", "Last day": "2026-11-10", "Why it ended": "laid off"}
    batch = bring_in(
        "hires", sheet(ROW, strangers, named), organization=cast.center, by=cast.priya, at=cast.now, skip_bad_rows=True
    )
    assert outcomes(batch) == ["new", "refused", "new"]
    assert codes(batch, 3) == ["hire_nobody"]
    first, second = Placement.objects.order_by("starts_on", "pk")
    assert (first.employer, first.hourly_cents, first.declared_by, first.declared_for) == (
        *(cast.shop, 2500, "provider", cast.center),
    )
    assert (second.state, second.end_reason) == ("ended", "laid_off")
    cast.trainee.refresh_from_db()
    assert not cast.trainee.looking  # the other job goes on
    again = bring_in("hires", sheet(ROW), organization=cast.center, by=cast.priya, at=cast.now)
    assert outcomes(again) == ["same"]
    assert "hire_own" in codes(
        bring_in("hires", sheet(named), organization=cast.shop, by=cast.elliot, at=cast.now, skip_bad_rows=True)
    )
    rival = bring_in(
        "hires", sheet({**ROW, "Empleador": "Corona Metal"}), organization=cast.rival, by=cast.rhea, at=cast.now,
        skip_bad_rows=True,
    )  # fmt: skip
    assert codes(rival) == ["hire_nobody"]  # whoever said nothing to them is nobody they know
    imports.take_back(batch, by=cast.priya, at=cast.now)
    assert not Placement.objects.exists()
    cast.trainee.refresh_from_db()
    assert cast.trainee.looking
    assert Event.objects.filter(kind="placement.withdrawn").count() == 2


@pytest.fixture
def left(cast):
    """Ana completed her training in January and works since May 4; Bo left at the same time and shares nothing."""
    cast.agree()
    cast.certify(issued=date(2026, 1, 20))
    bo = cast.another_trainee("Bo Other")
    bo.user.consents.filter(purpose="record").delete()
    for trainee in (cast.trainee, bo):
        trainee.enrollments.create(
            program=cast.program, provider=cast.center, given_name="=x", completed_on=date(2026, 1, 20)
        )
    return actions.declare(
        cast.trainee, terms=Terms(date(2026, 5, 4), 2400, "hour", 38, employer_name="Acme"), by=cast.carla, at=cast.now
    )


def test_what_a_wioa_report_needs_says_what_it_is_and_names_nobody(cast, left, sign_in):
    CheckIn.objects.create(
        placement=left, days=30, asked_at=cast.now.replace(month=8), asks_employer=False, state="retained",
        source="worker", worker="yes", worker_at=cast.now.replace(month=9), hourly_cents=2600, settled_at=cast.now,
    )  # fmt: skip
    browser, url = sign_in(cast.carla), reverse("wioa_report")
    assert "Staff-verified, not wage-matched" in browser.get(url).content.decode()
    assert browser.post(url, {"since": "2026-03-01", "until": "2026-01-01"}).status_code == 422
    answer = browser.post(url, {"since": "2026-01-01", "until": "2026-03-31"})
    text = answer.content.decode("utf-8-sig")
    assert answer["Content-Type"].startswith("text/csv")
    first, made, names, meanings, *found = list(csv.reader(io.StringIO(text)))
    assert "not wage-matched" in first[0]
    assert cast.carla.full_name in made[0]
    assert len(names) == len(meanings) == len(found[0])
    (row,) = [dict(zip(names, one, strict=True)) for one in found]
    assert row == {
        "participant_id": wioa.number_of(cast.trainee), "exit_date": "2026-01-20", "exit_quarter": "2026 Q1",
        "employed_q2": "yes", "employed_q2_evidence": "worker", "hourly_wage_q2": "26.00", "hours_a_week_q2": "38",
        "employed_q4": "not yet", "employed_q4_evidence": "", "credential_attained": "aws_cw",
        "credential_date": "2026-01-20",
    }  # fmt: skip
    for hidden in ("Morales", "ana@", str(cast.trainee.public_id)):
        assert hidden not in text
    assert RecordView.objects.filter(viewer=cast.carla, person=cast.ana, purpose="export").exists()
    assert Event.objects.get(kind="wioa.exported").facts["people"] == 1
    for nobody in (cast.priya, cast.elliot, cast.ana):
        assert sign_in(nobody).post(url, {"since": "2026-01-01", "until": "2026-03-31"}).status_code == 403
    session = browser.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": 0}]
    session.save()
    assert browser.get(url).status_code == 200
    assert browser.post(url, {"since": "2026-01-01", "until": "2026-03-31"}).status_code == 302  # who is there?
    assert Event.objects.filter(kind="wioa.exported").count() == 1
    actions.end(left, reason="mistake", ended_on=cast.now.date(), by=cast.ana, at=cast.now)
    (row,) = wioa.rows(
        wioa.participants(date(2026, 1, 1), date(2026, 3, 31), reader=cast.carla, today=cast.now.date()),
        today=cast.now.date(),
    )
    assert row["employed_q2"] == "no"
    assert (str(wioa.Quarter(2026, 4).after(1)), wioa.Quarter(2026, 4).last) == ("2027 Q1", date(2026, 12, 31))


def test_a_rule_is_written_in_versions_and_read_by_everybody_signed_in(cast, sign_in):
    url = reverse("local_rules")
    said = {
        "name": "Jurupa Valley CWA", "zip": "92509", "starts_on": "2026-12-01", "source": "CWA of 2025, section 4",
        "zips1": "92509, 92335", "miles1": "5", "counties2": "riverside county",
    }  # fmt: skip
    browser = sign_in(cast.carla)
    assert "no ZIP code 00001" in browser.post(url, said | {"zips1": "00001"}).content.decode()
    assert "no county Ohio" in browser.post(url, said | {"counties2": "Ohio"}).content.decode()
    assert browser.post(url, said).status_code == 302
    assert "began later" in browser.post(url, said).content.decode()
    assert browser.post(url, said | {"starts_on": "2027-01-01", "miles1": "6"}).status_code == 302
    old, new = LocalRule.objects.filter(name="Jurupa Valley CWA").order_by("version")
    assert (old.ends_on, new.version, new.ends_on) == (date(2026, 12, 31), 2, None)
    assert old.tiers == [{"tier": 1, "zips": ["92335", "92509"], "miles": 5}, {"tier": 2, "counties": ["Riverside"]}]
    page = sign_in(cast.elliot).get(url).content.decode()
    assert "Jurupa Valley CWA, version 2" in page
    assert "lives in 92335 or 92509 and lives within 6 miles of the work" in page
    assert sign_in(cast.elliot).post(url, said).status_code == 403
