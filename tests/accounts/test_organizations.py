"""What an organization is, whether somebody verified it, whom one can reach there, and whom to call where nobody is."""

import re
from datetime import date
from importlib import import_module

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import Consent, Membership, Organization, RecordView, User, Verification
from accounts.organizations import merging, reach, verification
from accounts.policies import Denied
from accounts.record import seen
from ledger.log import history
from matching import nightly
from matching.models import Match
from notifications.models import Task
from openings import actions as openings
from openings.models import Opening
from openings.policies import offers_for
from placements import actions as placements
from placements.models import Pace, Referral
from programs.models import Enrollment
from programs.sheets.names import Organizations

ALL = Verification.Check.values


def fresh(user) -> User:
    return User.objects.get(pk=user.pk)


def url(name, organization):
    return reverse(name, args=[organization.public_id])


def read(body) -> dict:
    """What a coordinator reads of it."""
    return {name: getattr(body, name) for name in verification.READ}


def shown(browser, body) -> dict:
    """The same, as the page of the verification sends it."""
    page = browser.get(url("organization_verify", body)).text
    return dict(re.findall(r'name="(read_\w+)" value="([^"]*)"', page))


@pytest.fixture
def shop(cast):
    cast.elliot.memberships.update(role=Membership.Role.ADMIN)
    return cast.shop


@pytest.fixture
def young(cast, shop):
    """Rialto Steel before anybody verified it, with a complete draft."""
    Organization.objects.filter(pk=shop.pk).update(verified_at=None)
    shop.refresh_from_db()
    cast.draft = cast.opening(state=Opening.State.DRAFT, published_at=None)
    return shop


@pytest.fixture
def second(cast):
    """A second coordinator."""
    user = User.objects.create_user("cora@throughline.example", full_name="Cora Second")
    cast.member(user, cast.coalition)
    return user


# --- The profile ------------------------------------------------------------------------------------------------------
def test_its_people_read_the_profile_and_nobody_else_does(cast, shop, sign_in):
    page = sign_in(cast.elliot).get(url("organization", shop))
    assert "Verified" in page.text
    assert "Elliot Park" in page.text
    assert "For coordinators" not in page.text
    for who in (cast.rhea, cast.ana):
        assert sign_in(who).get(url("organization", shop)).status_code == 404


def test_an_administrator_changes_it_and_a_new_number_is_verified_again(cast, shop, sign_in):
    elliot = sign_in(cast.elliot)
    typed = {
        "license_number": " C-60  1012345 ", "address": "12 Mill Road", "zip": "92376", "phone": "909 555 0134",
        "website": "", "contact": cast.elliot.pk, "name": "Other Name",
    }  # fmt: skip
    page = elliot.post(url("organization_edit", shop), typed, follow=True)
    assert "verifies the organization again" in page.text
    shop.refresh_from_db()
    assert (shop.license_number, shop.phone, shop.contact, shop.verified_at) == (
        "C-60 1012345", "+19095550134", cast.elliot, None)  # fmt: skip
    assert shop.name == "Rialto Steel"  # only coordinators change a name
    assert "(909) 555-0134" in page.text
    assert "changed what stands here" in page.text
    refused = elliot.post(url("organization_edit", shop), typed | {"phone": "call me", "contact": cast.rhea.pk})
    assert refused.status_code == 422
    assert set(refused.context["form"].errors) == {"phone", "contact"}


def test_staff_read_and_do_not_change(cast, shop, sign_in):
    cast.member(cast.willa, shop)
    willa = sign_in(cast.willa)
    assert willa.get(url("organization_people", shop)).status_code == 200
    assert willa.get(url("organization_edit", shop)).status_code == 403
    assert willa.get(url("organization_review", shop)).status_code == 403
    assert willa.post(url("organization_people", shop), {}).status_code == 403


# --- What is only said ------------------------------------------------------------------------------------------------
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


# --- Verifying --------------------------------------------------------------------------------------------------------
def test_a_coordinator_verifies_with_every_point_and_the_call(cast, young, sign_in):
    carla = sign_in(cast.carla)
    assert "Rialto Steel" in carla.get(reverse("organization_list")).text
    half = carla.post(url("organization_verify", young), {"checks": ALL[:3], "note": "Called."})
    assert half.status_code == 422
    assert not Verification.objects.exists()
    typed = {"checks": ALL, "note": "Mara Diaz at (909) 555-0100 from the county register: yes, that is us."}
    typed |= shown(carla, young)
    page = carla.post(url("organization_verify", young), typed, follow=True)
    assert "Carla Reyes of Inland Coalition verified the organization." in page.text
    assert "Mara Diaz" in carla.get(url("organization_verify", young)).text
    young.refresh_from_db()
    assert young.verified_at
    assert Verification.objects.get().by == cast.carla
    carla.post(url("organization_verify", young), {"doubt": "yes"})
    young.refresh_from_db()
    assert young.verified_at is None
    kinds = [event.kind for event in history(young)]
    assert kinds == ["organization.doubted", "organization.verified"]


