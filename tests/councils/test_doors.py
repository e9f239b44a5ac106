"""Doors of councils: at a council that is not public an outsider meets nothing; a member, what the table lets a member.

The council and all it has are planted once; every address of the room is tried by GET and by POST.
"""

import logging
from datetime import date

import pytest
from django.template.backends.django import Template
from django.urls import reverse

from councils.models import (
    ActionStep,
    Decision,
    Initiative,
    Milestone,
    Phase,
    Recommendation,
    Resource,
    Theme,
    Version,
    Voice,
)
from ledger.models import Event
from pipeline import doors

OUTSIDE = {403, 404, 405}
MEMBER = {"everybody", "signed-in", "member", "council-reader"}
OPEN = {"council_list", "my_calendar", "voice_code", "voice_held", "council_new"}  # about no council


@pytest.fixture
def things(body):
    """One of everything of the council, with the addresses that are about it."""
    council, willa, day = body.council, body.cast.willa, date(2026, 12, 1)
    meeting = body.meeting()
    dated = {"starts_on": day, "ends_on": date(2027, 12, 1)}
    plan = Initiative.objects.create(council=council, name_en="Plan", is_public=True, **dated)
    phase = Phase.objects.create(initiative=plan, name_en="One", **dated)
    asked = Recommendation.objects.create(
        council=council, title_en="Buses", text_en="Run.", addressee_kind="agency", proposed_on=day, state="adopted",
        adopted_on=day,
    )  # fmt: skip
    paper = Resource.objects.create(council=council, title_en="Paper", audience="public", review_on=day, changed_on=day)
    words = {"council": council, "words": "No bus at night.", "language": "en", "visibility": "facilitators"}
    return {
        "council": council, "meeting": meeting, "agenda": meeting.items.get(), "plan": plan, "asked": asked,
        "paper": paper, "voice": Voice.objects.create(author=willa, received_on=day, **words),
        "theme": Theme.objects.create(council=council, name_en="Night", is_public=True),
        "decision": Decision.objects.create(
            council=council, meeting=meeting, text_en="Shall we?", rule=body.simple, method="vote"
        ),
        "step": ActionStep.objects.create(recommendation=asked, title_en="Write", due_on=day),
        "mark": Milestone.objects.create(phase=phase, kind="milestone", name_en="Met", due_on=day),
        "file": Version.objects.create(
            resource=paper, number=1, file_name="a.txt", content_type="text/plain", size=1, content=b"a", sha256="a",
            added_at=body.now,
        ),
    }  # fmt: skip


def about(name: str, pattern: str, things) -> list:
    """What stands in the address."""
    kinds = (
        ("councils/", "council"), ("meetings/", "meeting"), ("agenda/", "agenda"), ("decisions/", "decision"),
        ("voices/", "voice"), ("voice/", "council"), ("themes/", "theme"), ("recommendations/", "asked"),
        ("actions/", "step"), ("initiatives/", "plan"), ("milestones/", "mark"), ("resources/", "paper"),
    )  # fmt: skip
    if name == "calendar_feed":
        return ["nobody"]
    kind = "file" if name == "resource_file" else next(kind for start, kind in kinds if pattern.startswith(start))
    more = {
        "meeting_step": ["call"], "minutes_step": ["ready"], "recommendation_step": ["send"],
        "meeting_check_in": [things["meeting"].check_in_code],
    }  # fmt: skip
    return [things[kind].public_id, *more.get(name, [])]


def of_councils():
    for pattern in doors.patterns():
        if pattern.callback.__module__.startswith("councils.") and pattern.name not in OPEN:
            yield pattern.name, str(pattern.pattern)


def knock(browser, url) -> dict:
    before = Event.objects.count()
    answers = {"GET": browser.get(url).status_code, "POST": browser.post(url, {"do": "put"}).status_code}
    return answers | {"wrote": Event.objects.count() - before}


@pytest.fixture
def quick(monkeypatch):
    """A refusal is its status here, not its page."""
    plain = Template.render
    ends = ("404.html", "403.html", "405.html")
    monkeypatch.setattr(Template, "render", lambda t, *a, **k: "" if t.template.name in ends else plain(t, *a, **k))
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def test_every_door_of_a_council_keeps_out_whom_the_table_keeps_out(body, things, sign_in, quick):
    member, outsider = sign_in(body.wen), sign_in(body.cast.rhea)
    known, wrong, tried = doors.table(), [], 0
    for name, pattern in of_councils():
        url, tried = reverse(name, args=about(name, pattern, things)), tried + 1
        type(body.council).objects.update(is_public=False)
        met = knock(outsider, url)
        if not {met["GET"], met["POST"]} <= OUTSIDE or met["wrote"]:
            wrong.append((name, "an outsider", met))
        type(body.council).objects.update(is_public=True)
        met = knock(member, url)
        for method in ("GET", "POST"):
            if not MEMBER & set(known[name].by_method.get(method, ())) and met[method] not in OUTSIDE:
                wrong.append((name, "a member", method, met))
    assert tried > 50
    assert not wrong, "\n".join(map(str, wrong))
