"""Under 18: nothing is matched and nothing shared before a parent or guardian agreed, by a link that works once."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.models import Consent, Guardian
from ledger.models import Event
from notifications import guardians
from notifications.models import Delivery, Notice

ANSWERS = {"zip": "92335", "miles": "25", "license": "?", "is_minor": "on"}
MOTHER = "mother@throughline.example"


@pytest.fixture
def minor(cast, sign_in):
    """Ana says that she is under 18, after she had agreed to everything."""
    cast.agree()
    cast.browser = sign_in(cast.ana)
    cast.browser.post(reverse("trainee_profile"), ANSWERS)
    return cast


def links():
    letters = Delivery.objects.filter(letter__isnull=False).order_by("pk")
    return [found[0] for d in letters if (found := re.findall(r"/guardian/[\w-]+/", d.letter["text"]))]


def standing(user):
    return set(Consent.objects.standing().filter(user=user).values_list("purpose", flat=True))


def agree(minor):
    minor.browser.post(reverse("consent_match", args=["yes"]))


def test_saying_under_18_ends_what_was_agreed_and_nothing_can_be_agreed(minor):
    assert standing(minor.ana) == set()
    agree(minor)
    minor.browser.post(reverse("consent_record", args=["yes"]))
    assert standing(minor.ana) == set()
    assert reverse("guardian_ask") in minor.browser.get(reverse("consent_list")).content.decode()


def test_the_link_is_shown_by_get_agreed_by_post_and_works_once(minor, client):
    answer = minor.browser.post(reverse("guardian_ask"), {"address": MOTHER}, follow=True)
    assert answer.status_code == 200
    (link,) = links()
    assert Delivery.objects.get(letter__isnull=False).address == MOTHER
    for _time in range(2):  # mail programs open links to look at them
        assert "Ana Morales" in client.get(link).content.decode()
    assert not Guardian.objects.get().agreed_at
    assert client.post(link, {"name": ""}).status_code == 422
    assert client.post(link, {"name": "Marta Morales"}).status_code == 200
    guardian = Guardian.objects.get()
    assert (guardian.name, guardian.version) == ("Marta Morales", "guardian-1")
    assert "Ana Morales" in guardian.wording
    assert client.get(link).status_code == client.post(link, {"name": "Marta"}).status_code == 404
    agree(minor)
    assert standing(minor.ana) == {"match"}
    assert Notice.objects.filter(user=minor.ana, kind="guardian_agreed").count() == 1
    assert list(Event.objects.filter(kind__startswith="guardian.").order_by("id").values_list("kind", flat=True)) == [
        "guardian.asked", "guardian.agreed"]  # fmt: skip


def test_the_own_page_says_that_somebody_was_asked_and_that_it_waits(minor):
    minor.browser.cookies["django_language"] = "en"
    home = minor.browser.get(reverse("trainee_home")).text
    assert "Ask a parent or guardian" in home
    assert "once a parent or guardian agreed" in home
    minor.browser.post(reverse("guardian_ask"), {"address": MOTHER})
    home = minor.browser.get(reverse("trainee_home")).text
    assert "and wait for the answer" in home
    assert MOTHER not in home
    Guardian.objects.update(expires_at=minor.now - timedelta(days=1))
    assert "and wait for the answer" not in minor.browser.get(reverse("trainee_home")).text


def test_the_guardian_takes_it_back_by_the_second_link_and_everything_ends(minor, client):
    minor.browser.post(reverse("guardian_ask"), {"address": MOTHER})
    client.post(links()[0], {"name": "Marta Morales"})
    agree(minor)
    back = links()[1]
    client.get(back)
    assert standing(minor.ana) == {"match"}
    assert client.post(back).status_code == 200
    assert standing(minor.ana) == set()
    agree(minor)
    assert standing(minor.ana) == set()
    assert client.post(back).status_code == 404


def test_a_link_ends_after_seven_days_and_with_a_newer_one(minor, client):
    minor.browser.post(reverse("guardian_ask"), {"address": MOTHER})
    minor.browser.post(reverse("guardian_ask"), {"address": "father@throughline.example"})
    old, new = links()
    assert client.get(old).status_code == 404
    with time_machine.travel(minor.now + timedelta(days=8)):
        assert client.get(new).status_code == 404
    assert client.get("/guardian/made-up/").status_code == 404


def test_no_link_goes_to_oneself_and_only_three_a_day(minor):
    assert minor.browser.post(reverse("guardian_ask"), {"address": minor.ana.email}).status_code == 422
    assert minor.browser.post(reverse("guardian_ask"), {"address": "nonsense"}).status_code == 422
    for n in range(3):
        assert minor.browser.post(reverse("guardian_ask"), {"address": f"m{n}@throughline.example"}).status_code == 302
    assert minor.browser.post(reverse("guardian_ask"), {"address": MOTHER}).status_code == 422
    assert len(links()) == 3


def test_only_the_digest_of_a_link_is_kept(minor):
    guardians.ask(minor.ana, MOTHER, by=minor.ana, at=minor.now)
    secret = links()[0].split("/")[2]
    assert secret not in str(Guardian.objects.values().get())


def test_old_codes_and_texts_are_forgotten(cast):
    from notifications.sms import forgetting
    from notifications.sms.models import ConsoleText, Incoming, PhoneCode, Text

    for days in (1, 100):
        at = cast.now - timedelta(days=days)
        PhoneCode.objects.create(user=cast.ana, number="+19095550127", digest="x", sent_at=at, expires_at=at)
        Incoming.objects.create(sid=f"i{days}", number="+19095550127", at=at)
        Text.objects.create(number="+19095550127", begun_at=at)
        ConsoleText.objects.create(number="+19095550127", body="x", sid=f"c{days}", at=at)
    gone = forgetting.forget_before(cast.now)
    assert [gone[name] for name in ("codes", "incoming", "texts", "console")] == [1, 1, 1, 1]
    assert PhoneCode.objects.count() == Incoming.objects.count() == Text.objects.count() == 1
