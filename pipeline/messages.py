"""`make messages`: what pages and mails say, gathered from Python and templates into locale/*/LC_MESSAGES/django.po.

Babel does it, so nobody needs gettext installed. What is translated stays; what is new waits, empty, for a translator
(and fails a test until it has one); what nobody says any more goes. No line numbers are kept and a similar sentence is
never guessed from another, so that a change in words is a small change in the file.
"""

import io
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
HEADER = "# What the product says, in this language. `make messages` keeps the list; people write the msgstr lines."
LANGUAGES = ("es",)
# Translators need not read these: what others wrote, what is built, what only tests say.
SKIPPED = {"tests", "migrations", "node_modules", "static", "staticfiles", "locale", "requirements"}
LAZY = {f"{name}_lazy": spec for name, spec in DEFAULT_KEYWORDS.items() if name.endswith("gettext")}
# `_t` is gettext where `_` is the lazy one.
KEYWORDS = DEFAULT_KEYWORDS | LAZY | {"gettext_noop": None, "_t": None}
# django-cotton evaluates :attributes as template expressions, which Django's own extraction takes for plain text.
BARE = re.compile(r"""\b_\(\s*("[^"\n]*"|'[^'\n]*')\s*\)""")


def sources() -> Iterator[Path]:
    for folder, folders, names in os.walk(ROOT):
        folders[:] = sorted(name for name in folders if name not in SKIPPED and not name.startswith((".", "__")))
        yield from (Path(folder, name) for name in sorted(names) if name.endswith((".py", ".html", ".txt")))


def python_of(template: str) -> str:
    """A template's messages as Python source. The brackets around it all make Python blind to the indentation."""
    bare = " ".join(f"_({message})" for message in BARE.findall(template))
    return f"({templatize(template)})\n{bare}\n"


def messages_of(path: Path) -> Iterator[tuple]:
    """(message or (singular, plural), comments, context) for each in a file."""
    text = path.read_text()
    source = text if path.suffix == ".py" else python_of(text)
    try:
        found = list(extract("python", io.BytesIO(source.encode()), KEYWORDS, comment_tags=["Translators:"]))
    except (SyntaxError, ValueError) as error:
        raise SystemExit(f"{path.relative_to(ROOT)}: {error}") from error
    for _line, message, comments, context in found:
        yield message, comments, context


def extract_all() -> Catalog:
    """Everything the product says, each with the files that say it."""
    catalog = Catalog(project="Throughline", charset="utf-8")
    for path in sources():
        place = (path.relative_to(ROOT).as_posix(), 0)
        for message, comments, context in messages_of(path):
            catalog.add(message, locations=[place], auto_comments=comments, context=context)
    return catalog


def po_file(language: str) -> Path:
    return ROOT / "locale" / language / "LC_MESSAGES" / "django.po"


def translated(language: str) -> Catalog:
    path = po_file(language)
    if not path.exists():
        catalog = Catalog(locale=language, project="Throughline", charset="utf-8", fuzzy=False, header_comment=HEADER)
        catalog.last_translator = catalog.language_team = catalog.msgid_bugs_address = "Throughline"
        return catalog
    with path.open("rb") as file:
        return read_po(file, locale=language)


def needing(language: str) -> list[Message]:
    """The messages without a finished translation: absent, empty, marked fuzzy, or lacking a plural form."""
    known = translated(language)
    unfinished = []
    for message in extract_all():
        if not message.id:
            continue
        own = known.get(message.id, message.context)
        words = own.string if own and isinstance(own.string, tuple) else (own.string if own else "",)
        if not own or own.fuzzy or not all(words):
            unfinished.append(message)
    return unfinished


def missing(language: str) -> list[str]:
    return [message.id if isinstance(message.id, str) else message.id[0] for message in needing(language)]


def update(language: str) -> bool:
    """Bring one language's file up to date; False when it already was."""
    path, catalog = po_file(language), translated(language)
    born = catalog.creation_date
    catalog.update(extract_all(), no_fuzzy_matching=True)
    catalog.creation_date = born  # else every run would change the file
    draft = io.BytesIO()
    write_po(
        draft, catalog, width=110, sort_by_file=False, sort_output=True, ignore_obsolete=True, include_lineno=False
    )
    if path.exists() and path.read_bytes() == draft.getvalue():
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(draft.getvalue())
    return True


def main() -> int:
    for language in LANGUAGES:
        update(language)
        waiting = missing(language)
        sys.stdout.write(f"{po_file(language).relative_to(ROOT)}: {len(translated(language))} messages, ")
        sys.stdout.write(f"{len(waiting)} without a translation{':' if waiting else '.'}\n")
        sys.stdout.writelines(f"  {message!r}\n" for message in waiting)
    return 0


if __name__ == "__main__":
    sys.exit(main())
