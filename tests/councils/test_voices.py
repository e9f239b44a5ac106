"""What workers say to a council: nobody finds who said it, and everybody who may reads it."""

import html
import logging
import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from gunicorn.config import Config

from accounts import telling
from accounts.models import Membership
from councils.models import Box, Council, Office, Seat, Term, Theme, Voice
from councils.voices import actions, box, queries
from ledger.models import Event
from notifications.models import Notice
from pipeline.masking import masked
from pipeline.unseen import QuietLogger, Silent

WORDS = "The night shift has no bus home and nobody asks who has children, testimony {}."


@pytest.fixture
def council(cast):
    cast.council = Council.objects.create(name_en="Workers Council", purpose_en="To be heard.")
    seat = Seat.objects.create(council=cast.council, constituency="worker")
    Term.objects.create(seat=seat, user=cast.ana, starts_on=cast.now.date())
    Office.objects.create(council=cast.council, user=cast.willa, role="facilitator", starts_on=cast.now.date())
    return cast.council


def dump() -> dict[str, list[str]]:
    """Every row of every table as text, and where every sequence stands."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        tables = [name for (name,) in cursor.fetchall()]
        found = {}
        for name in tables:
            cursor.execute(f'SELECT t::text FROM "{name}" t ORDER BY 1')
            found[name] = [text for (text,) in cursor.fetchall()]
        cursor.execute("SELECT sequencename, last_value FROM pg_sequences ORDER BY 1")
        found["sequences"] = [str(row) for row in cursor.fetchall()]
    return found


def write(client, council, number=1, **more):
    """Fill in the page as a browser does; return the answer."""
    url = reverse("voice_unnamed", args=[council.public_id])
    page = client.get(url).content.decode()
    code = re.search(r'name="code" value="([^"]+)"', page)[1]
    return client.post(url, {"words": WORDS.format(number), "visibility": "unnamed", "code": code} | more)


def code_of(answer) -> str:
    return re.search(r"<strong>([A-Z0-9-]{24})</strong>", answer.content.decode())[1]


def drop(council, number, **more):
    """Put one more into the box without a browser; return its code."""
    said = {"code": box.new_code(), "words": WORDS.format(number), "language": "en", "visibility": "unnamed"} | more
    actions.drop(council, **said)
    return said["code"]


# --- Nobody can be found ----------------------------------------------------------------------------------------------
def test_nothing_in_the_database_or_a_log_joins_a_testimony_to_who_sent_it(cast, council, sign_in, caplog):
    browser = sign_in(cast.elliot)
    person = cast.elliot
    browser.get(reverse("council", args=[council.public_id]))
    session = browser.cookies["sessionid"].value
    drop(council, 0)  # the council's box exists
    before = dump()
    caplog.clear()
    caplog.set_level(logging.DEBUG)
    meta = {"REMOTE_ADDR": "198.51.100.7", "HTTP_X_FORWARDED_FOR": "198.51.100.7", "HTTP_USER_AGENT": "Elliots phone"}
    browser.defaults.update(meta)
    answer = write(browser, council)
    code = code_of(answer)
    assert person.full_name not in answer.content.decode()
    assert not answer.cookies.keys() - {"csrftoken"}
    after = dump()
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"councils_box"}
    [row] = after["councils_box"]
    for mark in (WORDS.format(1), session, "198.51.100.7", "Elliots phone", code, box.receipt(code)):
        assert mark.encode().hex() not in row
        assert mark not in row
    assert len(row) == len(before["councils_box"][0])  # not even that it is one more
    heard = [
        record for record in caplog.records if record.name != "asyncio" and not record.name.startswith("django.db")
    ]
    assert not heard
    # Reading with the code leaves nothing at all.
    found = browser.post(reverse("voice_code"), {"code": code.lower().replace("-", " ")}).content.decode()
    assert html.escape(WORDS.format(1)) in found
    assert dump() == after

    for number in range(2, 10):
        write(browser, council, number)
    assert actions.release(at=cast.now + timedelta(hours=3)) == 10
    voices = list(Voice.objects.order_by("pk"))
    assert {voice.received_on for voice in voices} == {cast.now.date()}
    assert [voice.words for voice in voices] != [WORDS.format(number) for number in range(10)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT xmin::text FROM councils_voice")
        assert len(cursor.fetchall()) == 1  # one transaction wrote them all
    everything = dump()
    for name, rows in everything.items():
        if name == "councils_voice":
            assert not any(f",{person.pk}," in text or str(person.public_id) in text for text in rows)
        else:
            assert not any("night shift has no bus" in text for text in rows), name
    assert not Event.objects.filter(subject_type="voice").exists()
    assert Event.objects.get(kind="voices.released").actor_id is None

    # Taken back: again nothing but these rows, and all of them look alike.
    browser.post(reverse("voice_code"), {"code": code, "act": "take_back"})
    assert not Voice.objects.filter(words=WORDS.format(1)).exists()
    assert {name for name, rows in dump().items() if rows != everything[name]} == {"councils_box", "councils_voice"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT xmin::text FROM councils_voice")
        assert len(cursor.fetchall()) == 1


def test_the_web_server_and_django_write_no_line_about_it(caplog, capsys):
    logger = QuietLogger(Config())
    lines = []
    logger.access_log = SimpleNamespace(info=lambda text, atoms: lines.append(text % atoms))
    logger._access_log_enabled = True
    request, answer = SimpleNamespace(headers=[], uri="/"), SimpleNamespace(status="200 OK", sent=1, headers=[])

    def visit(path, referer=""):
        environ = {"PATH_INFO": path, "HTTP_REFERER": referer, "REQUEST_METHOD": "POST", "RAW_URI": path}
        logger.access(answer, request, environ | {"SERVER_PROTOCOL": "HTTP/1.1"}, timedelta(seconds=1))

    visit("/councils/")
    assert len(lines) == 1
    visit("/voice/code/")
    visit("//voice/code/")
    visit("/static/build/throughline.css", "https://throughline.example/voice/code/")
    assert len(lines) == 1
    # Elsewhere an address is named without the secret in it: who has it reads a calendar, signs in, is let in.
    number = "6f9619ff-8b86-4d11-b42d-00c04fc964ff"
    secret, inside = "R4d_ts-6q8vB2xWm", f"/meetings/{number}/here/R4d_ts-6q8vB2xWm/"
    visit(f"/calendar/{secret}aaaaaaaaaaaaaaaa.ics")
    visit(inside)
    assert all(secret not in line for line in lines)
    assert f"/meetings/{number}/here/***/" in lines[-1]
    record = logging.makeLogRecord({"msg": "Not Found: %s", "args": (inside,), "request": SimpleNamespace(path=inside)})
    assert Silent().filter(record)
    assert record.getMessage() == f"Not Found: /meetings/{number}/here/***/"
    assert masked("/static/build/a-very-long-name.css?x") == "/static/build/a-very-long-name.css?x"
    record = logging.makeLogRecord({"request": SimpleNamespace(path="/voice/code/")})
    assert not Silent().filter(record)
    assert Silent().filter(logging.makeLogRecord({"request": SimpleNamespace(path="/councils/")}))
    assert Silent().filter(logging.makeLogRecord({}))


def test_what_goes_wrong_is_noted_without_the_words(council, client, caplog, monkeypatch):
    def fails(*_args, **_kwargs):
        raise RuntimeError(f"Failing row contains ({WORDS.format(1)})")

    monkeypatch.setattr(actions, "drop", fails)
    client.raise_request_exception = False
    assert write(client, council).status_code == 500
    said = [record.getMessage() for record in caplog.records if Silent().filter(record)]
    assert len(said) == 1
    assert said[0].startswith("RuntimeError at ")
    assert "night shift" not in said[0]


# --- The box ----------------------------------------------------------------------------------------------------------
def test_fewer_than_five_people_stay_in_the_box_however_much_they_write(cast, council):
    codes = [drop(council, number) for number in range(4)]
    actions.add(codes[0], "And one more thing about the bus.")
    assert actions.release(at=cast.now) == 0
    assert not Voice.objects.exists()
    drop(council, 5)
    assert actions.release(at=cast.now) == 5
    assert actions.release(at=cast.now) == 0
    assert Voice.objects.get(receipt=box.receipt(codes[0])).words.endswith("about the bus.")
    # What is added later waits again, among others.
    actions.add(codes[1], "It is still so.")
    actions.add(codes[1], "It is still so.")
    assert actions.find(codes[1]).additions == 1
    for number in range(6, 10):
        drop(council, number)
    assert actions.release(at=cast.now) == 4
    assert Voice.objects.get(receipt=box.receipt(codes[1])).words.count("It is still so.") == 1
    told = Notice.objects.filter(kind="voices_released")
    assert {notice.user for notice in told} == {cast.willa}
    assert told.count() == 2


def test_the_same_form_sent_twice_is_one_and_on_a_shared_computer_nobodys_words_are_lost(council, client):
    code = box.new_code()
    for _n in range(2):
        assert code_of(write(client, council, code=code)) == code
    assert len(box.slips(Box.objects.get())) == 1
    # Somebody else goes back to the form of who was here before.
    answer = write(client, council, 2, code=code)
    page = answer.content.decode()
    assert "sent before" in page
    assert WORDS.format(2) in page
    fresh = re.search(r'name="code" value="([^"]+)"', page)[1]
    assert fresh != code
    assert code_of(write(client, council, 2, code=fresh)) == fresh
    assert len(box.slips(Box.objects.get())) == 2


def test_another_secret_key_loses_nothing(council, settings, client):
    drop(council, 1)
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another"
    with pytest.raises(box.BoxClosed):
        box.slips(Box.objects.get())
    assert "try again tomorrow" in write(client, council, 2).content.decode()
    settings.SECRET_KEY_FALLBACKS = [old]
    write(client, council, 2)
    settings.SECRET_KEY_FALLBACKS = []
    assert len(box.slips(Box.objects.get())) == 2
    settings.SECRET_KEY = old


def test_a_wrong_code_leads_nowhere_and_a_taken_back_one_too(cast, council, client):
    codes = [drop(council, number) for number in range(5)]
    page = client.post(reverse("voice_code"), {"code": box.new_code()}).content.decode()
    assert "no message with this code" in page
    actions.take_back(codes[0])
    assert actions.find(codes[0]) is None
    assert actions.release(at=cast.now) == 0
    for act in ("add", "take_back"):
        data = {"code": codes[0], "act": act, "words": "Something to add, long enough."}
        assert "no message with this code" in client.post(reverse("voice_code"), data).content.decode()


# --- What must not be sent --------------------------------------------------------------------------------------------
def test_what_would_give_somebody_away_is_asked_about_and_a_social_security_number_refused(council, client):
    page = write(client, council, words="My name is Ana, call me at 909-555-0142 please.").content.decode()
    assert "a phone number" in page
    assert "the name of who writes" in page
    assert "call me at 909-555-0142" in page
    assert not Box.objects.exists()
    code_of(write(client, council, words="My name is Ana, call me at 909-555-0142 please.", sure="on"))
    page = write(client, council, words="They wrote down 123-45-6789 of my brother.", sure="on").content.decode()
    assert "Social Security number" in page
    assert len(box.slips(Box.objects.get())) == 1
    assert not telling.tells("They pay $18.50 an hour for 12 hours since 2024, and 3 of us left.")
    for text in ("A# 123456789", "born on May 5", "4111 1111 1111 1111", "1250 Foothill Blvd", "a@b.org", "Nací el 5"):
        assert telling.tells(text), text


# --- Who reads it -----------------------------------------------------------------------------------------------------
def test_the_facilitator_reads_all_a_member_what_is_for_the_council_and_no_administrator_anything(
    cast, council, sign_in
):
    drop(council, 0, visibility="facilitators")
    for number in range(1, 5):
        drop(council, number, visibility="council")
    actions.release(at=cast.now)
    Membership.objects.filter(user=cast.carla).update(role=Membership.Role.ADMIN)
    url = reverse("voice_list", args=[council.public_id])
    read = sign_in(cast.willa).get(url).content.decode()
    assert read.count("testimony") >= 5
    assert WORDS.format(0) in read
    read = sign_in(cast.ana).get(url).content.decode()
    assert WORDS.format(1) in read
    assert WORDS.format(0) not in read
    assert sign_in(cast.carla).get(url).status_code == 403
    assert not Voice.objects.visible_to(cast.carla).exists()
    one = reverse("voice", args=[Voice.objects.get(words=WORDS.format(1)).public_id])
    assert [sign_in(who).get(one).status_code for who in (cast.willa, cast.ana, cast.carla)] == [200, 403, 404]


def test_nothing_is_quoted_before_five_contributed_nor_against_its_authors_wish(cast, council, client):
    for number in range(5):
        drop(council, number, visibility="unnamed" if number else "council")
    actions.release(at=cast.now)
    voices = list(Voice.objects.order_by("words"))
    theme = Theme.objects.create(council=council, kind="transport", name_en="No bus at night", is_public=True)
    by = {"by": cast.willa, "at": cast.now}
    for voice in voices[:4]:
        actions.sort(voice, [theme], **by)
    with pytest.raises(actions.Refused, match="does not want"):
        actions.quote(theme, voices[0], words="The night shift has no bus home", **by)
    with pytest.raises(actions.Refused, match="word for word"):
        actions.quote(theme, voices[1], words="There is no bus", **by)
    with pytest.raises(actions.Refused, match="First sort"):
        actions.quote(theme, voices[4], words="The night shift has no bus home", **by)
    actions.quote(theme, voices[1], words="The night shift has  no bus home", **by)
    url = reverse("theme", args=[theme.public_id])
    assert "has no bus home" not in client.get(url).content.decode()
    # Ana twice by name is one contributor.
    for number in (7, 8):
        said = {"words": WORDS.format(number), "language": "en", "visibility": "named", "by": cast.ana, "at": cast.now}
        named = actions.send(council, **said)
        actions.sort(named, [theme], **by)
    assert queries.raised(Theme.objects.all()).get().contributors == 5
    actions.quote(theme, named, words="nobody asks who has children", **by)
    page = client.get(url).content.decode()
    assert "has no bus home" in page
    assert "Ana Morales" in page
    assert "at least 5 times" in page
    # One takes it back: four are left, and nothing is quoted any more.
    Voice.objects.filter(pk=voices[2].pk).update(words="", is_withdrawn=True)
    assert "has no bus home" not in client.get(url).content.decode()
    Theme.objects.update(is_public=False)
    assert client.get(url).status_code == 404


def test_who_wrote_with_a_name_is_told_of_the_answer_and_can_take_it_back(cast, council, sign_in):
    url = reverse("voice_named", args=[council.public_id])
    ana = sign_in(cast.ana)
    ana.post(url, {"words": WORDS.format(1), "visibility": "facilitators"})
    voice = Voice.objects.get()
    page = reverse("voice", args=[voice.public_id])
    willa = sign_in(cast.willa)
    assert willa.post(page, {"act": "answer", "answer": "We asked the bus company."}).status_code == 302
    assert "We asked the bus company." in ana.get(url).content.decode()
    assert Notice.objects.filter(user=cast.ana, kind="voice_answered").count() == 1
    assert sign_in(cast.rhea).post(reverse("voice_withdraw", args=[voice.public_id])).status_code == 404
    ana.post(reverse("voice_withdraw", args=[voice.public_id]))
    voice.refresh_from_db()
    assert voice.is_withdrawn
    assert not voice.words
    assert willa.get(page).status_code == 404


def test_two_who_sort_one_testimony_at_once_both_get_what_they_chose(cast, council, sign_in):
    Office.objects.create(council=council, user=cast.ben, role="chair", starts_on=cast.now.date())
    buses, nights, old = (Theme.objects.create(council=council, name_en=name) for name in ("Buses", "Nights", "Old"))
    said = {"words": WORDS.format(1), "language": "en", "visibility": "unnamed", "by": cast.ana, "at": cast.now}
    voice = actions.send(council, **said)
    voice.themes.add(old)
    url, (willa, ben) = reverse("voice", args=[voice.public_id]), map(sign_in, (cast.willa, cast.ben))
    seen = {"act": "sort", "had": ben.get(url).context["forms"]["sort"]["had"].value()}
    page = willa.post(url, seen | {"themes": [buses.pk]}, follow=True).content.decode()
    assert "Saved." in page
    assert "Somebody else" not in page
    # What Ben did not touch stays as Willa left it, and he reads what came of both.
    page = ben.post(url, seen | {"themes": [old.pk, nights.pk]}, follow=True).content.decode()
    assert "it is now in: Buses, Nights." in page
    assert set(voice.themes.all()) == {buses, nights}
    ben.post(url, {"act": "sort", "themes": [nights.pk], "had": f"{buses.pk} {nights.pk} x"})
    assert voice.themes.get() == nights


def test_the_database_itself_refuses_a_testimony_with_both_a_name_and_a_receipt(cast, council):
    said = {"council": council, "words": "x", "language": "en", "received_on": cast.now.date()}
    for wrong in (
        {"author": cast.ana, "receipt": "x", "visibility": "council"},
        {"receipt": "x", "visibility": "named"},
        {"author": cast.ana, "visibility": "council", "is_withdrawn": True},
    ):
        with pytest.raises(ValidationError):
            Voice(**said | wrong).full_clean()
        with pytest.raises(IntegrityError), transaction.atomic():
            Voice.objects.create(**said | wrong)
