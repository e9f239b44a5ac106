"""Journeys of people who are not signed in."""

import re

import pytest

OTHER = {"en": "es", "es": "en"}
PUBLIC = ["/", "/programs/", "/programs/?q=soldador", "/openings/", "/accounts/login/"]
MOST_BYTES = 70_000


def test_a_visitor_finds_welding_by_a_spanish_word_without_javascript(reader, language):
    visitor = reader(scripts=False)
    visitor.open("/")
    visitor.page.fill("form[role=search] input[name=q]", "soldador")
    visitor.tap("form[role=search] button")
    assert re.search(r"weld|soldad", visitor.page.locator(".tl-grid").inner_text(), re.IGNORECASE)

    # The real programs come from public pages, some of them old; each says so.
    visitor.open("/programs/?q=iron+workers")
    visitor.tap(".tl-card__title a")
    assert visitor.path.startswith("/programs/")
    assert visitor.page.locator(".tl-source a[href^=http]").count(), "a program names its source"
    old = visitor.page.locator(".tl-source__old")
    assert old.count()
    assert re.match(visitor.say("Not confirmed since %(date)s.", date=".*"), old.inner_text().strip())

    # The other language, on the same page, and remembered.
    here = visitor.path
    visitor.language = OTHER[language]
    visitor.tap(f".tl-tools a[hreflang={visitor.language}]")
    assert visitor.path == here
    visitor.open("/openings/")
    assert visitor.page.locator("html").get_attribute("lang") == visitor.language


def test_a_visitor_filters_by_trade_and_distance_and_reads_an_opening(visitor):
    visitor.open("/openings/")
    visitor.page.fill("#search-zip", "92335")
    visitor.page.select_option("#search-miles", "25")
    visitor.tap("form[role=search] button")
    assert "zip=92335" in visitor.page.url
    assert visitor.page.locator(".tl-card").count()
    visitor.tap(".tl-card__title a")
    assert visitor.path.startswith("/openings/")
    visitor.open("/programs/?zip=00000")
    assert visitor.page.locator("#search-problem").count(), "a ZIP code nobody knows gets a sentence"
    visitor.open("/programs/?q=zzyzxq")
    assert visitor.page.locator(".tl-empty").count(), "nothing found says what to do"


@pytest.mark.parametrize("path", PUBLIC)
def test_a_first_visit_costs_little_data(reader, path):
    visitor = reader()
    network = visitor.context.new_cdp_session(visitor.page)
    sizes = {}
    network.on("Network.responseReceived", lambda e: sizes.setdefault(e["requestId"], [e["response"]["url"], 0]))
    network.on("Network.loadingFinished", lambda e: sizes[e["requestId"]].__setitem__(1, e["encodedDataLength"]))
    network.send("Network.enable")
    visitor.page.goto(visitor.stack.address + path, wait_until="networkidle")
    assert len(sizes) >= 3, "page, style and script were counted"
    assert sum(size for _url, size in sizes.values()) <= MOST_BYTES, sorted(sizes.values(), key=lambda one: -one[1])


def test_a_wrong_address_and_a_closed_door_say_so(reader):
    visitor = reader()
    visitor.open("/no/such/page/", status=404)
    assert visitor.page.locator("main a[href='/']").count(), "a way out is offered"
    visitor.open("/programs/00000000-0000-4000-8000-000000000000/", status=404)

    visitor.open("/board/")
    assert visitor.path == "/accounts/login/", "who is not signed in is asked to"
    willa = reader()
    willa.sign_in_as("willa")
    willa.open("/board/", status=403)
    assert len(willa.text) > 60, "the page says why"


def test_somebody_with_a_keyboard_only_searches_reads_and_signs_in(visitor, site):
    keys = visitor.page.keyboard
    visitor.open(f"/?lang={visitor.language}")
    keys.press("Tab")
    assert visitor.focused(".usa-skipnav")
    keys.press("Enter")
    assert visitor.focused("#main"), "the skip link leads to the main part"

    visitor.tab_to("form[role=search] input[name=q]")
    keys.type("soldador")
    with visitor.arriving():
        keys.press("Enter")
    visitor.tab_to(".tl-card__title a")
    assert visitor.page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none", "focus is seen"
    with visitor.arriving():
        keys.press("Enter")
    assert visitor.path.startswith("/programs/")

    visitor.tab_to(".tl-menu > summary")
    keys.press("Enter")
    visitor.tab_to(".tl-menu__panel a[href='/accounts/login/']")
    with visitor.arriving():
        keys.press("Enter")
    visitor.tab_to("#id_email")
    keys.type("willa@throughline.example")
    before = len(site.letters("willa@throughline.example"))
    with visitor.arriving():
        keys.press("Enter")
    code = visitor.code("willa@throughline.example", before)
    if not visitor.focused("input[name=code]"):
        visitor.tab_to("input[name=code]")
    keys.type(code)
    with visitor.arriving():
        keys.press("Enter")
    assert visitor.path == "/councils/"
