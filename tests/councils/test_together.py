"""Two people write at once: nothing that either of them typed is lost."""

import re
from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from councils.actions import decisions
from councils.forms import CouncilForm
from councils.models import AgendaItem, Initiative, Recommendation, Resource, Theme, Voice
from councils.seen import SeenForm
from ledger.lifecycle import IllegalStep

from .test_pages import of

DAY = date(2026, 12, 1)
LONG = "What Willa wrote in ten minutes.\r\nAnd a second line."


def filled(page) -> dict:
    """What a browser sends of the form that this page shows."""
    said = {}
    for field in page.context["form"]:
        value = field.value()
        if value is True:
            said[field.html_name] = "on"
        elif value not in (None, False, ""):
            said[field.html_name] = value
    return said


def things(body) -> dict:
    """What two people may edit, by the name of the page: the thing, a text both change, and two others."""
    council, meeting = body.council, body.meeting()
    asked = Recommendation.objects.create(
        council=council, title_en="Buses", text_en="Run.", addressee_kind="agency", proposed_on=DAY
    )
    plan = Initiative.objects.create(council=council, name_en="Plan", starts_on=DAY, ends_on=date(2027, 12, 1))
    paper = Resource.objects.create(council=council, title_en="Study", review_on=DAY, changed_on=DAY, tags=["bus"])
    theme = Theme.objects.create(council=council, name_en="Night")
    return {
        "council_edit": (council, "charter_en", ("purpose_es", "least_union")),
        "recommendation_edit": (asked, "text_en", ("title_es", "addressee")),
        "initiative_edit": (plan, "summary_en", ("name_es", "summary_es")),
        "resource_edit": (paper, "summary_en", ("title_es", "tags")),
        "agenda_item": (meeting.items.get(), "title_es", ("presenter", "minutes_long")),
        "theme_edit": (theme, "summary_en", ("name_es", "summary_es")),
    }


def test_the_second_to_save_gets_their_text_back_beside_what_stands(body):
    body.office(body.cast.carla, "facilitator")
    willa, carla = of(body.cast.willa), of(body.cast.carla)
    for name, (thing, text, (hers, theirs)) in things(body).items():
        url = reverse(name, args=[thing.public_id])
        first, second = filled(willa.get(url)), filled(carla.get(url))
        assert willa.post(url, first | {text: "Willa’s words", hers: "3"}).status_code == 302, name
        answer = carla.post(url, second | {text: LONG, theirs: "7"})
        assert answer.status_code == 422, name
        page = answer.content.decode()
        assert "And a second line." in page, name
        assert "Willa’s words" in page, name
        thing.refresh_from_db()
        assert getattr(thing, text) == "Willa’s words", name
        if name in ("initiative_edit", "agenda_item", "theme_edit"):
            continue
        # She saves again, having seen both; what only Willa changed stays as Willa left it.
        again = filled(answer)
        assert carla.post(url, again).status_code == 302, name
        now = filled(carla.get(url))
        assert [str(now[field]) for field in (hers, theirs)] == ["3", "7"], name
        assert now[text].splitlines() == LONG.splitlines(), name
    # Adopted meanwhile it is not changed any more; what was typed is given back all the same.
    asked = Recommendation.objects.get()
    url = reverse("recommendation_edit", args=[asked.public_id])
    said = filled(willa.get(url)) | {"text_en": "Run them at night."}
    Recommendation.objects.update(state="adopted", adopted_on=DAY)
    answer = willa.post(url, said)
    assert (answer.status_code, "Run them at night." in answer.content.decode()) == (422, True)
    assert willa.get(url).status_code == 403


