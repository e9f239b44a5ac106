"""What texts say: in both languages, with our name in front, and as short as carriers count."""

import re

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation import override

from notifications import words
from notifications.models import Notice
from notifications.sms import gsm, texts
from programs.models import PlaceRequest, Program

OPENING = {
    "id": 1, "public_id": "00000000-0000-4000-8000-000000000000", "kind": "job", "zip": "92376",
    "title": "Structural welder, second shift, Rialto", "title_es": "Soldador de estructuras, turno de tarde",
    "organization": "Rialto Steel Fabricators and Erectors Incorporated", "wage": [2450, 3100], "closes_on": None,
}  # fmt: skip
MATCH = {"id": 1, "public_id": "00000000-0000-4000-8000-000000000001", "opening": OPENING, "gates": []}
ANSWER = {"opening": OPENING, "referral": 1, "reason": "skill", "note": ""}
HIRE = {
    "placement": 1, "at": "Rialto Steel Fabricators and Erectors Incorporated", "starts_on": "2026-09-27",
    "check": 1, "asked": "00000000-0000-4000-8000-000000000002", "days": 365,
}  # fmt: skip
WHEN = {
    "id": "00000000-0000-4000-8000-000000000002", "kind": "trial", "starts_at": "2026-11-30T18:00:00+00:00",
    "minutes": 480, "zone": "America/Los_Angeles", "place": "2801 W Valley Blvd", "link": "", "sequence": 0,
    "changed_at": "2026-11-24T17:00:00+00:00", "cancelled": False}  # fmt: skip
MET, STATES = {"appointment": WHEN}, ("interview", "trial", "offer", "put_off", "declined")
# Every kind there is, as long as it gets.
BEFORE = "2026-11-21T11:30:00-08:00"
TOLD = {
    "matches": [{"matches": [MATCH]}, {"matches": [MATCH] * 5, "more": [1, 2]}],
    "people": [{"opening": OPENING, "matches": [MATCH]}, {"opening": OPENING, "matches": [MATCH] * 5, "more": [1]}],
    "referral_yes": [{"opening": OPENING, "referral": 1, "due_on": "2026-11-27"}],
    "referral_answer": [ANSWER | {"state": state} for state in STATES] + [ANSWER | {"state": "trial"} | MET],
    "hired": [HIRE],
    "stay_worker": [HIRE],
    "stay_employer": [HIRE],
    "appointment": [ANSWER | MET, ANSWER | {"appointment": WHEN | {"cancelled": True}}],
    "place_answered": [{"program": "the longest", "answer": answer} for answer in PlaceRequest.Answer.values],
    "registration_changed": [
        OPENING | {"organization": "Inland Trades Training Center", "before": BEFORE, "after": after}
        for after in ("2026-12-30T00:00:00-08:00", "2026-11-21T23:30:00-08:00")
    ],
    "certificate_revoked": [{"credential": "osha10", "by": "Inland Trades Training Center", "reason": "a mistake"}],
}
CASES = [(kind, data) for kind, all_data in TOLD.items() for data in all_data]
OURS = {
    "code": lambda: texts.code("123456", 10),
    "welcome": texts.welcome,
    "stopped": texts.stopped,
    "help": texts.help_,
    "not signed up": texts.not_signed_up,
    "not understood": texts.not_understood,
    "nothing asked": texts.nothing_asked,
    "went wrong": texts.went_wrong,
}


@pytest.fixture(autouse=True)
def _a_real_address(settings):
    settings.SITE_URL = "https://hire.example.org"


def _said(cast, kind, data) -> str:
    if "program" in data:
        longest = max(Program.objects.select_related("provider"), key=lambda one: len(one.title + one.provider.name))
        data = data | {"program": longest.pk}
    return texts.of_notice(Notice(user=cast.ana, kind=kind, topic="matches", data=data, path="/me/"))


def test_every_kind_of_notice_is_tried_here():
    assert set(texts.kinds()) <= set(TOLD)
    assert set(texts.kinds()) <= set(words.kinds())


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(("kind", "data"), CASES)
def test_a_notice_is_one_message_in_both_languages(cast, kind, data, language):
    cast.ana.language = language
    said = _said(cast, kind, data)
    assert said.startswith("Throughline: ")
    assert "hire.example.org/" in said
    assert "https://" not in said
    assert gsm.is_gsm(said), sorted(set(said) - gsm.BASIC - gsm.EXTENDED)
    assert gsm.segments(said) == 1, len(said)


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("name", OURS)
def test_what_we_say_ourselves_is_one_message_in_both_languages(name, language):
    with override(language):
        said = OURS[name]()
    assert said.startswith("Throughline: ")
    assert gsm.segments(said) == 1, (len(said), sorted(set(said) - gsm.BASIC))


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_kind_without_words_of_its_own_sends_its_subject(cast, monkeypatch, language):
    monkeypatch.delitem(texts._writers, "certificate_revoked")
    cast.ana.language = language
    data = TOLD["certificate_revoked"][0]
    said = texts.of_notice(Notice(user=cast.ana, kind="certificate_revoked", topic="matches", data=data, path="/me/"))
    assert "OSHA 10" in said
    assert said.endswith("hire.example.org/inbox")
    assert gsm.segments(said) <= 2


def test_the_two_languages_say_different_things(cast):
    for kind, data in CASES:
        said = set()
        for language in ("en", "es"):
            cast.ana.language = language
            said.add(_said(cast, kind, data))
        assert len(said) == 2, kind


def test_names_keep_their_accents_and_then_cost_more(cast):
    data = {"matches": [MATCH | {"opening": OPENING | {"organization": "Construcción Núñez"}}]}
    said = texts.of_notice(Notice(user=cast.ana, kind="matches", topic="matches", data=data, path="/me/"))
    assert "Construcción Núñez" in said
    assert gsm.segments(said) <= 3


def test_which_one_names_up_to_four_and_is_still_short():
    titles = ["Structural welder, second, Rialto Steel Fabricato..."] * 4
    for language in ("en", "es"):
        with override(language):
            said = texts.which_one(titles)
        assert "D Structural" in said
        assert gsm.segments(said) <= 2


def test_a_site_without_https_says_so(settings):
    settings.SITE_URL = "http://127.0.0.1:8000"
    assert texts.link("/me/") == "http://127.0.0.1:8000/me"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 1), ("a" * 160, 1), ("a" * 161, 2), ("a" * 306, 2), ("a" * 307, 3), ("€" * 80, 1), ("€" * 81, 2),
        ("ñ" * 160, 1), ("á" * 70, 1), ("á" * 71, 2), ("😀" * 35, 1), ("😀" * 36, 2),
    ],
)  # fmt: skip
def test_length_is_counted_as_carriers_do(text, count):
    assert gsm.segments(text) == count


def test_typographic_marks_become_those_of_a_typewriter():
    assert gsm.plain("“Yes” – it’s…") == '"Yes" - it\'s...'
    assert gsm.is_gsm(gsm.plain("“Yes” – it’s…"))
    assert gsm.cut("a  long\ntitle, really", 12) == "a long ti..."


def test_a_code_has_one_name_in_spanish():
    with open(settings.BASE_DIR / "locale/es/LC_MESSAGES/django.po", "rb") as file:
        said = [(m.id, m.string) for m in read_po(file) if isinstance(m.id, str)]
    codes = [spanish for english, spanish in said if re.search(r"\bcodes?\b", english)]
    assert len(codes) > 40
    assert [spanish for spanish in codes if "clave" in spanish and "clave de área" not in spanish] == []
