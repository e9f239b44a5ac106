"""The reading of pages that test_doors does: each fault is found, and a sound page has none."""

import pytest

from .doors_reading import complaints

SOUND = """<html><body><h1>Openings</h1><h2>Near you</h2>
<form><label for="zip">ZIP code</label><input id="zip" aria-describedby="zip_error">
<ul class="errorlist" id="zip_error"></ul>
<fieldset><legend>Shift</legend><label><input type="radio" name="shift">day</label>
<label><input type="radio" name="shift">night</label></fieldset><button hidden></button><button>Search</button></form>
<table><caption>People</caption><tr><th scope="col">Name</th></tr></table>
<a href="/"><svg></svg> Home</a></body></html>"""


def test_a_sound_page_has_no_fault():
    assert not complaints(SOUND)


@pytest.mark.parametrize(
    ("part", "instead", "fault"),
    [
        ('<label for="zip">', '<label for="zap">', "the field None has no label"),
        ('id="zip_error"', 'id="zip"', "two parts are called #zip"),
        (' id="zip_error"', "", "no field says that its error is #None"),
        ("<h2>Near you</h2>", "<h3>Near you</h3>", "h1 is followed by h3: Near you"),
        ("<h1>Openings</h1>", "", "not one h1"),
        ("<fieldset>", "<div>", "the choices of shift have no question"),
        ("Search</button>", "</button>", "a button says nothing (None)"),
        (" Home</a>", "</a>", "a a says nothing (None)"),
        (
            "</table>",
            '</table><a class="usa-button" href="/1">See</a><a class="usa-button" href="/2">See</a>',
            "“See” leads to 2 places",
        ),
        ("<caption>People</caption>", "", "a table has no caption"),
        (' scope="col"', "", "a th without scope: Name"),
    ],
)
def test_each_fault_is_found(part, instead, fault):
    assert part in SOUND
    assert fault in complaints(SOUND.replace(part, instead))
