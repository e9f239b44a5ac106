"""Acting for a person: only who looks after them, only after their yes, stamped on everything, and nothing beyond."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts import timeline
from accounts.models import Assistance, Consent, TraineeProfile, User
from accounts.record import seen
from imports.models import Batch
from ledger.models import Event
from matching import nightly
from matching.models import Match
from placements.models import Referral
from programs.models import Enrollment

SPOKEN = {"language": "es", "how": "phone", "agreed": "on"}
PROFILE = {
    "zip": "92335",
    "miles": "30",
    "shifts": ["night"],
    "languages": ["es"],
    "wage": "20",
    "license": "none",
    "transport": "yes",
}


@pytest.fixture
def carla(cast, sign_in):
    """Carla on the phone with Ana, who shares her record and said yes to the words."""
    cast.agree()
    cast.certify()
    cast.job = cast.opening()
    nightly.rematch(at=cast.now)
    browser = sign_in(cast.carla)
    cast.page = reverse("assist", args=[cast.trainee.public_id])
    answer = browser.post(cast.page, SPOKEN)
    assert answer["Location"] == reverse("trainee_profile")
    return browser


def over(browser) -> bool:
    """Whether the marked pages are the helper's own again."""
    answer = browser.get(reverse("trainee_profile"))
    return "You act for <strong>Ana Morales</strong>" not in answer.content.decode()


def test_what_is_done_is_done_by_the_helper_for_the_person_and_the_person_reads_it(cast, carla):
    consent = cast.ana.consents.get(purpose="assist")
    assert (consent.language, consent.source, consent.organization) == ("es", "spoken, phone", cast.coalition)
    assert consent.version == "assist-1"
    assert "Inland Coalition" in consent.wording
    assert "Acepto" in consent.wording

    carla.post(reverse("trainee_profile"), PROFILE)
    carla.post(reverse("certification_declare"), {"credential": "osha10", "issued_on": "2026-05-05", "who": "nobody"})
    match = Match.objects.get(trainee=cast.trainee, opening=cast.job)
    page = carla.get(reverse("match", args=[match.public_id])).content.decode()
    assert "You act for <strong>Ana Morales</strong>" in page
    carla.post(reverse("match_answer", args=[match.public_id, "yes"]))

    assert User.objects.get(pk=cast.ana.pk).trainee.shifts == ["night"]
    assert cast.trainee.certifications.get(credential="osha10").level == "self"
    assert Referral.objects.get(trainee=cast.trainee, opening=cast.job).state == "yes"
    assert cast.ana.consents.get(purpose="contact", opening_id=cast.job.pk).source == "assisted by Carla Reyes"
    for kind in ("profile.changed", "certification.recorded", "referral.yes"):
        event = Event.objects.filter(kind=kind).order_by("-pk").first()
        assert (event.actor_id, event.organization_id) == (cast.carla.pk, cast.coalition.pk), kind
        assert event.facts["for"] == cast.ana.pk

    told = [entry.words for entry in timeline.of_person(cast.ana, reader=cast.ana)]
    assert "Ana Morales changed what they told us. Carla Reyes of Inland Coalition did this for you." in told
    assert "Carla Reyes of Inland Coalition began to act for the person, as they agreed." in told
    mine = [entry.words for entry in timeline.of_person(cast.ana, reader=cast.carla)]
    assert any(words.endswith("Carla Reyes of Inland Coalition did this for them, as they agreed.") for words in mine)
    look = seen.of_person(cast.ana).get(purpose="assisted")
    assert look.viewer == cast.carla
    assert look.organization == cast.coalition
    assert look.times >= 5


def test_a_helper_writes_down_training_of_the_person_who_sits_there(cast, carla):
    url = reverse("import_by_hand", args=["completers"])
    page = carla.get(url).content.decode()
    assert 'value="Ana Morales"' in page
    assert "which are filled in from this person’s record." in page  # whoever is chosen reads her contact
    typed = {"name": "Ana Morales", "email": cast.ana.email, "program": "Structural welding"}
    typed |= {"completed_on": "2026-10-02", "organization": cast.center.public_id, "language": "es"}
    answer = carla.post(url, typed)
    batch = Batch.objects.get()
    assert answer["Location"] == reverse("import_batch", args=[batch.public_id])
    carla.post(reverse("import_save", args=[batch.public_id]), {"do": "all"})
    if question := batch.rows.filter(outcome="question").first():  # Ana has not shown yet that the address is hers
        carla.post(reverse("import_question", args=[batch.public_id, question.line]), {"same": "0"})
    assert cast.trainee.enrollments.get().program == cast.program
    assert User.objects.filter(full_name="Ana Morales").count() == 1
    told = [entry.words for entry in timeline.of_person(cast.ana, reader=cast.ana)]
    assert "Carla Reyes of Inland Coalition wrote down training of the person, as they agreed." in told
    carla.post(reverse("assist_end"))
    assert 'value="Ana Morales"' not in carla.get(url).content.decode()
    assert 'value="Ana Morales"' in carla.get(url, {"person": cast.trainee.public_id}).content.decode()
    assert carla.get(url, {"person": "nonsense"}).status_code == 200


