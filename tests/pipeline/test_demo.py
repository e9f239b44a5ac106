"""The demo: one-tap sign-in, the walk without surprises, the mailbox. Nothing of it is there while DEMO is off."""

import mailbox as mailboxes
import re
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client
from django.urls import include, path, reverse
from django.utils import timezone

from accounts.models import TraineeProfile, User
from imports import actions as imports
from imports import kinds, reading
from imports.mapping import knows
from imports.models import Batch
from matching import queries as matching
from matching.models import Match
from notifications.models import Delivery
from pipeline import urls as site
from pipeline.cast import BY_KEY, CAST
from pipeline.demo import mailbox, sheets, walk
from pipeline.seed import demo
from placements import actions as placements

urlpatterns = [*site.urlpatterns, path("demo/", include("pipeline.demo.urls"))]
pytestmark = pytest.mark.urls(__name__)

TODAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def region(django_db_setup, django_db_blocker):
    """The example region as of now, planted once for this module and taken back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield demo.plant(at=timezone.now())
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _demo(settings, tmp_path):
    settings.DEMO = True
    settings.DEMO_MAILDIR = tmp_path / "mail"


@pytest.fixture
def visitor():
    return Client(headers={"accept-language": "en"})


def upload(content: bytes, name: str) -> Batch:
    """What Priya does on the import page: upload, look, save."""
    priya = User.objects.get(email=BY_KEY["priya"].email)
    kind, center = kinds.get("completers"), priya.memberships.get().organization
    batch = imports.keep(
        reading.read(name, content, knows(kind.columns)),
        kind=kind,
        organization=center,
        file_name=name,
        mapping={},
        options={},
        by=priya,
        at=timezone.now(),
    )
    return imports.bring_in(batch, by=priya, at=timezone.now(), skip_bad_rows=True)


# --- Sign-in ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [person.key for person in CAST])
def test_one_tap_signs_in_each_of_the_cast(region, db, visitor, key):
    answer = visitor.post("/demo/sign-in/", {"key": key})
    assert (answer.status_code, answer["Location"]) == (302, "/start/")
    assert User.objects.get(pk=visitor.session["_auth_user_id"]).email == BY_KEY[key].email


def test_one_tap_leads_where_the_button_said_but_never_off_this_site(region, db, visitor):
    assert (
        visitor.post("/demo/sign-in/", {"key": "carla", "next": "/board/?q=Marisol"})["Location"] == "/board/?q=Marisol"
    )
    for elsewhere in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        assert visitor.post("/demo/sign-in/", {"key": "carla", "next": elsewhere})["Location"] == "/start/"


def test_sign_in_needs_the_form_and_its_token(region, db):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/demo/sign-in/", {"key": "carla"}).status_code == 403
    assert strict.get("/demo/sign-in/").status_code == 405


def test_every_button_of_the_walk_works_even_after_another_was_pressed_in_another_tab(region, db, settle):
    strict = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    upload(strict.get("/demo/completers.csv").content, "completers.csv")
    settle()
    page = strict.get("/demo/").content.decode()
    forms = re.findall(r'<form method="post" action="/demo/sign-in/">(.*?)</form>', page, re.S)
    assert len(forms) == 3 + len(CAST)
    for form in forms:
        fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
        assert re.search(r"<button[^>]*>\s*[^<\s]", form) or "<strong>" in form
        answer = strict.post("/demo/sign-in/", fields)
        assert (answer.status_code, answer["Location"]) == (302, fields.get("next", "/start/"))


def test_a_stranger_to_the_cast_is_nobody(region, db, visitor):
    assert visitor.post("/demo/sign-in/", {"key": "root"}).status_code == 404


def test_the_newcomer_cannot_be_signed_in_before_her_sheet(region, db, visitor):
    answer = visitor.post("/demo/sign-in/", {"key": "newcomer"}, follow=True)
    assert "Upload the sample sheet first" in answer.content.decode()


def test_without_the_examples_a_sentence_says_so(db, visitor):
    User.objects.update(is_active=False)
    answer = visitor.post("/demo/sign-in/", {"key": "ana"}, follow=True)
    assert "nobody to sign in as" in answer.content.decode()


def test_on_the_walk_pages_stay_in_the_visitors_language(region, db, visitor):
    visitor.post("/demo/sign-in/", {"key": "ana", "stay": "yes", "next": "/demo/"})
    assert 'lang="en"' in visitor.get("/demo/").content.decode()
    other = Client(headers={"accept-language": "en"})
    other.post("/demo/sign-in/", {"key": "ana", "next": "/demo/"})  # from the sign-in page: as Ana reads
    assert '<html lang="es">' in other.get("/demo/").content.decode()


@pytest.mark.parametrize(
    "address",
    ["/demo/", "/demo/status/", "/demo/mailbox/", "/demo/mailbox/x/", "/demo/completers.csv"],
)
def test_while_demo_is_off_nothing_of_it_is_there(db, visitor, settings, address):
    settings.DEMO = False
    assert visitor.get(address).status_code == 404
    assert visitor.post("/demo/sign-in/", {"key": "ana"}).status_code == 404


def test_the_sign_in_page_offers_the_cast_in_one_tap_each(region, db, visitor):
    page = visitor.get(reverse("account_login") + "?next=/inbox/").content.decode()
    for person in CAST:
        assert person.name in page
        assert f'value="{person.key}"' in page
    assert page.count('name="next" value="/inbox/"') >= len(CAST)


# --- The sheets ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_sample_sheet_comes_in_whole(region, db, visitor, kind):
    answer = visitor.get(f"/demo/completers.{kind}")
    assert answer["Content-Disposition"] == f'attachment; filename="completers.{kind}"'
    batch = upload(answer.content, f"completers.{kind}")
    assert batch.counts == {"new": 6, "same": 1}
    assert not batch.problems


def test_the_sheet_taken_again_another_day_still_brings_nothing_new(region, db, visitor):
    upload(visitor.get("/demo/completers.csv").content, "completers.csv")
    User.objects.filter(email=sheets.NEWCOMER.email).update(date_joined=timezone.now() - timedelta(days=3))
    first = visitor.get("/demo/completers.csv").content
    assert first == visitor.get("/demo/completers.csv").content
    assert f"{timezone.localdate() - timedelta(days=7):%m/%d/%Y}" in first.decode()


def test_both_kinds_of_file_say_the_same(region, db, visitor):
    one = upload(visitor.get("/demo/completers.csv").content, "completers.csv")
    two = upload(visitor.get("/demo/completers.xlsx").content, "completers.xlsx")
    assert one.counts["new"] == 6
    assert two.counts == {"same": 7}


def test_the_sheet_with_mistakes_has_one_good_line_four_wrong_ones_and_a_question(region, db, visitor):
    batch = upload(visitor.get("/demo/completers-with-mistakes.csv").content, "mistakes.csv")
    assert batch.counts == {"new": 1, "question": 1, "refused": 4}
    codes = {row.line: {problem["code"] for problem in row.problems} for row in batch.rows.all()}
    assert "expires_before" in codes[4]
    assert "credential_unknown" in codes[5]
    assert "email" in codes[6]
    assert "known_person" in codes[7]


def test_dates_of_the_sheets_are_never_in_the_future():
    for line in sheets.completers(TODAY):
        assert line.issued < TODAY
    for line in sheets.with_mistakes(TODAY):
        assert line.issued <= TODAY


# --- The walk --------------------------------------------------------------------------------------------------------


def steps(visitor) -> list[str]:
    return walk.look().states


def test_the_walk_holds_no_surprise(region, db, visitor, settle):
    """The sheet leads to one match, one person one step away, and two messages; and the walk shows each step done."""
    assert steps(visitor) == ["now", "next", "next", "next", "next"]
    page = visitor.get("/demo/").content.decode()
    assert reverse("import_new", args=["completers"]) in page
    assert "This person comes in with the sheet" in page

    told_before = Delivery.objects.count()
    upload(visitor.get("/demo/completers.xlsx").content, "completers.xlsx")
    assert steps(visitor)[:2] == ["done", "now"]
    assert not walk.look().settled
    settle()

    hers = Match.objects.filter(trainee__user__email=sheets.NEWCOMER.email)
    assert [(m.opening.external_id, m.state) for m in hers] == [("AMF-1", "fits")]
    _fitting, nears = matching.of_trainee(TraineeProfile.objects.get(user__email=sheets.ONE_STEP_AWAY.email))
    assert [(step.opening.external_id, step.missing) for step in matching.name(nears)] == [("L1290-1", ("osha10",))]
    new = Delivery.objects.order_by("pk")[told_before:]
    assert {d.address for d in new} == {sheets.NEWCOMER.email, BY_KEY["elliot"].email}
    assert len(new) == 2
    counts = walk.look().counts
    assert (counts.certifications, counts.matches, counts.near, counts.queued, counts.sent) == (6, 1, 1, 0, 2)
    assert walk.look().settled
    assert steps(visitor) == ["done", "done", "done", "now", "next"]

    match = hers.get()
    answer = visitor.post("/demo/sign-in/", {"key": "newcomer", "next": walk.look().answer_path, "stay": "yes"})
    assert answer["Location"] == reverse("match", args=[match.public_id])
    placements.say_yes(match, by=match.trainee.user, at=timezone.now())
    assert steps(visitor) == ["done", "done", "done", "done", "now"]

    answer = visitor.post("/demo/sign-in/", {"key": "carla", "next": "/board/?q=Marisol", "stay": "yes"}, follow=True)
    assert "Marisol Vega" in answer.content.decode()
    assert steps(visitor) == ["done"] * 5
    assert "You have seen the whole loop" in visitor.get("/demo/").content.decode()


def test_the_message_to_the_employer_names_nobody(region, db, visitor, settle):
    mail.outbox.clear()
    upload(visitor.get("/demo/completers.csv").content, "completers.csv")
    settle()
    letters = {letter.to[0]: letter for letter in mail.outbox}
    to_elliot = letters[BY_KEY["elliot"].email]
    assert "Marisol" not in to_elliot.subject + to_elliot.body
    assert "Vega" not in to_elliot.body
    assert letters[sheets.NEWCOMER.email].extra_headers["Content-Language"] == "es"


def test_the_counts_move_by_themselves(region, db, visitor, settle):
    seen = walk.look().counts.seen
    assert visitor.get(f"/demo/status/?seen={seen}").status_code == 204
    upload(visitor.get("/demo/completers.csv").content, "completers.csv")
    fragment = visitor.get(f"/demo/status/?seen={seen}")
    assert fragment.content.decode().strip().startswith('<div id="demo-counts" hx-get="/demo/status/?seen=6-0-0-0-0"')
    settle()
    answer = visitor.get("/demo/status/?seen=6-0-0-0-0")
    assert answer["HX-Refresh"] == "true"
    assert "hx-trigger" not in visitor.get("/demo/").content.decode()


def test_the_walk_costs_a_fixed_number_of_queries(region, db, visitor, settle, django_assert_max_num_queries):
    upload(visitor.get("/demo/completers.csv").content, "completers.csv")
    settle()
    with django_assert_max_num_queries(14):
        visitor.get("/demo/")


def test_the_walk_can_be_read_without_examples(db, visitor):
    User.objects.update(email=None)
    assert visitor.get("/demo/").status_code == 200


# --- The mailbox -----------------------------------------------------------------------------------------------------


def put(folder, *, to="ana@throughline.example", subject="Hola", body="Texto", html="", **headers) -> str:
    message = EmailMessage()
    message["To"], message["Subject"], message["Message-ID"] = to, subject, "<one@example>"
    message.set_content(body)
    if html:
        message.add_alternative(html, subtype="html")
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    return mailboxes.Maildir(folder).add(message)


def test_the_mailbox_is_empty_before_the_first_letter(db, visitor):
    page = visitor.get("/demo/mailbox/").content.decode()
    assert "No messages yet" in page


def test_letters_are_listed_newest_first_and_by_person(db, visitor, settings):
    put(settings.DEMO_MAILDIR, subject="The first one")
    put(settings.DEMO_MAILDIR, subject="The second one", to="Elliot Park <elliot@throughline.example>")
    page = visitor.get("/demo/mailbox/").content.decode()
    assert page.index("The second one") < page.index("The first one")
    page = visitor.get("/demo/mailbox/?to=elliot@throughline.example").content.decode()
    assert "The second one" in page
    assert "The first one" not in page
    assert "Nothing for this person yet" in visitor.get("/demo/mailbox/?to=x@throughline.example").content.decode()


def test_a_letter_shows_its_headers_and_its_own_links_lead_into_the_site(db, visitor, settings):
    settings.SITE_URL = "http://127.0.0.1:8000"
    key = put(
        settings.DEMO_MAILDIR,
        subject="Una vacante: soldador, mañana",
        body="Mire http://127.0.0.1:8000/matches/1/?a=b. Fuera: https://elsewhere.example/x\n",
        html='<p>Hola <b>Ana</b></p><img src="https://tracker.example/i.png"><script>alert(1)</script>',
        Content_Language="es",
    )
    page = visitor.get(f"/demo/mailbox/{key}/").content.decode()
    assert "Una vacante: soldador, mañana" in page
    assert "&lt;one@example&gt;" in page
    assert '<a href="/matches/1/?a=b">http://127.0.0.1:8000/matches/1/?a=b</a>' in page
    assert 'href="https://elsewhere.example' not in page
    assert "tracker.example" not in page
    assert "alert(1)" not in page
    assert '<div class="tl-prose" lang="es">' in page
    assert "Hola Ana" in page


def test_a_broken_letter_stops_neither_the_list_nor_its_own_page(db, visitor, settings):
    put(settings.DEMO_MAILDIR, subject="A good one")
    box = settings.DEMO_MAILDIR / "new"
    (box / "1900000000.M1P1Q1.host").write_bytes(b"\xff\xfe\x00 no header at all")
    (box / "1900000001.M1P1Q2.host").write_bytes(
        b"To: =?utf-8?q?=ff?= <<<\nSubject: =?x?b?!!\nContent-Type: text/plain; charset=nonsense\n\n\xff"
    )
    (box / "1900000002.M1P1Q3.host").write_bytes(b"")
    page = visitor.get("/demo/mailbox/")
    assert page.status_code == 200
    assert "A good one" in page.content.decode()
    assert "cannot be read" in page.content.decode()
    for number in (1, 2, 3):
        assert visitor.get(f"/demo/mailbox/190000000{number - 1}.M1P1Q{number}.host/").status_code == 200


@pytest.mark.parametrize("key", ["nothing", "..", "%2e%2e%2fsettings.py", "new"])
def test_only_letters_can_be_read(db, visitor, settings, key):
    put(settings.DEMO_MAILDIR)
    assert visitor.get(f"/demo/mailbox/{key}/").status_code in (404, 301)


def test_a_path_that_looks_like_another_site_stays_on_this_one():
    (piece,) = mailbox.linked("http://here//evil.example/x", {"here"})
    assert piece.path == "/evil.example/x"


def test_the_words_of_html_are_what_a_reader_sees():
    html = "<head><title>T</title></head><p>One<br>two</p><ul><li>three</li></ul><a href='http://here/x'>Go</a>"
    assert mailbox.words_of(html) == "One\ntwo\n\nthree\n\nGo http://here/x"


def test_letters_are_in_order_of_arrival_to_the_microsecond(tmp_path):
    folder = tmp_path / "box"
    mailboxes.Maildir(folder)
    for micro in ("000900", "000010", "090000"):
        (folder / "new" / f"1800000000.M{micro}P1Q1.host").write_bytes(b"To: a@b.example\nSubject: " + micro.encode())
    assert [letter.subject for letter in mailbox.letters(folder)] == ["090000", "000900", "000010"]
    assert mailbox.letters(folder)[0].at == datetime(2027, 1, 15, 8, 0, 0, 90000, tzinfo=UTC)
