"""What is wrong with a page for whoever hears it instead of seeing it, found in its source: axe sees only journeys."""

from collections import Counter
from html.parser import HTMLParser

NAMED_BY = ("for", "aria-describedby", "aria-labelledby", "aria-controls")
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
QUIET = {"hidden", "submit", "button", "reset", "image"}


class Page(HTMLParser):
    """One page, read once from top to end."""

    def __init__(self):
        super().__init__()
        self.open, self.all, self.wrong = [], [], []

    def handle_starttag(self, tag, attrs):
        part = {"tag": tag, "said": "", "up": list(self.open)} | dict(attrs)
        self.all.append(part)
        if tag not in VOID:
            self.open.append(part)

    def handle_startendtag(self, tag, attrs):
        self.all.append({"tag": tag, "said": "", "up": list(self.open)} | dict(attrs))

    def handle_endtag(self, tag):
        while self.open and self.open.pop()["tag"] != tag:
            pass

    def handle_data(self, data):
        for part in self.open:
            part["said"] += data


def complaints(html: str) -> list[str]:
    """Each fault as a sentence."""
    page = Page()
    page.feed(html)
    page.close()
    return [*_names(page.all), *_alike(page.all), *_headings(page.all), *_fields(page.all), *_tables(page.all)]


def _names(parts):
    ids = Counter(part["id"] for part in parts if part.get("id"))
    yield from (f"two parts are called #{name}" for name, times in ids.items() if times > 1)
    for part in parts:
        for by in NAMED_BY:
            for name in (part.get(by) or "").split():
                if name not in ids:
                    yield f"{by}={name} of a {part['tag']} names nothing"
        pressed = part["tag"] in ("button", "summary") or (part["tag"] == "a" and "href" in part)
        if pressed and "hidden" not in part and not (part["said"].strip() or part.get("aria-label")):
            yield f"a {part['tag']} says nothing ({part.get('class')})"


def _alike(parts):
    """Who moves from button to button hears no row beside it: its words, seen or hidden, say of what it is."""
    leads = {}
    for part in parts:
        if part["tag"] == "a" and "usa-button" in (part.get("class") or "").split():
            leads.setdefault(" ".join((part.get("aria-label") or part["said"]).split()), set()).add(part.get("href"))
    yield from (f"“{words}” leads to {len(to)} places" for words, to in leads.items() if len(to) > 1)


def _headings(parts):
    before = 0
    for part in parts:
        if len(part["tag"]) == 2 and part["tag"][0] == "h" and part["tag"][1].isdigit():
            level = int(part["tag"][1])
            if before and level > before + 1:
                yield f"h{before} is followed by h{level}: {' '.join(part['said'].split())}"
            before = level
    tags = Counter(part["tag"] for part in parts)
    if tags["html"] and tags["h1"] != 1:  # what is put into a page that is open has none of its own
        yield "not one h1"


def _fields(parts):
    labels = {part.get("for") for part in parts if part["tag"] == "label"}
    tied = {name for part in parts for name in (part.get("aria-describedby") or "").split()}
    choices = Counter()
    for part in parts:
        above = {one["tag"] for one in part["up"]}
        named = "label" in above or part.get("id") in labels or part.get("aria-label") or part.get("aria-labelledby")
        asks = part["tag"] in ("select", "textarea") or (part["tag"] == "input" and part.get("type") not in QUIET)
        if asks and not named:
            yield f"the field {part.get('name')} has no label"
        if part.get("type") == "radio" and "fieldset" not in above:
            choices[part.get("name")] += 1
        kinds = (part.get("class") or "").split()
        if "errorlist" in kinds and "nonfield" not in kinds and part.get("id") not in tied:
            yield f"no field says that its error is #{part.get('id')}"
    yield from (f"the choices of {name} have no question" for name, times in choices.items() if times > 1)


def _tables(parts):
    for part in parts:
        if part["tag"] == "table" and not any(one["tag"] == "caption" and part in one["up"] for one in parts):
            yield "a table has no caption"
        if part["tag"] == "th" and not part.get("scope"):
            yield f"a th without scope: {' '.join(part['said'].split())}"
