"""Meetings: called in time, changed and called off in calendars, answered with needs, held with a quorum."""

import hashlib
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from accounts.models import User
from accounts.policies import Denied
from councils import daily
from councils.actions import bodies, meetings, minutes
from councils.actions import series as series_actions
from councils.calendar import moment
from councils.models import AgendaItem, Council, Meeting, Minutes, Office, Rsvp, Term
from councils.presence import quorum_of
from ledger.lifecycle import IllegalStep
from ledger.models import Event
from notifications import calendar, words
from notifications.models import Notice

from .test_pages import of


def entry_of(notice):
    entry = words.message(notice).calendar
    found = Calendar.from_ical(calendar.attachment(entry, "a@throughline.example")[1])
    return found["METHOD"], found.walk("VEVENT")[0]


def test_a_call_is_posted_with_its_hash_and_changes_and_ends_in_the_calendars(body):
    willa, now = body.cast.willa, body.now
    meeting = body.meeting()
    meeting = meetings.call(meeting, by=willa, at=now)
    posted = Event.objects.get(kind="meeting.posted")
    assert posted.facts["sha256"] == meeting.posted_hash == hashlib.sha256(meeting.posted_text.encode()).hexdigest()
    assert Notice.objects.filter(kind="council_meeting").count() == 7  # six members and Carla
    method, first = entry_of(Notice.objects.get(user=body.wen))
    assert (method, first["SEQUENCE"], first["STATUS"]) == ("REQUEST", 0, "CONFIRMED")
    assert first["DTSTART"].params["TZID"] == "America/Los_Angeles"
    facts = {name: getattr(meeting, name) for name in meetings.FACTS} | {"title_en": "A better title"}
    meeting = meetings.amend(meeting, facts, version=0, by=willa, at=now)
    waiting = Notice.objects.get(user=body.wen)  # a title is told to nobody, so the call that has not left yet goes on
    assert words.still_true(waiting)
    facts |= {"place": "Fontana, room 7"}
    meeting = meetings.amend(meeting, facts, version=1, by=willa, at=now + timedelta(hours=1))
    assert not words.still_true(waiting)
    with pytest.raises(IllegalStep):
        meetings.amend(meeting, facts, version=0, by=willa, at=now)
    meeting = meetings.cancel(meeting, by=willa, at=now + timedelta(hours=2))
    method, last = entry_of(Notice.objects.filter(user=body.wen).order_by("-pk")[0])
    assert (method, last["SEQUENCE"], last["STATUS"]) == ("CANCEL", 3, "CANCELLED")
    assert last["UID"] == first["UID"]
    told = Notice.objects.filter(user=body.wen).order_by("pk")
    assert [words.still_true(notice) for notice in told] == [False, False, True]
    assert len({e.facts["sha256"] for e in Event.objects.filter(kind="meeting.posted")}) == 3


def test_where_the_call_must_be_posted_a_late_one_is_refused_and_the_agenda_stands(body):
    willa, now = body.cast.willa, body.now
    body.council.must_post = True
    body.council.save(update_fields=["must_post"])
    late = body.meeting(days=2)
    with pytest.raises(Denied, match="72 hours"):
        meetings.call(late, by=willa, at=now)
    with pytest.raises(Denied, match="was not called"):
        meetings.begin(late, by=willa, at=now)
    meeting = meetings.call(body.meeting(days=4), by=willa, at=now)
    meetings.add_item(meeting, {"title_en": "In time"}, by=willa, at=now + timedelta(hours=1))
    first = meeting.items.first()
    meetings.move_item(first, up=False, by=willa, at=now + timedelta(hours=2))
    meeting.refresh_from_db()
    assert "1. In time" in meeting.posted_text  # what is posted is the agenda in its order
    titled = {name: getattr(meeting, name) for name in meetings.FACTS} | {"title_en": "Dissolution"}
    for late_change in (
        lambda: meetings.amend(meeting, titled, version=0, by=willa, at=now + timedelta(hours=30)),
        lambda: meetings.add_item(meeting, {"title_en": "Too late"}, by=willa, at=now + timedelta(hours=30)),
        lambda: meetings.drop_item(meeting.items.first(), by=willa, at=now + timedelta(hours=30)),
    ):
        with pytest.raises(Denied, match=r"next meeting|later time"):
            late_change()


