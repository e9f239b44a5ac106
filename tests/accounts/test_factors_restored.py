"""A lost second step comes back by two people, and the person hears of it by every way there is."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import restore
from accounts.models import FactorRestore, User
from accounts.policies import Denied
from ledger.models import Event
from notifications.models import Delivery, Notice

from .signing import SECOND_STEP, USE_IT, app_of, come_in, digits, is_in

LOST = reverse("restore_list")
CHECKED = "Called back on the number of the shop and spoke with him."


@pytest.fixture
def world(cast, settings):
    """Elliot lost his phone; Carla and Cole are coordinators. He has two addresses and a number."""
    settings.SMS_GATEWAY = "twilio"
    cast.cole = User.objects.create_user("cole@throughline.example", full_name="Cole Cruz")
    cast.member(cast.cole, cast.coalition)
    app_of(cast.elliot)
    EmailAddress.objects.create(user=cast.elliot, email="home@throughline.example", verified=True)
    cast.elliot.phone, cast.elliot.phone_verified_at = "+19095550127", timezone.now()
    cast.elliot.save()
    return cast


def ask(world, client) -> FactorRestore:
    client.post(LOST, {"who": world.elliot.email, "checked": CHECKED})
    return FactorRestore.objects.get()


def answer(client, found, what="agree"):
    return client.post(reverse("restore_answer", args=[found.public_id, what]))


def has_one(user) -> bool:
    return Authenticator.objects.filter(user=user).exists()


def told() -> set[tuple]:
    return set(Delivery.objects.filter(letter__isnull=False).values_list("channel", "address"))


def test_one_asks_another_agrees_and_the_way_in_is_free_again(world, sign_in):
    secret, older = app_of(world.ben), Client()
    session = sign_in(world.elliot)
    found = ask(world, sign_in(world.carla))
    everywhere = {("email", world.elliot.email), ("email", "home@throughline.example"), ("sms", "+19095550127")}
    assert told() == everywhere
    assert has_one(world.elliot), "nothing happens before the second person"
    Delivery.objects.all().delete()
    answer(sign_in(world.cole), found)
    assert not has_one(world.elliot)
    assert told() == everywhere
    assert set(Notice.objects.filter(user=world.elliot).values_list("kind", flat=True)) == {restore.ASKED, restore.DONE}
    assert not is_in(session), "every session ends"
    events = Event.objects.filter(kind__startswith="factors.").order_by("id")
    assert [(e.kind, e.actor_id, e.subject_id) for e in events] == [
        ("factors.restore_asked", world.carla.pk, world.elliot.pk),
        ("factors.restored", world.cole.pk, world.elliot.pk),
    ]
    come_in(older, world.elliot.email)
    assert older.get(reverse("inbox")).headers["Location"] == SECOND_STEP, "a new one comes first"
    # Others keep theirs.
    ben = Client()
    assert come_in(ben, world.ben.email).headers["Location"] == USE_IT
    ben.post(USE_IT, {"code": digits(secret)})
    assert is_in(ben)


def test_nobody_does_it_alone(world, sign_in):
    carla = sign_in(world.carla)
    found = ask(world, carla)
    answer(carla, found)
    assert has_one(world.elliot)
    with pytest.raises(IntegrityError), transaction.atomic():
        FactorRestore.objects.filter(pk=found.pk).update(agreed_by=world.carla, agreed_at=timezone.now())


def test_nobody_does_it_for_themselves(world, sign_in):
    app_of(world.cole)
    with pytest.raises(Denied):
        restore.ask(world.cole, checked=CHECKED, by=world.cole, at=world.now)
    found = restore.ask(world.cole, checked=CHECKED, by=world.carla, at=world.now)
    answer(sign_in(world.cole), found)
    assert has_one(world.cole)


def test_a_colleague_who_left_counts_no_more(world, sign_in):
    found = ask(world, sign_in(world.carla))
    world.carla.memberships.all().delete()
    answer(sign_in(world.cole), found)
    assert has_one(world.elliot)


def test_the_person_stops_it_and_then_nobody_can_agree(world, sign_in):
    found = ask(world, sign_in(world.carla))
    elliot = sign_in(world.elliot)
    assert world.carla.full_name in elliot.get(reverse("restore_mine")).content.decode()
    answer(elliot, found, "agree")
    assert has_one(world.elliot), "nor agree to it themselves"
    answer(elliot, found, "refuse")
    answer(sign_in(world.cole), found)
    assert has_one(world.elliot)
    assert FactorRestore.objects.get().ended_by == world.elliot


@pytest.mark.parametrize("who", ["ana", "priya", "rhea", "willa"])
def test_for_others_it_is_not_there(world, sign_in, who):
    found = ask(world, sign_in(world.carla))
    browser = sign_in(getattr(world, who))
    assert browser.get(LOST).status_code == 403
    for what in ("agree", "refuse"):
        assert answer(browser, found, what).status_code == 404
    assert has_one(world.elliot)
    assert not FactorRestore.objects.get().ended_at


def test_who_is_asked_for_twice_is_asked_for_once(world, sign_in):
    ask(world, sign_in(world.carla))
    page = sign_in(world.cole).post(LOST, {"who": "(909) 555-0127", "checked": CHECKED})
    assert page.context["form"].non_field_errors()
    assert FactorRestore.objects.count() == 1


def test_who_has_none_needs_no_two_people(world, sign_in):
    page = sign_in(world.carla).post(LOST, {"who": world.priya.email, "checked": CHECKED})
    assert page.status_code == 422
    assert not FactorRestore.objects.exists()


@pytest.mark.parametrize(("language", "says"), [("en", "stop it now"), ("es", "deténgalo ahora")])
def test_the_person_reads_it_in_their_language(world, sign_in, language, says):
    ask(world, sign_in(world.carla))
    User.objects.filter(pk=world.elliot.pk).update(language=language)
    elliot = sign_in(world.elliot)
    notice = Notice.objects.get(user=world.elliot)
    assert says in elliot.get(notice.path).content.decode()
    assert elliot.get(reverse("inbox")).status_code == 200
