"""Openings as anybody reads them."""

from datetime import date, time

import pytest
from django.urls import reverse
from django.utils.formats import date_format

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


def listing(client, **asked):
    return [opening.title for opening in client.get(reverse("opening_list"), asked).context["page"]]


def test_the_list_is_narrowed_by_shift_and_by_pay(cast, client):
    cast.opening(title="Nights", shifts=["night", "weekend"], wage_min_cents=3000)
    cast.opening(title="Days", shifts=["day"], wage_min_cents=2450)
    assert listing(client, shift="night") == ["Nights"]
    assert listing(client, pay="30") == ["Nights"]
    assert listing(client, pay="20", shift="day") == ["Days"]
    assert listing(client, pay="nonsense", shift="lunar") == ["Days", "Nights"]
    assert "Any shift" in client.get(reverse("opening_list"), {"shift": "swing"}).text


@pytest.mark.parametrize("q", ["night shift", "nights", "turno de noche", "nocturno", "weekend", "fin de semana"])
def test_a_shift_is_found_by_its_words(cast, client, q):
    cast.opening(title="Welder", shifts=["night", "weekend"])
    cast.opening(title="Fitter", shifts=["day"])
    assert listing(client, q=q) == ["Welder"]


def test_elliot_goes_on_to_the_people_from_his_opening(cast, sign_in, client):
    opening = cast.opening()
    people = reverse("opening_people", args=[opening.public_id])
    page = sign_in(cast.elliot).get(path(opening)).text
    assert people in page
    assert "People for this opening" in page
    assert reverse("opening_new") in page
    assert people not in sign_in(cast.rhea).get(path(opening)).text


def test_the_days_of_an_intake_and_the_place_of_a_call_stand_on_the_page(cast, client):
    intake = cast.opening(kind="intake", test_on=date(2027, 2, 3), test_place="Hall 9", documents_by=date(2027, 1, 20))
    page = client.get(path(intake)).text
    for words in ("Hall 9", date_format(date(2027, 2, 3)), date_format(date(2027, 1, 20))):
        assert words in page
    call = cast.opening(kind="dispatch", report_at=time(6, 30), report_place="Gate 4, Rialto")
    page = client.get(path(call)).text
    assert "Gate 4, Rialto" in page
    assert "6:30" in page
