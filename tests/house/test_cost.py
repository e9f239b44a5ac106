"""What a public page may cost: at most 12 questions to the database, however many rows it shows."""

import pytest
from django.urls import reverse
from django.utils import timezone

from councils.models import Council, Meeting, Seat, Term

MOST = 12


@pytest.fixture
def busy(cast):
    """Many of everything a visitor can see."""
    for number in range(25):
        cast.opening(title=f"Welder {number}", any_of=(("osha10", "forklift"),), preferred=("mc3",))
    for number in range(5):
        council = Council.objects.create(name_en=f"Council {number}", purpose_en="To meet.")
        seats = Seat.objects.bulk_create(Seat(council=council, constituency="worker") for _seat in range(9))
        Term.objects.bulk_create(Term(seat=seat, user=cast.willa) for seat in seats)
        Meeting.objects.create(council=council, starts_at=timezone.now(), place="Here")
    cast.job, cast.council = cast.opening(), council
    return cast


@pytest.mark.parametrize(
    "path",
    [
        "/", "/programs/", "/programs/?q=soldador&zip=92335&miles=50", "/openings/", "/openings/?q=welder&zip=92335",
        "program", "opening", "/councils/", "council",
    ],
)  # fmt: skip
def test_a_public_page_asks_at_most_twelve_questions(busy, client, django_assert_max_num_queries, path):
    named = {"program": busy.program, "opening": busy.job, "council": busy.council}
    url = reverse(path, args=[named[path].public_id]) if path in named else path
    with django_assert_max_num_queries(MOST):
        assert client.get(url).status_code == 200
