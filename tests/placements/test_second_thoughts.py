"""An answer by mistake is taken back by whoever gave it; a coordinator reads whom to call, and whose answer it is."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.db import transaction
from django.urls import reverse

from accounts import consents, seeking
from accounts.policies import Denied
from matching import nightly
from matching.models import Match
from notifications import words
from notifications.models import Notice
from openings import actions as openings
from placements import actions, second_thoughts
from placements.models import Referral


@pytest.fixture
def referral(cast):
    cast.agree()
    cast.opening()
    cast.certify()
    nightly.rematch(at=cast.now, quiet=True)
    return actions.say_yes(Match.objects.get(), by=cast.ana, at=cast.now)


def undo(browser, referral, **more):
    return browser.post(reverse("referral_undo", args=[referral.public_id]), more, follow=True).content.decode()


@pytest.mark.parametrize(("step", "more"), [("put_off", {}), ("interview", {}), ("decline", {"reason": "other"})])
def test_an_answer_from_the_list_is_taken_back_and_the_person_hears_that_it_does_not_count(
    cast, referral, sign_in, settle, step, more
):
    elliot, due = sign_in(cast.elliot), referral.due_on
    sent = {"step": step, "tab": "all"} | {f"{key}-{referral.public_id}": value for key, value in more.items()}
    page = elliot.post(reverse("answer_give", args=[referral.public_id]), sent, follow=True).content.decode()
    assert "Take this answer back" in page
    assert "Take this answer back" in elliot.get(reverse("referral", args=[referral.public_id])).content.decode()
    back = elliot.post(reverse("referral_undo", args=[referral.public_id]), {"board": "answer_board", "tab": "all"})
    assert back["Location"] == reverse("answer_board") + "?tab=all"
    assert "Taken back." in elliot.get(back["Location"]).content.decode()
    referral.refresh_from_db()
    assert (referral.state, referral.reason, referral.due_on, referral.owner) == ("seen", "", due, cast.elliot)
    (told,) = Notice.objects.filter(user=cast.ana, kind="referral_recalled")
    assert words.message(told, "en").subject == "Rialto Steel took its last answer back"
    # The letter about the answer had not left: only that it does not count is read.
    settle()
    letters = [m for m in mail.outbox if m.to == [cast.ana.email]]
    assert sum("/referrals/" in m.body for m in letters) == 1
    page = elliot.get(reverse("answer_board")).content.decode()
    assert "Take this answer back" not in page
    assert "Only who gave the answer" in undo(elliot, referral)
    assert actions.respond(referral, "interview", by=cast.elliot, at=cast.now).state == "interview"


def test_ten_minutes_later_or_by_somebody_else_or_after_more_it_stays(cast, referral, sign_in):
    actions.see(referral, by=cast.elliot, at=cast.now)
    said = actions.respond(referral, "put_off", by=cast.elliot, at=cast.now)
    with pytest.raises(Denied, match="Only who gave the answer"):
        second_thoughts.take_back(said, by=cast.carla, at=cast.now)
    with pytest.raises(Denied, match="for ten minutes"):
        second_thoughts.take_back(said, by=cast.elliot, at=cast.now + timedelta(minutes=11))
    said = actions.respond(said, "interview", by=cast.elliot, at=cast.now)
    with pytest.raises(Denied, match="nothing else followed"):
        second_thoughts.take_back(said, by=cast.elliot, at=cast.now)
    assert Referral.objects.get().state == "interview"
    with time_machine.travel(cast.now + timedelta(minutes=11)):
        assert "Take this answer back" not in sign_in(cast.elliot).get(reverse("answer_board")).content.decode()


@pytest.mark.parametrize("step", ["interview", "decline"])
@pytest.mark.parametrize("ends", ["closed", "contact", "certificates", "not looking", "not matched"])
def test_what_is_over_is_not_brought_back(cast, referral, settle, sign_in, ends, step):
    said = actions.respond(referral, step, reason="other" if step == "decline" else "", by=cast.elliot, at=cast.now)
    settle()
    state, told = said.state, Notice.objects.count()
    if ends == "closed":
        openings.close(said.opening, reason="withdrawn", by=cast.elliot, at=cast.now)
    elif ends == "not looking":
        with transaction.atomic():
            seeking.rest(cast.trainee, by=cast.ana, at=cast.now)
    else:
        opening = None if ends == "not matched" else said.opening
        purpose = "match" if ends == "not matched" else ends
        consents.withdraw(cast.ana, purpose, at=cast.now, by=cast.ana, opening=opening)
    settle()
    elliot, button = sign_in(cast.elliot), "Take this answer back"
    assert button not in elliot.get(reverse("referral", args=[said.public_id])).content.decode()
    assert ends == "not matched" or button not in elliot.get(reverse("answer_board")).content.decode()
    read = undo(elliot, said)
    assert ("opening is closed" if ends == "closed" else "stepped back since") in read
    found = Referral.objects.get()
    assert (found.state, found.due_on) == (state, said.due_on)
    assert not Notice.objects.filter(kind="referral_recalled").exists()
    assert Notice.objects.count() == told


@pytest.mark.parametrize(("step", "reason"), [("interview", ""), ("decline", "other")])
def test_a_coordinator_who_takes_it_back_leaves_the_step_with_the_employers_people(cast, referral, step, reason):
    said = actions.respond(referral, step, reason=reason, by=cast.carla, at=cast.now)
    back = second_thoughts.take_back(said, by=cast.carla, at=cast.now)
    assert (back.state, back.owner) == ("seen", cast.elliot)


def test_a_coordinator_reads_whom_to_call_and_whose_answer_it_is(cast, referral, sign_in):
    cast.shop.phone, cast.elliot.phone = "+19095550111", "+19095550122"
    cast.shop.save(update_fields=["phone"])
    cast.elliot.save(update_fields=["phone"])
    there = reverse("referral", args=[referral.public_id])
    page = sign_in(cast.carla).get(there).content.decode()
    assert "The answer of Rialto Steel" in page
    ways = (f"mailto:{cast.elliot.email}", "tel:+19095550111", "tel:+19095550122")
    assert all(way in page for way in (*ways, reverse("organization", args=[cast.shop.public_id])))
    # Its own people need no number of theirs, and the person reads none.
    for reader in (cast.elliot, cast.ana):
        page = sign_in(reader).get(there).content.decode()
        assert not any(way in page for way in ways)
        assert "The answer of Rialto Steel" not in page
    # Once the step is a coordinator's, whoever answers there is still who is to be called.
    Referral.objects.update(owner=cast.carla)
    assert f"mailto:{cast.elliot.email}" in sign_in(cast.carla).get(there).content.decode()
