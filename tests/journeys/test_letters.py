"""Who is told, by which way, and what happens while a part of the machinery is away."""

import pytest

from pipeline.cast import BY_KEY

from .newcomers import bring_in, welder

ELLIOT = BY_KEY["elliot"].email


@pytest.fixture
def priya(reader):
    one = reader()
    one.sign_in_as("priya")
    return one


def test_elliot_turns_letters_off_and_still_finds_the_notice_in_his_inbox(priya, reader, site, language):
    elliot = reader("en")  # a choice of language here would be Elliot's own, for all letters to come
    elliot.sign_in_as("elliot")
    _choose(elliot, "off")
    try:
        letters = len(site.letters(ELLIOT))
        elliot.open("/inbox/")
        told = _newest(elliot)
        lines = welder({"en": "Iris Calder", "es": "Ines Cardona"}, 3004, language)
        bring_in(priya, lines)
        site.letter(lines[0].email)

        elliot.open("/inbox/")
        assert _newest(elliot) != told, "the inbox has everything"
        elliot.tap(".tl-notice a")
        assert elliot.page.locator("main details li", has_text=ELLIOT).count()
        assert len(site.letters(ELLIOT)) == letters
    finally:
        _choose(elliot, "now")


def test_while_the_worker_stands_still_a_sheet_comes_in_and_the_rest_follows(priya, site, language):
    lines = welder({"en": "Sam Porter", "es": "Sol Prieto"}, 3006, language)
    with site.frozen("worker"):
        bring_in(priya, lines)
        assert not site.letters(lines[0].email)
    assert site.letter(lines[0].email, patience=60).language == language


@pytest.mark.parametrize("language", ["es"], indirect=True)
def test_while_the_broker_is_away_a_sheet_comes_in_and_the_rest_follows(priya, site, language):
    lines = welder({"es": "Berta Quiroz"}, 3008, language)
    with site.without("valkey"):
        bring_in(priya, lines)
        assert not site.letters(lines[0].email)
    # The bell was rung in vain: the sweep, every 30 seconds, finds what waits.
    assert site.letter(lines[0].email, patience=120).language == language


@pytest.mark.parametrize("language", ["en"], indirect=True)
def test_while_the_mail_server_is_away_letters_wait_and_arrive_when_it_is_back(priya, reader, site, language):
    lines = welder({"en": "Gwen Ashby"}, 3010, language)
    elliot = reader("en")
    elliot.sign_in_as("elliot")
    elliot.open("/inbox/")
    told = _newest(elliot)
    with site.without("mail"):
        bring_in(priya, lines)
        elliot.reload_until(f".tl-notice:first-child a:not([href='{told}'])")
        elliot.tap(".tl-notice a")
        # The first try has failed and is kept for another.
        elliot.reload_until("main details li")
        assert not site.letters(lines[0].email)
    assert site.letter(lines[0].email, patience=120).language == language


def _choose(person, frequency: str) -> None:
    person.open("/me/messages/")
    person.page.check(f"input[name=topic_people][value={frequency}]")
    person.tap(person.page.get_by_role("main").get_by_role("button"))


def _newest(person) -> str | None:
    link = person.page.locator(".tl-notice a")
    return link.first.get_attribute("href") if link.count() else None
