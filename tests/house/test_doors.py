"""Every address x everybody: what docs/authz.yml promises is what the site answers.

Each door is tried by each role with a record of their own, of somebody else and of nobody, reading and pressing.
Foreign answers exactly as absent; a marked text (pipeline/seed/doors) stands only where may_see.yml lets it; who may
not, changes nothing; nobody meets a 500.
"""

import logging
import re
import sys
from collections import defaultdict
from pathlib import Path

import pytest
import yaml
from django.core.signals import got_request_exception
from django.db import connection, transaction
from django.middleware.csrf import get_token
from django.template.backends.django import Template
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from pipeline import doors
from pipeline.seed import doors as seed

from .doors_objects import OF_AN_ORGANIZATION, PUBLIC, Kinds, Sight, absent, viewers

pytestmark = pytest.mark.django_db

# Allauth's pages, the demo's and the carrier's have their own tests; the operator's probes know nobody.
OTHERS = ("account_", "mfa_", "demo", "healthz", "readyz", "metrics", "carrier_", "usersessions_list")
# Answered to machines that sign what they send, and to links that stand for a person: elsewhere tried.
BY_SECRET = ("mail_webhook",)
# Whose records have rules of their own, which their room's tests try: tests/councils, tests/placements.
ELSEWHERE = {
    "council_edit", "council_seats", "council_name_me", "council_json", "council_calendar", "past_import",
    "calendar_feed", "meeting_new", "meeting", "meeting_edit", "meeting_step", "meeting_reply", "meeting_ics",
    "agenda", "agenda_item", "agenda_do", "meeting_room", "meeting_quorum", "meeting_attend", "meeting_door",
    "meeting_check_in", "item_write", "minutes", "minutes_step", "decision_new", "decision", "decision_do",
    "voice_unnamed", "voice_code", "voice_held", "voice_named", "voice_withdraw", "voice_list", "voice", "theme_list",
    "theme", "theme_new", "theme_edit", "recommendation_list", "recommendation", "recommendation_new",
    "recommendation_edit", "recommendation_step", "recommendation_follow", "action_new", "action_done",
    "initiative_list", "initiative", "initiative_new", "initiative_edit", "phase_new", "milestone_new",
    "milestone_reach", "resource_list", "resource", "resource_file", "resource_new", "resource_edit",
    "board_undo", "view_remove", "answer_give", "graduate_list", "graduate_list_of",
}  # fmt: skip
CHUNKS = 6
# What anybody's request may write: who is signed in where, how often something was tried.
THEIR_OWN = re.compile(r'^\W*(?:INSERT INTO|UPDATE|DELETE FROM) "?(?:django_session|cache|usersessions)', re.I)
WRITES = re.compile(
    r"^\W*(?:INSERT|UPDATE|DELETE|MERGE|TRUNCATE)|^\W*WITH\b.*\b(?:INSERT INTO|DELETE FROM)\b", re.I | re.S
)
# Of every answer: what differs between two requests for the same thing.
PASSING = re.compile(rb"[0-9a-f]{8}-[0-9a-f-]{27}|nonce-[^'\"]+|nonce=\"[^\"]+|csrfmiddlewaretoken\" value=\"[^\"]+")
BODY = {
    "step": "interview", "reason": "other", "note": "A note", "do": "all", "then": "save", "role": "staff",
    "same": "none", "email": "new@throughline.example", "language": "en", "name": "A new name", "kind": "employer",
    "zip": "92335", "answer": "yes", "state": "failed", "checks": "phone", "miles": "25", "title": "Work",
    "channel": "email", "phone": "(909) 555-0199", "list": "mine", "credential": "osha10", "issued_on": "2026-01-05",
    "starts_on": "2027-01-05", "agree": "on", "topics": "matches", "code": "123456",
}  # fmt: skip


