"""What a trainee tells, what they agreed to, and that each change wakes matching."""

import pytest
from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import Consent, TraineeProfile
from ledger.models import Event, Handoff

ANSWERS = {"zip": "92501", "miles": "40", "shifts": ["day"], "wage": "22.50", "license": "C", "languages": ["en", "es"]}


def test_a_new_person_tells_what_matching_needs_and_gets_a_page(cast, sign_in):
    browser = sign_in(cast.willa)
    answer = browser.post(reverse("trainee_profile"), ANSWERS, follow=True)
    assert answer.status_code == 200
    profile = TraineeProfile.objects.get(user=cast.willa)
    assert (profile.zip, profile.county, profile.wage_wish_cents, profile.license) == ("92501", "Riverside", 2250, "C")
    assert Handoff.objects.filter(room="matching", kind="profile.changed").count() == 1


@pytest.mark.parametrize("nowhere", ["nowhere", "//elsewhere.example/", "/\\elsewhere.example/", "javascript:alert(1)"])
def test_who_was_on_the_way_to_no_page_of_ours_comes_to_one(cast, sign_in, nowhere):
    ana = sign_in(cast.ana)
    answer = ana.post(f"{reverse('trainee_profile')}?{urlencode({'next': nowhere})}", ANSWERS)
    assert answer.headers["Location"] == reverse("trainee_home")
    assert ana.get(f"{reverse('second_step')}?{urlencode({'next': nowhere})}").headers["Location"] == reverse("start")


def test_saving_the_same_again_wakes_nobody(cast, sign_in):
    browser = sign_in(cast.ana)
    browser.post(reverse("trainee_profile"), ANSWERS)
    browser.post(reverse("trainee_profile"), ANSWERS)
    assert Event.objects.filter(kind="profile.changed").count() == 1


@pytest.mark.parametrize(
    ("field", "value"), [("zip", "00000"), ("zip", "abc"), ("miles", "0"), ("wage", "a lot"), ("license", "Z")]
)
def test_a_wrong_answer_gets_a_sentence_and_keeps_what_was_typed(cast, sign_in, field, value):
    answer = sign_in(cast.ana).post(
        reverse("trainee_profile"),
        {**ANSWERS, field: value, "miles": "33"} if field != "miles" else {**ANSWERS, field: value},
    )
    assert answer.status_code == 422
    assert answer.context["form"].errors[field]
    assert 'role="alert"' in answer.content.decode()
    cast.trainee.refresh_from_db()
    assert cast.trainee.miles == 25


def test_not_saying_is_not_the_same_as_having_no_license(cast, sign_in):
    browser = sign_in(cast.ana)
    browser.post(reverse("trainee_profile"), {**ANSWERS, "license": "?"})
    cast.trainee.refresh_from_db()
    assert cast.trainee.license is None
    browser.post(reverse("trainee_profile"), {**ANSWERS, "license": "none"})
    cast.trainee.refresh_from_db()
    assert cast.trainee.license == ""


def test_agreeing_keeps_the_words_and_the_language_they_were_read_in(cast, sign_in):
    browser = sign_in(cast.ana)
    page = browser.get(reverse("consent_list"))
    wording = page.context["wording"]
    browser.post(reverse("consent_match", args=["yes"]))
    consent = Consent.objects.get(user=cast.ana)
    assert (consent.wording, consent.language) == (str(wording), "es")
    browser.post(reverse("consent_match", args=["yes"]))
    assert Consent.objects.filter(user=cast.ana).count() == 1
    browser.post(reverse("consent_match", args=["no"]))
    consent.refresh_from_db()
    assert consent.withdrawn_at


# --- What is said after saving is true --------------------------------------------------------------------------------
LOOKING, AGAIN = "We look for openings again", "We look again each time something changes"


def test_the_first_saving_leads_to_the_agreement_and_says_that_nothing_is_looked_for_yet(cast, sign_in):
    browser = sign_in(cast.willa)
    page = browser.post(reverse("trainee_profile"), ANSWERS, follow=True)
    assert page.request["PATH_INFO"] == reverse("consent_list")
    assert "One more step" in page.text
    assert LOOKING not in page.text
    # Who does not agree reads the same on every page.
    page = browser.post(reverse("trainee_profile"), ANSWERS, follow=True)
    assert page.request["PATH_INFO"] == reverse("trainee_home")
    assert "You are not being matched" in page.text
    assert LOOKING not in page.text
    assert AGAIN not in page.text
    # Who does is led on, and reads what is true now.
    page = browser.post(reverse("consent_match", args=["yes"]), follow=True)
    assert "See openings that fit me" in page.text
    page = browser.post(reverse("trainee_profile"), ANSWERS, follow=True)
    assert LOOKING in page.text
    assert AGAIN in page.text


def test_who_is_under_18_reads_on_their_page_that_a_guardian_must_agree_first(cast, sign_in):
    browser = sign_in(cast.willa)
    page = browser.post(reverse("trainee_profile"), {**ANSWERS, "is_minor": "on"}, follow=True)
    assert page.request["PATH_INFO"] == reverse("consent_list")
    assert "One more step" not in page.text
    home = browser.get(reverse("trainee_home")).text
    assert "A parent or guardian must agree first" in home
    assert "You are not being matched" not in home
    assert AGAIN not in home


def test_who_found_work_and_rests_is_promised_no_search(cast, sign_in):
    cast.agree()
    browser = sign_in(cast.ana)
    TraineeProfile.objects.filter(user=cast.ana).update(looking=False)
    page = browser.post(reverse("trainee_profile") + "?lang=en", ANSWERS, follow=True)
    assert page.request["PATH_INFO"] == reverse("trainee_home")
    assert not [word for word in (LOOKING, AGAIN, "Volvemos a buscar") if word in page.text]