def test_needs_are_the_persons_and_are_erased(body):
    meeting = body.meeting(days=1)
    meetings.reply(meeting, answer="yes", needs=["childcare"], note="Two children", by=body.wen, at=body.now)
    with pytest.raises(Denied):
        meetings.reply(meeting, answer="yes", needs=[], note="", by=body.cast.ana, at=body.now)
    assert meetings.forget_needs(at=body.now + timedelta(days=20)) == 0
    assert meetings.forget_needs(at=body.now + timedelta(days=32)) == 1
    assert Rsvp.objects.values_list("answer", "needs", "needs_note").get() == ("yes", [], "")


def test_the_quorum_counts_seats_and_who_stands_in_counts_only_while_the_holder_is_away(body):
    alternate = body.cast.rhea
    Term.objects.create(seat=body.seats[0], user=alternate, is_alternate=True, starts_on="2026-01-01")
    meeting = body.in_session(present=[*body.members[1:4], alternate])
    assert (quorum_of(meeting).present, quorum_of(meeting).met) == (4, True)
    meetings.check_in(meeting, how="online", said=meeting.check_in_code, by=body.cast.willa, at=body.now)
    assert quorum_of(meeting).present == 4
    meetings.leave(meeting.attendances.get(user=body.wen), by=body.wen, at=body.now)
    assert (quorum_of(meeting).present, quorum_of(meeting).met) == (3, False)
    # Who may stand in for two seats leaves the one to who may only stand in there.
    both = User.objects.create_user("both@throughline.example")
    for seat in body.seats[:2]:
        Term.objects.create(pk=seat.pk - 10**6, seat=seat, user=both, is_alternate=True, starts_on="2026-01-01")
    meetings.leave(meeting.attendances.get(user=body.cast.willa), by=body.cast.willa, at=body.now)
    meetings.check_in(meeting, how="room", user=both, by=body.cast.willa, at=body.now)
    assert (quorum_of(meeting).present, quorum_of(meeting).by["worker"]) == (4, (3, 3, 0))
    meeting.council.quorum_by = {"board": 1}
    assert quorum_of(meeting).by["board"] == (0, 0, 1)  # nobody holds it: it cannot be met, and the page says so
    with pytest.raises(Denied, match="another meeting"):
        meetings.check_in(meeting, how="room", said="x", by=body.xia, at=body.now)
    with pytest.raises(Denied, match="take part"):
        meetings.check_in(meeting, how="room", user=body.cast.ana, by=body.cast.willa, at=body.now)


def test_a_series_is_written_down_once_and_goes_on(body):
    facts = {
        "every": 2, "unit": "month", "nth": 3, "first_on": date(2026, 12, 17), "until": None, "way": "hybrid",
        "local_time": time(17, 30), "title_en": "Convening", "title_es": "", "minutes_long": 90,
        "place": "Fontana", "join_url": "", "time_zone": "America/Los_Angeles",
    }  # fmt: skip
    series = series_actions.plan(body.council, facts, by=body.cast.willa, at=body.now)
    days = [meeting.local_start.date() for meeting in series.meetings.all()]
    assert days == [date(2026, 12, 17), date(2027, 2, 18), date(2027, 4, 15)]
    assert {meeting.local_start.time() for meeting in series.meetings.all()} == {time(17, 30)}
    assert series_actions.look_ahead(at=body.now) == 0
    assert series_actions.look_ahead(at=body.now + timedelta(days=60)) == 1
    first = series.meetings.first()
    with pytest.raises(Denied, match="two hours"):  # a tap too early: there is no way back
        meetings.begin(first, by=body.cast.willa, at=body.now)
    series_actions.end(first, by=body.cast.willa, at=body.now)
    assert [meeting.state for meeting in series.meetings.all()] == ["planned", *["cancelled"] * 3]
    assert series_actions.look_ahead(at=body.now + timedelta(days=200)) == 0
    assert not Meeting.objects.visible_to(AnonymousUser()).exists()  # called off before anybody was called


