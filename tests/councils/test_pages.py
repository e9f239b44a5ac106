"""The pages of councils as people meet them: outsiders, members, the chair, staff; in both languages."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from councils.actions import decisions, meetings, minutes
from councils.models import Council, Decision, Feed, Meeting, Minutes, Rsvp, Seat, Term


def of(user) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def get(client, name, thing, *more, status=200):
    answer = client.get(reverse(name, args=[thing.public_id, *more]))
    assert answer.status_code == status, (name, answer.status_code)
    return answer.content.decode()


def test_a_coordinator_sets_a_council_up_and_gives_its_seats(cast):
    carla = of(cast.carla)
    facts = {
        "name_en": "Manufacturing Unions", "kind": "unions", "purpose_en": "One technician apprenticeship.",
        "is_public": "on", "publishes": ["meetings"], "time_zone": "America/Los_Angeles", "notice_hours": "72",
        "quorum_percent": "50", "ballots": "choice", "needs_kept_days": "30", "least_union": "1",
    }  # fmt: skip
    answer = carla.post(reverse("council_new"), facts | {"quorum_percent": "120"})
    assert answer.status_code == 422
    assert "One technician apprenticeship." in answer.content.decode()
    assert carla.post(reverse("council_new"), facts).status_code == 302
    council = Council.objects.get()
    assert (council.quorum_by, council.rules.count()) == ({"union": 1}, 4)
    seats = reverse("council_seats", args=[council.public_id])
    typed = {"term-email": "ben@throughline.example", "term-starts_on": "2026-11-01"}
    for sent, said in ({"do": "term"}, "Add a seat first."), ({}, "Press the button of what you want to do."):
        answer = carla.post(seats, typed | sent)
        assert answer.status_code == 422
        assert said in answer.content.decode()
        assert 'value="ben@throughline.example"' in answer.content.decode()
    carla.post(
        seats, {"do": "seat", "seat-constituency": "union", "seat-votes": "1", "seat-organization": cast.hall.pk}
    )
    seat = Seat.objects.get()
    term = {"do": "term", "seat_id": seat.public_id, "term-starts_on": "2026-11-01", "term-ends_on": "2027-11-01"}
    answer = carla.post(seats, term | {"term-email": "nobody@throughline.example"})
    assert "Nobody signs in with this address" in answer.content.decode()
    assert carla.post(seats, term | {"term-email": "BEN@throughline.example"}).status_code == 302
    carla.post(seats, {"do": "office", "office-email": cast.willa.email, "office-role": "chair"})
    assert "Ben Castillo" in get(carla, "council", council)
    assert "Ben Castillo" not in get(Client(), "council", council)
    assert get(of(cast.ben), "council_edit", council, status=403)
    assert get(of(cast.willa), "council_edit", council)
    assert carla.post(seats, {"do": "end_term", "id": Term.objects.get().public_id}).status_code == 302
    assert carla.post(seats, {"do": "end_term", "id": "nonsense"}).status_code == 404


def test_what_a_council_keeps_to_itself_is_not_there_for_others(body):
    body.council.is_public = False
    body.council.save()
    meeting = meetings.call(body.meeting(), by=body.cast.willa, at=body.now)
    outside, inside = of(body.cast.ana), of(body.wen)
    for name in ("council", "council_json", "council_calendar", "council_edit", "council_seats"):
        get(outside, name, body.council, status=404)
    for name in ("meeting", "meeting_ics", "agenda", "meeting_room", "meeting_quorum", "minutes", "meeting_door"):
        get(outside, name, meeting, status=404)
    assert "meet.example" in get(inside, "meeting", meeting)
    for name in ("agenda", "meeting_room", "meeting_door", "meeting_edit"):
        get(inside, name, meeting, status=403)
    body.council.is_public = True
    body.council.save()
    shown = get(Client(), "meeting", meeting)
    assert meeting.posted_hash in shown
    assert "stands on this page since Nov. 24, 2026" in shown
    assert "meet.example" not in shown + get(Client(), "meeting_ics", meeting) + get(
        Client(), "council_calendar", body.council
    )
    get(Client(), "meeting", body.meeting(), status=404)  # planned, not called


def test_nobody_loses_a_seat_or_a_role_by_one_slip_of_a_finger(body):
    page = get(of(body.cast.willa), "council_seats", body.council)
    for does in ("end_term", "close_seat", "end_office"):
        before = page[: page.index(f'value="{does}"')]
        assert before.rindex("<details") > before.rfind("</details>"), f"{does}: opened first"
    assert "Wen Worker leaves the seat at once and is told so." in page


def test_an_empty_choice_is_said_in_a_word_and_nobody_is_here_by_a_slip(body):
    willa, meeting = of(body.cast.willa), body.in_session(present=[])
    council = body.council
    for name, thing in (("decision_new", meeting), ("recommendation_new", council), ("council_seats", council)):
        assert "none chosen" in (page := get(willa, name, thing)), name
        assert "----" not in page, name
    assert 'required><option value="">Choose</option>' in get(willa, "meeting_room", meeting)
    willa.post(reverse("meeting_attend", args=[meeting.public_id]), {"person": "", "how": "room"})
    assert not meeting.attendances.exists()


def test_a_meeting_from_the_plan_to_the_published_minutes(body, time_machine):
    willa, wen, now = of(body.cast.willa), of(body.wen), timezone.now()
    day = timezone.localtime(now) + timedelta(days=6)
    when = {
        "on": f"{day:%Y-%m-%d}", "clock": "17:30", "time_zone": "America/Los_Angeles", "minutes_long": "90",
        "way": "hybrid", "place": "Fontana", "join_url": "", "every": "1", "nth": "1",
    }  # fmt: skip
    new = reverse("meeting_new", args=[body.council.public_id])
    refused = willa.post(new, when).content.decode()
    assert "People need the link to join." in refused
    assert "(needed where people join online)" in refused
    far = willa.post(new, when | {"on": "9999-12-31", "clock": "23:59", "join_url": "https://meet.example/x"})
    assert "Check the year." in far.content.decode()
    assert willa.post(new, when | {"join_url": "https://meet.example/x"}).status_code == 302
    meeting = Meeting.objects.get()
    agenda = reverse("agenda", args=[meeting.public_id])
    bad = willa.post(
        agenda, {"title_en": "Childcare", "kind": "talk", "minutes_long": "20", "papers": "javascript:x Plan"}
    )
    assert bad.status_code == 422
    for title in ("Childcare", "Minutes of the last meeting"):
        item = {
            "title_en": title,
            "kind": "talk",
            "minutes_long": "20",
            "papers": "https://x.example/plan.pdf The plan",
        }
        assert willa.post(agenda, item).status_code == 302
    second = meeting.items.last()
    willa.post(reverse("agenda_do", args=[second.public_id]), {"do": "up"})
    assert meeting.items.first() == second

    def step(name):
        return willa.post(reverse("meeting_step", args=[meeting.public_id, name]))

    step("call")
    reply = reverse("meeting_reply", args=[meeting.public_id])
    first = get(wen, "council", body.council).split('id="ways"')[0]  # the next meeting comes before all else
    assert "You have not said yet whether you come." in first
    assert "7 seats, 1 vacant: <strong>workforce board" in get(Client(), "council", body.council)
    wen.post(reply, {"answer": "yes", "needs": ["childcare", "interpretation"], "note": "Two, at 6 pm"})
    assert Rsvp.objects.get().needs == ["childcare", "interpretation"]
    assert "You have not said yet" not in get(wen, "council", body.council)
    of(body.xia).post(reply, {"answer": "yes", "note": "A chair with arms"})
    for_staff = get(of(body.cast.carla), "meeting", meeting)
    assert "Two, at 6 pm" in for_staff
    assert "A chair with arms" in for_staff
    seen = get(willa, "meeting", meeting)  # the chair reads the totals, not who needs what
    assert "childcare" in seen
    assert "Two, at 6 pm" not in seen
    assert "<strong>2</strong> are coming" in seen
    wen.post(reply, {"answer": "online"})
    seen = get(willa, "meeting", meeting)
    assert "<strong>1</strong> is coming" in seen
    assert "<strong>1</strong> joins online" in seen
    wen.post(reply, {"answer": "yes", "needs": ["childcare", "interpretation"], "note": "Two, at 6 pm"})
    assert "The plan" in get(Client(), "meeting", meeting)
    time_machine.move_to(meeting.refresh_from_db() or meeting.starts_at)
    step("open")
    meeting.refresh_from_db()
    here = [meeting.public_id, meeting.check_in_code]
    assert wen.get(reverse("meeting_check_in", args=here)).status_code == 200
    assert not meeting.attendances.exists()  # looking does nothing
    assert wen.post(reverse("meeting_check_in", args=here), {"how": "online"}).status_code == 302
    assert wen.get(reverse("meeting_check_in", args=[meeting.public_id, "wrong"])).status_code == 404
    assert "<svg" in get(willa, "meeting_door", meeting)
    for person in body.members[2:]:
        willa.post(reverse("meeting_attend", args=[meeting.public_id]), {"person": person.public_id, "how": "room"})
    assert "5 of 6 seats are here, 4 are needed." in " ".join(get(wen, "meeting_quorum", meeting).split())
    first = meeting.items.first()
    write = reverse("item_write", args=[first.public_id])
    room = get(willa, "meeting_room", meeting)
    assert room.count('name="text_en"') == 2
    answer = willa.post(
        write, {"text_en": "We talked. <script>x</script>", "version": "0"}, headers={"HX-Request": "true"}
    )
    assert 'value="1"' in answer.content.decode()
    clash = of(body.cast.carla).post(
        write, {"text_en": "We argued.", "before_text_en": "", "version": "0"}, headers={"HX-Request": "true"}
    )
    first.refresh_from_db()
    assert first.text_en.split("\n") == ["We talked. <script>x</script>", "We argued."]
    assert "We talked." in clash.content.decode()  # the other's words come into the field
    assert "<textarea" not in answer.content.decode()  # what was typed on meanwhile is not overwritten
    assert wen.post(write, {"text_en": "Mine", "version": "2"}).status_code == 403
    step("close")
    assert get(Client(), "minutes", meeting, status=404)
    willa.post(reverse("minutes_step", args=[meeting.public_id, "ready"]))
    time_machine.shift(timedelta(days=30))
    willa = of(body.cast.willa)
    counted = willa.get(reverse("minutes", args=[meeting.public_id])).context["by"]
    later = meetings.begin(body.meeting(days=0, starts_at=timezone.now()), by=body.cast.willa, at=timezone.now())
    for person in body.members:
        meetings.check_in(later, how="room", user=person, by=body.cast.willa, at=timezone.now())
    willa.post(reverse("minutes_step", args=[meeting.public_id, "approve"]), {"in": later.public_id})
    willa.post(reverse("minutes_step", args=[meeting.public_id, "publish"]))
    paper = Minutes.objects.get(meeting=meeting)
    assert paper.state == "published"
    assert len(counted) > 3
    assert Client().get(reverse("minutes", args=[meeting.public_id])).context["by"] == counted, "in the same order"
    shown = get(Client(), "minutes", meeting)
    assert paper.content_hash in shown
    assert "<script>x" not in shown
    refused = willa.post(write, {"text_en": "Another story", "version": "2"}, headers={"HX-Request": "true"})
    assert "were approved" in refused.content.decode()
    assert "<input" not in refused.content.decode()  # what was typed stays in the page as it is
    client = Client(headers={"accept-language": "es"})
    assert "Acta" in get(client, "minutes", meeting)


def test_a_secret_vote_through_its_pages(body):
    body.council.ballots = "choice"
    body.council.save()
    meeting = body.in_session()
    willa = of(body.cast.willa)
    new = reverse("decision_new", args=[meeting.public_id])
    refused = willa.post(new, {"text_en": "Who chairs?", "method": "secret"})
    assert refused.status_code == 422
    assert "(needed for a vote)" in refused.content.decode()
    willa.post(new, {"text_en": "Who chairs?", "method": "secret", "rule": body.simple.pk})
    decision = Decision.objects.get()
    do = reverse("decision_do", args=[decision.public_id])
    assert of(body.wen).post(do, {"do": "put"}).status_code == 302
    decision.refresh_from_db()
    assert decision.state == "draft"  # a member cannot
    key = re.search(r"<code class=\"tl-hash\">([A-Z2-7-]{32})</code>", willa.post(do, {"do": "put"}).content.decode())[
        1
    ]
    assert willa.post(do, {"do": "put"}).status_code == 302  # a second tap: refused, and the key stays
    assert key not in get(willa, "decision", decision)
    for person, choice in zip(body.members, ["yes", "no", "yes", "abstain"], strict=False):
        of(person).post(do, {"do": "cast", "choice": choice})
    page = of(body.members[4]).post(do, {"choice": "no"})  # without the button
    assert page.status_code == 422
    assert 'value="no" checked' in page.content.decode()
    page = get(willa, "decision", decision)
    assert "4 of 6 have voted." in page
    assert 'value="WRONG"' in willa.post(do, {"do": "count", "key": "WRONG"}).content.decode()
    willa.post(do, {"do": "count", "key": key})
    decision.refresh_from_db()
    assert decision.state == "adopted"
    assert "4 of 6 who could vote did." in get(Client(), "decision", decision)
    # What happened is read by those who take part.
    for name, thing, said in (("decision", decision, "opened the vote"), ("meeting", meeting, "opened the meeting"),
                              ("council", body.council, "What happened")):  # fmt: skip
        assert said in get(of(body.wen), name, thing)
        assert said not in get(Client(), name, thing)
    assert "Wen Worker" not in get(willa, "decision", decision)
    get(of(body.cast.ana), "council_json", body.council)


def test_a_calendar_reads_its_owners_meetings_until_they_leave_or_take_the_address_back(body):
    meeting = body.meeting()
    planned = body.meeting(days=20)
    wen = of(body.wen)
    made = wen.post(reverse("my_calendar"), {"do": "make"}).content.decode()
    path = re.search(r"/calendar/[\w-]+\.ics", made)[0]
    assert path not in wen.get(reverse("my_calendar")).content.decode()
    answer = Client().get(path)
    assert answer["Content-Type"].startswith("text/calendar")
    assert str(meeting.public_id) in answer.content.decode()
    assert str(planned.public_id) in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    Term.objects.filter(user=body.wen).update(ended_at=body.now, ends_on=body.now.date())
    assert "VEVENT" not in Client().get(path).content.decode()
    feed = Feed.objects.get()
    assert path.split("/")[-1].removesuffix(".ics") not in feed.fingerprint
    assert of(body.xia).post(reverse("my_calendar"), {"do": "revoke", "id": feed.public_id}).status_code == 404
    wen.post(reverse("my_calendar"), {"do": "revoke", "id": feed.public_id})
    assert Client().get(path).status_code == 404


def test_names_are_public_only_where_the_person_says_so(body):
    page = get(Client(), "council", body.council)
    assert "Wen Worker" not in page
    of(body.wen).post(reverse("council_name_me", args=[body.council.public_id]), {"public": "yes"})
    assert "Wen Worker" in get(Client(), "council", body.council)
    data = Client().get(reverse("council_json", args=[body.council.public_id])).json()
    assert [person["name"] for person in data["persons"]] == ["Wen Worker"]
    assert len(data["posts"]) == 7
    assert of(body.cast.ana).post(reverse("council_name_me", args=[body.council.public_id])).status_code == 403


@pytest.mark.parametrize("name", ["council", "meeting", "meeting_room", "minutes", "council_seats"])
def test_pages_cost_the_same_however_many_sit_and_meet(body, django_assert_max_num_queries, name):
    meeting = body.in_session(items=[f"Item {n}" for n in range(9)])
    minutes.write(meeting.items.first(), {"text_en": "x"}, before={}, version=0, by=body.cast.willa, at=body.now)
    for number in range(9):
        body.meeting(days=10 + number)
        facts = {"method": "vote", "rule": body.simple, "text_en": f"Question {number}"}
        decisions.propose(meeting, facts, by=body.cast.willa, at=body.now)
    thing = body.council if name.startswith("council") else meeting
    client = of(body.cast.willa)
    with django_assert_max_num_queries(22):
        get(client, name, thing)
