"""An opening is put before its first fifty; whoever falls away or back makes room, and the short way sees the same."""

from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Consent, TraineeProfile, User
from ledger import handoffs
from ledger.log import record
from ledger.models import Handoff
from matching import jobs, live, tasks
from matching.models import Match
from notifications.models import Notice
from openings.models import ListPlace
from pipeline import health
from programs import actions as training
from programs.models import Certification
from tests.matching.projected import World

ON = date(2026, 11, 24)
NORTH_HILLS, BARSTOW, TRONA = "91393", "92311", "93562"  # 59.9, 60.9 and 115.4 miles from 92335
# Whom an opening is put before, said by the view alone: the first of its list, and the first drawn who have a question.
FIRST = """
SELECT trainee_id, state, tenths FROM matching_passing(%(opening)s, %(on)s, '{}', %(most)s)
 UNION ALL
(SELECT trainee_id, state, tenths FROM matching_pair
  WHERE opening_id = %(opening)s AND holds AND asks AND turns_on > %(on)s AND last_on >= %(on)s
  ORDER BY sha256(seed || int8send(ticket)) LIMIT %(most)s)
"""


@pytest.fixture
def sixty(cast, settle):
    """Sixty people certified one day after the other, and one opening."""
    users = User.objects.bulk_create(User(email=f"p{n}@throughline.example", full_name=f"P {n}") for n in range(60))
    people = TraineeProfile.objects.bulk_create(TraineeProfile(user=user, zip="92335") for user in users)
    Consent.objects.bulk_create(
        Consent(user=u, purpose="match", wording="I agree", language="en", source="test", given_at=cast.now)
        for u in users
    )
    certified = {
        person: cast.certify(trainee=person, issued=date(2026, 9, 1) + timedelta(days=n))
        for n, person in enumerate(people)
    }
    opening = cast.opening()
    with transaction.atomic():
        jobs.match({person.pk for person in people}, set(), at=cast.now, quiet=True)
        Match.objects.all().delete()
        jobs.match(set(), {opening.pk}, at=cast.now, quiet=True)
    return opening, people, certified


@pytest.fixture
def left(cast, sixty, settle, monkeypatch):
    """The fourth of the first fifty left the place, and the worker ended before anybody moved up."""
    opening, people, certified = sixty
    settle()
    Match.objects.filter(trainee__in=people[50:]).delete()
    training.revoke(certified[people[3]], reason="Not theirs", by=cast.priya, at=cast.now)
    with monkeypatch.context() as cut_off:
        cut_off.setattr(jobs, "afterwards", lambda: None)
        handoffs.drain("matching")
    return opening, people


def kept(opening):
    return set(Match.objects.filter(opening=opening, state="fits").values_list("trainee_id", flat=True))


def the_same(opening):
    listed = live.passing(opening.pk, ON, most=jobs.FIRST)
    assert live.first_kept(opening.pk, ON, most=jobs.FIRST) == listed
    assert {p.trainee_id for p in listed} <= kept(opening)


def test_the_first_fifty_are_asked_and_the_rest_are_not(sixty):
    opening, people, _certified = sixty
    assert kept(opening) == {person.pk for person in people[:50]}
    the_same(opening)


def test_whoever_falls_away_makes_room_for_the_next(cast, sixty, settle):
    opening, people, certified = sixty
    settle()
    Match.objects.filter(trainee__in=people[50:]).delete()  # their own events told them; as if these were long ago
    training.revoke(certified[people[3]], reason="Not theirs", by=cast.priya, at=cast.now)
    settle()
    assert kept(opening) == {person.pk for person in people[:51]} - {people[3].pk}
    the_same(opening)