def test_one_meeting_and_all_after_it_move_together_and_stay_the_same_in_calendars(body):
    willa, now = body.cast.willa, body.now
    facts = {
        "every": 1, "unit": "month", "nth": 3, "first_on": date(2026, 12, 17), "until": date(2027, 4, 15),
        "local_time": time(17, 30), "way": "in_person", "title_en": "", "title_es": "", "minutes_long": 90,
        "place": "Fontana", "join_url": "", "time_zone": "America/Los_Angeles",
    }  # fmt: skip
    series = series_actions.plan(body.council, facts, by=willa, at=now)
    first, second, third, fourth, fifth = series.meetings.all()
    meetings.add_item(third, {"title_en": "Childcare"}, by=willa, at=now)
    third = meetings.call(third, by=willa, at=now)
    meetings.cancel(fourth, by=willa, at=now)
    browser, url = of(willa), f"/meetings/{second.public_id}/edit/"
    said = {
        "on": "2027-01-20", "clock": "18:00", "time_zone": "America/Los_Angeles", "minutes_long": "90",
        "way": "in_person", "place": "Fresno", "version": "0", "following": "on",
    }  # fmt: skip
    early = browser.post(url, said | {"on": "2026-12-16"})  # before the one before it
    assert "Choose a later day" in early.content.decode()
    assert browser.post(url, said).status_code == 302
    rows = list(Meeting.objects.filter(series=series).order_by("series_day"))
    assert [row.pk for row in rows] == [one.pk for one in (first, second, third, fourth, fifth)]
    assert [f"{row.local_start:%a %d %b %H:%M}" for row in rows] == [
        "Thu 17 Dec 17:30", "Wed 20 Jan 18:00", "Wed 17 Feb 18:00", "Thu 18 Mar 17:30", "Wed 21 Apr 18:00",
    ]  # fmt: skip
    assert [(row.place, row.state, row.sequence) for row in rows] == [
        ("Fontana", "planned", 0), ("Fresno", "planned", 1), ("Fresno", "called", 1), ("Fontana", "cancelled", 1),
        ("Fresno", "planned", 1),
    ]  # fmt: skip
    method, entry = entry_of(Notice.objects.filter(user=body.wen).order_by("-pk")[0])
    assert (method, entry["SEQUENCE"], entry["UID"].split("@")[0]) == ("REQUEST", 1, f"meeting-{third.public_id}")
    assert rows[2].items.get().title_en == "Childcare"
    assert series_actions.look_ahead(at=now + timedelta(days=100)) == 0  # it ends with the fifth, as it did
    stale = browser.post(url, said | {"place": "Bakersfield", "on": "2027-01-21"})  # from a page opened before
    assert stale.status_code == 422
    assert "Bakersfield" in stale.content.decode()
    assert "Fresno" in stale.content.decode()
    assert 'name="version" value="1"' in stale.content.decode()


def test_hours_of_notice_are_counted_by_a_clock_that_is_not_changed():
    there = moment(date(2027, 3, 15), time(10), "America/Los_Angeles")  # the clocks change on the 14th
    meeting = Meeting(council=Council(notice_hours=72), starts_at=there)
    assert meeting.post_by == datetime(2027, 3, 12, 17, tzinfo=UTC)


def test_the_minutes_count_who_sat_there_though_they_left_the_council_since(body):
    meeting = meetings.close(body.in_session(), by=body.cast.willa, at=body.now)
    for seat in body.seats[1:4]:
        bodies.close_seat(seat, by=body.cast.willa, at=body.now + timedelta(days=3))
    for term in body.terms[4:]:
        bodies.end_term(term, by=body.cast.willa, at=body.now + timedelta(days=3))
    assert minutes.content_of(meeting)["seats"] == {"held": 6, "present": 6, "quorum": True}


