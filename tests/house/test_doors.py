"""Every address x every person: who may is in docs/authz.yml, and what the site answers agrees with it.

Foreign looks exactly like absent, nobody meets a 500, and a door that is not in the table fails.
"""

import re
import uuid

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.urls.exceptions import NoReverseMatch

from accounts.models import Membership
from accounts.organizations import invitations
from imports.models import Batch
from matching import nightly
from matching.models import Match
from notifications import todo
from notifications.models import Notice
from pipeline import doors
from placements import actions

# Allauth's pages, the demo's and the carrier's have their own tests.
OTHERS = ("account_", "mfa_", "demo", "healthz", "readyz", "metrics", "carrier_")
OF_AN_ORGANIZATION = (
    "organization", "organization_people", "organization_edit", "organization_review", "organization_act",
    "organization_verify", "organization_merge",
)  # fmt: skip
POST_ONLY = {
    "organization_act", "invitation_revoke",
    "text_code", "text_topics", "text_agree", "text_remove", "inbox_read", "address_mine", "post_again",
    "post_address", "task_done", "task_undo", "consent_match", "consent_record", "consent_end", "erase_stop",
    "match_answer", "match_meet", "referral_withdraw", "referral_respond",
    "opening_rank", "opening_publish", "opening_close", "opening_register", "certification_verify",
    "certification_revoke", "cohort_step", "person_take", "ops_retry", "import_save", "import_undo", "import_question",
}  # fmt: skip


@pytest.fixture
def world(cast):
    """One record of each kind, each with its owner: Ana's match, yes and notice, Elliot's opening, Priya's sheet."""
    cast.agree()
    cast.bo = cast.another_trainee("Bo Other").user
    cast.job = cast.opening()
    cast.certification = cast.certify()
    nightly.rematch(at=cast.now)
    cast.match = Match.objects.get()
    cast.referral = actions.say_yes(cast.match, by=cast.ana, at=cast.now)
    cast.notice = Notice.objects.filter(user=cast.ana).first()
    with transaction.atomic():
        cast.task = todo.ask(
            "address", topic="address", once_key="x", about=cast.ana, organization=cast.shop, at=cast.now,
            data={"channel": "email", "address": cast.ana.email},
        )  # fmt: skip
    Membership.objects.filter(user=cast.elliot).update(role=Membership.Role.ADMIN)
    cast.elliots = cast.elliot.memberships.get()
    cast.invitation = invitations.invite(
        cast.shop, email="new@throughline.example", role="staff", by=cast.elliot, at=cast.now
    )
    cast.cohort = cast.program.cohorts.create(starts_on="2027-01-12", state="open")
    cast.batch = Batch.objects.create(
        kind="completers", organization=cast.center, by=cast.priya, file_name="sheet.csv", sheet=None
    )
    return cast


def arguments(world) -> dict[str, dict]:
    """What to put into each address so that it names a real record."""
    of = {
        "program": world.program, "opening": world.job, "opening_edit": world.job, "opening_publish": world.job,
        "opening_close": world.job, "opening_people": world.job, "opening_outside": world.job,
        "opening_people_then": world.job, "match_place": world.match,
        "opening_rank": world.job, "opening_register": world.job, "match_preview": world.job,
        "match_meet": world.job, "match": world.match, "referral": world.referral,
        "referral_withdraw": world.referral, "referral_respond": world.referral, "person": world.trainee,
        "person_take": world.trainee, "notice": world.notice, "certification_verify": world.certification,
        "certification_revoke": world.certification, "import_batch": world.batch, "import_save": world.batch,
        "import_undo": world.batch, "cohort_edit": world.cohort, "post_person": world.ana,
        "task_done": world.task, "task_undo": world.task,
    }  # fmt: skip
    found = {name: {"public_id": thing.public_id} for name, thing in of.items()}
    found["match_answer"] = {"public_id": world.match.public_id, "answer": "not_now"}
    found["cohort_step"] = {"public_id": world.cohort.public_id, "step": "full"}
    found["post_address"] = {"public_id": world.ana.public_id, "channel": "email"}
    found["address_mine"] = {"channel": "email"}
    found |= {name: {"public_id": world.shop.public_id} for name in OF_AN_ORGANIZATION}
    found["membership"] = {"public_id": world.shop.public_id, "membership_id": world.elliots.public_id}
    found["invitation_revoke"] = {"public_id": world.shop.public_id, "invitation_id": world.invitation.public_id}
    found["invitation"] = {"token": invitations.token_of(world.invitation)}
    found["consent_match"] = found["consent_record"] = found["text_agree"] = {"answer": "yes"}
    found["consent_end"] = {"public_id": world.ana.consents.get(purpose="contact").public_id}
    return found


