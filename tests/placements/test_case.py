"""One referral, several people: appointments in calendars, comments for whom they were meant, what was missed."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar

from accounts.models import Consent, Membership, Zip
from accounts.policies import Denied
from accounts.record import erase
from ledger.log import history
from matching import nightly
from matching.models import Match
from notifications.models import Notice
from placements import actions, arranging, guard, missed, talk
from placements.arranging import When
from placements.models import Appointment, Comment, Referral
from programs.models import Credential, Program
from tests.reading import words_read

DAY = timedelta(days=1)
TEN = datetime(2026, 12, 1, 18, tzinfo=UTC)  # ten in the morning in California
HERE = {"on": "2026-12-01", "at": "10:00", "minutes": "60", "place": "2801 W Valley Blvd, Rialto", "link": ""}


@pytest.fixture
def referral(cast):
    cast.agree()
    cast.opening()
    cast.certify()
    nightly.rematch(at=cast.now, quiet=True)
    return actions.say_yes(Match.objects.get(), by=cast.ana, at=cast.now)


def url(name, thing):
    return reverse(name, args=[thing.public_id])


def brought(user):
    """What letters brought into somebody's calendar: (uid, sequence, status, moment)."""
    found = []
    for letter in mail.outbox:
        for part in letter.message().walk() if letter.to == [user.email] else ():
            if part.get_content_type() == "text/calendar":
                (event,) = Calendar.from_ical(part.get_payload(decode=True)).walk("VEVENT")
                found.append((event["uid"], event["sequence"], event["status"], event.decoded("dtstart")))
    return found


@pytest.mark.parametrize(
    "wrong", [{"at": ""}, {"on": "2026-11-01"}, {"on": "9999-12-31", "at": "23:59"}, {"place": ""}]
)
def test_what_is_wrong_with_when_and_where_stands_open(cast, referral, sign_in, wrong):
    page = sign_in(cast.elliot).post(url("referral_respond", referral), {"step": "interview", **HERE, **wrong})
    assert page.status_code == 422
    assert 'class="tl-details" open><summary>When and where' in page.text


def test_what_was_typed_about_a_meeting_keeps_no_other_answer_back(cast, referral, sign_in):
    sent = {"step": "put_off", **HERE, "at": ""}
    assert sign_in(cast.elliot).post(url("referral_respond", referral), sent).status_code == 302
    referral.refresh_from_db()
    assert referral.state == "put_off"


def test_a_missing_skill_is_asked_for_in_the_open_part(cast, referral, sign_in):
    sent = {"step": "decline", "reason": "skill"}
    page = sign_in(cast.elliot).post(url("referral_respond", referral), sent).text
    assert 'class="tl-details" open><summary>No, and why' in page


def test_whoever_says_when_and_where_is_asked_for_both_and_told_so(cast, referral, sign_in):
    elliot = sign_in(cast.elliot)
    elliot.post(url("referral_respond", referral), {"step": "interview"})
    assert "(optional)" not in elliot.get(url("referral_arrange", referral)).text
    page = elliot.post(url("referral_arrange", referral), {"minutes": "60"})
    assert set(page.context["form"].errors) == {"on", "at"}


