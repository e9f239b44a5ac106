"""Who does not pass an opening: counted gate by gate, in words, and never so that one person can be told."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils.translation import override

from accounts.models import TraineeProfile
from matching import live, nightly
from placements import outside

TODAY = date(2026, 11, 24)
REMOVED = {
    "distance": live.Removed("distance", 104, 0),
    "credentials": live.Removed("credentials", 38, 23),
    "license": live.Removed("license", 7, 1),
    "languages": live.Removed("languages", 12, 12),
    "shifts": live.Removed("shifts", 5, 2),
    "wage": live.Removed("wage", 66, 40),
    "dates": live.Removed("dates", 1, 1),
    "unknown": live.Removed("unknown", 3, 3),
    "passes": live.Removed("passes", 1, 1),
}
TO_COORDINATORS = {
    "en": [
        "People of this trade who agreed to be matched: 237 people. Each is counted once, at the first gate not met.",
        "Live farther away than they travel: 104 people.",
        "Lack a certificate that is asked for: 38 people. Only this keeps 23 people away. "
        "You could ask for fewer certificates, or accept any one of several.",
        "Do not have the driver's license that is asked for: 7 people. Only this keeps 1 person away. "
        "You could ask for a lower class of license, or for none.",
        "Do not work in a language that is asked for: 12 people. Only this keeps 12 people away. "
        "You could ask for fewer languages.",
        "Cannot work the shifts that are offered: 5 people. Only this keeps 2 people away. "
        "You could offer one more shift.",
        "Look for more pay than this opening offers: 66 people. Only this keeps 40 people away. "
        "You could raise the highest pay.",
        "Are free only after the work starts: 1 person. Only this keeps 1 person away. "
        "You could let the work start later.",
        "Would fit once they answer a question; they read it on their own page: 3 people.",
        "Pass every gate: 1 person.",
    ],
    "es": [
        "Personas de este oficio que aceptaron que se les busquen vacantes: 237 personas. "
        "Cada persona se cuenta una vez, en el primer requisito que no cumple.",
        "Viven más lejos de lo que viajan: 104 personas.",
        "Les falta un certificado que se pide: 38 personas. Solo esto deja fuera a 23 personas. "
        "Usted podría pedir menos certificados o aceptar uno entre varios.",
        "No tienen la licencia de manejo que se pide: 7 personas. Solo esto deja fuera a 1 persona. "
        "Usted podría pedir una licencia de clase menor, o ninguna.",
        "No trabajan en un idioma que se pide: 12 personas. Solo esto deja fuera a 12 personas. "
        "Usted podría pedir menos idiomas.",
        "No pueden trabajar en los turnos que se ofrecen: 5 personas. Solo esto deja fuera a 2 personas. "
        "Usted podría ofrecer un turno más.",
        "Buscan un pago mayor que el de esta vacante: 66 personas. Solo esto deja fuera a 40 personas. "
        "Usted podría subir el pago más alto.",
        "Están libres solo después de que empieza el trabajo: 1 persona. Solo esto deja fuera a 1 persona. "
        "Usted podría dejar que el trabajo empiece más tarde.",
        "Cumplirían al responder una pregunta; la leen en su propia página: 3 personas.",
        "Cumplen todos los requisitos: 1 persona.",
    ],
}
TO_HIRERS = {
    "en": ["about 240 people", "about 100 people", "about 40 people", "fewer than 11 people", "about 10 people"],
    "es": ["unas 240 personas", "unas 100 personas", "unas 40 personas", "menos de 11 personas", "unas 10 personas"],
}


@pytest.fixture
def removed(monkeypatch, cast):
    monkeypatch.setattr(live, "sieve", lambda opening, on: REMOVED)
    return cast.opening()


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_gate_of_the_sieve_is_a_sentence(removed, language):
    with override(language):
        sieve = outside.sieve(removed, TODAY, exact=True)
    said = [" ".join(filter(None, (f"{x.text}: {x.people}.", x.alone, x.change))) for x in sieve.lines]
    assert [sieve.lead, *said] == TO_COORDINATORS[language]


@pytest.mark.parametrize("language", ["en", "es"])
def test_hirers_never_read_an_exact_number(removed, language):
    with override(language):
        sieve = outside.sieve(removed, TODAY, exact=False)
    all_of_them, far, lacking, few, twelve = TO_HIRERS[language]
    assert all_of_them in sieve.lead
    assert [line.people for line in sieve.lines[:4]] == [far, lacking, few, twelve]
    text = " ".join(f"{line.people} {line.alone}" for line in sieve.lines)
    assert not {str(n) for one in REMOVED.values() for n in (one.people, one.alone) if n % 10} & set(text.split())


@pytest.mark.parametrize(
    ("n", "said"),
    [
        (0, "nobody"),
        (1, "fewer than 11 people"),
        (10, "fewer than 11 people"),
        (11, "about 10 people"),
        (15, "about 20 people"),
        (12345, "about 12,350 people"),
    ],
)
def test_few_are_not_counted_and_many_only_to_the_nearest_ten(n, said):
    assert outside.people(n, exact=False) == said


@pytest.fixture
def nobody(cast):
    """A job asking for two certificates: twelve welders lack the second one, one of them a language as well."""
    opening = cast.opening(required=("aws_cw", "osha10"), languages=["en"])
    for number in range(12):
        person = cast.another_trainee(f"Pat {number}", languages=["es" if number == 0 else "en"])
        cast.certify(trainee=person)
    nightly.rematch(at=cast.now, quiet=True)
    return opening


def test_when_nobody_passes_the_page_says_why_and_who_is_one_certificate_short(nobody, cast, sign_in):
    page = sign_in(cast.carla).get(reverse("opening_people", args=[nobody.public_id]))
    (one,) = page.context["short"]
    assert (one.people, one.taught.name) == ("11 people", "OSHA 10")
    (line,) = page.context["sieve"].lines
    assert (line.gate, line.people, line.alone) == ("credentials", "12 people", "Only this keeps 11 people away.")
    hers = sign_in(cast.elliot).get(reverse("opening_people", args=[nobody.public_id]))
    assert (hers.context["near"], hers.context["short"][0].people) == ("about 10 people", "about 10 people")
    assert "one certificate away: about 10 people" in sign_in(cast.elliot).get(reverse("hirer_home")).content.decode()


def test_programs_that_teach_what_is_missing_stand_beside_it(nobody, cast, sign_in):
    cast.program.credentials.set(["osha10"])
    cast.program.latitude, cast.program.longitude = 34.09, -117.4
    cast.program.save()
    page = sign_in(cast.elliot).get(reverse("opening_outside", args=[nobody.public_id]))
    assert cast.program in page.context["short"][0].taught.programs


def test_a_trade_in_which_nobody_agreed_says_so(cast, sign_in):
    TraineeProfile.objects.all().delete()
    opening = cast.opening()
    nightly.rematch(at=cast.now, quiet=True)
    page = sign_in(cast.elliot).get(reverse("opening_outside", args=[opening.public_id]))
    assert page.context["sieve"].lead == "Nobody in this trade has agreed to be matched yet."


@pytest.mark.parametrize("name", ["opening_people", "opening_outside"])
def test_why_nobody_asks_at_most_twelve_questions_of_its_own(
    nobody, cast, sign_in, django_assert_max_num_queries, name
):
    browser = sign_in(cast.elliot)
    frame = 5  # session, account, organizations, seats, unread: what every page of a signed-in person asks
    with django_assert_max_num_queries(12 + frame):
        assert browser.get(reverse(name, args=[nobody.public_id])).status_code == 200
