"""The contract with Twilio, over real HTTP: what we send, what each answer means, what is never sent twice."""

from datetime import timedelta

import pytest
from django.http import QueryDict
from django.utils import timezone

from notifications.sms import gateway, twilio
from notifications.sms.gateway import Busy, Out, Rejected, Taken
from notifications.sms.twilio import Twilio

from .conftest import NUMBER
from .fake_twilio import ACCOUNT, SERVICE, TOKEN

OUT = Out(NUMBER, "Throughline: ¿Qué tal? 1 & 2 + 3 = 6", "https://hire.example.org/texts/x/")


@pytest.fixture
def phone(carrier):
    def make(token=TOKEN, url=None, timeout=0.3):
        return Twilio(ACCOUNT, token, SERVICE, url=url or carrier.url, timeout=timeout)

    return make


def test_a_text_is_posted_as_the_documentation_says(carrier, phone):
    answer = phone().send(OUT)
    assert answer == Taken(carrier.messages[0]["sid"])
    assert carrier.requests == [
        (
            "POST",
            {
                "To": NUMBER,
                "Body": OUT.body,
                "MessagingServiceSid": SERVICE,
                "StatusCallback": "https://hire.example.org/texts/x/",
            },
        )
    ]


@pytest.mark.parametrize(
    ("code", "about"),
    [
        (21211, gateway.DEAD), (21614, gateway.DEAD), (21635, gateway.DEAD), (21610, gateway.STOPPED),
        (21408, gateway.COUNTRY), (21617, gateway.NOTHING), (99999, gateway.NOTHING),
    ],
)  # fmt: skip
def test_what_it_refuses_for_good_is_not_tried_again_and_says_why(carrier, phone, code, about):
    carrier.plan = [code]
    answer = phone().send(OUT)
    assert isinstance(answer, Rejected)
    assert (answer.code, answer.about) == (str(code), about)


@pytest.mark.parametrize(
    ("says", "unsure", "ours"),
    [
        (20429, False, False),
        ("500", True, False),
        ("500 taken", True, False),
        (20003, False, True),
        (21606, False, True),
    ],
)
def test_what_may_work_later_is_tried_later(carrier, phone, says, unsure, ours):
    carrier.plan = [says]
    answer = phone().send(OUT)
    assert isinstance(answer, Busy)
    assert (answer.unsure, answer.ours, answer.away) == (unsure, ours, False)


@pytest.mark.parametrize("says", ["mute", "drop", "nonsense"])
def test_no_answer_that_can_be_read_may_have_arrived(carrier, phone, says):
    carrier.plan = [says]
    answer = phone().send(OUT)
    assert isinstance(answer, Busy)
    assert answer.unsure
    assert answer.away


def test_a_slow_answer_is_waited_for(carrier, phone):
    carrier.plan = ["slow"]
    assert isinstance(phone().send(OUT), Taken)


def test_nobody_at_the_door_is_not_unsure(carrier, phone):
    answer = phone(url="http://127.0.0.1:9").send(OUT)
    assert isinstance(answer, Busy)
    assert answer.away
    assert not answer.unsure


def test_a_wrong_token_is_ours_to_mend(carrier, phone):
    answer = phone(token="wrong").send(OUT)
    assert isinstance(answer, Busy)
    assert answer.ours
    assert not carrier.messages


@pytest.mark.parametrize("says", ["mute", "drop", "500 taken", "nonsense"])
def test_a_text_that_arrived_although_the_answer_was_lost_is_found_and_not_sent_twice(carrier, phone, says):
    before = timezone.now()
    carrier.plan = [says]
    phone().send(OUT)
    again = phone().send(Out(OUT.to, OUT.body, OUT.callback, unsure_since=before))
    assert again == Taken(carrier.messages[0]["sid"])
    assert len(carrier.messages) == 1


def test_other_words_and_older_texts_do_not_count_as_this_one(carrier, phone):
    phone().send(OUT)
    other = Out(OUT.to, "something else", OUT.callback, unsure_since=timezone.now())
    later = Out(OUT.to, OUT.body, OUT.callback, unsure_since=timezone.now() + timedelta(minutes=10))
    assert phone().send(other) == Taken(carrier.messages[1]["sid"])
    assert phone().send(later) == Taken(carrier.messages[2]["sid"])


def test_while_it_cannot_say_what_it_has_nothing_is_sent(carrier, phone):
    carrier.plan = ["no list"]
    answer = phone().send(Out(OUT.to, OUT.body, OUT.callback, unsure_since=timezone.now()))
    assert isinstance(answer, Busy)
    assert answer.unsure
    assert not carrier.messages


# The examples of the public documentation and of Twilio's own libraries.
URL = "https://mycompany.com/myapp.php?foo=1&bar=2"
CALL = "CallSid=CA1234567890ABCDE&Digits=1234&From=%2B14158675309&To=%2B18005551212&Caller=%2B14158675309"


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        (CALL, "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
        ("Sid=CA123&SidAccount=AC123&Digits=5678&Digits=1234", "IK+Dwps556ElfBT0I3Rgjkr1wJU="),
    ],
)
def test_signatures_are_those_of_the_documentation(form, expected):
    assert twilio.signature(URL, QueryDict(form), "12345") == expected