def test_an_interview_is_one_entry_in_the_calendar_until_it_is_called_off(cast, referral, sign_in, settle):
    elliot, ana = sign_in(cast.elliot), sign_in(cast.ana)
    page = elliot.post(url("referral_respond", referral), {"step": "interview", **HERE, "place": ""})
    assert page.status_code == 422
    assert "2026-12-01" in page.content.decode()
    assert elliot.post(url("referral_respond", referral), {"step": "interview", **HERE}).status_code == 302
    referral.refresh_from_db()
    assert (referral.state, referral.due_on, referral.owner) == ("interview", date(2026, 12, 4), cast.elliot)
    settle()
    (first,) = brought(cast.ana)
    assert first[1:] == (0, "CONFIRMED", TEN)
    appointment = Appointment.objects.get()
    downloaded = ana.get(url("appointment_ics", appointment))
    assert str(first[0]).encode() in downloaded.content
    assert downloaded["Content-Type"].startswith("text/calendar")
    assert sign_in(cast.rhea).get(url("appointment_ics", appointment)).status_code == 404
    # Moved, it is the same entry with the next number; pressed twice it moves once.
    for _press in range(2):
        assert elliot.post(url("referral_arrange", referral), HERE | {"at": "14:30"}).status_code == 302
    assert ana.post(url("referral_arrange", referral), HERE).status_code == 403
    settle()
    assert brought(cast.ana)[1:] == [(first[0], 1, "CONFIRMED", TEN + timedelta(hours=4, minutes=30))]
    for wrong in (HERE | {"on": "2026-11-01"}, HERE | {"on": "2027-03-14", "at": "02:30"}, HERE | {"at": ""}):
        assert elliot.post(url("referral_arrange", referral), wrong).status_code == 422
    # Ana steps back: the employer's people are told, and the entry goes.
    actions.withdraw(referral, by=cast.ana, at=cast.now)
    settle()
    assert [entry[1:3] for entry in brought(cast.elliot)] == [(2, "CANCELLED")]
    assert Appointment.objects.get().cancelled_at


def test_a_no_after_an_interview_takes_it_out_of_the_calendar(cast, referral, settle):
    when = When(TEN, 60, "America/Los_Angeles", place="Here")
    with pytest.raises(Denied, match="passed"):
        actions.respond(
            referral, "trial", by=cast.elliot, at=cast.now, when=When(cast.now - DAY, 60, when.zone, place="Here")
        )
    actions.respond(referral, "trial", by=cast.elliot, at=cast.now, when=when)
    with pytest.raises(Denied):
        arranging.move(referral, when, by=cast.rhea, at=cast.now)
    actions.respond(referral, "decline", reason="filled", by=cast.elliot, at=cast.now)
    settle()
    assert [entry[1:3] for entry in brought(cast.ana)] == [(0, "CONFIRMED"), (1, "CANCELLED")]


def _class(cast):
    """Structural welding begins in January, next door."""
    place = Zip.objects.get(code="92335")
    where = {"zip": place.code, "latitude": place.latitude, "longitude": place.longitude}
    Program.objects.filter(pk=cast.program.pk).update(**where)
    cast.program.cohorts.create(starts_on="2027-01-12", state="open")


def test_a_missed_skill_reaches_the_person_with_a_class_and_the_provider_without_a_name(
    cast, referral, sign_in, settle
):
    _class(cast)
    elliot = sign_in(cast.elliot)
    assert "aws_cw" in [
        key for key, _name in elliot.get(url("referral", referral)).context["form"].fields["skill"].choices
    ]
    page = elliot.post(url("referral_respond", referral), {"step": "decline", "reason": "skill"})
    assert page.status_code == 422
    data = {"step": "decline", "reason": "skill", "skill": "aws_cw"}
    assert elliot.post(url("referral_respond", referral), data).status_code == 302
    assert history(referral).first().facts["skill"] == "aws_cw"
    settle()
    mine = sign_in(cast.ana).get(url("referral", referral))
    assert [program.pk for program, _cohorts in mine.context["taught"].classes] == [cast.program.pk]
    notice = Notice.objects.get(kind="skill_missed")
    assert notice.user == cast.priya
    listed = sign_in(cast.priya).get("/missed/").content.decode()
    assert Credential.objects.get(pk="aws_cw").name_en in listed
    assert "Rialto Steel" in listed
    for said in (listed, next(m.body for m in mail.outbox if m.to == [cast.priya.email])):
        assert "Ana" not in words_read(said)
        assert cast.ana.full_name not in said
    Referral.objects.update(skill=None, skill_said="")  # as an erasure leaves it
    assert "not known any more" in sign_in(cast.priya).get("/missed/").text
    assert not missed.listed([cast.hall]).exists()
    assert sign_in(cast.elliot).get("/missed/").status_code == 403


