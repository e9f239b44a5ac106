"""Where training would do most: for a provider's programs and for a region, as the last full rematch counted."""

from datetime import date

import pytest
from django.db import connection
from django.urls import reverse

from accounts.models import Zip
from matching import nightly
from matching.models import Run
from programs.models import Program


@pytest.fixture
def counted(cast):
    """A night's count: twelve people lack OSHA 10 for a job in Rialto, three for one in Fresno."""
    near, far = cast.opening(required=("osha10",)), cast.opening(required=("osha10",), zip="93721", title="Far welder")
    for opening in (near, far):
        place = Zip.objects.get(code=opening.zip)
        opening.latitude, opening.longitude = place.latitude, place.longitude
        opening.save(update_fields=["latitude", "longitude"])
    home = Zip.objects.get(code="92335")
    cast.program.latitude, cast.program.longitude, cast.program.county = home.latitude, home.longitude, home.county
    cast.program.save()
    cast.program.credentials.set(["osha10", "mc3"])
    nightly.rematch(at=cast.now, quiet=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT bit FROM matching_bit WHERE credential_id = 'osha10'")
        bit = cursor.fetchone()[0]
        for opening, people in ((near, 12), (far, 3)):
            cursor.execute("INSERT INTO matching_short VALUES (%s, %s, %s)", [opening.pk, bit, people])
        for county, people, pairs in (("San Bernardino", 12, 14), ("Fresno", 3, 3)):
            cursor.execute("INSERT INTO matching_gap VALUES (%s, 51412100, %s, %s, %s)", [county, bit, people, pairs])
    Run.objects.create(
        state=Run.State.DONE, on=date(2026, 11, 24), started_at=cast.now, finished_at=cast.now, attempts=1
    )
    cast.near = near
    return cast


def test_a_provider_reads_whom_a_class_would_help_near_its_programs(counted, sign_in):
    page = sign_in(counted.priya).get(reverse("class_demand"))
    osha, mc3 = page.context["wanted"]
    assert (osha.name, [(asked.opening, asked.people) for asked in osha.first]) == (
        "OSHA 10",
        [(counted.near, "about 10 people")],
    )
    assert (mc3.name, mc3.openings) == ("MC3", 0)
    assert "Nov. 24, 2026" in page.content.decode()


def test_what_is_closed_since_the_night_is_not_named(counted, sign_in):
    counted.near.state, counted.near.closed_at = "closed", counted.now
    counted.near.save(update_fields=["state", "closed_at"])
    page = sign_in(counted.priya).get(reverse("class_demand"))
    assert [one.openings for one in page.context["wanted"]] == [0, 0]


def test_a_program_whose_place_is_not_known_is_named_as_left_out(counted, sign_in):
    lost = Program.objects.create(provider=counted.center, external_id="L", kind="certificate", name="Somewhere")
    page = sign_in(counted.priya).get(reverse("class_demand"))
    assert page.context["nowhere"] == [lost]


def test_coordinators_read_which_training_would_help_most(counted, sign_in):
    Program.objects.exclude(pk=counted.program.pk).update(is_open=False)
    page = sign_in(counted.carla).get(reverse("gap_list"))
    said = [(r.gap.county, r.credential, r.gap.people, r.gap.openings, r.gap.pairs) for r in page.context["rows"]]
    assert said == [("San Bernardino", "OSHA 10", 12, 2, 14), ("Fresno", "OSHA 10", 3, 2, 3)]
    text = page.content.decode()
    assert "1 program of this county" in text
    assert "nobody in this county; 1 program elsewhere" in text
    counted.program.credentials.clear()
    assert "nobody here teaches it yet" in sign_in(counted.carla).get(reverse("gap_list")).content.decode()


@pytest.mark.parametrize(
    ("query", "counties"),
    [("county=Fresno", ["Fresno"]), ("trade=51-4121.00", ["San Bernardino", "Fresno"]), ("county=x&trade=%00", 2)],
)
def test_the_regions_filters_filter(counted, sign_in, query, counties):
    rows = sign_in(counted.carla).get(reverse("gap_list") + "?" + query).context["rows"]
    found = [row.gap.county for row in rows]
    assert found == counties or len(found) == counties


@pytest.mark.parametrize(("name", "who"), [("class_demand", "priya"), ("gap_list", "carla")])
def test_before_the_first_night_the_page_says_so(cast, sign_in, name, who):
    assert "come back tomorrow" in sign_in(getattr(cast, who)).get(reverse(name)).content.decode()


@pytest.mark.parametrize(("name", "who"), [("class_demand", "priya"), ("gap_list", "carla")])
def test_both_pages_ask_at_most_twelve_questions_of_their_own(
    counted, sign_in, django_assert_max_num_queries, name, who
):
    browser = sign_in(getattr(counted, who))
    frame = 5  # session, account, organizations, seats, unread: what every page of a signed-in person asks
    with django_assert_max_num_queries(12 + frame):
        assert browser.get(reverse(name)).status_code == 200
