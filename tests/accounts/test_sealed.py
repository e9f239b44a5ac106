"""What second steps are made of cannot be read from the database alone, and keys can be changed without losing one."""

import importlib

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.apps import apps
from django.core.management import CommandError, call_command

from accounts import sealed
from pipeline import doctor

SECRET = "JBSWY3DPEHPK3PXP"


def code() -> str:
    return format_hotp_value(hotp_value(SECRET, next(iter(yield_hotp_counters_from_time()))))


def kept() -> str:
    return str(list(Authenticator.objects.values_list("data", flat=True)))


@pytest.fixture
def both(cast, settings):
    """Carla's app and recovery codes, and the codes on her sheet of paper."""
    settings.FACTOR_KEYS = []
    TOTP.activate(cast.carla, SECRET)
    return cast, RecoveryCodes.activate(cast.carla).generate_codes()


def works(codes) -> bool:
    app, paper = Authenticator.objects.order_by("type").reverse()
    return app.wrap().validate_code(code()) and paper.wrap().generate_codes() == codes


def test_a_key_is_changed_and_the_former_one_taken_away(both, settings, now):
    _cast, codes = both
    assert SECRET not in kept()
    assert works(codes)
    settings.FACTOR_KEYS = ["a new key, long and random"]
    call_command("seal_factors")
    settings.SECRET_KEY = "another one altogether"
    assert sealed.unreadable() == 0
    settings.FACTOR_KEYS = ["a newer key", "a new key, long and random"]
    call_command("seal_factors")
    settings.FACTOR_KEYS = ["a newer key"]
    assert Authenticator.objects.get(type="recovery_codes").wrap().generate_codes() == codes


def test_with_the_key_lost_no_code_fits_and_the_doctor_says_so(both, settings, now):
    _cast, codes = both
    before = kept()
    settings.SECRET_KEY = "another one altogether"
    assert not Authenticator.objects.get(type="totp").wrap().validate_code(code())
    paper = Authenticator.objects.get(type="recovery_codes").wrap()
    assert paper.generate_codes() != codes
    assert paper.generate_codes() != paper.generate_codes(), "never codes that somebody could work out"
    with pytest.raises(CommandError, match="2 cannot be opened"):
        call_command("seal_factors")
    assert kept() == before
    assert "FACTOR_KEYS" in next(found for found in doctor._reference() if found.about == "Second steps").mend


def test_what_somebody_put_there_in_the_clear_is_not_believed_but_what_was_there_before_is_sealed(cast, settings, now):
    row = Authenticator.objects.create(user=cast.carla, type="totp", data={"secret": SECRET})
    assert not row.wrap().validate_code(code())
    migration = importlib.import_module("accounts.migrations.0010_second_steps_are_sealed")
    for _twice in range(2):
        migration.seal(apps, None)
    row.refresh_from_db()
    assert SECRET not in kept()
    assert row.wrap().validate_code(code())
    migration.unseal(apps, None)
    assert SECRET in kept()