def test_nobody_verifies_what_they_act_for(cast, young, sign_in):
    cast.member(cast.carla, young)
    with pytest.raises(Denied, match="somebody else"):
        verification.verify(young, checks=ALL, note_of_call="Me.", read=read(young), by=fresh(cast.carla), at=cast.now)
    with pytest.raises(Denied, match="coordinators"):
        verification.verify(young, checks=ALL, note_of_call="Me.", read=read(young), by=fresh(cast.elliot), at=cast.now)
    assert sign_in(cast.carla).post(url("organization_verify", young), {"checks": ALL, "note": "x"}).status_code == 403


def test_the_first_opening_of_an_unverified_organization_waits_for_a_second_person(cast, young, sign_in):
    elliot, carla = sign_in(cast.elliot), sign_in(cast.carla)
    publish = reverse("opening_publish", args=[cast.draft.public_id])
    for _twice in range(2):
        assert "somebody of the coalition looks at it" in " ".join(elliot.post(publish, follow=True).text.split())
    cast.draft.refresh_from_db()
    assert cast.draft.state == "draft"
    task = Task.objects.get(kind="first_opening")
    assert "The first opening of Rialto Steel" in carla.get(reverse("task_list") + "?list=ours").text
    carla.post(publish)
    cast.draft.refresh_from_db()
    task.refresh_from_db()
    assert (cast.draft.state, task.done_by) == ("published", cast.carla)
    another = cast.opening(state=Opening.State.DRAFT, published_at=None)  # the second no longer waits
    assert openings.publish(another, by=fresh(cast.elliot), at=cast.now).state == "published"


def test_a_coordinator_who_wrote_it_is_not_the_second_person(cast, young, second):
    assert openings.publish(cast.draft, by=fresh(cast.carla), at=cast.now).state == "draft"
    assert openings.publish(cast.draft, by=fresh(cast.carla), at=cast.now).state == "draft"
    assert openings.publish(cast.draft, by=fresh(second), at=cast.now).state == "published"


def test_a_colleague_at_the_organization_is_not_the_second_person(cast, young):
    cast.member(cast.willa, young)
    assert openings.publish(cast.draft, by=fresh(cast.elliot), at=cast.now).state == "draft"
    assert openings.publish(cast.draft, by=fresh(cast.willa), at=cast.now).state == "draft"


def test_a_verified_organization_publishes_by_itself(cast, shop):
    draft = cast.opening(state=Opening.State.DRAFT, published_at=None)
    assert openings.publish(draft, by=fresh(cast.elliot), at=cast.now).state == "published"


def test_a_coordinator_makes_an_organization_known_once(cast, sign_in):
    carla = sign_in(cast.carla)
    typed = {"kind": "agency", "name": "County  Workforce Board", "zip": "92501"}
    page = carla.post(reverse("organization_new"), typed, follow=True)
    assert "Nobody acts for it yet" in page.text
    made = Organization.objects.get(name="County Workforce Board")
    assert (made.kind, made.county, made.verified_at) == ("agency", "Riverside", None)
    assert carla.post(reverse("organization_new"), typed | {"name": "county workforce board"}).status_code == 422


# --- Reaching somebody ------------------------------------------------------------------------------------------------
def test_the_named_person_comes_first_then_an_administrator_then_whoever_is_there(cast, shop):
    cast.member(cast.willa, shop)
    assert reach.person_of(shop) == cast.elliot
    shop.contact = cast.willa
    shop.save()
    assert reach.person_of(shop) == cast.willa
    cast.willa.memberships.update(ends_on=date(2026, 11, 1))
    assert reach.person_of(shop) == cast.elliot
    User.objects.filter(pk=cast.elliot.pk).update(email=None)
    assert reach.person_of(shop) is None
    shop.phone = "+19095550134"
    shop.save()
    assert reach.person_of(shop) == cast.elliot


def test_where_nobody_can_be_reached_nobody_is_sent_and_the_page_says_whom_to_call(cast, shop, sign_in):
    cast.agree()
    cast.certify()
    cast.opening()
    nightly.rematch(at=cast.now)
    match = Match.objects.get()
    Organization.objects.filter(pk=cast.coalition.pk).update(phone="+19515550100")
    cast.elliot.memberships.update(ends_on=date(2026, 11, 1))
    said = "Carla Reyes of Inland Coalition, (951) 555-0100"
    page = sign_in(cast.ana).get(reverse("match", args=[match.public_id]) + "?lang=en", follow=True).text
    assert said in page
    assert "If you say yes" not in page
    with pytest.raises(Denied, match="nobody can be sent"):
        placements.say_yes(match, by=cast.ana, at=cast.now)
    assert not Referral.objects.exists()
    assert not Consent.objects.filter(purpose="contact").exists()
    carla = sign_in(cast.carla)
    assert said in carla.get(url("organization", shop)).text
    assert "Rialto Steel" in carla.get(reverse("organization_list") + "?list=nobody").text
    cast.elliot.memberships.update(ends_on=None)
    assert placements.say_yes(match, by=cast.ana, at=cast.now).owner == cast.elliot


