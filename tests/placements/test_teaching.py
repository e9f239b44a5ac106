"""The next step of a person: which one certificate would open which openings, and where it is taught."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from accounts.models import Zip
from matching import nightly, queries, why
from matching.reasons import Names
from placements import teaching
from placements.models import Placement
from programs.models import Credential, Program

TODAY = date(2026, 11, 24)


@pytest.fixture
def short(cast):
    """Ana holds a welder's certificate; three openings ask for one thing more."""
    cast.agree()
    cast.certify()
    cast.opening(title="Yard welder", required=("aws_cw", "osha10"))
    cast.opening(title="Shop welder", required=("aws_cw", "osha10"), zip="92408")
    cast.opening(title="Lift welder", required=("aws_cw",), any_of=(("forklift", "mc3"),))
    cast.opening(title="Far too much", required=("aws_cw", "osha10", "mc3"))
    nightly.rematch(at=cast.now, quiet=True)
    return cast


def program(cast, name, credential="osha10", zip_code="92335", **values):
    place = Zip.objects.get(code=zip_code)
    made = Program.objects.create(
        provider=cast.center,
        external_id=name,
        kind="certificate",
        name=name,
        zip=zip_code,
        city=place.city,
        latitude=place.latitude,
        longitude=place.longitude,
        **values,
    )
    made.credentials.set([credential])
    return made


def named(cast) -> list[teaching.Step]:
    names = Names()
    found = teaching.steps(queries.of_trainee(cast.trainee)[1], names)
    teaching.teach(found, cast.trainee, names, TODAY)
    return found


def test_what_opens_most_comes_first_and_any_one_of_several_is_one_step(short):
    found = named(short)
    assert [step.keys for step in found] == [("osha10",), ("forklift", "mc3")] or found[1].keys == ("mc3", "forklift")
    assert [near.opening.title for near in found[0].named] == ["Yard welder", "Shop welder"]
    assert found[0].sentence == "OSHA 10 would open 2 openings near you"
    assert found[1].sentence == "Forklift or MC3 would open 1 opening near you"


def test_of_hundreds_only_the_nearest_are_named_and_all_are_counted(short, sign_in, monkeypatch):
    for number in range(6):
        short.opening(title=f"Next door {number}", title_es="", required=("aws_cw", "osha10"))
    nightly.rematch(at=short.now, quiet=True)
    monkeypatch.setattr(teaching, "NAMED", 6)
    step = named(short)[0]
    assert (len(step.nears), len(step.named), step.unnamed) == (8, 6, 2)
    assert "Shop welder" not in [near.opening.title for near in step.named]  # the farthest
    assert step.sentence == "OSHA 10 would open 8 openings near you"
    page = sign_in(short.ana).get(reverse("trainee_next"))
    assert page.context["page"].object_list[0].unnamed == 2
    assert page.content.decode().count("Next door") == sum("Next door" in near.opening.title for near in step.named)


def test_the_next_classes_come_first_then_other_programs_the_nearest_first(short):
    Credential.objects.get(pk="osha10").programs.clear()  # the public programs are not asked here
    dated, near = program(short, "With dates"), program(short, "Near, without dates")
    program(short, "Far", zip_code="93721")
    program(short, "Takes nobody", is_open=False)
    dated.cohorts.create(starts_on=TODAY + timedelta(30), state="open")
    later = dated.cohorts.create(starts_on=TODAY + timedelta(60), state="open")
    dated.cohorts.create(starts_on=TODAY + timedelta(10), state="cancelled")
    (taught,) = named(short)[0].taught
    assert [c.starts_on for c in taught.cohorts] == [TODAY + timedelta(30), later.starts_on]
    assert taught.classes == [(dated, taught.cohorts)]
    assert [(p, p.far, p.first_on) for p in taught.programs] == [(near, False, None)]


def test_what_is_far_is_named_where_nothing_is_nearer(short):
    Credential.objects.get(pk="osha10").programs.clear()
    far = program(short, "Far", zip_code="93721")
    far.cohorts.create(starts_on=TODAY + timedelta(30), state="open")
    (taught,) = named(short)[0].taught
    assert taught.cohorts == []
    assert [(p, p.far, p.first_on) for p in taught.programs] == [(far, True, TODAY + timedelta(30))]


def test_the_page_names_all_of_it(short, sign_in):
    browser = sign_in(short.ana)
    page = browser.get(reverse("trainee_next"))
    assert page.status_code == 200
    for title in ("Yard welder", "Shop welder", "Lift welder"):
        assert title in page.content.decode() or "Soldador" in page.content.decode()
    assert reverse("trainee_next") in browser.get(reverse("trainee_home")).content.decode()


def test_the_preview_of_a_step_leads_to_it(short, sign_in):
    near = queries.name(queries.of_trainee(short.trainee)[1])[0]
    page = sign_in(short.ana).get(reverse("match_preview", args=[near.opening.public_id]))
    assert reverse("trainee_next") in page.content.decode()


def test_whoever_lacks_nothing_reads_so(cast, sign_in):
    page = sign_in(cast.ana).get(reverse("trainee_next"))
    assert page.context["page"].object_list == []
    assert page.status_code == 200


@pytest.mark.parametrize("name", ["trainee_home", "trainee_next"])
def test_both_pages_ask_at_most_twelve_questions_of_their_own(short, sign_in, django_assert_max_num_queries, name):
    # What costs most: who has work and still looks, for what asks a question as well.
    short.opening(title_es="Maneja", license="C")
    nightly.rematch(at=short.now, quiet=True)
    why.write_all(on=TODAY)
    job = {"created_by": short.ana, "starts_on": TODAY}
    Placement.objects.create(trainee=short.trainee, employer_name="Acme", source="off", declared_by="worker", **job)
    browser = sign_in(short.ana)
    # Session, account, organizations, seats, unread, whether messages are late: what every page asks.
    frame = 6
    with django_assert_max_num_queries(12 + frame):
        page = browser.get(reverse(name)).content.decode()
    assert "Yard welder" in page or "Soldador" in page
    assert [said in page for said in ("Acme", "Maneja")] == [name == "trainee_home"] * 2
