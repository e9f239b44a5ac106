"""The boards as pages: lists, what is pressed on them, live updates, saved views, and their cost."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import RecordView
from matching import nightly
from matching.models import Match
from placements import actions
from placements.boards import waiting
from placements.models import BulkChange, Referral, SavedView
from programs.models import Enrollment


@pytest.fixture
def match(cast):
    cast.agree()
    cast.opening()
    cast.certify()
    nightly.rematch(at=cast.now, quiet=True)
    waiting.look_again(at=cast.now)
    return Match.objects.get()


@pytest.fixture
def overdue(cast, match):
    """Ana's yes, four days late."""
    return actions.say_yes(match, by=cast.ana, at=cast.now - timedelta(days=7))


def part_of(page: str) -> str:
    """The live list of a page, as htmx would put it in."""
    begin = page.index('<div id="live"')
    depth = 0
    for tag in re.finditer(r"<(/?)div\b", page[begin:]):
        depth += -1 if tag[1] else 1
        if not depth:
            return page[begin : begin + tag.end() + 1]
    raise AssertionError("the list does not end")


@pytest.mark.parametrize(
    ("who", "url"),
    [
        ("carla", "/board/?block=hirer"), ("carla", "/board/overdue/?whose=all"), ("carla", "/board/today/"),
        ("elliot", "/hire/answers/?tab=all"), ("priya", "/graduates/"),
    ],
)  # fmt: skip
def test_a_patched_list_equals_a_fresh_load_and_an_unchanged_one_is_not_sent(cast, overdue, sign_in, who, url):
    Enrollment.objects.create(
        trainee=cast.trainee, program=cast.program, provider=cast.center, given_name="Ana", completed_on=cast.now.date()
    )
    waiting.refresh([cast.trainee.pk], at=cast.now)
    browser = sign_in(getattr(cast, who))
    fresh = browser.get(url).content.decode()
    patched = browser.get(url, headers={"HX-Request": "true"})
    assert part_of(fresh).strip() == patched.content.decode().strip()
    assert "csrf" not in patched.content.decode()
    assert "data-row" in fresh
    again = browser.get(url, headers={"HX-Request": "true", "X-Board-Seen": patched["X-Board-Seen"]})
    assert (again.status_code, again.content) == (204, b"")
    cast.ana.full_name = "Ana Maria Morales"
    cast.ana.save(update_fields=["full_name"])
    if who != "priya":
        again = browser.get(url, headers={"HX-Request": "true", "X-Board-Seen": patched["X-Board-Seen"]})
        assert "Ana Maria" in again.content.decode()


def test_overdue_steps_are_mine_my_organizations_or_everybodys(cast, overdue, sign_in):
    browser = sign_in(cast.carla)
    url = reverse("board_overdue")
    found = {whose: browser.get(url, {"whose": whose}).context["page"].rows for whose in ("mine", "ours", "all")}
    assert (found["mine"], found["ours"], found["all"]) == ([], [], [overdue])
    browser.post(reverse("board_do"), {
        "board": "board_overdue", "act": "owner", "to": cast.carla.public_id, "pick": overdue.public_id,
        "back": url + "?whose=all",
    })  # fmt: skip
    page = browser.get(url, {"whose": "mine"})
    assert page.context["page"].rows == [overdue]
    assert "1 next step has a new owner." in page.content.decode()
    undo = reverse("board_undo", args=[BulkChange.objects.get().public_id])
    assert sign_in(cast.elliot).post(undo).status_code == 404
    browser.post(undo, {"board": "board_overdue"})
    overdue.refresh_from_db()
    assert overdue.owner == cast.elliot
    browser.post(
        reverse("board_do"), {"board": "board_overdue", "act": "later", "days": "3", "pick": overdue.public_id}
    )
    assert browser.get(url, {"whose": "all"}).context["page"].rows == []


@pytest.mark.parametrize(
    "pressed", [{}, {"act": "owner"}, {"act": "later", "pick": "x"}, {"act": "remind"}, {"act": "owner", "to": "zz"}]
)
def test_a_button_pressed_with_nothing_marked_says_so_and_changes_nothing(cast, overdue, sign_in, pressed):
    browser = sign_in(cast.carla)
    page = browser.post(reverse("board_do"), {"board": "board", **pressed}, follow=True)
    assert page.status_code == 200
    assert page.context["messages"]
    assert not BulkChange.objects.exists()
    elsewhere = {
        "board": "board",
        "act": "remind",
        "pick": cast.trainee.public_id,
        "back": "https://else.example/board/",
    }
    assert browser.post(reverse("board_do"), elsewhere)["Location"] == reverse("board")


def test_a_view_is_saved_shared_and_removed_by_its_owner_alone(cast, match, sign_in):
    carla = sign_in(cast.carla)
    where = {"board": "board", "name": "Mine in San Bernardino", "query": "owner=me&county=San+Bernardino&after=9_9"}
    answer = carla.post(reverse("view_save"), where | {"shared": "1"})
    assert answer["Location"] == "/board/?owner=me&county=San+Bernardino"
    carla.post(reverse("view_save"), where | {"query": "owner=me", "shared": "1"})
    view = SavedView.objects.get()
    assert (view.query, view.organization) == ("owner=me", cast.coalition)
    cast.member(cast.willa, cast.coalition)
    theirs = sign_in(cast.willa)
    assert "Mine in San Bernardino" in theirs.get(reverse("board")).content.decode()
    assert theirs.post(reverse("view_remove", args=[view.public_id])).status_code == 404
    carla.post(reverse("view_remove", args=[view.public_id]))
    assert not SavedView.objects.exists()


