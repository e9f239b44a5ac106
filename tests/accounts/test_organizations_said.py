"""What an organization's own people write of it is only said, until a coordinator has checked it."""

import re
from importlib import import_module

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, Organization, Verification
from accounts.organizations import verification

from .verifying import ALL, fresh, shown, url

OLD_SITE, NEW_SITE = "https://rialto.example/", "https://betting.example/"


@pytest.fixture
def center(cast):
    """The training center, verified and with a website that everybody reads; Priya administers it."""
    cast.priya.memberships.update(role=Membership.Role.ADMIN)
    Organization.objects.filter(pk=cast.center.pk).update(website=OLD_SITE, license_number="77", verified_at=cast.now)
    cast.center.refresh_from_db()
    return cast.center


def public(cast):
    return Client().get(reverse("program", args=[cast.program.public_id])).text


def save(browser, body, **changed):
    """Send the form of what stands there, with these changes."""
    names = ("license_number", "address", "zip", "phone", "website", "name")
    typed = {name: getattr(body, name) for name in names} | changed
    page = browser.post(url("organization_edit", body), typed, follow=True)
    body.refresh_from_db()
    return page.text


def test_another_website_of_its_own_people_is_public_once_a_coordinator_checked_it(cast, center, sign_in):
    assert OLD_SITE in public(cast)
    priya, carla = sign_in(cast.priya), sign_in(cast.carla)
    hint = "A new website is shown to the public once a coordinator has checked it."
    assert hint in priya.get(url("organization_edit", center)).text
    assert hint not in carla.get(url("organization_edit", center)).text
    page = save(priya, center, website=NEW_SITE)
    assert "The new website is shown to the public once a coordinator has checked it." in page
    assert "I checked" not in page
    assert center.verified_at
    assert not {site for site in (OLD_SITE, NEW_SITE) if site in public(cast)}
    assert "shown to the public" not in save(priya, center, address="1 Mill Road")
    todo = carla.get(reverse("organization_list")).text
    assert "Check the website" in todo
    assert center.name in todo
    assert "I checked: it is theirs" in carla.get(url("organization", center)).text
    sent = {"checked": "website"} | shown(carla, center)
    done = carla.post(url("organization_verify", center), sent, follow=True).text
    assert "Checked. The website is shown to the public now." in done
    assert "Carla Reyes of Inland Coalition checked the website." in done
    assert NEW_SITE in public(cast)
    assert "Check the website" not in carla.get(reverse("organization_list")).text


def test_a_website_its_own_people_wrote_before_that_counted_is_only_said_from_now_on(cast, center, sign_in):
    """The migration that says so of what stood there; the ledger knows who wrote it last, and who checked it since."""
    old = import_module("accounts.migrations.0016_websites_nobody_checked_are_said")

    def now_only_said():
        Organization.objects.update(website_is_said=False)  # as it was before
        with connection.cursor() as cursor:
            cursor.execute(old.SAID)
        center.refresh_from_db()
        return center.website_is_said

    priya, carla = sign_in(cast.priya), sign_in(cast.carla)
    assert not now_only_said(), "our own data wrote it"
    save(priya, center, website=NEW_SITE)
    assert now_only_said()
    assert "Check the website" in carla.get(reverse("organization_list")).text
    save(priya, center, address="1 Mill Road")
    assert now_only_said()
    carla.post(url("organization_verify", center), {"checked": "website"} | shown(carla, center))
    assert not now_only_said()
    save(priya, center, website=OLD_SITE)
    save(carla, center, website=NEW_SITE)
    assert not now_only_said(), "a coordinator wrote it last"
    save(priya, center, website=OLD_SITE)
    typed = {"checks": ALL, "note": "Mara Diaz at (909) 555-0100 from the county register: yes, that is us."}
    carla.post(url("organization_verify", center), typed | shown(carla, center))
    assert not now_only_said(), "the verification looked at the website"
    Verification.objects.update(checks=[one for one in ALL if one != "website"])
    assert now_only_said(), "a verification from before did not"


def test_a_coordinators_website_is_a_fact_but_not_of_what_they_act_for(cast, center, sign_in):
    save(sign_in(cast.carla), center, website=NEW_SITE)
    assert NEW_SITE in public(cast)
    cast.member(cast.carla, center)
    save(sign_in(cast.carla), center, website=OLD_SITE)
    assert OLD_SITE not in public(cast)
    sent = {"checked": "website", "read_website": OLD_SITE}
    assert sign_in(cast.carla).post(url("organization_verify", center), sent).status_code == 403
    assert sign_in(cast.priya).post(url("organization_verify", center), sent).status_code == 404
    assert OLD_SITE not in public(cast)


def test_a_coalitions_own_website_needs_no_second_coalition(cast):
    verification.change(cast.coalition, {"website": NEW_SITE}, by=fresh(cast.carla), at=cast.now)
    cast.coalition.refresh_from_db()
    assert cast.coalition.public_website == NEW_SITE


def test_another_number_is_said_too_and_checked_by_itself(cast, center, sign_in):
    page = save(sign_in(cast.priya), center, license_number="78")
    assert "Saved. A coordinator verifies the organization again." in page
    assert "Said by those who act for it." in page
    carla = sign_in(cast.carla)
    sent = {"checked": "license_number"} | shown(carla, center)
    done = carla.post(url("organization_verify", center), sent, follow=True).text
    assert "checked the license or registration number." in done
    assert "Said by those who act for it." not in done
    center.refresh_from_db()
    assert not center.verified_at


def test_where_all_is_verified_no_button_beside_it_loses_what_is_typed(cast, center, sign_in):
    Organization.objects.filter(pk=center.pk).update(website=NEW_SITE, website_is_said=True)
    carla = sign_in(cast.carla)
    assert "I checked: it is theirs" in carla.get(url("organization_verify", center)).text
    Organization.objects.filter(pk=center.pk).update(verified_at=None)
    page = carla.get(url("organization_verify", center)).text
    assert "No coordinator has checked it" in page
    assert "I checked: it is theirs" not in page


def test_what_changed_after_the_coordinator_read_it_is_not_checked(cast, center, sign_in):
    carla, priya = sign_in(cast.carla), sign_in(cast.priya)
    before = shown(carla, center)
    save(priya, center, website=NEW_SITE)
    late = carla.post(url("organization_verify", center), {"checked": "website"} | before, follow=True).text
    assert "It was changed while you read this page" in late
    assert NEW_SITE not in public(cast)
    typed = {"checks": ALL, "note": "Called the front desk."}
    page = carla.post(url("organization_verify", center), typed | before, follow=True).text
    assert "The website was changed while you read that page" in page
    assert Verification.objects.count() == 1
    assert NEW_SITE not in public(cast)


def test_an_organization_with_another_number_than_was_read_is_not_verified(cast, center, sign_in):
    carla, priya = sign_in(cast.carla), sign_in(cast.priya)
    typed = {"checks": ALL, "note": "Called the front desk."}
    before = shown(carla, center)
    save(priya, center, license_number="78")
    refused = carla.post(url("organization_verify", center), typed | before)
    assert refused.status_code == 422
    assert "The name or number was changed while you read this page." in refused.text
    assert "Called the front desk." in refused.text
    assert not Verification.objects.exists()
    now = dict(re.findall(r'name="(read_\w+)" value="([^"]*)"', refused.text))
    assert carla.post(url("organization_verify", center), typed | now).status_code == 302
    center.refresh_from_db()
    assert (center.verified_at is not None, center.license_is_said) == (True, False)