def people(world) -> dict:
    return {
        "nobody": None, "ana": world.ana, "bo": world.bo, "priya": world.priya, "elliot": world.elliot,
        "rhea": world.rhea, "ben": world.ben, "carla": world.carla, "willa": world.willa,
    }  # fmt: skip


def may(roles, owned: bool) -> set[str]:
    """Names of the cast whom these roles admit; on a record that has an owner, only the owner's side."""
    everyone = {"nobody", "ana", "bo", "priya", "elliot", "rhea", "ben", "carla", "willa"}
    admitted = {
        "everybody": everyone,
        "signed-in": everyone - {"nobody"},
        "trainee": {"ana"} if owned else {"ana", "bo"},
        "provider": {"priya"},
        "hirer": {"elliot"} if owned else {"elliot", "rhea"},
        "dispatcher": {"ben"},
        "coordinator": {"carla"},
        "member": {"willa"},
        "acting": {"elliot"},  # of the organization it is about
        "administrator": {"elliot"},
    }
    return set().union(*(admitted[role] for role in roles))


def own_doors():
    names = sorted({str(p.name) for p in doors.patterns()})
    return [name for name in names if not name.startswith(OTHERS)]


def knock(user, name, kwargs):
    client = Client(raise_request_exception=True)
    if user:
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    url = reverse(name, kwargs=kwargs)
    return client.post(url) if name in POST_ONLY else client.get(url)


def is_login(answer) -> bool:
    return answer.status_code == 302 and answer.headers["Location"].startswith(reverse("account_login"))


def test_every_address_is_in_the_table_and_the_table_names_no_other():
    known = doors.table()
    names = {str(p.name) for p in doors.patterns()}
    assert not doors.every_door_is_declared()
    stale = {n for n in known if "*" not in n and not n.startswith("demo")} - names
    assert not stale


@pytest.mark.parametrize("name", own_doors())
def test_a_door_opens_for_whom_the_table_says_and_for_nobody_else(world, name):
    kwargs = arguments(world).get(name)
    if kwargs is None:
        kwargs = next(
            (k for k in ({}, {"kind": "completers"}, {"kind": "completers", "form": "csv"}) if fits(name, k)), None
        )
    if kwargs is None:
        pytest.skip(f"{name} needs a record of its own; its room tests it")
    owned = "public_id" in kwargs and name not in ("notice",)
    admitted = may(doors.roles_of(name, doors.table()), owned)
    if name in ("task_done", "task_undo"):
        admitted = {"elliot", "carla"}  # it is the task of Elliot's organization
    if name in ("notice", "consent_end"):
        admitted = {"ana"}
    for who, user in people(world).items():
        answer = knock(user, name, kwargs)
        assert answer.status_code < 500, (who, answer.status_code)
        if who in admitted:
            assert not is_login(answer), f"{who} is sent to sign in"
            assert answer.status_code not in (403, 404), f"{who} meets {answer.status_code}"
        elif who == "nobody":
            assert is_login(answer), f"a visitor meets {answer.status_code}"
        else:
            assert answer.status_code in (403, 404), f"{who} meets {answer.status_code}"


def fits(name, kwargs) -> bool:
    try:
        reverse(name, kwargs=kwargs)
    except NoReverseMatch:
        return False
    return True


@pytest.mark.parametrize(
    "name", ["match", "referral", "notice", "person", "opening_people", "import_batch", "organization"]
)
def test_a_record_of_others_looks_exactly_like_one_that_does_not_exist(world, name):
    kwargs = arguments(world)[name]
    foreign = knock(world.rhea, name, kwargs)
    absent = knock(world.rhea, name, {"public_id": uuid.uuid4()})
    assert foreign.status_code == absent.status_code == 404

    def body(answer):
        return re.sub(rb"[0-9a-f-]{36}|nonce-[^'\"]+|csrf[^>]+", b"", answer.content)

    assert body(foreign) == body(absent)


@pytest.mark.parametrize("who", ["rhea", "bo", "willa", "ben", "elliot"])
def test_nobody_else_reads_anas_name_before_her_yes(cast, who):
    cast.agree()
    cast.bo = cast.another_trainee("Bo Other").user
    cast.job = cast.opening()
    cast.certify()
    nightly.rematch(at=cast.now)
    client = Client()
    client.force_login(getattr(cast, who), backend="allauth.account.auth_backends.AuthenticationBackend")
    for name in ("hirer_home", "opening_people", "opening", "inbox", "trainee_home", "board", "start"):
        kwargs = {"public_id": cast.job.public_id} if name.startswith("opening") else {}
        answer = client.get(reverse(name, kwargs=kwargs), follow=True)
        text = answer.content.decode()
        assert "Morales" not in text, name
        assert "ana@" not in text, name
