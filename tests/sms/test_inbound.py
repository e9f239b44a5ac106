"""What people write back: STOP and its kin, START, HELP, and answers that act on the referral."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.models import Consent
from ledger.models import Event
from matching import nightly
from matching.models import Match
from notifications.models import Address, Delivery, Notice
from notifications.sms import gsm, meaning, phones
from notifications.sms.models import Incoming, Question, Text, Unsettled
from placements.models import Referral

from .conftest import NUMBER


@pytest.fixture
def matched(ana, cast, carrier, settle):
    """Ana was asked by text about an opening that fits her; returns the text."""
    cast.agree()
    cast.opening()
    cast.certify()
    nightly.rematch(at=cast.now)
    settle()
    return carrier.messages[0]["body"]


# --- STOP, START, HELP ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("word", ["STOP", "alto", "No me manden más", "unsubscribe"])
def test_stop_bites_before_the_next_text(ana, carrier, tell, settle, texted, word):
    waiting = tell()
    assert texted(word)
    settle()
    waiting.refresh_from_db()
    assert (waiting.state, waiting.reason) == ("withheld", "stopped")
    assert tell(key="2") is None
    assert not carrier.messages
    assert Address.objects.get(channel="sms").state == "stopped"
    assert not Consent.objects.standing().filter(user=ana, purpose="sms").exists()
    assert {"sms.stopped", "consent.withdrawn"} <= set(Event.objects.values_list("kind", flat=True))


def test_stop_also_holds_what_is_in_a_workers_hands(ana, carrier, tell, settle, texted):
    waiting = tell()
    Delivery.objects.filter(pk=waiting.pk).update(state="sending", leased_until=timezone.now())
    texted("STOP")
    settle()  # taken up again
    waiting.refresh_from_db()
    assert waiting.state == "withheld"
    assert not carrier.messages


def test_start_brings_back_what_was_agreed_and_nothing_else(ana, carrier, cast, tell, settle, texted):
    texted("STOP")
    assert "ALTO" in texted("START")  # how it ends is said again
    assert Address.objects.get(channel="sms").state == "ok"
    again = Consent.objects.standing().get(user=ana, purpose="sms")
    assert again.source == "text START"
    assert tell()
    settle()
    assert len(carrier.messages) == 1


def test_start_without_an_agreement_is_no_agreement(cast, carrier, texted, tell):
    cast.ana.phone, cast.ana.phone_verified_at = NUMBER, cast.now
    cast.ana.save()
    assert "/me/phone" in texted("START")
    assert not Consent.objects.filter(purpose="sms").exists()
    assert tell() is None


def test_help_says_who_we_are_in_the_readers_language(ana, texted):
    ana.language = "es"
    ana.save()
    assert "Throughline" in texted("HELP")
    assert "ALTO" in texted("ayuda")
    ana.language = "en"
    ana.save()
    assert "STOP" in texted("HELP")


def test_strangers_are_heard_when_they_say_stop_and_else_get_no_answer(cast, carrier, texted):
    assert texted("1", number="+19515550177") == ""
    assert texted("hello", number="+19515550177") == ""
    assert texted("ALTO", number="+19515550177")
    assert Address.objects.get(address="+19515550177").state == "stopped"


def test_what_the_carrier_answered_itself_we_do_and_do_not_answer(ana, texted):
    assert texted("STOP", OptOutType="STOP") == ""
    assert Address.objects.get(channel="sms").state == "stopped"


# --- The door ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("wrong", ["token", "none", "body", "garbage"])
def test_a_forged_text_meets_403_and_nothing_is_written(ana, carrier, client, settings, wrong):
    url = reverse("carrier_text")
    form = carrier.incoming(NUMBER, "STOP", "SM1")
    headers = carrier.signed(settings.SITE_URL + url, form, "guessed" if wrong == "token" else "12345")
    if wrong == "none":
        headers = {}
    if wrong == "garbage":
        headers = {"X-Twilio-Signature": "\u00e9"}
    if wrong == "body":
        form["From"] = "+19515550111"
    assert client.post(url, form, headers=headers).status_code == 403
    assert not Incoming.objects.exists()
    assert not Address.objects.exists()


def test_the_door_stands_on_the_address_of_the_site_and_not_on_what_a_request_says(ana, carrier, client, settings):
    url = reverse("carrier_text")
    form = carrier.incoming(NUMBER, "STOP", "SM1")
    headers = carrier.signed("http://evil.example" + url, form)
    settings.ALLOWED_HOSTS = ["*"]
    assert client.post(url, form, headers=headers | {"Host": "evil.example"}).status_code == 403
    settings.SITE_URL = "https://hire.example.org"
    with_port = carrier.signed("https://hire.example.org:443" + url, form)
    assert client.post(url, form, headers=with_port, secure=True).status_code == 200


@pytest.mark.parametrize("gateway", ["off", "console"])
def test_without_the_carrier_its_doors_are_not_there(cast, carrier, client, settings, gateway):
    settings.SMS_GATEWAY = gateway
    url = reverse("carrier_text")
    form = carrier.incoming(NUMBER, "STOP", "SM1")
    assert client.post(url, form, headers=carrier.signed(settings.SITE_URL + url, form)).status_code == 404
    assert client.get(url).status_code == 405


def test_the_same_text_told_twice_is_done_once_and_answered_the_same(matched, texted):
    first = texted("1", sid="SMx")
    assert first
    assert texted("1", sid="SMx") == first
    assert Incoming.objects.count() == 1
    assert Event.objects.filter(kind="referral.yes").count() == 1
    assert Text.objects.filter(delivery=None).count() == 1


def test_a_text_whose_answer_was_cut_off_is_taken_up_again(matched, texted, cast):
    # Killed at it a moment ago: the carrier tells of it once more, and no third time.
    Incoming.objects.create(sid="SMx", number=NUMBER, at=timezone.now())
    assert texted("1", sid="SMx")
    assert Referral.objects.get().state == "yes"


def test_what_else_a_text_said_is_not_kept(ana, texted):
    texted("my number is 123-45-6789")
    assert "6789" not in str(list(Incoming.objects.values()))


def test_nobody_is_answered_without_end(ana, texted, settings):
    settings.TEXTS_TO_A_NUMBER_AN_HOUR = 3
    assert [bool(texted("hello?")) for _time in range(5)] == [True, True, True, False, False]


# --- Answers ----------------------------------------------------------------------------------------------------------
def test_the_text_asks_with_three_answers_and_says_what_yes_shares(matched):
    assert "Rialto Steel" in matched
    assert "$24.50/h" in matched
    for number in "123":
        assert f" {number} " in matched


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ("1", "yes"),
        ("Sí", "yes"),
        ("yes", "yes"),
        ("2", "not_now"),
        ("ahora no", "not_now"),
        ("3", "no"),
        ("No.", "no"),
    ],
)
def test_an_answer_acts_on_the_referral_as_the_person(matched, texted, cast, said, state):
    assert texted(said).startswith("Throughline: ")
    referral = Referral.objects.get()
    assert (referral.trainee.user_id, referral.state) == (cast.ana.pk, state)
    event = Event.objects.get(kind=f"referral.{state}")
    assert (event.actor_id, event.facts["via"]) == (cast.ana.pk, "text")
    shared = Consent.objects.standing().filter(user=cast.ana, purpose="contact")
    assert [consent.source for consent in shared] == (["text"] if state == "yes" else [])
    assert Notice.objects.filter(kind="referral_yes").exists() == (state == "yes")
    assert texted(said).startswith("Throughline: ")  # no question is open any more
    assert Event.objects.filter(kind__startswith="referral.").count() == 1


def test_a_no_is_asked_why_by_numbers_that_are_never_a_yes(matched, texted, cast, settle, settings):
    settings.TEXTS_TO_A_NUMBER_AN_HOUR = 50
    assert set(meaning.REASONS) < set(Referral.Reason.values)
    assert "1" in texted("4")  # nobody asked why yet
    assert not Referral.objects.exists()
    for language, words in (("en", "4 too far"), ("es", "4 lejos")):
        Referral.objects.all().delete()
        Question.objects.update(answered_at=None)
        Question.objects.filter(kind="why_not").delete()
        cast.ana.language = language
        cast.ana.save()
        asked = texted("3")
        assert words in asked
        assert gsm.segments(asked) == 1
    referral = Referral.objects.get()
    assert (referral.state, referral.reason) == ("no", "other")
    assert "/me" in texted("1")  # it is no question of yes or no
    # Asked of another opening meanwhile: the reason goes to the no, and what is bare goes to the last that was asked.
    cast.opening(cast.rival, title="Fitter", title_es="Montador")
    nightly.rematch(at=cast.now)
    settle()
    assert "3 no" in texted("¿Pago?")  # of the other opening, it seems
    assert texted("8")
    referral.refresh_from_db()
    assert (referral.state, referral.reason) == ("no", "working")
    event = Event.objects.get(kind="referral.reasoned")
    assert (event.actor_id, event.facts) == (cast.ana.pk, {"reason": "working", "via": "text"})
    assert "1" in texted("8")  # sent twice
    assert Referral.objects.count() == 1
    # Said no to the last: before its reason is known, a bare 1 does not go to an opening before it.
    cast.opening(title="Helper", title_es="Ayudante")
    nightly.rematch(at=cast.now)
    settle()
    which = texted("3")
    letter = "A" if which.index("Ayudante") < which.index("Montador") else "B"
    assert "4 lejos" in texted(letter)
    assert "Montador" in texted("1")
    assert not Referral.objects.filter(state="yes").exists()
    assert texted("STOP")
    assert not Question.objects.filter(answered_at=None).exists()


def test_anything_else_gets_a_kind_sentence_and_does_nothing(matched, texted):
    assert "1" in texted("what is this about?")
    assert not Referral.objects.exists()
    assert texted("1")
    assert Referral.objects.get().state == "yes"


def test_an_answer_without_a_question_does_nothing(ana, texted):
    assert "/me" in texted("1")
    assert not Referral.objects.exists()


def test_a_question_ends_after_two_weeks_and_when_the_opening_closes(matched, texted, cast):
    with time_machine.travel(cast.now + timedelta(days=15), tick=True):
        assert "/me" in texted("1")
    match = Match.objects.get()
    match.opening.state, match.opening.closed_at = "closed", cast.now
    match.opening.save()
    assert "/me" in texted("1")
    assert not Referral.objects.exists()


def test_what_was_answered_on_the_page_is_not_asked_any_more(matched, texted, cast):
    from placements import actions

    actions.say_no(Match.objects.get(), reason="far", note="", by=cast.ana, at=cast.now)
    texted("1")
    assert Referral.objects.get().state == "no"


@pytest.fixture
def asked_twice(matched, cast, settle):
    cast.opening(cast.rival, title="Fitter", title_es="Montador")
    nightly.rematch(at=cast.now)
    settle()
    assert Question.objects.filter(answered_at=None).count() == 2


def test_with_two_questions_open_it_asks_which_one(asked_twice, texted):
    which = texted("1")
    assert "A " in which
    assert "Corona Metal" in which
    assert "Rialto Steel" in which
    assert not Referral.objects.exists()
    letter = "A" if which.index("Rialto Steel") < which.index("Corona Metal") else "B"
    assert "Rialto Steel" in texted(letter)
    assert Referral.objects.get().opening.organization.name == "Rialto Steel"
    assert not Unsettled.objects.exists()
    texted("2")  # one is left, and it is clear which
    assert set(Referral.objects.values_list("opening__organization__name", "state")) == {
        ("Rialto Steel", "yes"), ("Corona Metal", "not_now"),
    }  # fmt: skip


def test_letter_and_answer_in_one_text(asked_twice, texted):
    which = texted("si")
    first = "Rialto Steel" if which.index("Rialto Steel") < which.index("Corona Metal") else "Corona Metal"
    texted("a 3")
    assert set(Referral.objects.values_list("opening__organization__name", "state")) == {(first, "no")}


def test_a_letter_keeps_its_opening_when_another_question_comes_between(asked_twice, texted, cast, settle):
    which = texted("1")
    cast.opening(title="Helper", title_es="Ayudante")
    nightly.rematch(at=cast.now)
    settle()
    named_b = which.split("B ")[1].split(",")[0].split(".")[0]
    texted("B")
    match = Referral.objects.get().opening
    assert named_b in (match.title, match.title_es)


def test_a_letter_alone_without_an_answer_is_asked_for_one(asked_twice, texted):
    texted("A")
    assert not Referral.objects.exists()


def test_an_error_of_ours_is_said_and_the_question_stays(matched, texted, monkeypatch):
    from placements import actions

    def broken(*args, **values):
        raise RuntimeError("broken")

    monkeypatch.setattr(actions, "say_yes", broken)
    assert "/me" in texted("1")
    assert Question.objects.get().answered_at is None


def test_a_refusal_is_told_in_words(matched, texted, monkeypatch):
    from accounts.policies import Denied
    from placements import actions

    def refused(*args, **values):
        raise Denied("This opening is closed.")

    monkeypatch.setattr(actions, "say_yes", refused)
    assert "This opening is closed." in texted("1")


def test_another_person_with_the_number_before_answers_nothing(matched, texted, cast):
    phones.remove(cast.ana, by=cast.ana, at=cast.now)
    assert texted("1") == ""
    assert not Referral.objects.exists()
