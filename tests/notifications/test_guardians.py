"""Under 18: nothing is matched and nothing shared before a parent or guardian agreed, by a link that works once."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import translation

from accounts import consents
from accounts.models import Consent, Guardian
from ledger.models import Event
from notifications import guardians
from notifications.models import Delivery, Notice

ANSWERS = {"zip": "92335", "miles": "25", "license": "?", "is_minor": "on"}
MOTHER = "mother@throughline.example"
FATHER = "father@throughline.example"


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


def says_yes(client, link, name="Marta Morales"):
    """What a browser sends that read the page behind the link."""
    (read,) = re.findall(r'name="read" value="(\w+)"', client.get(link).text)
    return client.post(link, {"name": name, "read": read})


def schools(user):
    """Why no school may be shown the person, as the next request knows it."""
    return consents.why_no_school(type(user).objects.get(pk=user.pk))


@pytest.fixture
def agreed_before(minor, client):
    """Ana's mother agreed to the first words, which name no school; Ana is matched."""
    minor.browser.cookies["django_language"] = client.cookies["django_language"] = "en"
    minor.browser.post(reverse("guardian_ask"), {"address": MOTHER})
    says_yes(client, links()[0])
    Guardian.objects.update(version="guardian-1", wording="I agree to openings.")
    agree(minor)
    return minor


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
    assert says_yes(client, link, name="").status_code == 422
    assert says_yes(client, link).status_code == 200
    guardian = Guardian.objects.get()
    assert (guardian.name, guardian.version) == ("Marta Morales", "guardian-2")
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
    says_yes(client, links()[0])
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


def test_no_two_wordings_go_by_the_same_number(minor, settings):
    """Whoever changes what a parent agrees to raises VERSION, here and in Guardian.NAMES_SCHOOLS."""
    settings.SITE_NAME = "Throughline"
    with translation.override("en"):
        said = guardians.digest_of(guardians.wording(minor.ana))
    assert (guardians.VERSION, said) == ("guardian-2", "2afe5717ee7009e1")
    assert guardians.VERSION in Guardian.NAMES_SCHOOLS


def test_words_that_changed_under_the_reader_are_read_again(minor, client):
    minor.browser.post(reverse("guardian_ask"), {"address": MOTHER})
    (link,) = links()
    for read in ({}, {"read": "of-other-words"}):
        answer = client.post(link, {"name": "Marta Morales"} | read)
        assert answer.status_code == 422
        assert not Guardian.objects.get().agreed_at
    (read,) = re.findall(r'name="read" value="(\w+)"', answer.text)
    assert client.post(link, {"name": "Marta Morales", "read": read}).status_code == 200


def test_the_words_say_what_a_school_sees_of_either_question(minor, client):
    minor.browser.post(reverse("guardian_ask"), {"address": MOTHER})
    client.cookies["django_language"] = "en"
    page = client.get(links()[0]).text
    assert "name, phone, email and language, and which class they want" in page
    assert "the certificate and its dates" in page
    client.cookies["django_language"] = "es"
    assert "su nombre, el certificado y sus fechas" in client.get(links()[0]).text


def test_newer_words_are_asked_for_and_what_was_agreed_counts_meanwhile(agreed_before, client):
    ana, browser = agreed_before.ana, agreed_before.browser
    back = links()[1]
    assert schools(ana)
    page = browser.get(reverse("guardian_ask")).text
    assert "names no school" in page
    assert f'value="{MOTHER}"' in page
    assert browser.post(reverse("guardian_ask"), {"address": MOTHER}).status_code == 302
    assert "wait for the answer" in browser.get(reverse("guardian_ask")).text
    assert standing(ana) == {"match"}
    new = links()[2]
    assert "then counts as it did" in client.get(new).text
    assert client.get(back).status_code == 200, "the first agreement can still be taken back"
    assert schools(ana)
    assert says_yes(client, new).status_code == 200
    assert schools(ana) is None
    assert standing(ana) == {"match"}
    told = Notice.objects.filter(user=ana, kind="guardian_agreed").order_by("pk").last()
    assert told.path == "/programs/"
    assert client.get(back).status_code == client.get(new).status_code == 404, "there is a newer one to take it back"
    assert browser.post(reverse("guardian_ask"), {"address": MOTHER}).status_code == 422
    assert client.post(links()[3]).status_code == 200
    assert standing(ana) == set()


