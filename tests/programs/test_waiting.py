"""What a school does not answer: reminded once on each rung, then coordinators ask, and the person reads how long."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import Erasure, Guardian, Membership
from ledger.log import history
from notifications import words
from notifications.models import Notice, Task
from programs import actions as training
from programs import tasks
from programs.models import Certification, Credential, PlaceRequest
from programs.places import actions, queries

DAY = timedelta(days=1)
NAMES = ("Ana", "Morales")


@pytest.fixture
def at_day(cast, monkeypatch):
    """Run the job as on a day after the question, several times over as a bell rung too often would."""
    cast.ana.language = "en"
    cast.ana.save(update_fields=["language"])

    def run(days):
        monkeypatch.setattr(tasks.timezone, "now", lambda: cast.now + days * DAY)
        for _ring in range(3):
            tasks.remind()

    return run


@pytest.fixture(params=["place", "certificate"])
def waits(request, cast):
    """The name of what Ana asked the center for: a place in its class, or its word on her certificate."""
    (_place if request.param == "place" else _certificate)(cast)
    return request.param


def _place(cast):
    to = queries.recipient(cast.program)
    return actions.ask(cast.trainee, cast.program, to=to, by=cast.ana, at=cast.now)


def _certificate(cast, *, to=None, school=""):
    return training.declare(
        cast.trainee, Credential.objects.get(pk="osha10"), issued_on=cast.now.date(), expires_on=None,
        to=to or cast.center, school=school, by=cast.ana, at=cast.now,
    )  # fmt: skip


def rungs(user, name):
    return list(Notice.objects.filter(user=user, kind=f"{name}_reminder").order_by("pk").values_list("rung", flat=True))


def answer(cast, name, *, at):
    if name == "place":
        return actions.answer(PlaceRequest.objects.get(), answer="full", by=cast.priya, at=at)
    return training.verify(Certification.objects.get(), provider=cast.center, by=cast.priya, at=at)


def test_each_rung_once_then_the_coordinators_ask_and_the_answer_settles_it(cast, waits, at_day):
    for days, expected in ((2.9, []), (3, [1]), (6, [1]), (7, [1, 2]), (9.9, [1, 2]), (10, [1, 2, 3]), (40, [1, 2, 3])):
        at_day(days)
        assert rungs(cast.priya, waits) == expected
        assert Task.objects.filter(kind=f"{waits}_unanswered").exists() == (days >= 10)
    task = Task.objects.get(kind=f"{waits}_unanswered")
    assert (task.organization, task.owner, task.done_at) == (cast.coalition, None, None)
    (told,) = Notice.objects.filter(user=cast.ana, kind=f"{waits}_waits")
    said = " ".join(words.message(told, "en").paragraphs)
    assert "has not answered you about" in said
    assert "for 10 days." in said
    assert "A coordinator now asks them." in said
    assert cast.carla.full_name in said
    assert all(words.still_true(notice) for notice in Notice.objects.all())
    answer(cast, waits, at=cast.now + 41 * DAY)
    task.refresh_from_db()
    assert task.done_by == cast.priya
    assert not any(words.still_true(notice) for notice in Notice.objects.filter(kind__contains="_reminder"))
    assert not words.still_true(told)


def test_the_coordinators_ask_without_learning_who_it_is(cast, waits, at_day, sign_in):
    at_day(10)
    carla = sign_in(cast.carla)
    carla.cookies["django_language"] = "en"
    page = carla.get(reverse("task_list")).text
    assert "Inland Trades Training Center does not answer" in page
    assert "has waited" in page
    assert not any(name in page for name in NAMES)
    told = Notice.objects.get(user=cast.carla, kind=f"{waits}_unanswered")
    assert told.path == reverse("organization", args=[cast.center.public_id])
    assert carla.get(told.path).status_code == 200
    for notice in Notice.objects.select_related("user"):  # what is told leads somewhere
        assert sign_in(notice.user).get(notice.path).status_code == 200
    for notice in Notice.objects.exclude(user=cast.ana):
        message = words.message(notice, "en")
        assert not any(name in part for part in (message.subject, *message.paragraphs) for name in NAMES)


def test_ana_reads_how_long_it_has_waited_and_whom_to_call(cast, waits, at_day, sign_in):
    name, args = {"place": ("place_ask", [cast.program.public_id]), "certificate": ("certification_declare", [])}[waits]

    def page(days):
        at_day(days)  # for the page, too
        browser = sign_in(cast.ana)
        browser.cookies["django_language"] = "en"
        return browser.get(reverse(name, args=args)).text

    soon = page(2)
    assert "You have waited" not in soon
    assert "If there is no answer by Dec. 4, 2026, a coordinator asks them, and you are told." in soon
    late = page(4)
    assert "by Dec. 4, 2026" in late
    assert "You have waited 4 days for an answer. Inland Trades Training Center was reminded." in late
    assert cast.carla.full_name not in late
    late = page(11)
    assert "by Dec. 4, 2026" not in late
    assert "You have waited 11 days for an answer. A coordinator now asks them." in late
    assert cast.carla.full_name in late


@pytest.mark.parametrize("why", ["minor", "leaving"])
def test_what_nobody_may_read_promises_no_answer(cast, waits, sign_in, why):
    if why == "minor":
        cast.trainee.is_minor = True
        cast.trainee.save(update_fields=["is_minor"])
    else:
        Erasure.objects.create(person=cast.ana.public_id, asked_at=cast.now, due_at=cast.now + 7 * DAY)
    browser = sign_in(cast.ana)
    browser.cookies["django_language"] = "en"
    page = browser.get(reverse({"place": "place_mine", "certificate": "certification_declare"}[waits])).text
    assert "Nobody sees this now, so nobody answers it" in page
    assert ("under 18." in page or "must agree first" in page) == (why == "minor")
    assert "If there is no answer by" not in page


def test_a_job_that_was_away_reminds_once_and_where_nobody_is_left_the_coordinators_ask_at_once(cast, waits, at_day):
    Membership.objects.filter(organization=cast.center).delete()
    at_day(3)
    assert Task.objects.filter(kind=f"{waits}_unanswered").count() == 1
    assert not Notice.objects.filter(kind=f"{waits}_reminder").exists()
    subject = PlaceRequest.objects.get() if waits == "place" else Certification.objects.get()
    assert history(subject).filter(kind__endswith=".nudged").count() == 1


@pytest.mark.parametrize("gone", ["leaving", "parent", "answered"])
def test_nobody_is_reminded_of_what_they_may_not_read(cast, at_day, gone):
    _place(cast)
    if gone == "leaving":
        Erasure.objects.create(person=cast.ana.public_id, asked_at=cast.now, due_at=cast.now)
    elif gone == "parent":
        type(cast.trainee).objects.update(is_minor=True)
        Guardian.objects.create(
            user=cast.ana, address="p@example.org", asked_at=cast.now, expires_at=cast.now, agreed_at=cast.now,
            withdrawn_at=cast.now,
        )  # fmt: skip
    else:
        answer(cast, "place", at=cast.now)
    at_day(10)
    assert not rungs(cast.priya, "place")
    assert not Task.objects.filter(kind="place_unanswered").exists()


def test_coordinators_who_call_are_reminded_and_have_no_second_task(cast, at_day, sign_in):
    Membership.objects.filter(organization=cast.center).delete()
    _place(cast)
    _certificate(cast, to=cast.coalition, school="Welding School of Colton")
    for days in (3, 7, 10):
        at_day(days)
    assert rungs(cast.carla, "place") == rungs(cast.carla, "certificate") == [1, 2, 3]
    assert sorted(Task.objects.values_list("kind", flat=True)) == ["certificate_call", "place_call"]
    said = " ".join(
        part for notice in Notice.objects.filter(user=cast.carla, kind__contains="_reminder")
        for part in words.message(notice, "en").paragraphs
    )  # fmt: skip
    assert "for you to call Inland Trades Training Center" in said
    assert "for you to ask Welding School of Colton" in said
    assert "A coordinator now looks after" not in said
    (told,) = Notice.objects.filter(user=cast.ana, kind="place_waits")
    assert "We reminded them." in " ".join(words.message(told, "en").paragraphs)


def test_what_is_taken_back_is_nobodys_task_any_more(cast, at_day):
    asked, declared = _place(cast), _certificate(cast)
    at_day(10)
    actions.withdraw(asked, by=cast.ana, at=cast.now + 11 * DAY)
    training.unask(declared, by=cast.ana, at=cast.now + 11 * DAY)
    assert not Task.objects.filter(done_at=None).exists()


def test_what_was_told_of_one_school_is_not_true_of_the_next_that_is_asked(cast, at_day):
    declared, later = _certificate(cast), cast.now + 11 * DAY
    at_day(10)
    before = list(Notice.objects.filter(kind__in=["certificate_waits", "certificate_unanswered"]))
    assert {notice.user for notice in before} == {cast.ana, cast.carla}
    training.unask(declared, by=cast.ana, at=later)
    training.declare(
        cast.trainee, declared.credential, issued_on=declared.issued_on, expires_on=None, to=cast.coalition,
        school="Welding School of Colton", by=cast.ana, at=later,
    )  # fmt: skip
    assert not any(words.still_true(notice) for notice in before)


@pytest.mark.parametrize("gone", ["leaving", "parent"])
def test_nobody_is_sent_to_a_school_that_may_no_longer_see_who_asks(cast, waits, at_day, sign_in, gone):
    at_day(10)
    carla = sign_in(cast.carla)
    carla.cookies["django_language"] = "en"
    assert "does not answer" in carla.get(reverse("task_list")).text
    if gone == "leaving":
        Erasure.objects.create(person=cast.ana.public_id, asked_at=cast.now, due_at=cast.now)
    else:
        type(cast.trainee).objects.update(is_minor=True)
    assert "does not answer" not in carla.get(reverse("task_list")).text
    assert not any(words.still_true(notice) for notice in Notice.objects.filter(kind=f"{waits}_unanswered"))
