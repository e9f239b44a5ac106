"""A website and a number that only the person said who asked: marked as said until somebody else checked it."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import JoinRequest, Organization, Verification
from accounts.organizations import joining, verification

from .asking import ASK, CHECKED, SAID, page_of

SITE, NUMBER = "https://fabrication.example/", "C-60 1012345"


@pytest.fixture
def said(cast, nora, sign_in):
    """Nora asks for a school, with a website and a number of her own words."""
    body = SAID | {"kind": "school", "website": SITE, "license_number": NUMBER}
    assert sign_in(nora).post(ASK, body).status_code == 302
    return JoinRequest.objects.get()


def yes(sign_in, cast, said, **more):
    sent = {"then": "grant", "into": "new", "role": "admin", "checked": CHECKED, "website": SITE,
            "license_number": NUMBER} | more  # fmt: skip
    answer = sign_in(cast.carla).post(page_of(said), sent)
    assert answer.status_code == 302, answer.text
    return Organization.objects.get(name=SAID["name"])


def public(cast, body):
    """What anybody reads on the page of a class of it."""
    cast.program.provider = body
    cast.program.save(update_fields=["provider"])
    return Client().get(reverse("program", args=[cast.program.public_id])).text


def test_what_nobody_checked_stands_as_said_and_not_in_public_until_it_is_verified(cast, said, sign_in):
    carla = sign_in(cast.carla)
    carla.get(reverse("inbox") + "?lang=en")
    form = carla.get(page_of(said)).text
    assert form.count("Said by the person who asked.") == 2
    assert f'value="{SITE}"' in form
    body = yes(sign_in, cast, said)
    assert (body.website, body.license_number) == (SITE, NUMBER)
    assert SITE not in public(cast, body)
    page = carla.get(reverse("organization", args=[body.public_id])).text
    assert page.count("Said by those who act for it.") == 2
    assert (
        carla.get(reverse("organization_verify", args=[body.public_id])).text.count("No coordinator has checked") == 2
    )
    read = {name: getattr(body, name) for name in verification.READ}
    verification.verify(
        body, checks=list(Verification.Check.values), note_of_call="Called the number on their sign.", read=read,
        by=cast.carla, at=cast.now,
    )  # fmt: skip
    assert SITE in public(cast, body)
    assert "Said by those" not in carla.get(reverse("organization", args=[body.public_id])).text


def test_who_grants_checks_corrects_or_drops_it(cast, said, sign_in):
    body = yes(sign_in, cast, said, website="https://right.example/", license_number="")
    assert (body.website, body.license_number) == ("https://right.example/", "")
    assert not body.website_is_said
    assert "https://right.example/" in public(cast, body)
    assert "Said by" not in sign_in(cast.carla).get(reverse("organization", args=[body.public_id])).text


def test_what_was_dropped_is_no_fact_when_it_is_written_again(cast, said, nora, sign_in):
    body = yes(sign_in, cast, said, website="", sure=["website"])
    verification.change(body, {"website": SITE}, by=nora, at=cast.now)
    body.refresh_from_db()
    assert SITE not in public(cast, body)
    verification.change(body, {"website": ""}, by=cast.carla, at=cast.now)
    verification.change(body, {"website": SITE}, by=nora, at=cast.now)
    body.refresh_from_db()
    assert SITE not in public(cast, body)


def test_a_tick_is_a_check_of_that_alone(cast, said, sign_in):
    body = yes(sign_in, cast, said, sure=["website"])
    assert (body.website_is_said, body.license_is_said) == (False, True)
    assert SITE in public(cast, body)


def test_its_own_people_cannot_make_it_a_fact_and_a_coordinator_who_writes_it_does(cast, said, nora, sign_in):
    body = yes(sign_in, cast, said)
    verification.change(body, {"website": "https://other.example/"}, by=nora, at=cast.now)
    body.refresh_from_db()
    assert "other.example" not in public(cast, body)
    verification.change(body, {"website": "https://right.example/"}, by=cast.carla, at=cast.now)
    body.refresh_from_db()
    assert "right.example" in public(cast, body)
    assert body.license_is_said


def test_an_organization_that_is_here_keeps_its_own(cast, said):
    cast.center.website = "https://center.example/"
    cast.center.save(update_fields=["website"])
    joining.grant(
        said, into=cast.center, role="staff", checked=CHECKED, website=SITE, license_number=NUMBER, by=cast.carla,
        at=cast.now,
    )  # fmt: skip
    cast.center.refresh_from_db()
    assert (cast.center.website, cast.center.website_is_said) == ("https://center.example/", False)
