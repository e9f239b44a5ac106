"""Every address x everybody: what docs/authz.yml promises is what the site answers.

Each door is tried by each role with a record of their own, of somebody else and of nobody, reading and pressing.
Foreign answers exactly as absent; a marked text (pipeline/seed/doors) stands only where may_see.yml lets it; who may
not, changes nothing; nobody meets a 500. A page read here for the first time can be heard as well as seen.
"""

import re
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest
import yaml
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from pipeline import doors
from pipeline.seed import doors as seed

from .doors_knocker import Knocker, known_readers, quick_dead_ends  # noqa: F401 - fixtures
from .doors_objects import OF_AN_ORGANIZATION, PUBLIC, Kinds, Sight, absent, in_turn, viewers
from .doors_reading import complaints

pytestmark = pytest.mark.django_db

# Allauth's pages, the demo's and the carrier's have their own tests; the operator's probes know nobody.
OTHERS = ("account_", "mfa_", "demo", "healthz", "readyz", "metrics", "carrier_", "usersessions_list")
# Answered to machines that sign what they send, and to links that stand for a person: elsewhere tried.
BY_SECRET = ("mail_webhook",)
CHUNKS = 6
# Of every answer: what differs between two requests for the same thing.
PASSING = re.compile(rb"[0-9a-f]{8}-[0-9a-f-]{27}|nonce-[^'\"]+|nonce=\"[^\"]+|csrfmiddlewaretoken\" value=\"[^\"]+")
BODY = {
    "step": "interview", "reason": "other", "note": "A note", "do": "all", "then": "save", "role": "staff",
    "same": "none", "email": "new@throughline.example", "language": "en", "name": "A new name", "kind": "employer",
    "zip": "92335", "answer": "yes", "state": "failed", "checks": "phone", "miles": "25", "title": "Work",
    "channel": "email", "phone": "(909) 555-0199", "list": "mine", "credential": "osha10", "issued_on": "2026-01-05",
    "starts_on": "2027-01-05", "agree": "on", "who": "nobody", "topics": "matches", "code": "123456",
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
    "year": 2026,
    "month": 1,
}
STEPS = {
    "meeting_step": {"step": "call"},
    "minutes_step": {"step": "ready"},
    "recommendation_step": {"name": "adopt"},
}
# Where one form has several buttons: one of them, and whom it is about.
BUTTONS = {
    "decision_do": {"do": "withdraw"},
    "council_seats": {"do": "seat"},
    "meeting_attend": {"person": "0f9f8c5e-7b1e-4d57-9d7c-2f6f3f0d1c11"},
}


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """The world of doors, made once for this module and taken back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield seed.world(at=timezone.now())
        transaction.set_rollback(True)


@cache
def own_doors() -> list[str]:
    names = sorted({str(p.name) for p in doors.patterns()})
    return [name for name in names if not name.startswith(OTHERS) and name not in BY_SECRET]


@cache
def of_a_council(name: str) -> bool:
    return any(p.name == name and p.callback.__module__.startswith("councils.") for p in doors.patterns())


@cache
def parts_of(name: str) -> set[str]:
    """What has to be put into the address."""
    found = set()
    for pattern in doors.patterns():
        if pattern.name == name:
            found |= set(pattern.pattern.converters) | set(re.findall(r"\?P<(\w+)>", str(pattern.pattern)))
    return found


def is_login(answer) -> bool:
    return answer.status_code == 302 and answer.headers["Location"].startswith(reverse("account_login"))


def face(answer):
    """The answer as somebody sees it who compares two: status, headers, body."""
    headers = {k: PASSING.sub(b"", v.encode()) for k, v in answer.headers.items() if k not in ("Content-Length",)}
    return answer.status_code, headers, PASSING.sub(b"", answer.content)


class Round:
    """One person at every door; what is wrong is collected, so that one run tells all."""

    def __init__(self, world, sight, known, viewer, wrong, tried):
        self.world, self.sight, self.known, self.viewer, self.wrong = world, sight, known, viewer, wrong
        # Where somebody sent an empty form; where nothing was nothing; which pages were read as one who hears them.
        self.emptied, self.proven, self.heard = tried
        self.kinds, self.browser, self.nothing = Kinds(world), Knocker(viewer), None

    def say(self, name, what):
        self.wrong[f"{name}: {what}"].append(self.viewer.name)

    def at(self, name: str) -> None:
        line, parts = self.known[name], parts_of(name)
        if "administrator" in self.viewer.roles and line.object not in OF_AN_ORGANIZATION:
            return  # what an administrator may beyond their staff is about the organization itself
        records = self.kinds.get(line.object) if line.object else lambda viewer: ({}, None)
        own, foreign = (self.whole(place, parts, name) for place in records(self.viewer))
        for method, roles in line.by_method.items():
            admitted = bool(self.viewer.roles & set(roles))
            if own is not None:
                self.on_own(name, method, admitted, reverse(name, kwargs=own), BODY | BUTTONS.get(name, {}))
                if method == "POST" and admitted and name not in self.emptied:
                    self.emptied.add(name)
                    self.look(name, method, self.browser.knock(method, reverse(name, kwargs=own)))
            if parts - set(BESIDE):
                other = foreign or own or self.whole({"secret": "nobody", "token": "nobody"}, parts, name)
                self.on_others(name, method, admitted, other, foreign is not None, line.object in PUBLIC)

    @staticmethod
    def whole(place, parts, name):
        """All parts of the address, and no others."""
        known = {**BESIDE, **STEPS.get(name, {})}
        return None if place is None else {k: v for k, v in {**known, **place}.items() if k in parts}

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
            if self.nothing and face(answer) == self.nothing and (not admitted or (name, method) in self.proven):
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
            if admitted:
                self.proven.add((name, method))

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
        page = (name, method, answer.status_code)
        if answer.content and page not in self.heard and answer.headers["Content-Type"].startswith("text/html"):
            self.heard.add(page)
            for sentence in complaints(answer.content.decode()):
                self.say(name, f"{method} ({answer.status_code}): {sentence}")
        for word in self.world.canaries.found_in(answer.content.decode(errors="replace")):
            canary = self.world.canaries.planted[word]
            if canary["class"] not in self.sight.here.get(name, ()) and not self.sight.may(self.viewer, canary):
                self.say(name, f"{method} ({answer.status_code}) shows {canary['class']} ({word})")


@pytest.mark.usefixtures("quick_dead_ends", "known_readers")
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_every_door_opens_for_whom_the_table_says_and_shows_what_they_may_see(world, chunk):
    rules = yaml.safe_load((Path(__file__).parent / "may_see.yml").read_text())
    sight, known, wrong, tried = Sight(world, rules), doors.table(), defaultdict(list), (set(), set(), set())
    everybody, names = viewers(world), own_doors()[chunk::CHUNKS]
    turns = [
        in_turn(everybody, number, known[name], at_a_council=of_a_council(name)) for number, name in enumerate(names)
    ]
    for viewer in everybody:
        person = Round(world, sight, known, viewer, wrong, tried)
        for name, those in zip(names, turns, strict=True):
            if viewer.name in those:
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
