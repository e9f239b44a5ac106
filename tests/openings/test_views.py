"""Openings as anybody reads them."""

import pytest
from django.urls import reverse

from openings.models import Opening

pytestmark = pytest.mark.django_db


def path(opening):
    return reverse("opening", args=[opening.public_id])


@pytest.mark.parametrize("rows", [3, 30])
def test_a_list_of_any_length_costs_the_same(cast, client, django_assert_num_queries, rows):
    for number in range(rows):
        cast.opening(title=f"Welder {number}", latitude=34.1, longitude=-117.37, any_of=[("forklift", "cft")])
    with django_assert_num_queries(5):  # the ZIP code, the count, the rows, their requirements, the trades
        page = client.get(reverse("opening_list"), {"q": "soldador", "zip": "92335", "miles": "25"})
    assert f"{rows} openings" in page.text


def test_the_newest_opening_comes_first(cast, client):
    cast.opening(title="Older", published_at=cast.now.replace(month=10))
    cast.opening(title="Newer")
    page = client.get(reverse("opening_list")).text
    assert page.index("Newer") < page.index("Older")


def test_the_city_of_the_work_is_a_word_to_search_by(cast, client):
    cast.opening()
    assert "1 opening" in client.get(reverse("opening_list"), {"q": "rialto"}).text


def test_a_required_credential_is_a_word_to_search_by(cast, client):
    cast.opening(required=["osha10"], trade="47-2061.00", title="Laborer", title_es="")
    assert "1 opening" in client.get(reverse("opening_list"), {"q": "OSHA 10"}).text


def test_a_visitor_reads_an_opening(cast, client):
    opening = cast.opening(
        any_of=[("forklift", "cft")], preferred=["osha10"], benefits="Health insurance", shifts=["day"]
    )
    page = client.get(path(opening)).text
    for words in ("$24.50 to $31.00 an hour", "Rialto 92376", "All of these", "One of these", "Good to have", "days"):
        assert words in page
    assert "Longest waiting since certified." in page
    assert "whoever has been certified longest goes first" in page
    assert reverse("account_login") in page


def test_ana_is_asked_to_see_how_it_fits(cast, sign_in):
    opening = cast.opening()
    assert reverse("match_preview", args=[opening.public_id]) in sign_in(cast.ana).get(path(opening)).text


def test_a_spanish_reader_reads_the_spanish_title(cast, client):
    client.cookies["django_language"] = "es"
    assert "Soldador" in client.get(path(cast.opening())).text


def test_a_draft_exists_only_for_its_own_people_and_coordinators(cast, client, sign_in):
    draft = cast.opening(state=Opening.State.DRAFT, published_at=None)
    assert client.get(path(draft)).status_code == 404
    assert sign_in(cast.rhea).get(path(draft)).status_code == 404
    assert sign_in(cast.ana).get(path(draft)).status_code == 404
    assert sign_in(cast.elliot).get(path(draft)).status_code == 200
    assert sign_in(cast.carla).get(path(draft)).status_code == 200
    assert draft.title not in client.get(reverse("opening_list")).text


def test_a_closed_opening_says_so_and_leads_on(cast, client):
    closed = cast.opening(state=Opening.State.CLOSED, closed_at=cast.now)
    other = cast.opening(title="Another welder")
    page = client.get(path(closed)).text
    assert "This opening is closed" in page
    assert path(other) in page
    assert "See how this fits you" not in page
    assert path(closed) not in client.get(reverse("opening_list")).text


@pytest.mark.parametrize("rows", [3, 30])
def test_a_page_of_a_closed_opening_costs_the_same_however_many_are_alike(cast, client, rows):
    closed = cast.opening(state=Opening.State.CLOSED, closed_at=cast.now)
    for _number in range(rows):
        cast.opening()
    assert client.get(path(closed)).status_code == 200


def test_openings_of_a_program_are_those_that_ask_for_what_it_teaches(cast, client):
    welder = cast.opening()
    driver = cast.opening(required=["forklift"], trade="53-7051.00", title="Driver")
    page = client.get(reverse("opening_list"), {"teaches": str(cast.program.public_id)}).text
    assert path(welder) in page
    assert path(driver) not in page
    assert client.get(reverse("opening_list"), {"teaches": "nonsense"}).status_code == 200
