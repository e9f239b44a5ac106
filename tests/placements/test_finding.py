"""A coordinator finds one person, whatever they know of them, and takes the list out; both are written down."""

import csv
import io
from datetime import date, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.db import connection, transaction
from django.urls import reverse

from accounts import consents, seeking
from accounts.finding import known_by
from accounts.models import Consent, Organization, RecordView, User
from ledger.models import Event
from matching import nightly
from placements.boards import finding, rows, waiting
from placements.hires import actions
from placements.hires.taking import Terms


@pytest.fixture
def bryan(cast):
    person = cast.another_trainee("Bryan Mendóza-O’Neill")
    User.objects.filter(pk=person.user_id).update(phone="+19095550142", email="bryan.m@throughline.example")
    person.user.refresh_from_db()
    cast.certify(trainee=person)
    nightly.rematch(at=cast.now, quiet=True)
    waiting.look_again(at=cast.now)
    return person


def names(cast, said: str) -> list[str]:
    return [person.user.full_name for person in finding.people(said, cast.carla)]


@pytest.mark.parametrize(
    "said",
    [
        "Bryan Mendóza-O’Neill", "mendoza bryan", "ONEILL", "o'neill bry", "me br", "Mendo\u0301za", "bryan.m@",
        "bryan.m", "Bryan.M@Throughline.example", "(909) 555-0142", "+1 909.555.0142", "1-909-555-0142", "555 0142",
        "0142",
    ],
)  # fmt: skip
def test_a_person_is_found_by_any_part_of_what_is_known_of_them(cast, bryan, said):
    cast.another_trainee("Bob Meyers Endo")
    cast.agree()
    assert bryan.user.full_name in names(cast, said)
    assert cast.ana.full_name not in names(cast, said)


@pytest.mark.parametrize("said", ["", "b", "ryan mendozza", "%", "__", "\0", "@", "909 555 0143", "014", "'’"])
def test_what_names_nobody_finds_nobody(cast, bryan, said):
    assert names(cast, said) == []


def test_an_address_finds_a_person_once_they_confirmed_it(cast, bryan):
    other = EmailAddress.objects.create(user=bryan.user, email="second@throughline.example", verified=False)
    assert names(cast, "second@throughline") == []
    EmailAddress.objects.filter(pk=other.pk).update(verified=True)
    assert names(cast, "second@throughline") == [bryan.user.full_name]


def test_nobody_is_found_by_whom_they_do_not_let_see_their_record(cast, bryan, sign_in):
    url = reverse("person_find") + "?q=mendoza"
    assert "Bryan" in sign_in(cast.carla).get(url).content.decode()
    for nobody in (cast.priya, cast.elliot, cast.ana):
        assert sign_in(nobody).get(url).status_code == 403
    other = Organization.objects.create(name="Valley Coalition", kind="coalition", verified_at=cast.now)
    Consent.objects.filter(user=bryan.user, purpose="record").update(organization=other)
    assert names(cast, "mendoza") == []
    Consent.objects.filter(user=bryan.user, purpose="record").update(organization=cast.coalition)
    assert names(cast, "mendoza") == [bryan.user.full_name]
    with transaction.atomic():
        consents.withdraw(bryan.user, "record", at=cast.now, by=bryan.user)
    assert names(cast, "mendoza") == []