# What stands in an address beside the record.
BESIDE = {
    "answer": "yes",
    "channel": "email",
    "step": "full",
    "form": "csv",
    "line": 3,
    "kind": "completers",
    "days": 30,
}


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """The world of doors, made once for this module and taken back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield seed.world(at=timezone.now())
        transaction.set_rollback(True)


def own_doors() -> list[str]:
    names = sorted({str(p.name) for p in doors.patterns()})
    return [name for name in names if not name.startswith(OTHERS) and name not in {*BY_SECRET, *ELSEWHERE}]


def parts_of(name: str) -> set[str]:
    """What has to be put into the address."""
    found = set()
    for pattern in doors.patterns():
        if pattern.name == name:
            found |= set(pattern.pattern.converters) | set(re.findall(r"\?P<(\w+)>", str(pattern.pattern)))
    return found


class Knocker(Client):
    """A browser of one person: nothing it does stays, and the test sees what it wrote."""

    def __init__(self, viewer):
        super().__init__(headers={"accept-language": "en"}, raise_request_exception=False)
        if viewer.user:
            self.force_login(viewer.user, backend="allauth.account.auth_backends.AuthenticationBackend")

    def request(self, **request):
        return self.handler(self._base_environ(**request))

    def knock(self, method: str, url: str, body=None):
        wrote, wrong = [], []

        def watch(execute, sql, params, many, context):
            if WRITES.match(sql) and not THEIR_OWN.match(sql):
                wrote.append(sql[:90])
            return execute(sql, params, many, context)

        def note(sender, request=None, **_signal):
            wrong.append(repr(sys.exc_info()[1]))

        got_request_exception.connect(note)
        here = transaction.savepoint()
        try:
            with connection.execute_wrapper(watch):
                answer = self.post(url, body or {}) if method == "POST" else self.get(url)
        finally:
            got_request_exception.disconnect(note)
            transaction.savepoint_rollback(here)
            connection.needs_rollback, connection.run_on_commit = False, []
        answer.wrote, answer.wrong = wrote, wrong
        return answer


@pytest.fixture
def quick_dead_ends(monkeypatch):
    """The pages for nothing, for no and for the wrong method say the same to the same person every time."""
    plain, kept = Template.render, {}
    logging.disable(logging.CRITICAL)  # thousands of refusals are no news

    def render(template, context=None, request=None):
        name = template.template.name
        if name not in ("404.html", "403.html", "405.html") or request is None or not request.user.is_authenticated:
            return plain(template, context, request)
        key = (name, request.user.pk, str((context or {}).get("exception")) if name == "403.html" else "")
        if key not in kept:
            kept[key] = plain(template, context, request)
        get_token(request), str(request.csp_nonce)  # what drawing it asks for stands in the headers
        return kept[key]

    monkeypatch.setattr(Template, "render", render)
    yield
    logging.disable(logging.NOTSET)


def is_login(answer) -> bool:
    return answer.status_code == 302 and answer.headers["Location"].startswith(reverse("account_login"))


def face(answer):
    """The answer as somebody sees it who compares two: status, headers, body."""
    headers = {k: PASSING.sub(b"", v.encode()) for k, v in answer.headers.items() if k not in ("Content-Length",)}
    return answer.status_code, headers, PASSING.sub(b"", answer.content)


class Round:
    """One person at every door; what is wrong is collected, so that one run tells all."""

    def __init__(self, world, sight, known, viewer, wrong):
        self.world, self.sight, self.known, self.viewer, self.wrong = world, sight, known, viewer, wrong
        self.kinds, self.browser, self.nothing = Kinds(world), Knocker(viewer), None

    def say(self, name, what):
        self.wrong[f"{name}: {what}"].append(self.viewer.name)

    def at(self, name: str) -> None:
        line, parts = self.known[name], parts_of(name)
        if "administrator" in self.viewer.roles and line.object not in OF_AN_ORGANIZATION:
            return  # what an administrator may beyond their staff is about the organization itself
        records = self.kinds.get(line.object) if line.object else lambda viewer: ({}, None)
        own, foreign = (self.whole(place, parts) for place in records(self.viewer))
        for method, roles in line.by_method.items():
            admitted = bool(self.viewer.roles & set(roles))
            if own is not None:
                for body in (BODY, None) if method == "POST" and admitted else (BODY,):
                    self.on_own(name, method, admitted, reverse(name, kwargs=own), body)
            if parts - set(BESIDE):
                other = foreign or own or self.whole({"secret": "nobody", "token": "nobody"}, parts)
                self.on_others(name, method, admitted, other, foreign is not None, line.object in PUBLIC)

    @staticmethod
    def whole(place, parts):
        """All parts of the address, and no others."""
        return None if place is None else {k: v for k, v in {**BESIDE, **place}.items() if k in parts}

    def on_own(self, name, method, admitted, url, body):
        answer = self.browser.knock(method, url, body)
        self.look(name, method, answer)
        if admitted:
            if answer.status_code in ((404,) if method == "POST" else (403, 404)) or (
                is_login(answer) and self.viewer.user
            ):
                self.say(name, f"{method} of their own meets {answer.status_code}, though the table lets them")
        else:
            self.refused(name, method, answer)

    def on_others(self, name, method, admitted, place, compare, public):
        answer = None
        if compare:
            answer = self.browser.knock(method, reverse(name, kwargs=place), BODY)
            self.look(name, method, answer)
            if answer.wrote:
                self.say(name, f"{method} changes what is somebody else's: {answer.wrote[0]}")
            if public or not admitted:
                self.refused(name, method, answer)
            if not admitted and self.nothing and face(answer) == self.nothing:
                return  # the very page that this person meets where there is nothing
        nothing = self.browser.knock(method, reverse(name, kwargs=absent(place)), BODY)
        self.look(name, method, nothing)
        if admitted and nothing.status_code not in (404, 410):
            self.say(name, f"{method} of what is not there meets {nothing.status_code}, not 404")
        if not admitted:
            self.refused(name, method, nothing)
        if answer and not public and self.viewer.user and face(answer) != face(nothing):
            self.say(name, f"{method} of somebody else's ({answer.status_code}) differs from none")
        if nothing.status_code == 404 and self.viewer.user:
            self.nothing = face(nothing)

    def refused(self, name, method, answer):
        if self.viewer.user is None:
            if not is_login(answer):
                self.say(name, f"{method}: a visitor meets {answer.status_code}, not the way to sign in")
        elif answer.status_code not in (403, 404):
            self.say(name, f"{method} is not for them and meets {answer.status_code}")
        if answer.wrote:
            self.say(name, f"{method} is not for them and changes something: {answer.wrote[0]}")

    def look(self, name, method, answer):
        if answer.status_code >= 500:
            self.say(name, f"{method} meets {answer.status_code}: {answer.wrong}")
        if answer.streaming:
            return
        for word in self.world.canaries.found_in(answer.content.decode(errors="replace")):
            canary = self.world.canaries.planted[word]
            if canary["class"] not in self.sight.here.get(name, ()) and not self.sight.may(self.viewer, canary):
                self.say(name, f"{method} ({answer.status_code}) shows {canary['class']} ({word})")


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_every_door_opens_for_whom_the_table_says_and_shows_what_they_may_see(world, quick_dead_ends, chunk):
    rules = yaml.safe_load((Path(__file__).parent / "may_see.yml").read_text())
    sight, known, wrong = Sight(world, rules), doors.table(), defaultdict(list)
    for viewer in viewers(world):
        person = Round(world, sight, known, viewer, wrong)
        for name in own_doors()[chunk::CHUNKS]:
            person.at(name)
    assert not wrong, "\n".join(f"{what} [{', '.join(dict.fromkeys(who))}]" for what, who in sorted(wrong.items()))


def test_every_address_is_in_the_table_with_its_methods_and_its_kind_of_record():
    known = doors.table()
    assert not doors.every_door_is_declared()
    names = {str(p.name) for p in doors.patterns()}
    assert not {n for n in known if "*" not in n and not n.startswith("demo")} - names, "these are no addresses"
    for name in own_doors():
        line, parts = known[name], parts_of(name)
        assert bool(parts) == bool(line.object), (
            f"“{name}” has {sorted(parts) or 'nothing'} in its address: say in docs/authz.yml of what kind that is, "
            f"as in “{name}: {{GET: roles, object: kind}}”, or take the object away."
        )
        assert not line.object or Kinds(None).get(line.object), (
            f"“{name}” is about a “{line.object}”, which tests/house/doors_objects.py does not know: plant one for "
            f"each organization in pipeline/seed/doors/ and say whose it is: Kinds.of_{line.object.replace(' ', '_')}."
        )


def test_every_class_of_marked_text_has_its_rule(world):
    rules = yaml.safe_load((Path(__file__).parent / "may_see.yml").read_text())
    assert {canary["class"] for canary in world.canaries.planted.values()} == set(rules) - {"here"}
