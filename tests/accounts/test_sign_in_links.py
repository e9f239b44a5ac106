"""The first administrator's link: once, within a day, by a press and not by a look; and the demo never in public."""

import os
import subprocess
import sys
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.conf import settings as site
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts.models import EntryLink, Membership, User
from accounts.policies import is_coordinator

from .signing import SECOND_STEP, is_in

WHO = "first@throughline.example"


def link(email=WHO) -> str:
    """What the command prints, as a path."""
    printed = StringIO()
    call_command(
        "create_admin_link", email, name="Fay First", organization="Valley Coalition", stdout=printed, stderr=StringIO()
    )
    said = printed.getvalue().strip()
    assert said.startswith(site.SITE_URL)
    return said.removeprefix(site.SITE_URL)


def signed_in(client) -> bool:
    return "_auth_user_id" in client.session


def test_it_lets_the_administrator_in_once_and_leads_to_the_second_step(client, db):
    path = link()
    for _ in range(2):  # a mail scanner looks, too
        assert client.get(path).status_code == 200
        assert not signed_in(client)
    assert client.post(path, follow=True).request["PATH_INFO"] == SECOND_STEP
    fay = User.objects.get(email=WHO)
    assert client.session["_auth_user_id"] == str(fay.pk)
    assert not fay.has_usable_password()
    assert is_coordinator(fay)
    assert Membership.objects.get(user=fay).role == "admin"
    assert EmailAddress.objects.get(user=fay).verified
    other = Client()
    assert other.post(path).status_code == 410
    assert other.get(path).status_code == 410
    assert not signed_in(other)
    assert not is_in(client), "no page before the second step"


def test_it_runs_out_after_a_day(client, db):
    path = link()
    with time_machine.travel(timezone.now() + timedelta(hours=23, minutes=59)):
        assert client.get(path).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(hours=24, minutes=1)):
        assert client.post(path).status_code == 410
        assert not signed_in(client)


def test_a_new_one_ends_the_former(client, db):
    former, newer = link(), link()
    assert client.post(former).status_code == 410
    assert client.get(newer).status_code == 200


def test_the_database_holds_no_link(db):
    secret = link().strip("/").split("/")[-1]
    kept = EntryLink.objects.values().get()
    assert secret not in str(kept)


def test_a_link_made_up_and_one_of_a_closed_account_open_nothing(client, db):
    assert client.post("/enter/anything/").status_code == 410
    path = link()
    User.objects.update(is_active=False)
    assert client.post(path).status_code == 410


def test_what_is_no_address_is_refused(db):
    with pytest.raises(CommandError, match="not an email address"):
        link("nobody")


# --- The demo is never public -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("more", "starts"),
    [
        ({}, True),
        ({"SITE_URL": "http://localhost:8080"}, True),
        ({"SITE_URL": "https://hire.example.org"}, False),
        ({"SITE_URL": "http://192.168.1.20:8000"}, False),
        ({"ALLOWED_HOSTS": "*"}, False),
        ({"ALLOWED_HOSTS": "127.0.0.1,hire.example.org"}, False),
        ({"BEHIND_PROXY": "1"}, False),
        ({"SITE_URL": "https://hire.example.org", "DEMO": "0"}, True),
    ],
)
def test_the_site_does_not_start_as_a_demo_where_others_reach_it(more, starts, tmp_path):
    environment = {"PATH": os.environ["PATH"], "SECRET_KEY": "x", "DATABASE_URL": "postgres://x/x", "DEMO": "1", **more}
    command = [sys.executable, "-c", "import pipeline.settings"]
    ended = subprocess.run(command, env=environment, cwd=site.BASE_DIR, capture_output=True, text=True)
    assert (ended.returncode == 0) is starts, ended.stderr
    if not starts:
        assert "DEMO=1 lets everybody sign in as anyone" in ended.stderr
