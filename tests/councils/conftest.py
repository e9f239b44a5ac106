import pytest

from .body import Body


@pytest.fixture
def body(cast):
    return Body(cast)
