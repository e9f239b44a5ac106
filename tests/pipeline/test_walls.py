"""The second wall: without somebody who asks nothing is shown, and nobody is left over from the request before."""

import re
from contextlib import suppress

import pytest
from django.apps import apps
from django.db import IntegrityError, ProgrammingError, connection, models, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Guardian, User
from councils.models import Box, Council, Office, Seat, Term, Voice
from ledger import scopes
from notifications.models import Delivery, Notice
from pipeline import roles, walls
from placements.models import Comment, Referral
from programs.models import Certification, Confirmation, Enrollment, PlaceRequest

NOBODY = (
    "", "psql", "throughline ", "throughline person", "throughline person x for telling",
    "throughline person 1 for telling; x", "throughline job test", "throughline  visitor", "xthroughline visitor",
    "throughline person 99999999999999999999", "throughline visitor\nthroughline person 1",
)  # fmt: skip

# Contacts and notes that stand in no wall, and why that is right.
OPEN = {
    "accounts_organization": "an organization's own number and address: pages show them",
    "programs_program": "what a program says of itself",
    "notifications_address": "whether letters arrive there; names nobody, and is asked by whoever writes a letter",
    "notifications_task": "row numbers and words of ours; the words are put together when it is read",
    "notifications_consoletext": "the demo's phone; nothing is in it elsewhere",
    "placements_placement": "where an employer is asked, given by the person; on a row that every measure counts",
    "placements_referral": "one line of the person or the hirer, on a row that every board counts",
    "django_admin_log": "empty while the admin is off",
    "django_session": "found only by its key, which no page lists",
}
CONTACT = re.compile(
    r"(^|_)(email|phone|address|note|notes|letter|body|checked|sheet|values|secret|data|message|text)($|_)"
)
NEVER_OF_PEOPLE = ("councils_",)  # what councils publish; testimony is behind a wall


@pytest.fixture
def told(cast):
    """A letter to Ana, a sheet's line about her, a parent's address."""
    notice = Notice.objects.create(user=cast.ana, kind="x", topic="matches", once_key="x", data={})
    for user in (cast.ana, None):
        Delivery.objects.create(notice=notice if user else None, user=user, address=cast.ana.email, letter={},
                                message_id=f"<{user}>")  # fmt: skip
    Guardian.objects.create(user=cast.ana, address="parent@example.org", asked_at=cast.now, expires_at=cast.now)
    Enrollment.objects.get_or_create(
        trainee=cast.trainee,
        provider=cast.center,
        program=None,
        defaults={"given_name": "Ana", "given_email": "a@x.org"},
    )
    council = Council.objects.create(name_en="Workers Council", purpose_en="To be heard.")
    Office.objects.create(council=council, user=cast.willa, role="facilitator", starts_on=cast.now.date())
    seat = Seat.objects.create(council=council, constituency="worker")
    Term.objects.create(seat=seat, user=cast.ben, starts_on=cast.now.date())
    said = {"council": council, "language": "en", "received_on": cast.now.date()}
    for author, visibility in ((cast.ana, "council"), (None, "facilitators")):
        Voice.objects.create(author=author, visibility=visibility, words="Heard", **said)
    Box.objects.create(council=council, sealed=b"sealed")
    return cast


def counts(tables=tuple(walls.WALLS)) -> dict:
    with connection.cursor() as cursor:
        found = {}
        for table in tables:
            cursor.execute(f"SELECT count(*) FROM {table}")
            found[table] = cursor.fetchone()[0]
        return found


@pytest.mark.parametrize("role", [roles.WEB, roles.WORKER])
def test_without_somebody_who_asks_nothing_is_shown_and_nothing_changed(told, role):
    tables = ("accounts_user", "notifications_delivery", "programs_enrollment", "accounts_guardian")
    with connection.cursor() as cursor, transaction.atomic():
        assert all(counts(tables).values())
        line = connection.connection  # past ledger.scopes, as nobody should be
        line.execute(f"SET LOCAL ROLE {role}")
        for name in NOBODY:
            if name == "throughline job test" and role == roles.WORKER:
                continue
            line.execute("SELECT set_config('application_name', %s, true)", [name])
            for table in walls.WALLS:
                assert line.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), (name, table)
                assert line.execute(f"DELETE FROM {table}").rowcount == 0, (name, table)
        line.execute("RESET ROLE")
        assert cursor.connection is line


