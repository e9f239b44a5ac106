"""What once passed matching by: it changed what the rules read, or a list, and woke nobody or told it wrongly."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from accounts import actions as people_actions
from accounts.models import TraineeProfile, User, Zip
from imports import actions as imports
from matching import jobs, live, nightly, queries, rematch, replay
from matching.models import Match
from openings import actions as openings
from openings.models import Opening
from openings.tasks import open_windows
from pipeline import reference
from programs.models import Program
from tests.cast import FORKLIFT
from tests.imports.sheets import bring_in, csv_of

from .test_first import ON, kept, sixty, the_same

__all__ = ["sixty"]
SEED = "ab" * 32
JOAN = {"Name": "Joan Ruiz", "Email": "joan@example.org", "ZIP": "92335", "Completed on": "2026-10-05"}


def bring(cast, row):
    return bring_in(
        "completers", csv_of(row), organization=cast.center, by=cast.priya, at=timezone.now(), people_agreed=True
    )


def test_whoever_fits_only_once_they_answer_makes_room(cast, sixty, settle):
    opening, people, _certified = sixty
    settle()
    TraineeProfile.objects.update(languages=["en"])
    Opening.objects.filter(pk=opening.pk).update(languages=["en"])
    with transaction.atomic():
        jobs.match({person.pk for person in people}, {opening.pk}, at=cast.now, quiet=True)
    Match.objects.filter(trainee__in=people[50:]).delete()
    people_actions.change_profile(people[3].user, {"languages": []}, by=people[3].user, at=cast.now)
    settle()
    assert Match.objects.get(opening=opening, trainee=people[3]).state == "ask"
    assert people[50].pk in kept(opening)
    the_same(opening)


def test_an_opening_that_opens_a_second_time_is_heard_of_again(cast, settle):
    cast.agree()
    cast.certify()
    opening = cast.opening(opens_on=date(2026, 11, 24), lottery_seed=SEED)
    open_windows()
    openings.close(opening, reason="filled", by=cast.elliot, at=timezone.now())
    settle()
    Opening.objects.filter(pk=opening.pk).update(opens_on=date(2026, 12, 1))
    openings.publish(opening, by=cast.elliot, at=timezone.now())
    settle()
    assert not Match.objects.exclude(state="ended").exists()
    with time_machine.travel(datetime(2026, 12, 1, 18, tzinfo=UTC)):
        open_windows()
        settle()
        assert Match.objects.get().state == "fits"


def test_after_midnight_nobody_loses_a_match_over_a_certificate_nobody_asked_for(cast, settle):
    cast.agree()
    cast.certify()
    cast.certify("osha10", expires=date(2026, 11, 24))
    opening = cast.opening()
    settle()
    since = Match.objects.get().since
    with time_machine.travel(datetime(2026, 11, 25, 9, tzinfo=UTC)), transaction.atomic():
        jobs.match(set(), {opening.pk}, at=timezone.now())
    match = Match.objects.get()
    assert (match.state, match.since) == ("fits", since)


def test_on_the_day_one_of_two_ends_nobody_loses_a_match_over_a_credential_seen_for_the_first_time(cast, settle):
    cast.agree()
    cast.certify(issued=date(2025, 1, 1), expires=date(2026, 11, 24))
    cast.certify(issued=date(2026, 6, 1), expires=date(2028, 11, 24))
    cast.opening()
    settle()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM matching_bit WHERE credential_id = 'cpr_aha'")
    with time_machine.travel(datetime(2026, 11, 25, 18, tzinfo=UTC)):
        cast.certify("cpr_aha", issued=date(2026, 11, 24))
        settle()
        assert Match.objects.get().state == "fits"


def test_people_whose_import_is_taken_back_are_on_no_later_list(cast, settle):
    row = {**JOAN, "Credential": "AWS certified welder", "Issued": "2026-10-05"}
    Program.objects.filter(pk=cast.program.pk).update(name="Structural welding")
    cast.agree()
    cast.certify(issued=date(2026, 10, 9))
    opening = cast.opening()
    batch = bring(cast, {**row, "Program": "Structural welding"})
    settle()
    before = timezone.now()
    both = [passing.trainee_id for passing in replay.at_moment(opening.pk, before).passing]
    assert len(both) == 2
    imports.take_back(batch, by=cast.priya, at=timezone.now())
    assert not User.objects.filter(email=JOAN["Email"]).exists()
    settle()
    assert [p.trainee_id for p in live.passing(opening.pk, ON)] == [cast.trainee.pk]
    assert [p.trainee_id for p in replay.at_moment(opening.pk, timezone.now()).passing] == [cast.trainee.pk]
    assert [p.trainee_id for p in replay.at_moment(opening.pk, before).passing] == both


@pytest.mark.parametrize("taken_back", [False, True])
def test_a_program_without_a_certificate_leads_to_its_trade(cast, settle, taken_back):
    program = Program.objects.create(
        provider=cast.center, external_id="F1", kind=Program.Kind.CERTIFICATE, name="Warehouse work"
    )
    program.occupations.set([FORKLIFT])
    opening = cast.opening(trade=FORKLIFT, required=())
    bring(cast, {**JOAN, "Program": "Structural welding"})
    settle()
    joan = User.objects.get(email=JOAN["Email"]).trainee
    assert not Match.objects.filter(trainee=joan).exists()
    batch = bring(cast, {**JOAN, "Program": "Warehouse work"})
    settle()
    if taken_back:
        imports.take_back(batch, by=cast.priya, at=timezone.now())
        settle()
    assert Match.objects.get(trainee=joan, opening=opening).state == ("ended" if taken_back else "fits")


def test_distances_are_measured_anew_when_a_zip_code_comes(cast, settle):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM matching_near")
    Zip.objects.filter(pk__in=Zip.objects.exclude(pk="92376").values("pk")).delete()
    cast.agree()
    cast.certify()
    cast.opening()
    settle()
    assert queries.of_trainee(cast.trainee) == ([], [])
    reference.load()
    nightly.rematch(at=timezone.now())
    assert Match.objects.get().trainee == cast.trainee


def test_a_database_from_before_projections_is_filled_and_loses_no_match(cast, settle):
    cast.agree()
    cast.certify()
    opening = cast.opening()
    settle()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM matching_seeker; DELETE FROM matching_offer")
    assert [nightly.fill(at=timezone.now()) for _time in range(2)] == [True, False]
    assert [match.opening for match in queries.of_trainee(cast.trainee)[0]] == [opening]
    assert nightly.rematch(at=timezone.now()).none


def test_a_page_does_not_wait_for_a_rematch_without_end(cast, settle, monkeypatch):
    cast.agree()
    cast.certify()
    opening = cast.opening()
    settle()
    # `settle` holds the lock until the test ends, so the pages and the other one meet at another.
    monkeypatch.setattr(jobs, "LOCK", jobs.LOCK + 1000)
    with rematch.line(rematch.address()) as other, connection.cursor() as cursor:
        other.execute("SELECT pg_advisory_xact_lock(%s)", [jobs.LOCK])
        cursor.execute("SET LOCAL lock_timeout = '50ms'")
        with pytest.raises(OperationalError):
            jobs.meet(cast.trainee, opening, at=timezone.now())
    assert jobs.meet(cast.trainee, opening, at=timezone.now()) == Match.objects.get()


def test_the_functions_that_read_facts_are_for_members_of_the_role_only(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.proname FROM pg_proc p WHERE p.prosecdef AND p.proname LIKE 'matching_%'"
            " AND (p.proacl IS NULL OR EXISTS (SELECT FROM aclexplode(p.proacl) a WHERE a.grantee = 0))"
        )
        assert cursor.fetchall() == []