# --- Twice the same ---------------------------------------------------------------------------------------------------
def test_two_rows_of_one_organization_become_one(cast, shop, sign_in, settle):
    twin = cast.organization("Rialto Steel, Inc.", Organization.Kind.EMPLOYER, "92376")
    cast.member(cast.willa, twin)
    job = cast.opening(twin)
    # Both looked at Ana on one day, she lets both help her, both know her as their graduate, both have a pace.
    agreed = {"user": cast.ana, "purpose": "assist", "given_at": cast.now, "wording": "yes", "language": "en"}
    for body in (twin, shop):
        seen.note(cast.willa, [cast.ana], seen.Purpose.LIST, at=cast.now, organization=body)
        Consent.objects.create(organization=body, **agreed)
        Enrollment.objects.create(trainee=cast.trainee, provider=body, given_name="Ana")
        Pace.objects.create(organization=body, weekly=3 if body == shop else 9)
    Enrollment.objects.create(trainee=cast.another_trainee("Bo Other"), provider=twin, given_name="Bo")
    carla = sign_in(cast.carla)
    wrong = carla.post(url("organization_merge", twin), {"into": cast.hall.public_id})
    assert wrong.status_code == 422  # another kind
    page = carla.post(url("organization_merge", twin), {"into": shop.public_id}, follow=True)
    assert "Put together" in page.text
    job.refresh_from_db()
    assert job.organization == shop
    assert [(look.organization, look.times) for look in RecordView.objects.filter(purpose="list")] == [(shop, 2)]
    assert [consent.organization for consent in Consent.objects.standing().filter(purpose="assist")] == [shop]
    assert set(Enrollment.objects.values_list("given_name", "provider")) >= {("Ana", shop.pk), ("Bo", shop.pk)}
    assert Pace.objects.get().weekly == 3
    willa = sign_in(cast.willa)
    assert willa.get(reverse("opening_edit", args=[job.public_id])).status_code == 200
    assert willa.get(url("organization", twin)).headers["Location"] == url("organization", shop)
    assert not Membership.objects.current().filter(organization=twin).exists()
    assert carla.get(url("organization_people", twin)).status_code == 404


def test_a_sheet_that_still_spells_the_old_name_finds_the_one_that_stayed(cast, shop):
    twin = cast.organization("Rialto Steelworks", Organization.Kind.EMPLOYER, "92376")
    merging.merge(twin, shop, by=fresh(cast.carla), at=cast.now)
    assert Organizations(Organization.objects.order_by("pk")).find("RIALTO STEELWORKS") == shop
    assert twin not in offers_for(cast.carla)


def test_put_together_what_was_checked_stays_before_what_is_only_said(cast, shop):
    twin = cast.organization("Rialto Steelworks", Organization.Kind.EMPLOYER, "92376")
    Organization.objects.filter(pk=twin.pk).update(website=OLD_SITE, license_number="5", license_is_said=True)
    said = {"website": NEW_SITE, "website_is_said": True, "license_number": "6", "license_is_said": True}
    Organization.objects.filter(pk=shop.pk).update(**said)
    merging.merge(twin, shop, by=fresh(cast.carla), at=cast.now)
    shop.refresh_from_db()
    assert (shop.website, shop.website_is_said) == (OLD_SITE, False)
    assert (shop.license_number, shop.license_is_said) == ("6", True)


def test_two_with_the_same_opening_number_stay_apart_and_whole(cast, shop):
    twin = cast.organization("Rialto Steel, Inc.", Organization.Kind.EMPLOYER, "92376")
    cast.member(cast.willa, twin)
    for body in (shop, twin):
        cast.opening(body, external_id="J-1")
    with pytest.raises(Denied, match="same number"):
        merging.merge(twin, shop, by=fresh(cast.carla), at=cast.now)
    assert Membership.objects.current().get(user=cast.willa).organization == twin
    assert Opening.objects.filter(organization=twin).count() == 1


# --- What it costs ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "name",
    ["organization", "organization_people", "organization_edit", "organization_review", "organization_verify",
     "organization_merge", "organization_list"],
)  # fmt: skip
def test_a_page_asks_at_most_twelve_questions(cast, shop, sign_in, name, django_assert_max_num_queries):
    for number in range(12):
        user = User.objects.create_user(f"many{number}@throughline.example", full_name=f"Many {number}")
        cast.member(user, shop)
        cast.member(user, cast.organization(f"Body {number}", Organization.Kind.EMPLOYER, "92376"))
    carla = sign_in(cast.carla)
    with django_assert_max_num_queries(12):
        path = reverse(name) + "?list=all" if name == "organization_list" else url(name, shop)
        assert carla.get(path).status_code == 200