def test_whoever_agreed_first_hears_that_another_agreed_and_can_take_it_back(agreed_before, client):
    agreed_before.browser.post(reverse("guardian_ask"), {"address": FATHER})
    says_yes(client, links()[2], name="Luis Morales")
    letter = Delivery.objects.filter(letter__isnull=False, address=MOTHER).order_by("pk").last()
    assert "another parent or guardian agreed for Ana" in letter.letter["text"]
    assert "Luis Morales agreed to this on" in client.get(links()[3]).text
    assert client.post(links()[3]).status_code == 200
    assert standing(agreed_before.ana) == set()
    assert client.get(links()[4]).status_code == 404, "nothing is left to take back by the father's link"


@pytest.mark.parametrize(
    ("spoken", "again", "other"),
    [("en", "agree to new words", "another parent"), ("es", "acepte un texto nuevo", "otro padre")],
)
def test_whoever_agreed_before_is_written_to_in_the_language_they_read_it_in(
    agreed_before, client, spoken, again, other
):
    Guardian.objects.update(language=spoken)

    def last_to_mother():
        return Delivery.objects.filter(letter__isnull=False, address=MOTHER).order_by("pk").last().letter["text"]

    agreed_before.browser.post(reverse("guardian_ask"), {"address": MOTHER})
    assert again in last_to_mother()
    Delivery.objects.update(created_at=agreed_before.now - timedelta(days=2))  # three a day
    agreed_before.browser.post(reverse("guardian_ask"), {"address": FATHER})
    client.cookies["django_language"] = "en" if spoken == "es" else "es"
    assert says_yes(client, links()[-1]).status_code == 200
    assert other in last_to_mother()


@pytest.mark.parametrize("again", [False, True])
def test_nobody_agrees_for_somebody_who_is_no_longer_under_18(minor, client, again):
    minor.browser.post(reverse("guardian_ask"), {"address": MOTHER})
    if again:
        says_yes(client, links()[0])
        Guardian.objects.update(version="guardian-1")
        minor.browser.post(reverse("guardian_ask"), {"address": FATHER})
    link, agreed_at = links()[-1], Guardian.objects.get().agreed_at
    (read,) = re.findall(r'name="read" value="(\w+)"', client.get(link).text)
    minor.browser.post(reverse("trainee_profile"), ANSWERS | {"is_minor": ""})
    client.cookies["django_language"] = "en"
    assert "nobody has to agree any more" in client.get(link).text
    assert client.post(link, {"name": "Luis Morales", "read": read}).status_code == 404
    assert Guardian.objects.get().agreed_at == agreed_at


def test_who_takes_the_first_agreement_back_ends_the_question_that_waits(agreed_before, client):
    agreed_before.browser.post(reverse("guardian_ask"), {"address": FATHER})
    assert client.post(links()[1]).status_code == 200
    assert standing(agreed_before.ana) == set()
    assert client.get(links()[2]).status_code == 404


def test_newer_words_that_nobody_answers_end_after_seven_days(agreed_before, client):
    agreed_before.browser.post(reverse("guardian_ask"), {"address": MOTHER})
    with time_machine.travel(agreed_before.now + timedelta(days=8)):
        assert client.get(links()[2]).status_code == 404
        assert client.get(links()[1]).status_code == 200
    assert standing(agreed_before.ana) == {"match"}


def test_the_page_of_agreements_shows_what_the_parent_agreed_to(agreed_before):
    page = agreed_before.browser.get(reverse("consent_list")).text
    assert "I agree to openings." in page
    assert "does not name schools" in page
    Guardian.objects.update(version="guardian-2")
    assert "does not name schools" not in agreed_before.browser.get(reverse("consent_list")).text


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
