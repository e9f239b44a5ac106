"""The facts by which somebody decides to apply, in the reader's language."""

import csv

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from pipeline import reference
from programs import facts
from programs.models import Program

EXAMPLES = settings.BASE_DIR / "data" / "examples"


def shipped() -> set[str]:
    """Every fact of the programs we ship, as it stands in English."""
    real = [program.fields for program in reference.programs()]
    with (EXAMPLES / "programs.csv").open(newline="", encoding="utf-8") as file:
        return {said for row in [*real, *csv.DictReader(file)] for name in facts.FACTS if (said := row.get(name))}


def test_every_fact_of_the_shipped_programs_has_its_spanish_and_no_other_has():
    assert shipped() == set(facts.translations())
    assert all(facts.translations().values())


@pytest.mark.parametrize("mark", ["$", "%"])
def test_a_translation_says_the_same_money_and_shares(mark):
    for english, spanish in facts.translations().items():
        assert english.count(mark) == spanish.count(mark), english


def test_a_spanish_reader_reads_the_facts_in_spanish_marked_as_our_translation(client, db):
    program = Program.objects.get(external_id="P042")
    url = reverse("program", args=[program.public_id])
    client.cookies["django_language"] = "es"
    page = client.get(url).content.decode()
    assert "trabajadores afectados por la sequía" in page
    assert "workers affected by the drought" not in page
    assert "nuestra traducción" in page
    assert "como los escribe su fuente" not in page
    client.cookies["django_language"] = "en"
    page = client.get(url).content.decode()
    assert "workers affected by the drought" in page
    assert "our translation" not in page


def test_a_fact_that_somebody_else_wrote_stays_as_it_is_and_is_marked(client, db):
    program = Program.objects.get(external_id="P042")
    Program.objects.filter(pk=program.pk).update(eligibility="dry <farms> only")
    client.cookies["django_language"] = "es"
    page = client.get(reverse("program", args=[program.public_id])).content.decode()
    assert '<span lang="en">dry &lt;farms&gt; only</span>' in page
    assert "como los escribe su fuente" in page


def test_a_card_tells_cost_and_length_in_spanish(client, db):
    client.cookies["django_language"] = "es"
    page = client.get(reverse("program_list"), {"q": "production technician"}).content.decode()
    assert "170 horas" in page
    assert "gratis" in page


def test_figures_are_in_every_language():
    with override("es"):
        assert facts.read("8,000") == ("8,000", True)
        assert facts.read("two days") == ("two days", False)
