"""People who come in by a sheet: each story has its own, so that no story leans on another."""

from dataclasses import replace
from datetime import date, timedelta

from pipeline.demo.sheets import NEWCOMER, Line, as_csv

from .reader import Reader

LANGUAGES = {"en": "English", "es": "Spanish"}


def welder(names: dict[str, str], number: int, language: str) -> list[Line]:
    """Two lines about one person who passes every gate of Elliot's opening for a welder.

    Each language has a person of its own; `number`, of four digits and even, is nobody else's.
    """
    name, number = names[language], number + (language == "es")
    given = "".join(letter for letter in name.lower() if letter.isalpha())
    person = replace(
        NEWCOMER,
        number=f"IT-{number}",
        name=name,
        email=f"{given}@throughline.example",
        phone=f"(909) 555-{number}",
        language=LANGUAGES[language],
    )
    today = date.today()  # noqa: DTZ011
    return [
        replace(person, issued=today - timedelta(days=4)),
        replace(person, credential="OSHA 10", issued=today - timedelta(days=20)),
    ]


def upload(reader: Reader, name: str, content: bytes) -> None:
    """Hand a sheet of completers over; what follows is the preview, or the form with a sentence."""
    reader.open("/imports/new/completers/")
    file = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    reader.page.set_input_files("input[name=file]", file)
    reader.tap("form:has(input[name=file]) button")


def bring_in(reader: Reader, lines: list[Line]) -> None:
    """Upload the lines, look at the preview and bring them in."""
    upload(reader, "completers.csv", as_csv(lines))
    reader.tap("button[name=do][value=all]")
    assert reader.page.locator(".tl-messages .usa-alert--success").count(), reader.text
