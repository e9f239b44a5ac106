"""Who is asked for a place: what they read and answer, what the person hears, and who reads nothing."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from accounts.models import Consent, Erasure, Membership, RecordView
from ledger.log import history
from notifications import words
from notifications.models import Notice
from programs.models import PlaceRequest
from programs.places import actions


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"answer": "come", "note": "Monday at 5"}, "hay un lugar para usted"),
        ({"answer": "full"}, "está llena"),
        ({"answer": "not_yet", "on": "2027-02-01"}, "1 de febrero de 2027"),
    ],
)
def test_priya_answers_and_ana_is_told_in_her_language(cast, ask, sign_in, settle, mailoutbox, said, told):
    cast.ana.language = "es"
    cast.ana.save(update_fields=["language"])
    request = ask()
    sign_in(cast.priya).post(reverse("place_request", args=[request.public_id]), said)
    settle()
    mail = next(m for m in mailoutbox if m.to == [cast.ana.email])
    assert told in (mail.subject + mail.body).lower() or told in mail.body
    assert said.get("note", "") in mail.body
    request.refresh_from_db()
    assert (request.state, request.answered_by) == ("answered", cast.priya)


def test_where_it_is_full_ana_reads_where_to_look_on(cast, ask, sign_in):
    actions.answer(ask(), answer="full", by=cast.priya, at=cast.now)
    message = words.message(Notice.objects.get(kind="place_answered"), "en")
    assert "You can ask for a place in other classes, too." in message.paragraphs
    (elsewhere,) = [action.path for action in message.actions if action.label == "Look for other classes"]
    browser = sign_in(cast.ana)
    assert f'href="{elsewhere}"' in browser.get(reverse("place_mine")).text
    assert cast.program.title in browser.get(elsewhere).text


def test_another_class_can_be_named_and_asked_for(cast, ask, announce, located, sign_in):
    request = ask()
    other = announce(located("92335", "osha10"))
    browser = sign_in(cast.priya)
    here = reverse("place_request", args=[request.public_id])
    assert browser.post(here, {"answer": "other"}).status_code == 422
    browser.post(here, {"answer": "other", "other": str(other.public_id)})
    page = sign_in(cast.ana).get(reverse("place_mine")).text
    assert f"{reverse('place_ask', args=[other.program.public_id])}?class={other.public_id}" in page


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"answer": "not_yet"},
        {"answer": "not_yet", "on": "2026-01-01"},
        {"answer": "other"},
        {"answer": "come", "note": "123-45-6789"},
    ],
)
def test_half_an_answer_is_none(cast, ask, sign_in, said):
    request = ask()
    answer = sign_in(cast.priya).post(reverse("place_request", args=[request.public_id]), said)
    assert answer.status_code == 422
    request.refresh_from_db()
    assert request.state == "asked"


def test_not_yet_becomes_come_and_a_place_taken_back_is_told(cast, ask):
    request = ask()
    for number, answer in enumerate(("not_yet", "come")):
        at = cast.now + timedelta(hours=number)
        on = date(2027, 2, 1) if answer == "not_yet" else None
        request = actions.answer(request, answer=answer, on=on, by=cast.priya, at=at)
    assert Notice.objects.filter(kind="place_answered", user=cast.ana).count() == 2
    actions.withdraw(request, by=cast.ana, at=cast.now)
    assert Notice.objects.filter(kind="place_taken_back", user=cast.priya).count() == 1


def test_the_same_answer_again_tells_nobody(cast, ask):
    request = ask()
    notes = ("Monday at 5", "Monday at 5", "Monday at 6", "Monday at 5")
    for number, note in enumerate(notes):
        request = actions.answer(
            request, answer="come", note=note, by=cast.priya, at=cast.now + timedelta(minutes=number)
        )  # fmt: skip
    assert Notice.objects.filter(kind="place_answered", user=cast.ana).count() == 3
    assert [event.kind for event in history(request)].count("place_request.answered") == 3


def test_the_answer_ends_what_is_shared_after_90_days(cast, ask):
    request = actions.answer(ask(), answer="full", by=cast.priya, at=cast.now)
    seen = [
        request in PlaceRequest.objects.visible_to(cast.priya, at=cast.now + timedelta(days=days)) for days in (89, 91)
    ]
    assert seen == [True, False]


def test_whoever_asks_to_be_erased_is_seen_no_more(cast, ask):
    request = ask()
    Erasure.objects.create(person=cast.ana.public_id, asked_at=cast.now, due_at=cast.now)
    assert request not in PlaceRequest.objects.visible_to(cast.priya, at=cast.now)


def test_ana_reads_that_her_request_was_opened(cast, ask, sign_in):
    request = ask()
    browser = sign_in(cast.priya)
    browser.get(reverse("place_list"))
    browser.get(reverse("place_request", args=[request.public_id]))
    assert {(look.viewer, look.purpose, look.times) for look in RecordView.objects.filter(person=cast.ana)} == {
        (cast.priya, "place", 1),
        (cast.priya, "place_read", 1),
    }
    reader = sign_in(cast.ana)
    reader.cookies["django_language"] = "es"
    seen = reader.get("/me/seen/").text.lower()
    assert "abrió su solicitud de un lugar en una clase" in seen
    assert "vio su solicitud de un lugar en una clase" in seen


def test_others_see_nothing(cast, ask, sign_in):
    here = reverse("place_request", args=[ask().public_id])
    for stranger in (cast.elliot, cast.rhea, cast.ben, cast.willa, cast.carla):
        assert sign_in(stranger).get(here).status_code == 404


def test_a_coordinator_reads_of_those_who_share_their_record_and_does_not_answer(cast, ask, sign_in):
    request = ask()
    Consent.objects.create(
        user=cast.ana, purpose="record", wording="I agree", language="en", source="test", given_at=cast.now
    )
    browser = sign_in(cast.carla)
    here = reverse("place_request", args=[request.public_id])
    assert "Ana Morales" in browser.get(reverse("place_list")).text
    assert browser.get(here).status_code == 200
    assert browser.post(here, {"answer": "full"}).status_code == 403


def test_a_facilitator_of_councils_reads_nothing(nobody_there, ask, sign_in):
    request = ask()
    Membership.objects.filter(user=nobody_there.carla).update(role="facilitator")
    assert sign_in(nobody_there.carla).get(reverse("place_request", args=[request.public_id])).status_code == 404
