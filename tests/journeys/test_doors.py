"""Wherever the pages lead each member of the cast, there is a page, and it is in order."""

import re
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest

from pipeline.cast import CAST

MOST = 40
OF_ONE_KIND = 3
# Signing out ends the walk; files are for downloading.
ELSEWHERE = re.compile(r"/logout/|\.(csv|xlsx|ics)$|refused=csv")
_walked: set[str] = set()


@pytest.mark.parametrize("language", ["es"], indirect=True)
@pytest.mark.parametrize("key", [None, *(person.key for person in CAST)])
def test_every_page_somebody_is_led_to_is_in_order(reader, key):
    person = reader()
    if key:
        person.sign_in_as(key)
    person.open("/start/" if key else "/")
    waiting, seen, kinds = [urlsplit(person.page.url).path, "/"], set(), {}
    while waiting and len(seen) < MOST:
        address = waiting.pop(0)
        kind = _kind(address)
        if address in seen or kinds.get(kind, 0) >= OF_ONE_KIND:
            continue
        seen.add(address)
        kinds[kind] = kinds.get(kind, 0) + 1
        answer = person.context.request.get(person.stack.address + address)
        assert answer.status == 200, f"{address} answered {answer.status}"
        if kinds[kind] > 1:  # another one of its kind need only be there
            continue
        page = Outline(answer.text())
        if page.main not in _walked:  # one built like it was opened before, perhaps by somebody else
            _walked.add(page.main)
            person.open(address)
        waiting += _links(person.stack.address, answer.url, page.links)
    assert len(seen) >= 8


class Outline(HTMLParser):
    """What a page is built of, whatever it says: the elements of its main part, and its links."""

    def __init__(self, text: str):
        super().__init__()
        self.links, self._main, self._inside = [], [], False
        self.feed(text)
        self.main = " ".join(self._main)

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        self._inside = self._inside or tag == "main"
        if self._inside:
            self._main.append(f"{tag}.{named.get('class')}.{named.get('type')}")
        if tag == "a" and named.get("href"):
            self.links.append(named["href"])

    def handle_endtag(self, tag):
        self._inside = self._inside and tag != "main"


def _links(site: str, page: str, every: list[str]) -> list[str]:
    found = []
    for link in every:
        parts = urlsplit(urljoin(page, link))
        here = f"{parts.scheme}://{parts.netloc}" == site
        address = parts.path + (f"?{parts.query}" if parts.query else "")
        if here and "lang=" not in parts.query and not ELSEWHERE.search(address):
            found.append(address)
    return found


def _kind(address: str) -> str:
    """The address without what differs from row to row; a filter is a kind of its own."""
    path, _, query = address.partition("?")
    path = re.sub(r"[0-9a-f-]{36}|\d+\.M\w+[^/]*|(?<=mailbox/)[^/]+", "*", path)
    return path + ("?" + ",".join(sorted(re.findall(r"(\w+)=", query))) if query else "")