def test_a_comment_is_read_by_whom_its_author_chose_and_by_nobody_else(cast, referral, sign_in, settle):
    def write(by, audience, text):
        return talk.write(referral, text=text, audience=audience, by=by, at=cast.now)

    write(cast.elliot, "ours", "Looks strong to us.")
    write(cast.carla, "ours", "Call the shop on Monday.")
    write(
        cast.elliot,
        "partners",
        "Can @Carla Coordinator send the certificate?".replace("Carla Coordinator", cast.carla.full_name),
    )
    write(cast.carla, "all", f"@{cast.ana.full_name} please bring your card.")
    write(cast.ana, "all", "I will.")
    read = {
        user.email.split("@")[0]: [comment.text.split()[0] for comment in talk.read_by(user, referral)]
        for user in (cast.ana, cast.elliot, cast.carla, cast.rhea)
    }
    everybody = [f"@{cast.ana.full_name.split()[0]}", "I"]
    assert read == {
        "ana": everybody,
        "elliot": ["Looks", "Can", *everybody],
        "carla": ["Call", "Can", *everybody],
        "rhea": [],
    }
    told = Notice.objects.filter(kind="mentioned").order_by("pk").values_list("user__email", flat=True)
    assert list(told) == [cast.carla.email, cast.ana.email]
    settle()
    letter = next(m for m in mail.outbox if m.to == [cast.ana.email] and "/comments/" in m.body)
    assert "bring your card" not in letter.body
    # Nobody is called to what they cannot read, or writes for whom they may not.
    with pytest.raises(Denied, match="would not see"):
        write(cast.elliot, "partners", f"@{cast.ana.full_name} is late")
    with pytest.raises(Denied, match="would not see"):
        write(cast.elliot, "ours", f"@{cast.carla.full_name} look")
    for by, audience in ((cast.ana, "partners"), (cast.rhea, "all"), (cast.willa, "all"), (cast.elliot, "public")):
        with pytest.raises(Denied):
            write(by, audience, "Hello")
    # A double press writes once; taken back, the words are gone.
    again = write(cast.elliot, "ours", "Once.")
    assert write(cast.elliot, "ours", "Once.") == again
    page = sign_in(cast.elliot).get(url("referral_comments", referral)).content.decode()
    assert "Once." in page
    assert sign_in(cast.carla).post(url("comment_delete", again)).status_code == 404
    sign_in(cast.elliot).post(url("comment_delete", again))
    assert Comment.objects.get(pk=again.pk).text == ""


def _heard(browser) -> str:
    """What somebody was told and can read again."""
    told = [browser.get(reverse(name), follow=True).text for name in ("inbox", "told_list", "my_data")]
    return "".join(told)


def test_who_mentioned_somebody_is_named_only_while_the_reader_may_see_them(cast, referral, sign_in, settle):
    elliot, page = sign_in(cast.elliot), url("referral_comments", referral)
    sign_in(cast.ana).post(page, {"text": f"@{cast.elliot.full_name} I am here.", "audience": "all"})
    settle()
    assert f"{cast.ana.full_name} mentioned you" in elliot.get(reverse("inbox")).text
    assert any(f"{cast.ana.full_name} mentioned you" in letter.subject for letter in mail.outbox)
    membership = cast.elliot.memberships.get()
    Membership.objects.filter(pk=membership.pk).update(ended_at=cast.now, ends_on=cast.now.date())
    assert cast.ana.full_name not in _heard(sign_in(cast.elliot))
    Membership.objects.filter(pk=membership.pk).update(ended_at=None, ends_on=None)
    assert cast.ana.full_name in _heard(sign_in(cast.elliot))
    # No longer shared, the name is gone, on the page of the comments too.
    sign_in(cast.ana).post(url("referral_withdraw", referral))
    assert cast.ana.full_name not in _heard(sign_in(cast.elliot))
    assert cast.ana.full_name not in sign_in(cast.elliot).get(page).text
    erase.erase(cast.ana, at=cast.now)
    assert cast.ana.full_name not in _heard(sign_in(cast.elliot))