def test_who_keeps_a_council_does_not_let_themselves_in_to_what_was_said_in_trust(body):
    by = {"by": body.cast.carla, "at": body.now}
    with pytest.raises(Denied, match="Somebody else"):
        bodies.give_office(body.council, body.cast.carla, "facilitator", **by)
    with pytest.raises(Denied, match="Somebody else"):
        bodies.appoint(body.vacant, body.cast.carla, is_alternate=False, starts_on=body.now.date(), ends_on=None, **by)
    friend = User.objects.create_user("friend@throughline.example", full_name="A Friend")
    office = bodies.give_office(body.council, friend, "facilitator", **by)
    told = Notice.objects.filter(kind="council_role").order_by("pk")
    assert {notice.user for notice in told} == {*body.members, friend}  # all but Carla, who did it
    for notice in told:
        said = words.message(notice, "es")
        assert "facilitación" in said.subject
        assert ("A Friend" in said.subject) is (notice.user != friend)
        assert "Carla Reyes" in said.paragraphs[0]
        assert "en confianza" in said.paragraphs[1]
        assert words.still_true(notice)
    assert "A Friend" in of(body.wen).get(f"/councils/{body.council.public_id}/").content.decode()
    assert "A Friend" not in of(body.cast.ana).get(f"/councils/{body.council.public_id}/").content.decode()
    bodies.end_office(office, **by)
    assert not any(words.still_true(notice) for notice in told)
    # That it ended hears who had it, and who has to find somebody else: the chair; and Carla, its staff, did it.
    ended = Notice.objects.filter(kind="council_role_ended").order_by("pk")
    assert {notice.user: notice.path.split("/")[-2] for notice in ended} == {
        friend: str(body.council.public_id), body.cast.willa: "seats",
    }  # fmt: skip
    for notice in ended:
        said = words.message(notice, "es")
        assert "facilitación" in said.subject
        assert "Carla Reyes" in said.paragraphs[0]
        assert words.still_true(notice)
    Council.objects.update(is_public=False)
    term = Term.objects.select_related("seat__council").get(user=body.xia)
    # Her term before this one ran out by itself.
    Term.objects.create(seat=term.seat, user=body.xia, starts_on=date(2020, 1, 1), ends_on=date(2020, 12, 31))
    bodies.end_term(term, **by)
    assert ended.get(user=body.xia).path == ""  # she does not find the page any more
    chairs = ended.get(user=body.cast.willa, data__person=body.xia.pk)
    assert words.still_true(chairs)
    assert "vacant" in words.message(chairs, "en").paragraphs[1]
    bodies.close_seat(term.seat, **by)  # of a seat that is there no more nobody reads that it waits for somebody
    assert len(words.message(chairs, "en").paragraphs) == 1
    bodies.end_office(Office.objects.get(role="chair"), by=body.cast.willa, at=body.now)
    told = ended.filter(data__role="chair")
    assert [notice.user for notice in told] == [body.cast.carla]
    assert "gave this up" in words.message(told[0], "en").paragraphs[0]
    assert "nobody can open a vote" in words.message(told[0], "en").paragraphs[1]
    page = of(body.wen).get(f"/councils/{body.council.public_id}/").content.decode()
    assert "nobody can open a vote" in page
    assert "Give somebody a role" not in page
    assert "Give somebody a role" in of(body.cast.carla).get(f"/councils/{body.council.public_id}/").content.decode()
    days = {"review_on": "2027-01-01", "changed_on": "2026-01-01"}
    paper = body.council.resources.create(title_en="Plan", audience="committee", **days)
    assert paper in type(paper).objects.visible_to(body.cast.carla)  # as its staff
    Office.objects.filter(user=body.cast.carla).delete()
    assert not type(paper).objects.visible_to(User.objects.get(pk=body.cast.carla.pk)).exists()


def test_a_seat_or_role_that_ends_soon_is_told_once_to_its_holder_and_to_who_leads(body):
    today, council = timezone.localdate(body.now), body.council
    facilitator = body.office(body.cast.priya, "facilitator").user
    wen, xia, elliot = (Term.objects.get(user=user) for user in (body.wen, body.xia, body.cast.elliot))
    for term, days in ((wen, 30), (xia, 31), (elliot, 3)):
        term.ends_on = today + timedelta(days=days)
        term.save()
    following = {"is_alternate": False, "starts_on": elliot.ends_on + timedelta(days=1), "ends_on": None}
    Term.objects.create(seat=elliot.seat, user=body.cast.elliot, **following)  # he goes on
    Office.objects.filter(role="staff").update(ends_on=today)
    daily.tend()
    daily.tend()
    told = Notice.objects.filter(kind="council_role_ending")
    hers, carlas = (told.filter(data__person=user.pk) for user in (body.wen, body.cast.carla))
    assert told.count() == len(hers) + len(carlas)
    page, seats = (reverse(name, args=[council.public_id]) for name in ("council", "council_seats"))
    leads = {body.cast.willa: seats, facilitator: page}
    assert {one.user: one.path for one in hers} == {body.wen: page, body.cast.carla: seats, **leads}
    assert {one.user: one.path for one in carlas} == {body.cast.carla: page, **leads}
    assert all(words.still_true(notice) for notice in told)
    own, chairs = (words.message(hers.get(user=user), "es") for user in (body.wen, body.cast.willa))
    assert own.subject == "Usted en Consejo Asesor de Trabajadores, hasta el 24 de diciembre de 2026: miembro"
    assert "Wen Worker" in chairs.paragraphs[0]
    assert len(chairs.paragraphs) == 2
    bodies.appoint(
        wen.seat,
        body.wen,
        **following | {"starts_on": wen.ends_on + timedelta(days=1)},
        by=body.cast.willa,
        at=body.now,
    )
    assert not any(words.still_true(notice) for notice in hers)
    assert len(words.message(hers.get(user=body.cast.willa)).paragraphs) == 1  # the seat is not vacant then


