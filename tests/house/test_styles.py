"""The law of old phones: what Chrome 79, Samsung Internet 12 and Safari 14 cannot read is not all there is.

Such a browser leaves out a line that it does not know, and of a rule with a selector that it does not know the whole,
with everything else that stands in its list. So neither carries a page: none of these words stands in the style sheets,
and a newer selector has a rule of its own, as something more.
"""

import re
from pathlib import Path

import pytest
from django.conf import settings

SOURCES = Path(settings.BASE_DIR) / "static" / "src"
SHEETS = sorted(SOURCES.rglob("*.scss"))
# What to write instead: top, right, bottom, left, one by one.
TOO_NEW = re.compile(
    r"(?<![\w-])(?:inset|(?:margin|padding|border)-(?:inline|block)|aspect-ratio)\s*:|"
    r"\d[ds]v[hwb]\b|color-mix\(|@container|@layer|:is\(|:where\(|:not\((?:[^()]|\([^()]*\))*,"
)
NEWER = (":has(", "::details-content", "::file-selector-button")
ALONE = re.compile(r"[^{};]*\{")
COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)


def rules(sheet: Path) -> str:
    return COMMENT.sub("", sheet.read_text())


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.stem)
def test_no_page_needs_a_word_that_an_old_phone_does_not_know(sheet):
    said = [found.group() for found in TOO_NEW.finditer(re.sub(r"@supports[^{]*", "", rules(sheet)))]
    assert not said, f"{sheet.name}: {said}"


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.stem)
def test_a_newer_selector_takes_no_older_one_with_it(sheet):
    for found in ALONE.finditer(rules(sheet)):
        each = [one for one in re.split(r",(?![^(]*\))", found.group()) if one.strip()]
        newer = [one for one in each if any(word in one for word in NEWER)]
        assert len(newer) in (0, len(each)), f"{sheet.name}: {found.group().strip()}"


def test_the_script_of_every_page_is_read_by_an_old_phone():
    """One sign too new, and the whole script is not read: then nothing keeps a form from being sent twice."""
    said = COMMENT.sub("", (SOURCES / "throughline.js").read_text())
    assert not re.findall(r"\?\.|\?\?|\|\|=|&&=|\.at\(|replaceAll|structuredClone|\.hasOwn\(|#\w+\s*[=(;]", said)