def test_an_answer_and_a_dissent_that_come_second_are_given_back(body):
    body.office(body.cast.carla, "facilitator")
    willa, carla = of(body.cast.willa), of(body.cast.carla)
    words = {"words": "No bus at night.", "language": "en", "visibility": "facilitators"}
    voice = Voice.objects.create(council=body.council, author=body.wen, received_on=DAY, **words)
    url = reverse("voice", args=[voice.public_id])
    seen = {"act": "answer", "seen": carla.get(url).context["forms"]["answer"]["seen"].value()}
    assert willa.post(url, seen | {"answer": "We ask the county."}).status_code == 302
    page = carla.post(url, seen | {"answer": LONG})
    assert "And a second line." in page.content.decode()
    assert "We ask the county." in page.content.decode()
    voice.refresh_from_db()
    assert voice.answer == "We ask the county."
    again = {"act": "answer", "answer": LONG, "seen": page.context["forms"]["answer"]["seen"].value()}
    assert carla.post(url, again).status_code == 302

    asked = things(body)["recommendation_edit"][0]
    url = reverse("recommendation_step", args=[asked.public_id, "answer"])
    said = {"on": timezone.localdate().isoformat()}
    Recommendation.objects.update(
        state="sent", proposed_on="2026-01-01", adopted_on="2026-01-01", sent_on="2026-01-01"
    )  # fmt: skip
    assert willa.post(url, said | {"answer": "Yes, in spring."}).status_code == 302
    assert willa.post(url, said | {"answer": "Yes,  in spring."}).status_code == 302  # pressed twice
    page = carla.post(url, said | {"answer": LONG}).content.decode()
    assert "And a second line." in page
    assert "Yes, in spring." in page

    meeting = body.in_session(present=body.members[:2])
    facts = {"method": "consensus", "text_en": "Shall we?"}
    decision = decisions.propose(meeting, facts, by=body.cast.willa, at=body.now)
    url = reverse("decision_do", args=[decision.public_id])
    for state in ("draft", "withdrawn"):  # no quorum; and somebody else was quicker
        type(decision).objects.update(state=state)
        page = carla.post(url, {"do": "agree", "adopted": "yes", "dissent": LONG})
        assert (page.status_code, "And a second line." in page.content.decode()) == (422, True)
    # A form without its button decides nothing, says so, and keeps what was typed.
    type(decision).objects.update(state="draft")
    for sent, said in (({}, "Press the button of what you want"), ({"do": "agree"}, "Choose adopted or not adopted")):
        page = willa.post(url, sent | {"dissent": LONG})
        assert (page.status_code, said in page.content.decode()) == (422, True)
        assert "And a second line.</textarea>" in page.content.decode()
    decision.refresh_from_db()
    assert decision.state == "draft"
    for sent in ({}, {"person": body.wen.public_id}):  # nobody chosen; neither came nor left
        page = willa.post(reverse("meeting_attend", args=[meeting.public_id]), sent, follow=True)
        assert ("Press the button" if sent else "Choose who came.") in page.content.decode()


def test_who_saves_in_the_same_moment_is_refused_by_the_locked_row(body):
    form = CouncilForm(instance=body.council)
    assert isinstance(form, SeenForm)
    fresh = type(body.council).objects.get()
    form.must_still_stand(fresh)
    fresh.quorum_by = {"union": 2}
    with pytest.raises(IllegalStep):
        form.must_still_stand(fresh)


def test_two_browsers_save_minutes_in_turns_and_no_line_is_lost(body):
    """As the page saves by itself: each sends what it shows, and takes over what the answer puts into it."""
    meeting = body.in_session(items=("Buses", "Childcare"))
    browsers = {"Willa": of(body.cast.willa), "Carla": of(body.cast.carla)}
    shown = {who: {item.pk: _shown(item) for item in meeting.items.all()} for who in browsers}
    first, second = meeting.items.all()
    turns = [
        ("Willa", first), ("Carla", first), ("Carla", second), ("Willa", first), ("Willa", second), ("Carla", first),
        ("Carla", first), ("Willa", second), ("Willa", first),
    ]  # fmt: skip
    typed = {first.pk: [], second.pk: []}
    for number, (who, item) in enumerate(turns):
        line = f"{who} {number}"
        typed[item.pk].append(line)
        page = shown[who][item.pk]
        page["text_en"] = f"{page['text_en']}\n{line}" if number % 2 else f"{line}\n{page['text_en']}"
        answer = browsers[who].post(
            reverse("item_write", args=[item.public_id]),
            {name: text.replace("\n", "\r\n") for name, text in page.items()},
            headers={"HX-Request": "true"},
        )
        if number in (3, 5):  # typed on while it was being saved: the script takes nothing over, and says what it sent
            typed[item.pk].append(f"{line} in flight")
            sent = page["text_en"]
            page |= {"before_text_en": sent, "version": "", "text_en": f"{sent}\n{line} in flight"}
        else:
            page |= _taken_over(answer.content.decode())
    for item in AgendaItem.objects.filter(pk__in=typed):
        lines = item.text_en.split("\n")
        assert all(lines.count(line) == 1 for line in typed[item.pk]), lines
    # An old page that comes back from sleep and saves what it showed an hour ago changes nothing.
    before = AgendaItem.objects.get(pk=first.pk).text_en
    browsers["Carla"].post(reverse("item_write", args=[first.public_id]), _shown(first), headers={"HX-Request": "true"})
    assert AgendaItem.objects.get(pk=first.pk).text_en == before


def _shown(item) -> dict:
    """An item's form as the page has it at first."""
    texts = {name: getattr(item, name) for name in ("text_en", "text_es", "dissent", "action")}
    return texts | {f"before_{name}": text for name, text in texts.items()} | {"version": str(item.version)}


def _taken_over(answer: str) -> dict:
    """What the answer puts into the page: hidden fields, and texts that somebody else changed."""
    found = dict(re.findall(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)">', answer))
    return found | dict(re.findall(r'<textarea[^>]* name="([a-z_]+)"[^>]*>([^<]*)</textarea>', answer))