def test_the_list_goes_on_where_it_ended(cast, sign_in):
    cast.agree()
    trainees = [cast.trainee] + [cast.another_trainee(f"Pat {number:02}") for number in range(29)]
    for trainee in trainees:
        cast.certify(trainee=trainee)
    waiting.look_again(at=cast.now)
    browser = sign_in(cast.carla)
    first = browser.get(reverse("board")).context["page"]
    second = browser.get(reverse("board"), {"after": first.after}).context["page"]
    assert [len(first.rows), len(second.rows), second.after] == [25, 5, ""]
    assert {person.pk for person in [*first, *second]} == {trainee.pk for trainee in trainees}
    assert len(browser.get(reverse("board"), {"after": "2026-10-01_x"}).context["page"].rows) == 25


def test_the_employer_answers_from_the_list_which_opens_on_what_is_overdue(cast, overdue, sign_in):
    elliot = sign_in(cast.elliot)
    page = elliot.get(reverse("answer_board"))
    assert (page.context["tab"], page.context["page"].rows) == ("overdue", [overdue])
    first_button = re.search(r"<button\b[^>]*>", page.content.decode().split('id="act"')[1])[0]
    assert "disabled" in first_button  # what Enter in a field would press
    give = reverse("answer_give", args=[overdue.public_id])
    asked = elliot.post(give, {"step": "decline", "tab": "overdue"})
    assert "Choose the reason" in asked.content.decode()
    # Which skill, or what the law forbids to write: it goes on at the person's page, and nothing typed is lost.
    skill = {"step": "decline", f"reason-{overdue.public_id}": "skill"}
    asked = elliot.post(give, skill)
    assert (asked.status_code, "Say which skill" in asked.content.decode()) == (422, True)
    asked = elliot.post(give, skill | {f"skill-{overdue.public_id}": "she is undocumented"}).content.decode()
    assert "she is undocumented" in asked
    assert "The law protects them" in asked
    assert sign_in(cast.rhea).post(give, {"step": "interview"}).status_code == 404
    why = {f"reason-{overdue.public_id}": "skill", f"skill-{overdue.public_id}": "Overhead welds"}
    back = elliot.post(give, {"step": "decline", "tab": "asked", **why})
    assert back["Location"] == "/hire/answers/?tab=asked"
    overdue.refresh_from_db()
    assert (overdue.state, overdue.reason, overdue.skill_said) == ("declined", "skill", "Overhead welds")
    # Pressed on a list that was open since before: what was written is still there.
    late = elliot.post(give, why | {"step": "decline", f"skill-{overdue.public_id}": "Fillet welds"})
    assert (late.status_code, "Fillet welds" in late.content.decode()) == (409, True)
    note = {"step": "interview", "note": "Bring your hood", "minutes": "60"}
    late = elliot.post(reverse("referral_respond", args=[overdue.public_id]), note)
    assert (late.status_code, "Bring your hood" in late.content.decode()) == (409, True)
    page = elliot.get(reverse("answer_board"))
    assert page.context["tab"] == "all"
    assert page.content.decode().count('aria-current="page"') == 3  # "To answer", in both menus, and the tab


def test_a_provider_reads_how_far_its_classes_got_but_no_few_people(cast, sign_in):
    trainees = [cast.trainee] + [cast.another_trainee(f"Pat {number:02}") for number in range(24)]
    cast.agree()
    cast.opening(seats=30)
    for trainee in trainees:
        Enrollment.objects.create(
            trainee=trainee, program=cast.program, provider=cast.center, given_name="G", completed_on=cast.now.date()
        )
        cast.certify(trainee=trainee)
    nightly.rematch(at=cast.now, quiet=True)
    for found in list(Match.objects.all())[:13]:
        actions.say_yes(found, by=found.trainee.user, at=cast.now)
    Referral.objects.filter(pk__in=list(Referral.objects.values_list("pk", flat=True)[:3])).update(state="interview")
    browser = sign_in(cast.priya)
    page = browser.get(reverse("graduates"))
    (one,) = page.context["classes"]
    # Thirteen said yes (15, rounded); three were met, which nobody reads.
    assert one.shown == [25, 25, 25, 15, None, 0, 0]
    assert ">hidden: Interview</span>" in page.content.decode()  # a phone says in one line what it leaves out
    listed = reverse("graduate_list_of", args=[2026, 11, cast.program.public_id])
    assert browser.get(listed).status_code == 200
    assert set(RecordView.objects.values_list("purpose", flat=True)) == {"graduate"}, "not a list of an opening"
    assert "interview" not in browser.get(listed).content.decode().lower()
    assert browser.get(reverse("graduate_list", args=[2026, 13])).status_code == 404
    assert sign_in(cast.elliot).get(listed).status_code == 403


@pytest.mark.parametrize(
    ("name", "who"),
    [
        ("board", "carla"), ("board_overdue", "carla"), ("board_today", "carla"), ("answer_board", "elliot"),
        ("graduates", "priya"),
    ],
)  # fmt: skip
def test_a_board_asks_at_most_fifteen_questions_for_many_rows_as_for_few(
    cast, overdue, sign_in, django_assert_max_num_queries, name, who
):
    for number in range(12):
        cast.certify(trainee=cast.another_trainee(f"Pat {number}"))
    nightly.rematch(at=cast.now, quiet=True)
    for found in Match.objects.exclude(trainee=cast.trainee):
        actions.say_yes(found, by=found.trainee.user, at=cast.now - timedelta(days=9))
    waiting.look_again(at=cast.now + timedelta(days=1))
    browser = sign_in(getattr(cast, who))
    with django_assert_max_num_queries(15):
        assert browser.get(reverse(name)).status_code == 200
