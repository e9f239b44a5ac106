"""Each agreement stands for itself, and taking one back bites on the very next request."""

import hashlib

import pytest
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape

from accounts import consents
from accounts.models import Consent, TraineeProfile
from accounts.policies import Denied
from ledger.models import Event
from matching import nightly
from matching.models import Match
from notifications.models import Delivery
from placements import actions
from placements.models import Referral
from tests.reading import words_read

Purpose = Consent.Purpose
# Of each wording in English: who changes one raises its number in accounts.consents.VERSIONS, and puts both here.
WORDINGS = {
    "match-1": "38d7336d",
    "certificates-1": "effb6d51",
    "contact-2": "9c96bb1c",
    "sms-1": "e076d485",
    "record-1": "1f113b26",
    "assist-1": "204d7fc2",
}


@pytest.mark.parametrize("purpose", Purpose.values)
def test_a_wording_that_changed_has_another_number(purpose, settings):
    settings.SITE_NAME, settings.TEXTS_A_DAY = "Throughline", 5
    with translation.override("en"):
        said = consents.wording(purpose, "Rialto Steel", "+19095550127")
    assert WORDINGS[consents.VERSIONS[purpose]] == hashlib.sha256(said.encode()).hexdigest()[:8]


@pytest.fixture
def said_yes(cast):
    """Ana is matched, shares her record, and said yes to Elliot's opening."""
    cast.agree()
    cast.job = cast.opening()
    cast.certify()
    nightly.rematch(at=cast.now)
    cast.referral = actions.say_yes(Match.objects.get(), by=cast.ana, at=cast.now)
    return cast


def standing(user):
    return set(Consent.objects.standing().filter(user=user).values_list("purpose", flat=True))


def end(cast, sign_in, purpose):
    consent = Consent.objects.standing().get(user=cast.ana, purpose=purpose)
    answer = sign_in(cast.ana).post(reverse("consent_end", args=[consent.public_id]), follow=True)
    assert answer.status_code == 200
    consent.refresh_from_db()
    assert consent.withdrawn_at


def page(browser, name, *args):
    answer = browser.get(reverse(name, args=args))
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_yes_shares_certificates_and_contact_in_two_agreements(said_yes):
    assert standing(said_yes.ana) == {"match", "record", "contact", "certificates"}
    given = Consent.objects.get(user=said_yes.ana, purpose="certificates")
    assert (given.version, given.organization, given.opening_id) == ("certificates-1", said_yes.shop, said_yes.job.pk)
    assert "Rialto Steel" in given.wording


def test_the_contact_taken_back_is_gone_from_every_page_of_the_hirer_the_certificates_stay(said_yes, sign_in):
    elliot = sign_in(said_yes.elliot)
    pages = (
        ("referral", said_yes.referral.public_id),
        ("hirer_home",),
        ("opening_people", said_yes.job.public_id),
    )
    for where in pages:
        assert "Ana Morales" in page(elliot, *where)
    assert "ana@" in page(elliot, *pages[0])
    end(said_yes, sign_in, "contact")
    for where in pages:
        assert "Morales" not in page(elliot, *where)
        assert "ana@" not in page(elliot, *where)
    assert "AWS" in page(elliot, *pages[0])
    assert standing(said_yes.ana) == {"match", "record", "certificates"}


def test_the_certificates_taken_back_are_gone_from_the_hirers_pages_the_contact_stays(said_yes, sign_in):
    elliot = sign_in(said_yes.elliot)
    where, lists = ("referral", said_yes.referral.public_id), ("opening_people", said_yes.job.public_id)
    assert "AWS" in page(elliot, *where)
    assert "AWS" in page(elliot, *lists)
    end(said_yes, sign_in, "certificates")
    assert "AWS" not in words_read(page(elliot, *where))
    assert "AWS" not in words_read(page(elliot, *lists))
    assert "ana@" in page(elliot, *where)


