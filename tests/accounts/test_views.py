"""What a trainee tells, what they agreed to, and that each change wakes matching."""

import pytest
from django.urls import reverse

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