def test_each_is_told_where_they_stand_and_each_look_is_written_down(cast, bryan, sign_in):
    browser, url = sign_in(cast.carla), reverse("person_find") + "?q=mendoza"

    def stands():
        (person,) = browser.get(url).context["page"].rows
        return person.stands

    assert stands() == "No open opening in the trade and distance"
    (look,) = RecordView.objects.filter(person=bryan.user)
    assert (look.viewer, look.purpose, look.organization, look.times) == (cast.carla, "found", cast.coalition, 1)
    actions.declare(
        bryan, terms=Terms(cast.now.date(), employer_name="Rialto Steel"), by=cast.carla, at=cast.now,
        side="coordinator",
    )  # fmt: skip
    assert stands().startswith("At work: Rialto Steel, since ")
    assert browser.get(reverse("board"), {"q": "mendoza"}).context["page"].rows == []
    job = bryan.placements.get()
    actions.end(job, reason="over", ended_on=cast.now.date(), by=cast.carla, at=cast.now)
    assert stands() == "No open opening in the trade and distance"
    with transaction.atomic():
        seeking.rest(bryan, by=bryan.user, at=cast.now)
    assert stands() == "Found work, or does not look for any now."
    with transaction.atomic():
        seeking.look(bryan, by=bryan.user, at=cast.now)
    bryan.certifications.all().delete()
    assert stands() == "Looks for work; no certificate that counts today."
    with transaction.atomic():
        consents.withdraw(bryan.user, "match", at=cast.now, by=bryan.user)
    assert stands() == "Stepped back: no longer wants to be matched with openings."
    Consent.objects.filter(user=bryan.user, purpose="match").delete()
    assert stands() == "Has not agreed to be matched with openings."


def test_many_of_one_name_are_read_page_by_page_for_the_same_few_questions(
    cast, sign_in, django_assert_max_num_queries
):
    for number in range(23):
        cast.certify(trainee=cast.another_trainee(f"Pat & Sam_{number:02}"))
    browser, url, found = sign_in(cast.carla), reverse("person_find") + "?q=pat", []
    while url and len(found) < 23:
        with django_assert_max_num_queries(15):
            page = browser.get(url)
        found += [person.user.full_name for person in page.context["page"].rows]
        after = page.context["page"].after
        url = f"{reverse('person_find')}?q=pat&after={after}" if after else ""
    assert (found, url) == ([f"Pat & Sam_{number:02}" for number in range(23)], "")


def test_names_are_looked_up_in_an_index(cast):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")  # the table is tiny
    for said, index in (("mendoza", "user_name_trgm"), ("me", "user_name_trgm"), ("5550142", "user_phone_trgm")):
        found = User.objects.filter(known_by(said)).order_by()
        assert index in found.explain()


def test_the_board_finds_a_name_in_any_order_and_goes_out_as_a_sheet(cast, bryan, sign_in):
    cast.agree()
    cast.certify()
    User.objects.filter(pk=bryan.user_id).update(full_name="=Bryan Mendóza")
    waiting.look_again(at=cast.now + timedelta(days=1))
    browser, url = sign_in(cast.carla), reverse("board_sheet")
    page = rows.people({"q": "mendoza bryan"}, cast.carla, cast.now.date())
    assert [person.pk for person in page] == [bryan.pk]
    answer = browser.post(url, {"q": "mendoza bryan"})
    head, *found = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert head == ["Person", "ZIP code", "County", "Days waiting", "What blocks", "About", "Next step", "Due by"]
    days = str((cast.now.date() - date(2026, 10, 1)).days)
    assert found == [["'=Bryan Mendóza", "92335", "", days, "No open opening in the trade and distance", "", "", ""]]
    assert [look.person for look in RecordView.objects.filter(purpose="export")] == [bryan.user]
    assert Event.objects.get(kind="board.exported").facts["people"] == 1
    assert len(browser.post(url).content.decode().splitlines()) == 3
    for nobody in (cast.priya, cast.elliot, cast.ana):
        assert sign_in(nobody).post(url).status_code == 403
    session = browser.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": 0}]
    session.save()
    assert browser.post(url).status_code == 302  # who is there?
    assert Event.objects.filter(kind="board.exported").count() == 2


def test_a_list_of_more_people_than_a_day_allows_does_not_go_out(cast, bryan, sign_in, settings):
    settings.PEOPLE_SEEN_A_DAY = 1
    cast.agree()
    cast.certify()
    waiting.look_again(at=cast.now + timedelta(days=1))
    answer = sign_in(cast.carla).post(reverse("board_sheet"), {"owner": "none"})
    assert answer["Location"] == reverse("board") + "?owner=none"
    assert not Event.objects.filter(kind="board.exported").exists()
    assert not RecordView.objects.exists()
