"""The pages of the catalogue, as anybody reads them."""

from datetime import date

import pytest
from django.urls import reverse

from programs.models import Program
from programs.queries import as_of_words, sources

pytestmark = pytest.mark.django_db


@pytest.fixture
def programs(cast):
    def make(count):
        return Program.objects.bulk_create(
            Program(
                provider=cast.center, external_id=f"N{n}", kind="certificate", name=f"Class number {n}", zip="92335"
            )
            for n in range(count)
        )

    return make


def count(django_assert_max_num_queries, client, url):
    with django_assert_max_num_queries(12) as asked:
        assert client.get(url).status_code == 200
    return len(asked.captured_queries)


def test_thirty_programs_cost_as_many_queries_as_three(cast, programs, client, django_assert_max_num_queries):
    Program.objects.exclude(pk=cast.program.pk).delete()
    url = reverse("program_list") + "?q=class+number&zip=92335"
    programs(3)
    few = count(django_assert_max_num_queries, client, url)
    Program.objects.filter(external_id__startswith="N").delete()
    programs(30)
    assert count(django_assert_max_num_queries, client, url) == few


def test_a_misspelled_search_stays_within_twelve_queries(cast, client, django_assert_max_num_queries):
    count(django_assert_max_num_queries, client, reverse("program_list") + "?q=soldadro&zip=92335&miles=100")


def test_a_program_page_stays_within_twelve_queries(cast, client, django_assert_max_num_queries):
    cast.opening()
    count(django_assert_max_num_queries, client, reverse("program", args=[cast.program.public_id]))


def test_the_page_says_what_was_searched_instead(cast, client):
    page = client.get(reverse("program_list"), {"q": "soldadro"})
    assert "Nothing for “soldadro”. Showing “soldador”." in page.text


def test_a_wrong_zip_code_keeps_the_form(client):
    page = client.get(reverse("program_list"), {"q": "weld", "zip": "9233"})
    assert "A ZIP code has five digits, for example 92335." in page.text
    assert 'value="weld"' in page.text
    assert 'value="9233"' in page.text


def test_an_empty_result_says_what_to_do(client):
    page = client.get(reverse("program_list"), {"q": "zzzqqqxx", "zip": "92335", "miles": "10"})
    assert "No training found for this search" in page.text
    assert "?q=zzzqqqxx&amp;zip=92335&quot;" in page.text or "?q=zzzqqqxx&amp;zip=92335" in page.text


def test_ana_searches_from_home(cast, sign_in):
    page = sign_in(cast.ana).get(reverse("program_list") + "?lang=en", follow=True)
    assert 'value="92335"' in page.text
    assert "nearest first" in page.text


def test_a_real_program_shows_its_source_and_its_age(client):
    program = Program.objects.filter(as_of="2019-06").exclude(source="").first()
    page = client.get(reverse("program", args=[program.public_id]))
    assert "Not confirmed since June 2019." in page.text
    assert "Source:" in page.text


def test_a_program_confirmed_lately_says_so(cast, client):
    cast.program.confirmed_on = date(2026, 11, 1)
    cast.program.save(update_fields=["confirmed_on"])
    page = client.get(reverse("program", args=[cast.program.public_id]))
    assert "Confirmed by the provider on Nov. 1, 2026." in page.text


def test_a_program_confirmed_long_ago_is_no_longer_confirmed(cast, client):
    cast.program.confirmed_on = date(2025, 11, 1)
    cast.program.save(update_fields=["confirmed_on"])
    page = client.get(reverse("program", args=[cast.program.public_id]))
    assert "Not confirmed since Nov. 1, 2025." in page.text


def test_missing_facts_are_not_made_up(cast, client):
    page = client.get(reverse("program", args=[cast.program.public_id]))
    assert page.text.count("Not stated") >= 4


def test_a_program_leads_to_the_openings_that_ask_for_what_it_teaches(cast, client):
    opening = cast.opening()
    page = client.get(reverse("program", args=[cast.program.public_id]))
    assert "1 opening asks for what it teaches" in page.text
    assert reverse("opening", args=[opening.public_id]) in page.text


def test_a_program_that_does_not_exist_is_not_found(client, db):
    assert client.get("/programs/00000000-0000-4000-8000-000000000000/").status_code == 404


def test_text_in_the_other_language_is_marked(cast, client):
    client.cookies["django_language"] = "es"
    page = client.get(reverse("program", args=[cast.program.public_id]))
    assert "tl-otherlang" in page.text


def test_the_month_a_source_names_is_written_out():
    assert as_of_words("2017-11; 2022-02") == "February 2022"
    assert as_of_words("2020-2025") == "2020-2025"
    assert as_of_words("") == ""


def test_only_addresses_of_the_web_become_links():
    program = Program(source="https://www.a.example/x ; javascript:alert(1) ; a booklet")
    assert sources(program) == [
        ("https://www.a.example/x", "a.example"),
        ("", "javascript:alert(1)"),
        ("", "a booklet"),
    ]


def test_the_home_page_stays_within_twelve_queries(cast, client, django_assert_max_num_queries):
    for _number in range(8):
        cast.opening()
    count(django_assert_max_num_queries, client, reverse("home"))


def test_the_home_page_does_not_publish_a_small_count_of_people(cast, client):
    cast.certify()
    assert "certified p" not in client.get(reverse("home")).text
