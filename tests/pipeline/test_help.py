"""Help is there for everybody: whom to call, what is kept about them, what to do when something does not work."""

import pytest
from django.urls import reverse

from accounts.models import Membership

HELP = reverse("help")


def test_help_is_linked_from_every_page_and_where_a_page_refuses_somebody(cast, client, sign_in):
    for page in (client.get("/"), client.get("/nothing-here/"), sign_in(cast.ana).get(reverse("hirer_home"))):
        assert page.text.count(f'href="{HELP}"') >= (1 if page.status_code == 200 else 2)


def test_whom_the_operator_named_is_shown_and_nobody_else(cast, client, settings):
    settings.HELP = {"name": "The front desk", "phone": "+19515550111", "email": "help@site.example"}
    page = client.get(HELP).text
    for shown in ("The front desk", "(951) 555-0111", "tel:+19515550111", "mailto:help@site.example"):
        assert shown in page
    assert "Inland Coalition" not in page


@pytest.mark.parametrize(
    ("name", "value", "absent"),
    [("phone", "+19515550111", "mailto:"), ("email", "help@site.example", "tel:")],
)
def test_only_what_is_set_is_shown(cast, client, settings, name, value, absent):
    settings.HELP = settings.HELP | {name: value}
    page = client.get(HELP).text
    assert {"+19515550111": "(951) 555-0111"}.get(value, value) in page
    assert absent not in page


def test_without_settings_the_organizations_that_coordinate_are_named_and_no_person(cast, client):
    page = client.get(HELP).text
    assert "Inland Coalition" in page
    assert "Carla" not in page
    Membership.objects.filter(organization=cast.coalition).update(role="facilitator")
    assert "Inland Coalition" not in client.get(HELP).text


def test_in_spanish_too_it_leads_to_what_is_kept_about_oneself(cast, client):
    page = client.get(HELP, headers={"accept-language": "es"}).text
    assert '<html lang="es"' in page
    for name in ("my_data", "consent_list", "seen_list", "erase_me"):
        assert f'href="{reverse(name)}"' in page
    assert "WCAG 2.2" in page
