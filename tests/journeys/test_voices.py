"""Testimony without a name, from a phone that is not signed in."""

import re

from .reader import Reader


def test_testimony_without_a_name_is_found_again_by_its_code_alone_and_leaves_no_trace(visitor, site, language):
    council = _council(visitor)
    visitor.open(council)
    visitor.tap("main a[href^='/voice/']")
    words = f"The night bus was cut ({language}). Call me at (909) 555-0123."
    visitor.page.fill("textarea[name=words]", words)
    visitor.tap("form:has(textarea) button")
    visitor.page.check("input[name=sure]")  # there is a number in it, by which somebody could be found
    visitor.tap("form:has(textarea) button")
    code = visitor.page.locator(".tl-receipt").inner_text()

    visitor.tap("main a[href='/voice/code/']")
    visitor.page.fill("input[name=code]", code.lower().replace("-", " "))
    visitor.tap("form:has(input[name=code]) button")
    assert words in visitor.text
    visitor.tap("form:has(input[value=take_back]) button")
    visitor.open("/voice/code/")
    visitor.page.fill("input[name=code]", code)
    visitor.tap("form:has(input[name=code]) button")
    assert words not in visitor.text
    for log in (site.home / "logs").iterdir():
        text = log.read_text(errors="replace")
        assert "/voice/" not in text
        assert "night bus was cut" not in text
    assert not visitor.page.context.cookies() or "sessionid" not in str(visitor.page.context.cookies())


def _council(one: Reader) -> str:
    """The address of the workers' council."""
    one.open("/councils/")
    return one.page.locator("main a", has_text=re.compile("Workers|Trabajadores")).first.get_attribute("href")