def test_a_guessed_first_name_tells_nobody_whose_referral_it_is(cast, referral, sign_in):
    elliot, page = sign_in(cast.elliot), url("referral_comments", referral)
    Consent.objects.filter(user=cast.ana, purpose=Consent.Purpose.CONTACT).update(withdrawn_at=cast.now)
    assert cast.ana.full_name not in elliot.get(page).text
    for audience in ("ours", "partners"):
        answer = elliot.post(page, {"text": "@Ana, are you there?", "audience": audience})
        assert answer.status_code == 422
        assert cast.ana.full_name not in answer.text


def test_a_coordinator_who_looks_through_the_messages_reads_no_name_that_is_not_shared_with_them(
    cast, referral, sign_in, settle
):
    mention = f"@{cast.elliot.full_name} I am here."
    sign_in(cast.ana).post(url("referral_comments", referral), {"text": mention, "audience": "all"})
    settle()
    carla, subject = sign_in(cast.carla), f"{cast.ana.full_name} mentioned you"
    pages = [reverse("post_list"), reverse("post_person", args=[cast.elliot.public_id])]
    for shared in (True, False):
        Consent.objects.filter(purpose=Consent.Purpose.RECORD).delete()
        if shared:
            Consent.objects.create(user=cast.ana, purpose=Consent.Purpose.RECORD, given_at=cast.now)
        assert [subject in carla.get(page).text for page in pages] == [shared, shared]
        assert subject in sign_in(cast.elliot).get(reverse("told_list")).text


def test_many_mentions_cost_no_more_questions_than_few(cast, referral, sign_in, settle):
    def mention(count):
        for number in range(count):
            text = f"@{cast.elliot.full_name} I am here, {count} and {number}."
            sign_in(cast.ana).post(url("referral_comments", referral), {"text": text, "audience": "all"})

    def cost(name):
        with CaptureQueriesContext(connection) as asked:
            assert f"{cast.ana.full_name} mentioned you" in sign_in(cast.elliot).get(reverse(name)).text
        return len(asked)

    mention(3)
    few = [cost(name) for name in ("inbox", "told_list")]
    mention(9)
    assert [cost(name) for name in ("inbox", "told_list")] == few


@pytest.mark.parametrize(
    "text",
    [
        "SSN 123-45-6789", "She is undocumented", "no tiene papeles, es indocumentado", "He has a felony",
        "tiene antecedentes penales", "She is pregnant",
    ],
)  # fmt: skip
def test_what_the_law_protects_is_not_written_and_nothing_typed_is_lost(cast, referral, sign_in, text):
    assert guard.refuse(text)
    page = sign_in(cast.elliot).post(url("referral_comments", referral), {"text": text, "audience": "ours"})
    assert page.status_code == 422
    assert text in page.content.decode()
    assert not Comment.objects.exists()


def test_plain_words_about_work_may_stay():
    for text in ("Knows engine diagnostics", "Call 909-555-0142", "Ninety days on probation like everybody", ""):
        assert not guard.refuse(text)


@pytest.mark.parametrize("name", ["referral_arrange", "referral_rest", "referral_comments", "pace"])
def test_each_page_of_a_case_opens_for_whom_it_is_and_costs_little(
    cast, referral, sign_in, django_assert_max_num_queries, name
):
    actions.respond(referral, "interview", by=cast.elliot, at=cast.now)
    thing = cast.shop if name == "pace" else referral
    for user in (cast.elliot, cast.carla):
        browser = sign_in(user)
        browser.get(url(name, thing))
        with django_assert_max_num_queries(15):
            assert browser.get(url(name, thing)).status_code == 200
    for user in (cast.rhea, cast.willa, cast.ben, cast.priya):
        assert sign_in(user).get(url(name, thing)).status_code == 404
    assert sign_in(cast.ana).get(url(name, thing)).status_code == {"referral_comments": 200, "pace": 404}.get(name, 403)
