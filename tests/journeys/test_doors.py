"""Wherever the pages lead each member of the cast, there is a page, and it is in order."""

import re
from urllib.parse import urlsplit

import pytest

from pipeline.cast import CAST

MOST = 40
OF_ONE_KIND = 3
# Signing out ends the walk; files are for downloading.
ELSEWHERE = re.compile(r"/logout/|\.(csv|xlsx)$|refused=csv")


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
        if kinds[kind] > 1:  # another one of its kind need only be there
            answer = person.context.request.get(person.stack.address + address)
            assert answer.status == 200, f"{address} answered {answer.status}"
            continue
        person.open(address)
        waiting += _links(person)
    assert len(seen) >= 8


def _links(person) -> list[str]:
    every = person.page.locator("a[href]").evaluate_all("links => links.map(link => link.href)")
    found = []
    for link in every:
        parts = urlsplit(link)
        here = f"{parts.scheme}://{parts.netloc}" == person.stack.address
        address = parts.path + (f"?{parts.query}" if parts.query else "")
        if here and "lang=" not in parts.query and not ELSEWHERE.search(address):
            found.append(address)
    return found


def _kind(address: str) -> str:
    """The address without what differs from row to row; a filter is a kind of its own."""
    path, _, query = address.partition("?")
    path = re.sub(r"[0-9a-f-]{36}|\d+\.M\w+[^/]*|(?<=mailbox/)[^/]+", "*", path)
    return path + ("?" + ",".join(sorted(re.findall(r"(\w+)=", query))) if query else "")
