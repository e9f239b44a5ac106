"""Sheets that are wrong, sheets that are half wrong, and sheets that are taken back."""

import pytest

from pipeline.demo.sheets import HEADINGS

from .newcomers import bring_in, upload, welder

WRONG = {
    "empty.csv": b"",
    "picture.xlsx": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8,
    "no-names.csv": b"a,b,c\n1,2,3\n",
}


@pytest.fixture
def priya(reader):
    one = reader()
    one.sign_in_as("priya")
    return one


def test_a_file_that_is_no_sheet_gets_a_sentence_and_nothing_is_saved(priya):
    batches = _batches(priya)
    for name, content in WRONG.items():
        upload(priya, name, content)
        assert priya.page.locator(".usa-alert--error").count(), name
        assert not priya.page.locator("button[name=do][value=all], button[name=do][value=good]").count(), name
        if priya.page.locator("button[name=do][value=discard]").count():
            priya.tap("button[name=do][value=discard]")
    assert _batches(priya) == batches


def test_the_sheet_with_mistakes_names_each_of_them_and_saves_only_what_is_right(priya):
    priya.open("/demo/")
    with priya.page.expect_download() as download:
        priya.page.click("a[href$='completers-with-mistakes.csv']")
    upload(priya, "mistakes.csv", download.value.path().read_bytes())
    assert not priya.page.locator("button[name=do][value=all]").count(), "all or nothing, unless one says otherwise"
    said = priya.page.locator("table").first.inner_text()
    for wrong in ("Rialto", "Basket weaving", "ulises.prado@"):
        assert wrong in said, wrong
    priya.tap("button[name=do][value=good]")
    assert priya.page.locator(".tl-messages .usa-alert--success").count()


def test_a_sheet_is_taken_back_with_everything_it_made_even_after_letters_left(priya, reader, site, language):
    lines = welder({"en": "Ruth Okafor", "es": "Rut Olmedo"}, 3000, language)
    given = lines[0].name.split()[-1]
    bring_in(priya, lines)
    site.letter(lines[0].email)
    carla = reader()
    carla.sign_in_as("carla")
    carla.open(f"/board/?q={given}")
    carla.reload_until(f"main:has-text('{lines[0].name}')", patience=60)

    priya.page.click("details:has(form[action$='/undo/']) > summary")
    priya.tap("form[action$='/undo/'] button")
    assert priya.page.locator(".tl-messages .usa-alert--success").count(), priya.text
    carla.open(f"/board/?q={given}")
    assert lines[0].name not in carla.text


def test_columns_nobody_can_guess_are_chosen_by_hand(priya, language):
    lines = welder({"en": "Theo Lindqvist", "es": "Teo Linares"}, 3002, language)
    heading = ",".join(HEADINGS).replace("Name", "Xyzzy")
    rows = "\n".join(",".join(map(str, line.cells())) for line in lines)
    upload(priya, "own-words.csv", f"{heading}\n{rows}\n".encode())
    assert not priya.page.locator("button[name=do][value=all]").count()
    priya.page.select_option("select[name=column-name]", "Xyzzy")
    priya.tap("button[name=do][value=columns]")
    assert priya.page.locator("button[name=do][value=all]").count()
    priya.tap("button[name=do][value=discard]")


def _batches(priya) -> list[str]:
    priya.open("/imports/")
    return priya.page.locator("table a").evaluate_all("links => links.map(link => link.getAttribute('href'))")