def test_what_is_the_persons_alone_stays_theirs_and_is_not_the_helpers_by_mistake(cast, carla):
    consents = list(Consent.objects.order_by("pk").values_list("pk", "withdrawn_at"))
    for name, args, posted in (
        ("consent_match", ["no"], {}), ("consent_record", ["no"], {}), ("erase_me", [], {}), ("my_data", [], None),
        ("consent_list", [], None), ("account_email", [], None), ("mfa_index", [], None), ("text_phone", [], None),
        ("usersessions_list", [], None), ("preferences", [], None), ("inbox", [], None), ("guardian_ask", [], {}),
    ):  # fmt: skip
        url = reverse(name, args=args)
        answer = carla.get(url) if posted is None else carla.post(url, posted)
        assert answer.status_code == 403, name
        assert "Only they can do this themselves" in answer.content.decode()
    assert list(Consent.objects.order_by("pk").values_list("pk", "withdrawn_at")) == consents
    board = carla.get(reverse("person", args=[cast.trainee.public_id]))
    assert board.status_code == 200, "their own work goes on"
    assert "You act for" in board.content.decode()
    assert "Carla" in board.content.decode()


def test_it_ends_with_a_tap_of_either_with_time_and_with_the_helpers_membership(cast, carla, sign_in):
    assert not over(carla)
    carla.post(reverse("assist_end"))
    assert over(carla)

    carla.post(cast.page, SPOKEN)
    consent = cast.ana.consents.standing().get(purpose="assist")
    sign_in(cast.ana).post(reverse("consent_end", args=[consent.public_id]))
    assert over(carla)

    carla.post(cast.page, SPOKEN)
    with time_machine.travel(cast.now + timedelta(hours=2, minutes=1), tick=True):
        assert over(carla)

    carla.post(cast.page, SPOKEN)
    cast.carla.memberships.update(ends_on=cast.now.date() - timedelta(days=1))
    assert over(carla)
    assert Assistance.objects.filter(person=cast.ana).count() == 4


def test_without_the_persons_yes_nobody_acts_and_who_does_not_look_after_them_finds_nothing(cast, sign_in):
    page = reverse("assist", args=[cast.trainee.public_id])
    priya = sign_in(cast.priya)
    for somebody in (cast.carla, cast.elliot, cast.rhea, cast.ben, cast.willa, cast.priya, cast.ana):
        assert sign_in(somebody).get(page).status_code == 404, somebody

    Enrollment.objects.create(trainee=cast.trainee, provider=cast.center, given_name="Ana Morales")
    assert "Read the words aloud" in priya.get(page).content.decode()
    assert priya.post(page, SPOKEN | {"agreed": ""}).status_code == 422
    assert priya.post(page, {}).status_code == 422
    assert not Assistance.objects.exists()
    assert not cast.ana.consents.exists()

    ana = sign_in(cast.ana)
    assert (
        "Acepto: Inland Trades Training Center puede actuar por mí" in ana.get(reverse("consent_list")).content.decode()
    )
    ana.post(reverse("assist_allow", args=[cast.center.public_id]))
    assert ana.post(reverse("assist_allow", args=[cast.shop.public_id])).status_code == 404
    assert "Begin to act for Ana Morales" in priya.get(page).content.decode()
    priya.post(page)
    assert Assistance.objects.get().how == "tap"

    cast.trainee.is_minor = True
    cast.trainee.save()
    priya.post(reverse("assist_end"))
    priya.post(page)
    assert Assistance.objects.count() == 1, "under 18 a parent or guardian agrees first"


@pytest.mark.parametrize("how", ["a tap", "time", "time, at the press"])
def test_a_page_of_the_person_that_is_open_still_is_not_sent_as_the_helpers_own(cast, carla, how):
    profile, found = reverse("trainee_profile"), re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
    form = {"zip": "92501", "miles": "41", "license": "?", "shifts": ["day"], "languages": ["en"]}
    form["csrfmiddlewaretoken"] = found.search(carla.get(profile).text)[1]
    carla.handler.enforce_csrf_checks = True
    if how == "a tap":
        carla.post(reverse("assist_end"), {"csrfmiddlewaretoken": form["csrfmiddlewaretoken"]})
    with time_machine.travel(cast.now + timedelta(hours=0 if how == "a tap" else 3), tick=True):
        if how == "time":
            assert over(carla)
        answer = carla.post(profile, form)
        assert answer.status_code == (302 if "press" in how else 403)
    assert not TraineeProfile.objects.filter(user=cast.carla).exists()
