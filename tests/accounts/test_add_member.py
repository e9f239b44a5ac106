"""How the first people of an installation come in."""

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts.models import Membership
from accounts.policies import is_coordinator
from accounts.record import erase

ASKED = {"name": "Cora New", "organization": "Valley Coalition", "kind": "coalition"}


def test_the_first_coordinator_comes_in_and_twice_is_once(db, capsys):
    for _time in range(2):
        call_command("add_member", "Cora@Throughline.example", **ASKED)
    membership = Membership.objects.get()
    assert membership.user.email == "cora@throughline.example"
    assert not membership.user.has_usable_password()
    assert is_coordinator(membership.user)
    assert "already acts" in capsys.readouterr().out


def test_a_wrong_address_gets_a_sentence(db):
    with pytest.raises(CommandError, match="not an email address"):
        call_command("add_member", "cora", **ASKED)


def test_who_asked_to_be_erased_is_not_made_to_act_for_anybody(cast):
    erase.ask(cast.ana, by=cast.ana, at=cast.now)
    for command in ("add_member", "create_admin_link"):
        asked = {name: value for name, value in ASKED.items() if command == "add_member" or name != "kind"}
        with pytest.raises(CommandError, match="asked to be erased"):
            call_command(command, cast.ana.email, **asked)
    assert not cast.ana.memberships.exists()
    erase.change_mind(cast.ana, by=cast.ana, at=cast.now)
    call_command("add_member", cast.ana.email, **ASKED)
    assert cast.ana.memberships.exists()


def test_the_new_coordinator_signs_in_with_a_mailed_code(db, client, mailoutbox):
    from notifications.outbox import send_due

    call_command("add_member", "cora@throughline.example", **ASKED)
    client.post("/accounts/login/code/", {"email": "cora@throughline.example"})
    send_due()
    code = next(
        word
        for word in mailoutbox[0].body.split()
        if len(word) in (6, 7, 9) and word.upper() == word and word[0].isalnum()
    )
    answer = client.post("/accounts/login/code/confirm/", {"code": code}, follow=True)
    assert answer.request["PATH_INFO"] == reverse("second_step")  # staff set one up before their first page