def test_seats_have_one_holder_at_a_time_and_who_left_is_no_member(body, client):
    carla, now = body.cast.carla, body.now
    with pytest.raises(Denied, match="End that term first"):
        bodies.appoint(
            body.seats[0], body.cast.rhea, is_alternate=False, starts_on=now.date(), ends_on=None, by=carla, at=now
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Term.objects.create(seat=body.seats[0], user=body.cast.rhea, starts_on=now.date())
    bodies.end_term(body.terms[0], by=carla, at=now)
    bodies.appoint(
        body.seats[0], body.cast.rhea, is_alternate=False, starts_on=now.date(), ends_on=None, by=carla, at=now
    )
    with pytest.raises(Denied):
        bodies.add_seat(body.council, {"constituency": "worker"}, by=body.wen, at=now)
    seat = bodies.close_seat(body.seats[1], by=carla, at=now)
    assert seat.closed_on
    assert not Term.objects.current().filter(user=body.wen).exists()


def test_two_write_at_once_and_nothing_is_lost_then_the_minutes_freeze(body):
    willa, carla, now = body.cast.willa, body.cast.carla, body.now
    meeting = body.in_session()
    item = meeting.items.get()
    first = minutes.write(item, {"text_en": "One\nTwo"}, before={"text_en": ""}, version=0, by=willa, at=now)
    assert (first.item.version, first.clashes) == (1, {})
    mine = minutes.write(item, {"text_en": "One!\nTwo"}, before={"text_en": "One\nTwo"}, version=1, by=willa, at=now)
    theirs = minutes.write(
        item, {"text_en": "One?\nTwo\nThree"}, before={"text_en": "One\nTwo"}, version=1, by=carla, at=now
    )
    assert mine.clashes == {}
    assert theirs.clashes == {"text_en": "One!\nTwo"}
    assert set(theirs.item.text_en.split("\n")) == {"One!", "One?", "— — —", "Two", "Three"}
    meetings.close(meeting, by=willa, at=now)
    minutes.ready(meeting, by=willa, at=now)
    with pytest.raises(Denied, match="wait to be approved"):
        minutes.write(item, {"text_en": "x"}, before={}, version=9, by=willa, at=now)
    with pytest.raises(Denied, match="later meeting"):
        minutes.approve(meeting, approved_in=meeting, by=willa, at=now)
    later = body.meeting(days=0, starts_at=now + timedelta(hours=1))
    later = meetings.begin(later, by=willa, at=now)
    with pytest.raises(Denied, match="no quorum"):
        minutes.approve(meeting, approved_in=later, by=willa, at=now)
    for person in body.members:
        meetings.check_in(later, how="room", user=person, by=willa, at=now)
    empty = meetings.begin(body.meeting(days=0, starts_at=now + timedelta(minutes=30)), by=willa, at=now)
    empty = meetings.close(empty, by=willa, at=now)
    with pytest.raises(Denied, match="had no quorum"):  # over now, and nobody was there
        minutes.approve(meeting, approved_in=empty, by=willa, at=now)
    paper = minutes.approve(meeting, approved_in=later, by=willa, at=now)
    assert paper.content_hash == minutes.fingerprint(paper.content)
    paper = minutes.publish(meeting, by=willa, at=now)
    for change in (
        lambda: Minutes.objects.filter(pk=paper.pk).update(content={}),
        lambda: Minutes.objects.filter(pk=paper.pk).update(state="draft", published_at=None),
        lambda: Minutes.objects.filter(pk=paper.pk).delete(),
        lambda: AgendaItem.objects.filter(pk=item.pk).update(text_en="Another story"),
    ):
        with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
            change()
    assert Meeting.objects.get(pk=meeting.pk).items.get().text_en == theirs.item.text_en
