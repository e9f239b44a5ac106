"""What is wrong is found also where all but one thing was seen before."""

import pytest

PAGE = "<html lang='en'><title>One</title><body><main><h1>One</h1>%s</main></body></html>"
SEEN = "<p>Some words</p><p>x</p><ul><li>One<li>Two</ul>"
WRONG = {
    "color-contrast": "<p style='color: #ccc'>x</p><p style='color: #ccc'>Pale</p>",
    "color-contrast ": "<div style='background: #666'><p>Some words</p></div>",
    "label": "<input>",
    "button-name": "<button></button>",
    "heading-order": "<h2>Two</h2><h4>Four</h4>",
}


@pytest.mark.parametrize("language", ["en"], indirect=True)
def test_a_page_known_but_for_one_thing_is_judged_by_it(visitor):
    for _twice in range(2):
        visitor.page.set_content(PAGE % SEEN)
        visitor.judge()
    for rule, wrong in WRONG.items():
        visitor.page.set_content(PAGE % (SEEN + wrong))
        with pytest.raises(AssertionError, match=f"/{rule.strip()}\\?"):
            visitor.judge()
