"""Times of day are written as people in California read them, in both languages, and end no sentence twice."""

import re
from datetime import time

import pytest
from django.utils import formats
from django.utils.translation import override

from .test_rooms import ROOMS, sources


@pytest.mark.parametrize("language", ["en", "es"])
def test_half_past_five_in_the_afternoon(language):
    with override(language):
        assert formats.time_format(time(17, 30), "TIME_FORMAT") == "5:30 PM"
        assert formats.time_format(time(0, 5), "TIME_FORMAT") == "12:05 AM"


def test_a_field_for_a_day_shows_its_day_in_both_languages():
    """Browsers read the day of such a field only as 2026-11-24: written as the page's language does, it is empty."""
    asked = re.compile(r"DateInput\((?!.*%Y-%m-%d)")
    assert not [path for room in ROOMS for path in sources(room) if asked.search(path.read_text())]
