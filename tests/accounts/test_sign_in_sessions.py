"""Sessions: seen and ended by their owner, short on a shared computer, and no cookie for who only reads."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import devices

from .signing import come_in, is_in

WHERE = reverse("usersessions_list")


def test_one_sees_where_one_is_signed_in_and_signs_out_everywhere_else(client, cast):
    phone = Client(headers={"user-agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1"})
    stranger = Client()
    come_in(client, cast.ana.email)
    come_in(phone, cast.ana.email)
    come_in(stranger, cast.willa.email)
    page = client.get(WHERE).content.decode()
    assert page.count("127.0.0.1") == 2
    assert "iPhone" in page
    client.post(WHERE)
    assert is_in(client)
    assert not is_in(phone)
    assert is_in(stranger), "only one's own"
    assert client.get(WHERE).content.decode().count("127.0.0.1") == 1


@pytest.mark.parametrize("shared", [True, False])
def test_on_a_shared_computer_the_session_ends_with_the_browser_and_leaves_no_trace(client, cast, shared):
    come_in(client, cast.ana.email, **({"shared": "on"} if shared else {}))
    assert is_in(client)
    assert (client.cookies["sessionid"]["max-age"] == "") is shared
    assert (devices.COOKIE in client.cookies) is not shared


def test_a_shared_computer_that_is_left_alone_signs_out_and_says_why(client, cast):
    come_in(client, cast.ana.email, shared="on")
    now = timezone.now()
    with time_machine.travel(now + timedelta(minutes=29)):
        assert is_in(client), "used in time"
    with time_machine.travel(now + timedelta(minutes=58)):
        assert is_in(client), "every click counts anew"
    with time_machine.travel(now + timedelta(minutes=89)):
        answer = client.get(reverse("inbox"))
        assert answer.status_code == 302
        assert [str(message) for message in get_messages(answer.wsgi_request)]
        assert not is_in(client)


def test_ones_own_computer_may_be_left_alone(client, cast):
    come_in(client, cast.ana.email)
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        assert is_in(client)


def test_the_next_person_at_the_same_computer_is_not_shared_by_the_former_tick(client, cast):
    come_in(client, cast.ana.email, shared="on")
    client.post(reverse("account_logout"))
    come_in(client, cast.willa.email)
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        assert is_in(client)


def test_a_password_and_a_new_account_have_the_tick_too(client, cast):
    cast.ana.set_password("a long password of hers")
    cast.ana.save()
    client.post(
        reverse("account_login"), {"login": cast.ana.email, "password": "a long password of hers", "shared": "on"}
    )
    assert client.session.get_expire_at_browser_close()
    other = Client()
    other.post(reverse("account_signup"), {"email": "n@throughline.example", "full_name": "Nora New", "shared": "on"})
    assert other.session[devices.WISH]


def test_who_only_reads_gets_no_cookie(client, db):
    for name in ("home", "program_list", "opening_list"):
        client.get(reverse(name))
    assert not client.cookies