def test_whoever_moves_up_does_so_after_the_matching_also_where_that_was_cut_off_or_went_wrong(left, monkeypatch):
    opening, people = left
    Handoff.objects.filter(state="waiting").delete()  # other rooms'
    assert kept(opening) == {person.pk for person in people[:50]} - {people[3].pk}
    assert health.lag(at=timezone.now()).handoffs
    with monkeypatch.context() as wrong:
        wrong.setattr(jobs, "FIRST", object())
        jobs.afterwards()
    with connection.cursor() as cursor:
        cursor.execute("SELECT opening_id, tries, due_at > %s FROM matching_unfilled", [timezone.now()])
        assert cursor.fetchall() == [(opening.pk, 1, True)]
        cursor.execute("UPDATE matching_unfilled SET due_at = queued_at")
    tasks.tell_waiting()
    assert kept(opening) == {person.pk for person in people[:51]} - {people[3].pk}
    assert Notice.objects.filter(user=people[50].user, kind="matches").exists()
    assert not health.lag(at=timezone.now()).handoffs


def test_who_moves_up_overtakes_nobody_who_was_projected_for_a_day_that_is_over(left):
    opening, people = left
    with connection.cursor() as cursor:
        over = [person.pk for person in people[10:15]]
        cursor.execute("UPDATE matching_seeker SET turns_on = %s WHERE trainee_id = ANY (%s)", [ON, over])
    jobs.afterwards()
    assert kept(opening) == {person.pk for person in people[:51]} - {people[3].pk}
    the_same(opening)


# What others commit while a list is read, under no lock: somebody on it, whom it was not put before, no longer fits.
MEANWHILE = """
ALTER FUNCTION matching_first_of(bigint, date, integer) RENAME TO first_of_read;
CREATE FUNCTION matching_first_of(opening bigint, day date, most integer)
RETURNS TABLE (trainee_id bigint, opening_id bigint, state text, tenths smallint, certified_on date)
LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY SELECT * FROM first_of_read(opening, day, most);
    UPDATE matching_seeker s SET h0 = 0, h1 = 0, h2 = 0, h3 = 0 WHERE s.trainee_id = {gone};
END $$;
"""


def test_a_list_on_which_somebody_changed_while_it_was_read_is_read_again(left):
    opening, people = left
    with connection.cursor() as cursor:
        cursor.execute(MEANWHILE.format(gone=people[50].pk))
        assert jobs._filled()
        assert kept(opening) == {person.pk for person in people[:50]} - {people[3].pk}
        cursor.execute("DROP FUNCTION matching_first_of; ALTER FUNCTION first_of_read RENAME TO matching_first_of")
    assert jobs._filled()
    assert kept(opening) == {person.pk for person in people[:50]} - {people[3].pk} | {people[51].pk}
    assert not jobs._filled()


def test_what_is_to_be_matched_goes_before_many_lists(left, cast, monkeypatch):
    opening, people = left
    monkeypatch.setattr(jobs._lists, "in_a_row", 0)
    with connection.cursor() as cursor:
        rows = f"SELECT {opening.pk} + n, now(), now() FROM generate_series(0, 11) n"
        cursor.execute(f"INSERT INTO matching_unfilled (opening_id, queued_at, due_at) {rows}")
    cast.certify("osha10")
    moved_up = Notice.objects.filter(user=people[50].user, kind="matches")
    before = moved_up.count()
    for still in range(11, 11 - jobs.LISTS, -1):
        assert moved_up.count() == before
        assert jobs.afterwards()
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM matching_unfilled")
            assert cursor.fetchone()[0] == still
    assert moved_up.count() == before + 1
    handoffs.drain("matching")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM matching_unfilled")
        assert cursor.fetchone()[0] == 0


def test_an_opening_is_put_before_people_right_after_its_handoff(cast, settle, monkeypatch):
    cast.agree()
    cast.certify()
    settle()
    opening = cast.opening()
    with monkeypatch.context() as cut_off:
        cut_off.setattr(jobs, "afterwards", lambda: None)
        handoffs.drain("matching")
    assert not Match.objects.exists()
    assert health.lag(at=timezone.now()).handoffs
    tasks.tell_waiting()
    assert Match.objects.get().opening_id == opening.pk
    assert set(Notice.objects.values_list("kind", flat=True)) == {"matches", "people"}


