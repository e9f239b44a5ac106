"""Search as people type it."""

import pytest
from django.http import QueryDict

from programs import queries, search
from programs.models import Program

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked():
    def read(query="", **options):
        return search.read(QueryDict(query), kinds=Program.Kind.values, **options)

    return read


@pytest.fixture
def found(asked):
    """The names of the programs a query string finds, and how."""

    def run(query):
        cleaned = asked(query)
        result = search.page_of(
            queries.listed(trade=cleaned.trade, kind=cleaned.kind),
            cleaned,
            queries.WHERE,
            order=("name", "pk"),
            number=QueryDict(query).get("page"),
        )
        return [program.name for program in result.page], result

    return run


def test_a_spanish_word_finds_a_program_named_in_english(cast, found):
    names, result = found("q=soldador")
    assert "Structural welding" in names
    assert not result.instead


@pytest.mark.parametrize("typed", ["SOLDADURA", "soldadores", "Weld", "welders", "trabajo de soldador", "  welding  "])
def test_case_plurals_and_small_words_do_not_matter(cast, found, typed):
    assert "Structural welding" in found(f"q={typed}")[0]


def test_accents_do_not_matter_on_either_side(cast, found):
    cast.program.name_es = "Soldadura básica"
    cast.program.save(update_fields=["name_es"])
    assert "Structural welding" in found("q=basica")[0]
    assert "Structural welding" in found("q=b%C3%A1sica")[0]


def test_every_word_must_be_found(cast, found):
    cast.program.city = "Fontana"
    cast.program.save(update_fields=["city"])
    assert "Structural welding" in found("q=soldador fontana")[0]
    names, result = found("q=soldador whittier")
    assert result.some, "no row has both words"
    assert "Structural welding" in names


def test_a_credential_that_is_taught_finds_its_program(cast, found):
    assert "Structural welding" in found("q=certified welder")[0]


def test_the_name_of_a_provider_finds_its_programs(cast, found):
    assert found("q=Inland Trades Training")[0] == ["Structural welding"]


def test_a_misspelling_is_forgiven_and_said(cast, found):
    names, result = found("q=soldadro")
    assert "Structural welding" in names
    assert result.instead == "soldador"


def test_a_misspelling_is_not_forgiven_while_something_is_found_as_written(cast, found):
    cast.program.name = "Soldadro"
    cast.program.save(update_fields=["name"])
    names, result = found("q=soldadro")
    assert names == ["Soldadro"]
    assert not result.instead


def test_nonsense_finds_nothing(found):
    names, result = found("q=zzzqqqxx")
    assert names == []
    assert not result.instead


@pytest.mark.parametrize(
    "query", ["q=%00%27%28%5B%5C", "q=%25", "trade=%00", "zip=%00", "kind=zz&miles=7&page=x", "q=|"]
)
def test_strange_input_is_read_as_nothing(found, query):
    assert len(found(query)[0]) == search.PAGE


def test_two_digits_are_a_whole_word():
    assert search.pattern_of("10").endswith(r"\M")
    assert not search.pattern_of("forklift").endswith(r"\M")


def test_distance_is_measured_and_orders_the_nearest_first(cast, found):
    far = Program.objects.create(provider=cast.center, external_id="W2", kind="certificate", name="A far one")
    Program.objects.filter(pk=far.pk).update(latitude=38.58, longitude=-121.49)
    Program.objects.filter(pk=cast.program.pk).update(latitude=34.1, longitude=-117.45)
    names, result = found("zip=92335&q=inland trades")
    assert names == ["Structural welding", "A far one"]
    assert result.page[0].miles < 10 < 300 < result.page[1].miles
    assert found("zip=92335&miles=50&q=inland trades")[0] == ["Structural welding"]


def test_a_program_without_a_place_is_never_within_a_distance(cast, found):
    names, result = found("zip=92335&q=structural")
    assert names == ["Structural welding"]
    assert result.page[0].miles is None, "unknown is not near and not far"
    assert found("zip=92335&miles=100&q=structural")[0] == []


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("zip=9233", "A ZIP code has five digits, for example 92335."),
        ("zip=abcde", "A ZIP code has five digits, for example 92335."),
        ("zip=00000", "We do not know the ZIP code 00000. Try one nearby."),
        ("miles=25", "Write your ZIP code too, so that we can measure the distance."),
    ],
)
def test_a_wrong_zip_code_gets_a_sentence(asked, query, sentence):
    assert asked(query).problem == sentence


def test_a_long_zip_code_is_understood(asked):
    assert asked("zip=92335-1234").place.code == "92335"


def test_the_reader_starts_from_home_until_they_say_otherwise(asked):
    assert asked("", home="92335").zip == "92335"
    assert asked("zip=93706", home="92335").zip == "93706"
    emptied = asked("zip=", home="92335")
    assert emptied.zip == ""
    assert "zip=" in emptied.query(), "the next page keeps it empty"


def test_a_page_beyond_the_end_is_the_last_page(found):
    _names, result = found("page=999")
    assert result.page.number == result.page.paginator.num_pages > 1


def test_the_search_stays_in_the_links(asked):
    assert asked("q=weld&zip=92335&miles=25&bogus=1").query() == "q=weld&zip=92335&miles=25"
