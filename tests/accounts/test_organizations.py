"""What an organization is, whether somebody verified it, whom one can reach there, and whom to call where nobody is."""

from datetime import date

import pytest
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

from .verifying import ALL, fresh, read, shown, url


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
    checked, other = "https://rialto.example/", "https://other.example/"
    twin = cast.organization("Rialto Steelworks", Organization.Kind.EMPLOYER, "92376")
    Organization.objects.filter(pk=twin.pk).update(website=checked, license_number="5", license_is_said=True)
    said = {"website": other, "website_is_said": True, "license_number": "6", "license_is_said": True}
    Organization.objects.filter(pk=shop.pk).update(**said)
    merging.merge(twin, shop, by=fresh(cast.carla), at=cast.now)
    shop.refresh_from_db()
    assert (shop.website, shop.website_is_said) == (checked, False)
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