def test_each_sees_what_is_theirs_and_jobs_see_all(told, cast):
    staff = {cast.priya.pk, cast.elliot.pk, cast.ben.pk, cast.carla.pk, cast.willa.pk}
    everybody = set(User.objects.values_list("pk", flat=True))
    letters = Delivery.objects.count()

    def people():
        return set(User.objects.values_list("pk", flat=True))

    with scopes.visitor():
        assert staff <= people()
        assert cast.ana.pk not in people()
        assert {table for table, n in counts().items() if n} == {"accounts_user"}
        with scopes.task("sign-in"):
            assert people() == everybody
        with scopes.task("telling"):
            assert Delivery.objects.count() == letters
        with scopes.task("walk"):  # the demo's: it sees what came of the sheet, and changes nothing
            assert (people(), Delivery.objects.count()) == (everybody, letters)
            assert (User.objects.update(full_name="x"), Delivery.objects.all().delete()[0]) == (0, 0)
        with scopes.task("anything"):
            assert cast.ana.pk not in people()
    with scopes.person(cast.ana.pk):
        assert people() >= {cast.ana.pk, *staff}
        assert (Delivery.objects.count(), Guardian.objects.count(), Enrollment.objects.count() > 0) == (2, 1, True)
        User.objects.filter(pk=cast.carla.pk).update(full_name="Changed")
        assert User.objects.get(pk=cast.carla.pk).full_name != "Changed"
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            Delivery.objects.create(user=cast.ben, address="x", message_id="<y>")
    other = User.objects.create(email="other@example.org", full_name="Another trainee")
    with scopes.person(other.pk):
        assert people() & {cast.ana.pk} == set()
        assert (Delivery.objects.count(), Guardian.objects.count(), Enrollment.objects.count()) == (0, 0, 0)
    with scopes.person(cast.elliot.pk):  # an employer: the site judges whom he sees; letters and papers are not his
        assert people() == everybody | {other.pk}
        assert (Delivery.objects.count(), Guardian.objects.count(), Enrollment.objects.count()) == (0, 0, 0)
    with scopes.person(cast.priya.pk):
        assert (Delivery.objects.count(), Enrollment.objects.count() > 0) == (0, True)
    with scopes.person(cast.carla.pk):
        assert Delivery.objects.count() == letters
    cast.carla.memberships.update(ended_at=cast.now, ends_on=cast.now.date())
    with scopes.person(cast.carla.pk):
        assert Delivery.objects.count() == 0
    with scopes.job("test"):
        assert people() >= everybody
        assert Delivery.objects.count() == letters


def test_whom_a_person_under_18_asked_for_a_place_sees_that_a_parent_agreed_and_changes_nothing(told, cast):
    Guardian.objects.update(agreed_at=cast.now)
    request = PlaceRequest.objects.create(
        trainee=cast.trainee, program=cast.program, to=cast.center, wording="I agree", language="en", asked_at=cast.now
    )

    def seen(who):
        with scopes.person(who.pk), transaction.atomic():
            return Guardian.objects.count(), Guardian.objects.update(name="x"), Guardian.objects.all().delete()[0]

    assert [seen(who) for who in (cast.priya, cast.elliot, cast.rhea, cast.willa)] == [(1, 0, 0), *[(0, 0, 0)] * 3]
    with scopes.person(cast.priya.pk):
        assert PlaceRequest.objects.visible_to(cast.priya, at=cast.now).count() == 1
    Guardian.objects.update(withdrawn_at=cast.now)
    assert seen(cast.priya) == (0, 0, 0)
    Guardian.objects.update(withdrawn_at=None)
    PlaceRequest.objects.filter(pk=request.pk).update(state="withdrawn", withdrawn_at=cast.now)
    assert seen(cast.priya) == (0, 0, 0)


def test_whom_a_person_under_18_asked_to_confirm_sees_that_a_parent_agreed_and_changes_nothing(told, cast):
    Guardian.objects.update(agreed_at=cast.now, version="guardian-2")
    cast.trainee.is_minor = True
    cast.trainee.save(update_fields=["is_minor"])
    held = Certification.objects.create(trainee=cast.trainee, credential_id="osha10", issued_on=cast.now.date())
    Confirmation.objects.create(
        certification=held, organization=cast.center, wording="I agree", language="en", asked_at=cast.now
    )

    def seen(who):
        with scopes.person(who.pk), transaction.atomic():
            shared = Confirmation.objects.shared().count()
            return shared, Guardian.objects.count(), Guardian.objects.update(name="x")

    assert seen(cast.priya) == (1, 1, 0)
    assert [seen(who) for who in (cast.elliot, cast.rhea, cast.willa)] == [(0, 0, 0)] * 3
    Guardian.objects.update(withdrawn_at=cast.now)
    assert seen(cast.priya) == (0, 0, 0)
    Guardian.objects.update(withdrawn_at=None)
    Certification.objects.filter(pk=held.pk).update(state="verified", verified_at=cast.now)
    assert seen(cast.priya) == (0, 0, 0)


