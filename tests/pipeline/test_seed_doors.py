"""The world of doors: the same number makes the same world, and every marked text belongs to somebody."""

import json

import pytest
from django.contrib.auth.hashers import is_password_usable
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import Membership, Organization, User
from pipeline.seed import doors


@pytest.mark.django_db
def test_the_same_number_makes_the_same_world_and_writes_down_whose_each_marked_text_is(tmp_path):
    User.objects.all().delete()
    file = tmp_path / "canaries.json"
    call_command("seed", scenario="doors", seed=3, canaries=str(file), verbosity=0)
    connection.check_constraints()
    planted = json.loads(file.read_text())
    organizations = {str(body.public_id): body.kind for body in Organization.objects.filter(is_example=True)}
    assert {kind: [*organizations.values()].count(kind) for kind in Organization.Kind.values} == dict.fromkeys(
        Organization.Kind.values, 3
    )
    for kind in Organization.Kind.values:
        roles = {role for role, _name in Membership.roles_of(kind)}
        for body in Organization.objects.filter(kind=kind, is_example=True):
            assert set(body.memberships.values_list("role", flat=True)) == roles
    people = {str(number) for number in User.objects.values_list("public_id", flat=True)}
    assert {c["organization"] for c in planted.values()} <= {*organizations, None}
    assert {c["person"] for c in planted.values()} <= {*people, None}
    assert not any(is_password_usable(password) for password in User.objects.values_list("password", flat=True))
    with pytest.raises(CommandError, match="already here"):
        call_command("seed", scenario="doors", verbosity=0)

    again = doors.Canaries(dice=doors.random.Random(4))
    word = again.word("staff_name")
    assert word in planted, "the same number, the same words"
    assert again.found_in(f"Ada {word.capitalize()}, {word}@x.org, (323) 555-0101") == {word}


@pytest.mark.django_db
def test_other_worlds_have_no_canaries_and_need_an_empty_database():
    User.objects.create_user("somebody@throughline.example", full_name="Somebody")
    with pytest.raises(CommandError, match="empty database"):
        call_command("seed", scenario="doors", verbosity=0)
    with pytest.raises(CommandError, match="canaries"):
        call_command("seed", scenario="demo", canaries="x.json", verbosity=0)
    assert not Organization.objects.filter(is_example=True).exists()
