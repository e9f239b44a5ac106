"""An appointment in a calendar: the right hour in every zone, the same entry when it changes, gone when called off."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.db import transaction
from icalendar import Calendar

from notifications import calendar, outbox, topics, words
from notifications.models import Delivery

# Ten in the morning in Riverside on the Monday after the clocks change (DST begins on 14 March 2027, a Sunday).
TEN = datetime(2027, 3, 15, 17, tzinfo=UTC)


@pytest.fixture
def entry():
    return calendar.Entry(
        uid="interview-7", title="Interview: Welder; Rialto Steel, Inc.", starts_at=TEN,
        ends_at=TEN + timedelta(hours=1), zone="America/Los_Angeles", changed_at=datetime(2027, 3, 1, tzinfo=UTC),
        text="Bring your card.\nAsk for Elliot.", place="2801 W Valley Blvd, Rialto", url="https://x.example/y/",
    )  # fmt: skip


def read(written: bytes):
    found = Calendar.from_ical(written)
    (event,) = found.walk("VEVENT")
    return found, event


def test_ten_stays_ten_across_the_change_of_clocks_and_in_any_zone(entry):
    found, event = read(calendar.write([entry]))
    assert event.decoded("dtstart") == TEN
    assert event["dtstart"].params["TZID"] == "America/Los_Angeles"
    assert b"DTSTART;TZID=America/Los_Angeles:20270315T100000" in calendar.write([entry])
    assert [str(zone["tzid"]) for zone in found.walk("VTIMEZONE")] == ["America/Los_Angeles"]
    winter = replace(entry, starts_at=TEN - timedelta(days=7), ends_at=TEN - timedelta(days=7) + timedelta(hours=1))
    assert b"20270308T090000" in calendar.write([winter])


def test_what_people_write_cannot_leave_its_field(entry):
    rough = replace(entry, place="Hall\nSTATUS:CANCELLED\r\nX-EVIL:1", title="ñ" * 90)
    written = calendar.write([rough])
    _found, event = read(written)
    assert (event["status"], event["summary"]) == ("CONFIRMED", "ñ" * 90)
    assert "X-EVIL" not in event
    assert max(len(line) for line in written.split(b"\r\n")) <= 75


def test_a_letter_brings_it_and_a_later_one_moves_or_ends_the_same_entry(cast, settle, entry, monkeypatch):
    said = {}
    monkeypatch.setitem(words._writers, "entry", lambda notice: said[notice.data["n"]])
    later = replace(entry, starts_at=TEN + timedelta(days=1), ends_at=TEN + timedelta(days=1, hours=1), sequence=1)
    for n, each in enumerate([entry, later, replace(later, sequence=2, cancelled=True)]):
        said[n] = words.Message("Interview", ["…"], calendar=each)
        with transaction.atomic():
            outbox.post(
                cast.ana,
                "entry",
                topic=topics.REFERRALS,
                once_key=f"a{n}",
                data={"n": n},
                path="/me/",
                at=cast.now,
            )
        settle()
    assert Delivery.objects.filter(state="sent").count() == 3
    brought = []
    for letter in mail.outbox:
        (part,) = [part for part in letter.message().walk() if part.get_content_type() == "text/calendar"]
        found, event = read(part.get_payload(decode=True))
        assert part.get_param("method") == found["method"]
        assert event["attendee"] == f"MAILTO:{cast.ana.email}"
        brought.append((str(event["uid"]), str(found["method"]), event["sequence"], str(event["status"])))
    uid = brought[0][0]
    assert brought == [
        (uid, "REQUEST", 0, "CONFIRMED"),
        (uid, "REQUEST", 1, "CONFIRMED"),
        (uid, "CANCEL", 2, "CANCELLED"),
    ]