def test_testimony_is_its_authors_and_the_councils_and_no_coordinators(told, cast):
    def read():
        return Voice.objects.count(), Box.objects.count(), Voice.objects.update(answer="x")

    found = {}
    for name in ("ana", "willa", "ben", "carla", "elliot"):
        with scopes.person(getattr(cast, name).pk), transaction.atomic():
            found[name] = read()
    assert found == {"ana": (1, 0, 1), "willa": (2, 0, 2), "ben": (1, 0, 0), "carla": (0, 0, 0), "elliot": (0, 0, 0)}
    with scopes.visitor():
        assert read() == (0, 0, 0)
        with scopes.task("voices"):
            assert read() == (2, 1, 2)


def test_what_partners_write_for_their_own_is_not_even_a_coordinators(cast):
    said = {"state": "yes", "owner": cast.elliot, "due_on": cast.now.date()}
    referral = Referral.objects.create(trainee=cast.trainee, opening=cast.opening(), **said)
    for audience in ("ours", "partners"):
        Comment.objects.create(
            referral=referral, author=cast.elliot, organization=cast.shop, audience=audience, text="Hm"
        )
    found = {}
    for name in ("elliot", "carla", "rhea", "ana"):
        with scopes.person(getattr(cast, name).pk), transaction.atomic(), connection.cursor() as cursor:
            seen = Comment.objects.count()
            cursor.execute("UPDATE placements_comment SET deleted_at = now()")  # blindly, as no page does
            found[name] = (seen, cursor.rowcount)
    assert found == {"elliot": (2, 2), "carla": (1, 0), "rhea": (0, 0), "ana": (0, 0)}


def test_nobody_is_left_over_on_a_connection_that_is_used_again(told, cast, sign_in):
    def sees_ana():
        return User.objects.filter(pk=cast.ana.pk).exists()

    with scopes.person(cast.carla.pk):
        assert sees_ana()
        with scopes.visitor(), transaction.atomic():
            assert not sees_ana()
            with suppress(ZeroDivisionError), transaction.atomic(), scopes.person(cast.carla.pk):
                assert sees_ana()
                raise ZeroDivisionError  # the rollback brings back who asked before
            assert not sees_ana()
            with suppress(IntegrityError), transaction.atomic(), scopes.task("sign-in"):
                assert sees_ana()
                User.objects.create(email=cast.ana.email)
            assert not sees_ana()
            with scopes.person(cast.carla.pk), transaction.atomic():
                assert sees_ana()
                transaction.set_rollback(True)
            assert not sees_ana()
        assert sees_ana()
    cast.agree()
    # Requests, one after the other on this very connection: who came before is nobody to the next.
    assert "Ana Morales" in sign_in(cast.carla).get(reverse("person", args=[cast.trainee.public_id])).text
    assert connection.connection.pgconn.parameter_status(b"application_name").startswith(b"throughline ")
    with scopes.visitor():
        assert not sees_ana()
    Client().get(reverse("home"))
    assert scopes.current() == scopes.NONE


def test_the_walls_stand_as_they_are_written_and_every_contact_is_behind_one(db):
    assert walls.down() == []
    assert walls.put_up() is False
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_user DISABLE ROW LEVEL SECURITY; DROP POLICY worker ON accounts_guardian")
    assert walls.down() == ["accounts_guardian", "accounts_user"]
    assert walls.put_up() is True
    assert walls.down() == []
    bare = {
        f"{model._meta.db_table}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if getattr(field, "column", None) and not field.is_relation
        if isinstance(field, models.CharField | models.TextField | models.JSONField)
        if CONTACT.search(field.name) and model._meta.db_table not in {*walls.WALLS, *OPEN}
        if not model._meta.db_table.startswith(NEVER_OF_PEOPLE)
    }
    assert not bare, (
        "Somebody's contact, letter, note or paper? Give its table a wall (pipeline/walls.py), or say here why not."
    )
