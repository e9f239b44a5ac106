"""Times of day are written as people in California read them, in both languages, and end no sentence twice."""

from datetime import time

import pytest
from django.utils import formats
from django.utils.translation import override


@pytest.mark.parametrize("language", ["en", "es"])
def test_half_past_five_in_the_afternoon(language):
    with override(language):
        assert formats.time_format(time(17, 30), "TIME_FORMAT") == "5:30 PM"
        assert formats.time_format(time(0, 5), "TIME_FORMAT") == "12:05 AM"
