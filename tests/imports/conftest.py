"""Sheets as people bring them in."""

import pytest

from .sheets import bring_in, csv_of


@pytest.fixture
def sheet(cast):
    """Bring a completers sheet in for Priya's center."""

    def run(*rows, by=None, organization=None, **options):
        return bring_in(
            "completers",
            csv_of(*rows),
            organization=organization or cast.center,
            by=by or cast.priya,
            at=cast.now,
            **options,
        )

    return run
