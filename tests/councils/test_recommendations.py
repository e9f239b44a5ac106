"""A recommendation: who hears of it, what was promised, and whether it helped."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from councils import daily
from councils.models import (
    ActionStep,
    AgendaItem,
    Council,
    Decision,
    Meeting,
    Minutes,
    Office,
    Reading,
    Recommendation,
    Seat,
    Term,
    Theme,
)
from councils.recommendations import actions, carrying, course
from ledger import figures
from ledger.figures import Figure, Indicator
from ledger.lifecycle import IllegalStep
from ledger.models import Event
from notifications import words
from notifications.models import Notice


@pytest.fixture
def council(cast, monkeypatch):
    monkeypatch.setattr(figures, "_indicators", {})
    cast.asked = []

    def compute(*, since, until, scope):
        cast.asked.append((since, until, scope))
        return Figure.hidden() if until == date(2026, 2, 15) else Figure.typical(60 - len(cast.asked), 40)

    figures.publish(
        Indicator("days-to-hire", "Days to hire", "Days from certificate to hire.", "days", "down", compute)
    )
    council = Council.objects.create(name_en="Workers Council", purpose_en="To be heard.")
    seat = Seat.objects.create(council=council, constituency="worker")
    start = cast.now.date() - timedelta(days=400)
    Term.objects.create(seat=seat, user=cast.ana, starts_on=start)
    Office.objects.create(council=council, user=cast.willa, role="chair", starts_on=start)
    return council


@pytest.fixture
def asked(cast, council):
    return actions.write(
        Recommendation(
            council=council, title_en="Night buses", text_en="Please.", addressee_kind="agency",
            indicator="days-to-hire",
        ),
        [], by=cast.willa, at=cast.now,
    )  # fmt: skip


LIFE = ("proposed", "adopt", "send", "accept", "translated", "start", "finish")


def told(user) -> list[str]:
    notices = Notice.objects.filter(user=user, kind__startswith=("recommendation")).order_by("pk")
    return [notice.data["state"] for notice in notices]


def test_its_life_through_the_pages_tells_every_follower_each_step_in_public(cast, council, asked, sign_in, client):
    willa, page = sign_in(cast.willa), reverse("recommendation", args=[asked.public_id])
    assert client.get(page).status_code == 404  # proposed: for who takes part
    today = timezone.localdate().isoformat()

    def step(name, **more):
        url = reverse("recommendation_step", args=[asked.public_id, name])
        return willa.post(url, {"on": today} | more)

    sign_in(cast.rhea).post(reverse("recommendation_follow", args=[asked.public_id]), {"wanted": "yes"})
    assert step("adopt").status_code == 302
    assert client.get(page).status_code == 200
    sign_in(cast.rhea).post(reverse("recommendation_follow", args=[asked.public_id]), {"wanted": "yes"})
    step("adopt")  # pressed again: not adopted twice
    assert step("send", on="2020-01-01").status_code == 200  # before the step before it
    step("send")
    assert step("decline").status_code == 200  # an answer is needed
    step("accept", answer="Yes, from spring on.", answer_language="en")
    assert '<blockquote lang="en"><p>Yes, from spring on.' in client.get(page).content.decode()
    _translated(willa, asked, page, client)
    sign_in(cast.ana).post(reverse("recommendation_follow", args=[asked.public_id]), {"wanted": "no"})
    step("start")
    step("finish")
    asked.refresh_from_db()
    assert asked.state == "done"
    assert told(cast.ana) == ["proposed", "adopted", "sent", "accepted"]
    assert told(cast.rhea) == ["sent", "accepted", "in_progress", "done"]
    assert told(cast.willa) == []  # who did it knows
    kinds = list(Event.objects.filter(subject_type="recommendation").order_by("pk").values_list("kind", flat=True))
    assert kinds == [f"recommendation.{k}" for k in LIFE]
    for notice in Notice.objects.filter(user=cast.ana):
        for language, answer in ("en", "Yes, from spring on."), ("es", "Sí, desde la primavera."):
            said = words.message(notice, language)
            assert asked.title in said.subject
            assert (answer in str(said.paragraphs)) is (notice.data["state"] == "accepted")
    with pytest.raises(IllegalStep):
        actions.write(asked, [], by=cast.willa, at=cast.now)
    assert sign_in(cast.ana).get(reverse("recommendation_step", args=[asked.public_id, "adopt"])).status_code == 403
    with pytest.raises(IntegrityError), transaction.atomic():
        Recommendation.objects.update(state="declined")


def _translated(willa, asked, page, visitor):
    """The council puts the answer into Spanish; two who do at once read each other; who reads Spanish has both."""
    url = reverse("answer_translate", args=[asked.public_id])
    said = {"answer_language": "en", "answer_translated": "Sí, desde la primavera."}
    said["seen"] = willa.get(page).context["translation"]["seen"].value()
    assert visitor.post(url, said).status_code == 302
    assert willa.post(url, said).status_code == 302
    second = willa.post(url, said | {"answer_translated": "Sí, en primavera."})
    assert second.status_code == 422
    assert "Sí, en primavera.</textarea>" in second.content.decode()
    # Of other words a translation says nothing, until its writer has read them.
    opened = willa.get(page).context["translation"]["seen"].value()
    Recommendation.objects.update(answer="No.")
    late = willa.post(url, said | {"answer_translated": "Sí.", "seen": opened})
    assert late.status_code == 422
    assert ("Sí.</textarea>" in late.content.decode(), "<dd>No.</dd>" in late.content.decode()) == (True, True)
    assert Recommendation.objects.get().answer_translated == said["answer_translated"]
    Recommendation.objects.update(answer="Yes, from spring on.")
    visitor.cookies["django_language"] = "es"
    read = visitor.get(page).content.decode()
    assert '<blockquote lang="es"><p>Sí, desde la primavera.' in read
    assert '<blockquote lang="en"><p>Yes, from spring on.' in read  # as it was given
    visitor.cookies["django_language"] = "en"
    read = visitor.get(page).content.decode()
    assert "Yes, from spring on." in read
    assert "primavera" not in read


def test_the_figure_of_its_adoption_is_kept_and_its_course_drawn(cast, council, asked, client):
    adopted = datetime(2026, 5, 15, 19, tzinfo=UTC)
    Recommendation.objects.update(proposed_on=date(2026, 5, 1))
    found = actions.move(asked, "adopt", by=cast.willa, at=adopted, on=date(2026, 5, 15))
    before = list(found.readings.values_list("since", "until", "value", "is_suppressed"))
    assert [row[0] for row in before] == [date(2025, 5, 15), date(2025, 8, 15), date(2025, 11, 15), date(2026, 2, 15)]
    assert [row[2] for row in before] == [59, 58, None, 56]
    assert before[2][3]
    # Half a year later two more stretches are over; what was read stays as it was.
    later = datetime(2026, 11, 22, 19, tzinfo=UTC)
    for _night in range(2):
        carrying.read_figures(at=later)
    readings = list(found.readings.all())
    assert [r.value for r in readings] == [59, 58, None, 56, 55, 54]
    drawn = course.course(found, readings)
    assert (drawn.frozen.value, drawn.latest.value, drawn.improved) == (56, 54, True)
    assert len(drawn.lines) == 2  # broken where too few people were counted
    page = client.get(reverse("recommendation", args=[found.public_id])).content.decode()
    for sentence in (
        *("56 days", "before it was adopted, Feb 2026 to May 2026", "54 days", "better than before"),
        *("too few people to say", "Of one stretch of time nothing is shown", "do not prove cause"),
        "kept when adopted",
    ):
        assert sentence in page
    several = client.get(reverse("recommendation_list", args=[found.council.public_id])).content.decode()
    assert ": 56 days before, 54 days most lately." in several
    assert "better than before" in several
    client.cookies["django_language"] = "es"
    assert 'points="' in client.get(reverse("recommendation", args=[found.public_id])).content.decode()
    figures._indicators.clear()  # nobody measures it any more
    page = client.get(reverse("recommendation", args=[found.public_id]))
    assert page.status_code == 200
    assert client.get(reverse("recommendation_list", args=[found.council.public_id])).status_code == 200
    assert carrying.read_figures(at=later) == 0


def test_months_end_where_they_end():
    assert course.months_on(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert course.months_on(date(2026, 1, 31), -2) == date(2025, 11, 30)
    assert course.months_on(date(2024, 2, 29), 12) == date(2025, 2, 28)
    for day in (date(2026, 1, 31), date(2024, 2, 29), date(2026, 8, 15)):
        stretches = course.stretches(day, 3, today=date(2028, 1, 1))
        assert all(one[1] == other[0] for one, other in pairwise(stretches))
        assert stretches[3][1] == day


def test_a_step_undone_reminds_and_comes_back_on_the_next_agenda_until_it_is_done(cast, council, asked, sign_in):
    actions.move(asked, "adopt", by=cast.willa, at=cast.now)
    willa, page = sign_in(cast.willa), reverse("recommendation", args=[asked.public_id])
    due = timezone.localdate() + timedelta(days=2)
    form = {"title_en": "Ask the bus company", "assignee": cast.ana.pk, "due_on": due.isoformat()}
    assert (
        willa.post(reverse("action_new", args=[asked.public_id]), form | {"assignee": cast.rhea.pk}).status_code == 422
    )
    assert willa.post(reverse("action_new", args=[asked.public_id]), form).status_code == 302
    step = ActionStep.objects.get()
    first, second = (
        Meeting.objects.create(council=council, starts_at=cast.now + timedelta(days=days), place="Hall")
        for days in (7, 40)
    )
    AgendaItem.objects.create(meeting=first, title_en="Welcome", position=1)
    for _night in range(2):
        daily.tend()
    told_ana = Notice.objects.filter(user=cast.ana, kind__startswith="action").order_by("pk")
    assert [notice.kind for notice in told_ana] == ["action_planned", "action_due"]
    items = AgendaItem.objects.filter(meeting=first)
    assert [item.title_en for item in items] == ["Still to do: Ask the bus company", "Welcome"]
    assert not second.items.exists()
    # A meeting that is planned before it has the step at once: it can be called the same day.
    third = {"on": timezone.localdate() + timedelta(days=3), "clock": "18:00", "time_zone": "America/Los_Angeles"}
    third |= {"minutes_long": 60, "way": "in_person", "place": "Hall", "unit": "", "every": 1, "nth": 1}
    agenda = willa.post(reverse("meeting_new", args=[council.public_id]), third, follow=True)
    assert "Still to do: Ask the bus company" in agenda.content.decode()
    # Not done at the first meeting, it opens the second.
    carrying.carry_over(at=cast.now + timedelta(days=8))
    carrying.remind(at=cast.now + timedelta(days=10))
    assert second.items.count() == 1
    assert Notice.objects.filter(kind="action_due", rung=2).count() == 1
    assert sign_in(cast.rhea).post(reverse("action_done", args=[step.public_id])).status_code == 403
    ana = sign_in(cast.ana)
    assert "Este paso ya está hecho" in ana.get(page).content.decode()
    ana.post(reverse("action_done", args=[step.public_id]))
    step.refresh_from_db()
    assert step.done_on
    assert not second.items.exists()
    assert carrying.carry_over(at=cast.now) == 0
    for notice in Notice.objects.filter(kind__startswith="action"):
        assert "Ask the bus company" in words.message(notice, "es").subject


def test_an_agenda_that_the_law_wants_posted_is_left_alone_once_it_was_called(cast, council, asked, sign_in):
    actions.move(asked, "adopt", by=cast.willa, at=cast.now)
    ActionStep.objects.create(recommendation=asked, title_en="Late", due_on=cast.now.date())
    meeting = Meeting.objects.create(
        council=council, starts_at=cast.now + timedelta(days=3), place="Hall", state="called", called_at=cast.now
    )
    Council.objects.update(must_post=True)
    assert carrying.carry_over(at=cast.now) == 0
    Council.objects.update(must_post=False)
    assert carrying.carry_over(at=cast.now) == 1
    assert meeting.items.get().title_es == "Pendiente: Late"
    # Taken off by hand it does not come back the next night, but it stands on the agenda after.
    sign_in(cast.willa).post(reverse("agenda_do", args=[meeting.items.get().public_id]), {"do": "drop"})
    assert not meeting.items.exists()
    after = Meeting.objects.create(council=council, starts_at=cast.now + timedelta(days=9), place="Hall")
    assert carrying.carry_over(at=cast.now) == 0
    assert carrying.carry_over(at=cast.now + timedelta(days=4)) == 1
    assert after.items.count() == 1


def test_who_left_the_council_moves_nothing_on_and_is_reminded_no_more(cast, council, asked, sign_in):
    Recommendation.objects.update(owner=cast.ana, state="adopted", adopted_on=cast.now.date())
    step = ActionStep.objects.create(
        recommendation=asked, title_en="Ask", due_on=cast.now.date(), assignee=cast.ana
    )  # fmt: skip
    move = reverse("recommendation_step", args=[asked.public_id, "send"])
    assert sign_in(cast.ana).get(move).status_code == 200
    Term.objects.update(ended_at=cast.now, ends_on=cast.now.date())
    ana = sign_in(cast.ana)
    assert ana.get(move).status_code == 403
    assert ana.post(reverse("action_done", args=[step.public_id])).status_code == 403
    carrying.remind(at=cast.now)
    assert not Notice.objects.filter(kind="action_due").exists()
    Recommendation.objects.update(owner=cast.willa)
    carrying.remind(at=cast.now)
    assert Notice.objects.get(kind="action_due").user == cast.willa


def test_writing_one_through_the_page(cast, council, sign_in, django_assert_max_num_queries):
    theme = Theme.objects.create(council=council, name_en="No bus at night", is_public=True)
    url = reverse("recommendation_new", args=[council.public_id])
    form = {
        "title_en": "Buses", "text_en": "Run them.", "addressee_kind": "agency", "themes": [theme.pk],
        "indicator": "days-to-hire", "scope": "provider",
    }  # fmt: skip
    willa = sign_in(cast.willa)
    assert "not measured for that" in willa.post(url, form).content.decode()
    assert willa.post(url, form | {"scope": "region", "owner": cast.ana.pk}).status_code == 302
    found = Recommendation.objects.get()
    assert found.themes.get() == theme
    edit = reverse("recommendation_edit", args=[found.public_id])
    assert sign_in(cast.ana).get(edit).status_code == 403
    assert sign_in(cast.rhea).get(edit).status_code == 404
    for number in range(12):
        ActionStep.objects.create(recommendation=found, title_en=f"Step {number}", due_on=cast.now.date())
        Reading.objects.create(
            recommendation=found, since=date(2026, number + 1, 1), until=date(2026, number + 1, 28), value=5,
            read_on=cast.now.date(),
        )  # fmt: skip
    meeting = Meeting.objects.create(council=council, starts_at=cast.now, state="closed")
    Minutes.objects.create(meeting=meeting)
    decided = Decision.objects.create(council=council, meeting=meeting, text_en="Shall we?", method="consensus")
    Recommendation.objects.update(state="adopted", adopted_on=date(2026, 6, 1), decision=decided)
    grounds = [reverse("decision", args=[decided.public_id]), reverse("minutes", args=[meeting.public_id])]
    outside = sign_in(cast.rhea).get(reverse("recommendation", args=[found.public_id])).content.decode()
    assert not any(ground in outside for ground in grounds)  # neither is published
    with django_assert_max_num_queries(12):
        page = willa.get(reverse("recommendation", args=[found.public_id])).content.decode()
    assert all(ground in page for ground in grounds)
    assert "Buses" in willa.get(reverse("recommendation_list", args=[council.public_id])).content.decode()
