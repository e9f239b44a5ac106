"""The inbox, one notice, and the choice how often mail comes."""

import pytest
from django.urls import reverse

from matching import nightly
from notifications.models import Notice, Preference


@pytest.fixture
def told(cast):
    cast.agree()
    cast.opening()
    cast.certify()
    nightly.rematch(at=cast.now)
    return Notice.objects.get(user=cast.ana)


def test_a_notice_is_new_until_it_is_opened(cast, told, sign_in):
    browser = sign_in(cast.ana)
    assert browser.get(reverse("inbox")).context["new"] == 1
    page = browser.get(reverse("notice", args=[told.public_id]))
    assert "Rialto Steel" in page.content.decode()
    assert browser.get(reverse("inbox")).context["new"] == 0


def test_an_old_notice_reads_in_the_language_of_today(cast, told, sign_in):
    browser = sign_in(cast.ana)
    spanish = browser.get(reverse("notice", args=[told.public_id])).content.decode()
    browser.get("/?lang=en")
    english = browser.get(reverse("notice", args=[told.public_id])).content.decode()
    assert "Soldador" in spanish
    assert "This opening fits you" in english


def test_choices_are_kept_and_shown_again(cast, sign_in):
    browser = sign_in(cast.elliot)
    data = {"matches": "now", "people": "weekly", "referrals": "off", "councils": "daily"}
    browser.post(reverse("preferences"), {"language": "es", **{f"topic_{topic}": v for topic, v in data.items()}})
    assert dict(Preference.objects.values_list("topic", "frequency")) == data
    assert browser.get(reverse("preferences")).context["form"].initial["language"] == "en"
    browser.get(reverse("preferences") + "?lang=es")
    cast.elliot.refresh_from_db()
    assert cast.elliot.language == "es"


def test_who_acts_for_nobody_is_not_asked_about_people_who_fit(cast, sign_in):
    browser = sign_in(cast.ana)
    assert "topic_people" not in browser.get(reverse("preferences")).text
    assert "topic_people" in sign_in(cast.elliot).get(reverse("preferences")).text
    data = {"language": "es", "topic_matches": "daily", "topic_referrals": "now", "topic_councils": "off"}
    assert browser.post(reverse("preferences"), data).status_code == 302
    assert Preference.objects.get(user=cast.ana, topic="matches").frequency == "daily"


def test_a_nonsense_choice_is_refused(cast, sign_in):
    answer = sign_in(cast.elliot).post(reverse("preferences"), {"language": "xx", "topic_matches": "hourly"})
    assert answer.status_code == 422
    assert not Preference.objects.exists()


def test_marking_all_as_read_reads_all_of_mine_and_none_of_others(cast, told, sign_in):
    sign_in(cast.ana).post(reverse("inbox_read"))
    assert not Notice.objects.filter(user=cast.ana, read_at=None).exists()
    assert Notice.objects.filter(user=cast.elliot, read_at=None).exists()


def test_every_kind_of_notice_can_be_worded_in_both_languages(cast, told, settle):
    from django.utils.translation import override

    from notifications import words

    for notice in Notice.objects.all():
        for language in ("en", "es"):
            with override(language):
                said = words.message(notice)
            assert said.subject
            assert said.paragraphs