def test_whoever_falls_back_in_the_order_makes_room_too(cast, sixty, settle):
    opening, people, certified = sixty
    settle()
    Match.objects.filter(trainee__in=people[50:]).delete()
    cast.certify(trainee=people[3], issued=date(2026, 11, 20))
    training.revoke(certified[people[3]], reason="Not theirs", by=cast.priya, at=cast.now)
    settle()
    assert people[50].pk in kept(opening)
    the_same(opening)


def test_a_rank_brings_somebody_forward(cast, sixty, settle):
    opening, people, _certified = sixty
    type(opening).objects.filter(pk=opening.pk).update(order_rule="ranked")
    ListPlace.objects.create(opening=opening, trainee=people[55], rank=1)
    record("opening.ranked", opening, by=cast.elliot, at=cast.now, trainee=people[55].pk, rank=1, before=None)
    settle()
    assert live.passing(opening.pk, ON)[0].trainee_id == people[55].pk
    the_same(opening)


def test_a_certificate_that_is_new_is_told_whatever_the_place(cast, sixty, settle):
    opening, people, _certified = sixty
    settle()
    Match.objects.filter(trainee=people[59]).delete()
    cast.certify("osha10", trainee=people[59])
    settle()
    assert people[59].pk in kept(opening)
    assert Certification.objects.filter(trainee=people[59]).count() == 2


def put_before(opening, most):
    """Whom the opening is put before, as the question says it, and as the view does."""
    asked = {"opening": opening, "on": ON, "most": most}
    with connection.cursor() as cursor:
        cursor.execute("SELECT trainee_id, state, tenths FROM matching_first_of(%(opening)s, %(on)s, %(most)s)", asked)
        found = cursor.fetchall()
        cursor.execute(FIRST, asked)
        return found, cursor.fetchall()


@pytest.mark.parametrize("most", [5, 1000])
def test_nobody_among_the_first_is_overlooked_however_far_they_travel(db, most):
    world = World(11)
    world.write()
    far, asking = 0, 0
    for number, opening in enumerate(world.openings):
        if number % 2:  # half of the institutions have nobody on their list
            ListPlace.objects.filter(opening_id=opening).delete()
        found, said = put_before(opening, most)
        assert found == said
        far += sum(tenths > 600 for _trainee, _state, tenths in found)
        asking += sum(state == "ask" for _trainee, state, _tenths in found)
    assert far > 30
    assert asking > 30


def test_whoever_comes_to_travel_far_or_moves_far_away_is_found(cast):
    opening = cast.opening(zip="92335")
    person = cast.another_trainee("Ada")
    cast.certify(trainee=person, issued=date(2026, 9, 1))

    def among(zip, miles):
        """The tenths of a mile at which the opening is put before the person; None when it is not."""
        TraineeProfile.objects.filter(pk=person.pk).update(zip=zip, miles=miles)
        with transaction.atomic():
            jobs.match({person.pk}, set(), at=cast.now, quiet=True)
            jobs.match(set(), {opening.pk}, at=cast.now, quiet=True)
        found, said = put_before(opening.pk, 50)
        assert found == said
        return {trainee: tenths for trainee, _state, tenths in found}.get(person.pk)

    assert among("92335", 25) == 0
    assert [among(NORTH_HILLS, 59), among(NORTH_HILLS, 60)] == [None, 599]
    assert [among(BARSTOW, 60), among(BARSTOW, 61)] == [None, 609]
    assert among(TRONA, 60) is None
    assert among(TRONA, 115) is None
    assert 1150 < among(TRONA, 116) < 1160
    assert among(TRONA, 200) == among(TRONA, 116)
    assert among("92335", 200) == 0
