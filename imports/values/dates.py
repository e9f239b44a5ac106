"""Dates in many spellings. A day is never guessed: what can be two dates is asked back."""

import re
from datetime import date, timedelta

from imports.problems import Bad

from .text import plain

# Month names by their first three letters, English and Spanish.
_MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11,
    "dec": 12, "ene": 1, "abr": 4, "ago": 8, "set": 9, "dic": 12,
}  # fmt: skip
_WORDS = """
    january february march april may june july august september october november december sept
    enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre diciembre
    """
_KNOWN = {*_WORDS.split(), *_MONTHS}
_DAYS = """
    monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun
    lunes martes miercoles jueves viernes sabado domingo
    """
_PASSED_OVER = {*_DAYS.split(), "de", "del", "of", "the", "el", "st", "nd", "rd", "th"}
_NUMERIC = re.compile(r"(\d{1,4})\s*([-/.])\s*(\d{1,2})\s*\2\s*(\d{1,4})")
_CLOCK = re.compile(r"[T\s]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?\s*(am|pm|a\.m\.|p\.m\.)?\s*(z|utc|[+-]\d{2}:?\d{2})?$", re.I)
LONGEST = 80  # a date with its weekday and clock, in any spelling
_EXCEL_ZERO = date(1899, 12, 30)
# Spreadsheet day numbers of 1955 to 2064: beyond them a bare number is no date of ours.
_EXCEL_DAYS = range(20_000, 60_000)


def parse(text: str) -> date:
    """The date that `text` says. Raises Bad with `date`, `date_impossible`, `date_unclear` or `date_far`."""
    text = text.strip().strip(".")
    if len(text) > LONGEST:
        raise Bad("date")
    clock = _CLOCK.search(text)
    bare = text[: clock.start()].strip() if clock else text
    found = _numeric(bare) or _digits(bare) or _spelled(bare)
    if found is None:
        raise Bad("date")
    if not 1950 <= found.year <= 2100:
        raise Bad("date_far")
    return found


_NEVER = {
    "never", "never expires", "does not expire", "doesnt expire", "no expiration", "no expiration date", "no exp",
    "non expiring", "no expiry", "lifetime", "for life", "indefinite", "permanent", "no vence", "no caduca", "nunca",
    "sin vencimiento", "permanente", "de por vida",
}  # fmt: skip


def until(text: str) -> date | None:
    """As `parse`, for a last day: "no expiration" says that there is none."""
    return None if plain(text) in _NEVER else parse(text)


_OPEN_ENDED = {"until filled", "open until filled", "continuous", "ongoing", "open", "hasta cubrir", "abierto"}


def closing(text: str) -> date | None:
    """As `parse`, for the last day of an announcement: "until filled" says that there is none."""
    return None if plain(text) in _OPEN_ENDED else parse(text)


def _numeric(text: str) -> date | None:
    if re.fullmatch(r"\d{4}\s*[-/.]\s*\d{1,2}|\d{1,2}\s*[-/]\s*\d{4}", text):  # which day is not said
        raise Bad("date_unclear")
    found = _NUMERIC.fullmatch(text)
    if not found:
        return None
    first, middle, last = found.group(1), found.group(3), found.group(4)
    if len(first) == 4:
        return _day(int(first), int(middle), int(last))
    if len(first) > 2 or len(last) not in (2, 4):
        raise Bad("date_unclear")
    year = int(last) if len(last) == 4 else _century(int(last))
    one, two = int(first), int(middle)
    # United States order; the other way round only where it is the only possible one.
    if one > 12 >= two:
        one, two = two, one
    return _day(year, one, two)


def order(text: str) -> str | None:
    """Which comes first in a date such as 15/09/2026: "day" or "month" where only one is possible, else None."""
    found = _short(text)
    if found is None:
        return None
    one, two = int(found.group(1)), int(found.group(3))
    return "day" if one > 12 >= two else "month" if two > 12 >= one else None


def with_the_day_first(text: str) -> str:
    """ "12/9/2026" -> "2026-09-12"; "" for a date that says its order itself, or that is no such date."""
    found = _short(text)
    if found is None or int(found.group(1)) == int(found.group(3)):
        return ""
    year = int(found.group(4))
    try:
        return date(year if year > 99 else _century(year), int(found.group(3)), int(found.group(1))).isoformat()
    except ValueError:
        return ""


def _short(text: str) -> re.Match | None:
    """A date in three numbers with the year last."""
    clock = _CLOCK.search(text.strip())
    bare = text.strip()[: clock.start()].strip() if clock else text.strip()
    found = _NUMERIC.fullmatch(bare)
    return found if found and len(found.group(1)) <= 2 and len(found.group(4)) in (2, 4) else None


def _digits(text: str) -> date | None:
    number = re.fullmatch(r"(\d+)(\.\d+)?", text)
    if not number:
        return None
    whole = number.group(1)
    if len(whole) == 8:
        year_first, year_last = int(whole[:4]), int(whole[4:])
        if 1950 <= year_first <= 2100 and 1 <= int(whole[4:6]) <= 12:
            return _day(year_first, int(whole[4:6]), int(whole[6:]))
        return _day(year_last, int(whole[:2]), int(whole[2:4]))
    if int(whole) in _EXCEL_DAYS:
        return _EXCEL_ZERO + timedelta(days=int(whole))
    return None


def _spelled(text: str) -> date | None:
    """ "March 5, 2026", "5 Mar 2026", "5-mar-26", "5 de marzo de 2026", "Thu, Mar 5th 2026"."""
    words = re.findall(r"\d+|[a-z]+", plain(text))
    words = [w for w in words if w not in _PASSED_OVER]
    months = [w for w in words if w in _KNOWN]
    numbers = [w for w in words if w.isdigit()]
    if len(months) != 1 or len(words) != 1 + len(numbers) or not numbers:
        return None
    month = _MONTHS[months[0][:3]]
    if len(numbers) == 1:  # a month and a year: which day is not said
        raise Bad("date_unclear")
    if len(numbers) > 2:
        return None
    day, year = numbers if len(numbers[0]) <= 2 else reversed(numbers)
    return _day(int(year) if len(year) == 4 else _century(int(year)), month, int(day))


def _century(two: int) -> int:
    return 2000 + two if two < 70 else 1900 + two


def _day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except (ValueError, OverflowError):
        raise Bad("date_impossible") from None
