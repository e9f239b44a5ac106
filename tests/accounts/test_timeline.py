"""What happened, in words: every kind of event has its sentence, and nobody is named to whom they are a stranger."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.urls import reverse
from django.utils import translation

from accounts import consents, timeline
from accounts.models import Consent, Organization
from accounts.sentences import INSIDE, SENTENCES, WITHOUT
from councils.lifecycle import DECISION, MEETING, MINUTES
from councils.recommendations.lifecycle import RECOMMENDATION
from ledger.log import record
from openings.lifecycle import OPENING
from openings.models import Opening
from placements.hires.lifecycle import PLACEMENT
from placements.lifecycle import REFERRAL
from programs.lifecycle import CERTIFICATION, COHORT, PLACE_REQUEST

ROOT = Path(settings.BASE_DIR)
ROOMS = [
    "ledger",
    "accounts",
    "notifications",
    "imports",
    "programs",
    "openings",
    "matching",
    "placements",
    "councils",
    "pipeline",
]
LIFECYCLES = (
    *(OPENING, REFERRAL, PLACEMENT, CERTIFICATION, COHORT, PLACE_REQUEST),
    *(MEETING, MINUTES, DECISION, RECOMMENDATION),
)
WRITERS = {"record", "event", "_record", "Event", "note"}
KIND = re.compile(r"[a-z_]+\.[a-z_]+")
# A kind put together from a state or a step: which those are, each once.
COMPOSED = {
    "certification.{certification.state}": {"certification.recorded", "certification.verified", "certification.expired",
                                            "certification.revoked"},
    "referral.{step}": {f"referral.{step.name}" for step in REFERRAL.steps},
    "{self.name}.{name}": {f"{cycle.name}.{step.name}" for cycle in LIFECYCLES for step in cycle.steps},
    "{subject}.projected": WITHOUT,
    "organization.{name}_checked": {f"organization.{name}_checked" for name in Organization.SAID},
}  # fmt: skip


def kinds_written():
    """Every kind of event any code of ours can write, found by reading all of it."""
    found = set()
    for path in (path for room in ROOMS for path in (ROOT / room).rglob("*.py") if "migrations" not in path.parts):
        for scope in ast.walk(ast.parse(path.read_text())):
            if not isinstance(scope, ast.FunctionDef):
                continue
            for call in (node for node in ast.walk(scope) if isinstance(node, ast.Call)):
                if getattr(call.func, "id", getattr(call.func, "attr", "")) in WRITERS:
                    found |= set(_kinds(call, scope, path))
    return found


def _kinds(call, scope, path):
    first = next((k.value for k in call.keywords if k.arg == "kind"), call.args[0] if call.args else None)
    if isinstance(first, ast.Constant) and KIND.fullmatch(str(first.value)):
        yield first.value
    elif isinstance(first, ast.JoinedStr):
        yield from COMPOSED[ast.unparse(first)[2:-1]]
    elif isinstance(first, ast.Name) and first.id == "kind":
        for node in ast.walk(scope):  # kind = "a.b" if ... else "a.c"
            if isinstance(node, ast.Assign) and any(getattr(t, "id", "") == "kind" for t in node.targets):
                values = (n.value for n in ast.walk(node.value) if isinstance(n, ast.Constant))
                yield from (value for value in values if KIND.fullmatch(str(value)))


def test_every_life_cycle_is_known_here():
    texts = [path.read_text() for room in ROOMS for path in (ROOT / room).rglob("*.py")]
    assert sum(len(re.findall(r"^[A-Z_]+ = Lifecycle\(", text, re.MULTILINE)) for text in texts) == len(LIFECYCLES)


def test_every_kind_of_event_has_its_sentence_and_no_sentence_is_left_over():
    written = kinds_written()
    assert len(written) > 30
    assert written - WITHOUT - set(SENTENCES) == set(), "say these in accounts/sentences.py"
    assert set(SENTENCES) - written == set(), "nobody writes these"
    assert set(SENTENCES) >= INSIDE


def said_of(kinds, language) -> dict[str, str]:
    with translation.override(language):
        return {kind: SENTENCES[kind] % {"who": "Priya", "what": "OSHA 10"} for kind in kinds}


def test_a_sentence_names_who_and_what_and_nothing_else():
    english, spanish = said_of(SENTENCES, "en"), said_of(SENTENCES, "es")
    assert [said for said in (*english.values(), *spanish.values()) if not said.endswith(".")] == []
    assert [said for kind, said in spanish.items() if said == english[kind]] == []


def words(thing, reader, **how):
    return [entry.words for entry in timeline.of([thing], reader=reader, **how)[thing.pk]]


@pytest.fixture
def job(cast):
    job = cast.opening(state=Opening.State.DRAFT)
    with transaction.atomic():
        for kind in ("opening.drafted", "opening.published"):
            record(kind, job, by=cast.elliot, at=cast.now, organization=cast.shop, secret="sealed seed 12345")
        record("opening.registered", job, by=cast.ana, at=cast.now, trainee=cast.trainee.pk)
    return job


def test_strangers_read_the_organization_its_people_and_coordinators_the_name(cast, job):
    public, inner = ["Rialto Steel published the opening."], "Elliot Park of Rialto Steel published the opening."
    assert words(job, AnonymousUser()) == words(job, cast.rhea) == words(job, None)
    assert words(job, cast.rhea) == public
    drafted = "Elliot Park of Rialto Steel began to write the opening."
    assert words(job, cast.elliot, inside=True) == ["Somebody registered on the list.", inner, drafted]
    assert words(job, cast.carla)[:2] == ["Somebody registered on the list.", inner]
    cast.agree()  # now she shares her record with the coordinators
    assert words(job, cast.carla)[:2] == ["Ana Morales registered on the list.", inner]
    assert words(job, cast.ana) == public


def test_a_fact_is_never_shown(cast, job):
    told = " ".join(words(job, cast.carla, inside=True, named=True))
    assert "12345" not in told
    assert str(cast.trainee.pk) + " " not in told


def test_who_acted_for_no_named_organization_is_placed_by_their_membership(cast):
    with transaction.atomic():
        record("person.taken", cast.trainee, by=cast.carla, at=cast.now, trainee=cast.trainee.pk)
        record("certification.expired", cast.trainee, by=None, at=cast.now, credential="osha10")
    assert words(cast.trainee, cast.carla) == [
        "A certificate expired: OSHA 10.", "Carla Reyes of Inland Coalition took on the next step."]  # fmt: skip


def test_what_a_coordinator_did_for_an_organization_names_both(cast, sign_in):
    found = cast.certify("osha10", by=cast.carla)
    both, rest = "Inland Coalition for Inland Trades Training Center", "confirmed a certificate: OSHA 10."
    assert words(found, cast.ana) == [f"{both} {rest}"]
    assert words(found, cast.carla) == words(found, cast.priya) == [f"Carla Reyes of {both} {rest}"]
    mine = [sign_in(cast.ana).get(reverse(name) + "?lang=en", follow=True).text for name in ("trainee_home", "my_data")]
    assert [said in page for said, page in zip(("written down by Inland Coalition", both), mine, strict=True)] == [
        True
    ] * 2
    cast.member(cast.carla, cast.center)  # then she acts for it herself
    assert words(found, cast.ana) == [f"Inland Trades Training Center {rest}"]
    assert "written down by" not in sign_in(cast.ana).get(reverse("trainee_home")).text


def test_a_list_of_records_costs_what_one_costs(cast, django_assert_max_num_queries):
    one, other = cast.certify("osha10"), cast.certify("aws_cw")
    with django_assert_max_num_queries(5):
        found = timeline.of([one, other], reader=cast.priya)
    assert found[other.pk][0].words.startswith("Priya Nair of Inland Trades Training Center confirmed a certificate:")
    assert len(found[one.pk]) == len(found[other.pk]) == 1


def test_the_pages_of_records_tell_what_happened(cast, sign_in, client):
    job = cast.opening()
    batch = cast.certify()
    assert (
        "Rialto Steel published the opening." in client.get(reverse("opening", args=[job.public_id])).content.decode()
    )
    own = sign_in(cast.ana).get(reverse("my_timeline") + "?lang=en", follow=True).content.decode()
    assert "Inland Trades Training Center confirmed a certificate: AWS" in own
    assert "Priya" not in own
    page = sign_in(cast.priya).get(reverse("certification_list")).content.decode()
    assert "Priya Nair of Inland Trades Training Center confirmed a certificate" in page
    assert batch.trainee.user.full_name in page


def test_only_the_person_reads_what_an_agreement_was_about(cast):
    purpose = Consent.Purpose.MATCH
    with transaction.atomic():
        consents.give(cast.ana, purpose, source="web", at=cast.now, by=cast.ana)

    def read(reader):
        return " ".join(entry.words for entry in timeline.of_person(cast.ana, reader=reader))

    assert f"wrote down an agreement: {purpose.label}." in read(cast.ana)
    assert "An agreement to share" in read(cast.carla)
    assert str(purpose.label) not in read(cast.carla)
