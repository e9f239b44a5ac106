"""Nora, whom nobody here knows, and what she asked for."""

import pytest

from accounts.models import JoinRequest, User

from .asking import ASK, SAID


@pytest.fixture
def nora(cast):
    """Somebody who hires, and whom nobody here knows."""
    return User.objects.create_user("nora@shop.example", full_name="Nora New", language="es")


@pytest.fixture
def asked(cast, nora, sign_in):
    assert sign_in(nora).post(ASK, SAID).status_code == 302
    return JoinRequest.objects.get()