def test_the_record_taken_back_is_gone_for_the_coordinators(said_yes, sign_in, settle):
    settle()  # the board's rows are written by a job; whoever takes the record back waits for none
    carla = sign_in(said_yes.carla)
    assert "Ana Morales" in page(carla, "person", said_yes.trainee.public_id)
    assert "Ana Morales" in page(carla, "board")
    assert "Ana Morales" in page(carla, "post_person", said_yes.ana.public_id)
    end(said_yes, sign_in, "record")
    for where in (("person", said_yes.trainee.public_id), ("post_person", said_yes.ana.public_id),
                  ("referral", said_yes.referral.public_id)):  # fmt: skip
        assert carla.get(reverse(where[0], args=where[1:])).status_code == 404
    assert "Morales" not in page(carla, "board")
    assert standing(said_yes.ana) == {"match", "contact", "certificates"}


def test_matching_taken_back_ends_what_fits(said_yes, sign_in, settle):
    other = said_yes.opening(title="Second welder")
    nightly.rematch(at=said_yes.now)
    assert Match.objects.filter(opening=other).exclude(state="ended").exists()
    sign_in(said_yes.ana).post(reverse("consent_match", args=["no"]))
    settle()
    assert not Match.objects.filter(opening=other).exclude(state="ended").exists()
    assert "record" in standing(said_yes.ana)


def test_texts_taken_back_hold_the_next_text_back(said_yes, sign_in, settings):
    from django.db import transaction

    from notifications import outbox, topics

    settings.SMS_GATEWAY = "console"
    ana = said_yes.ana
    ana.phone, ana.phone_verified_at = "+19095550127", said_yes.now
    ana.save()
    with transaction.atomic():
        consents.give(ana, Purpose.SMS, source="web", at=said_yes.now, by=ana, number=ana.phone)
        data = Delivery.objects.filter(notice__kind="referral_yes").first().notice.data
        outbox.post(ana, "referral_yes", topic=topics.REFERRALS, once_key="x", data=data, path="/", at=said_yes.now)
    text = Delivery.objects.get(user=ana, channel="sms")
    end(said_yes, sign_in, "sms")
    outbox.send_due()
    text.refresh_from_db()
    assert (text.state, text.reason) == ("withheld", "consent")


def test_one_page_shows_all_of_it_with_words_version_time_and_source(said_yes, sign_in):
    browser = sign_in(said_yes.ana)
    text = page(browser, "consent_list")
    for consent in Consent.objects.filter(user=said_yes.ana):
        assert consent.wording.split(".")[0][:40] in text
        assert reverse("consent_end", args=[consent.public_id]) in text
    assert "contact-2" in text
    assert said_yes.job.name in text or said_yes.job.title_es in text


def test_nobody_takes_back_what_another_agreed_to(said_yes, sign_in):
    consent = Consent.objects.standing().get(user=said_yes.ana, purpose="contact")
    assert sign_in(said_yes.rhea).post(reverse("consent_end", args=[consent.public_id])).status_code == 404
    consent.refresh_from_db()
    assert consent.withdrawn_at is None


def test_the_page_of_agreements_costs_little(said_yes, sign_in, django_assert_max_num_queries):
    browser = sign_in(said_yes.ana)
    with django_assert_max_num_queries(12):
        browser.get(reverse("consent_list"))


def test_sharing_the_record_names_the_coalition_and_is_one_tap_each_way(cast, sign_in):
    browser = sign_in(cast.ana)
    shown = browser.get(reverse("consent_list")).content.decode()
    browser.post(reverse("consent_record", args=["yes"]))
    consent = Consent.objects.get(user=cast.ana)
    assert (consent.purpose, consent.organization) == ("record", cast.coalition)
    assert "Inland Coalition" in consent.wording
    assert escape(consent.wording) in shown  # kept is what they read
    browser.post(reverse("consent_record", args=["no"]))
    assert standing(cast.ana) == set()


def test_a_referral_taken_back_takes_both_agreements_back(said_yes):
    actions.withdraw(said_yes.referral, by=said_yes.ana, at=said_yes.now)
    assert standing(said_yes.ana) == {"match", "record"}
    assert Referral.objects.get().state == "withdrawn"


def test_under_18_nothing_is_agreed_to_without_a_guardian(cast):
    from django.db import transaction

    TraineeProfile.objects.filter(pk=cast.trainee.pk).update(is_minor=True)
    cast.ana.refresh_from_db()
    for purpose in consents.NEEDS_GUARDIAN:
        with pytest.raises(Denied), transaction.atomic():
            consents.give(cast.ana, purpose, source="web", at=cast.now, by=cast.ana, opening=cast.opening())
    assert not Event.objects.filter(kind="consent.given").exists()
