"""What can be wrong with a sheet or a row, as values; whoever reads it gets the sentence in their language."""

from dataclasses import asdict, dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

ERROR, NOTE = "error", "note"


class Refused(Exception):
    """The whole file cannot be taken; the message is the sentence the person reads."""


class Bad(Exception):
    """One value cannot be taken: `code` names the sentence, `params` fill it."""

    def __init__(self, code: str, **params):
        super().__init__(code)
        self.code, self.params = code, params


@dataclass(frozen=True)
class Problem:
    """One thing to say about a row (or, on line 0, about the sheet). An error keeps the row out, a note does not."""

    code: str
    column: str = ""
    value: str = ""
    level: str = ERROR
    params: dict = field(default_factory=dict)

    def __str__(self):
        return sentence(self)

    @property
    def is_error(self) -> bool:
        return self.level == ERROR

    def as_json(self) -> dict:
        return {key: value for key, value in asdict(self).items() if value not in ("", {})}

    @classmethod
    def from_json(cls, data: dict) -> "Problem":
        return cls(**data)


def note(code: str, column: str = "", value: str = "", /, **params) -> Problem:
    return Problem(code, column, value, NOTE, params)


def error(code: str, column: str = "", value: str = "", /, **params) -> Problem:
    """A `value` among the params is the part of the cell that is wrong; the sentence shows it."""
    return Problem(code, column, value, ERROR, params)


# Each says what is wrong and what to do. Rooms add their own with `say()`.
SENTENCES: dict[str, Promise] = {
    "needed": _("This is missing. Fill it in, or leave the row out."),
    "too_long": _("This is longer than %(limit)s characters. Shorten it."),
    "too_many_cells": _(
        "This line has more cells than the sheet has columns, so its values may stand in the wrong column. "
        "Look for a comma inside a text, or an extra cell at the end."
    ),
    "ssn": _(
        "This looks like a Social Security number. We never take or keep one, so it was not stored. "
        "Please delete it from the sheet, for the person's safety, and bring the sheet in again."
    ),
    "broken_letters": _("A letter in this was lost before the sheet came here (it shows as �). Type it again."),
    "broken_letters_kept": _("A letter in this was lost before the sheet came here (it shows as �). It was kept so."),
    "date": _("“%(value)s” cannot be read as a date. Write it like 2026-03-05 or 3/5/2026."),
    "date_impossible": _("“%(value)s” is not a day of the calendar. Look at it again and write it like 2026-03-05."),
    "date_unclear": _("“%(value)s” can be more than one date. Write it like 2026-03-05."),
    "date_day_first": _(
        "“%(value)s” was read as %(read)s, because other dates of this column can only have the day first. "
        "Write it like 2026-03-05 if that is wrong."
    ),
    "not_records": _("These lines hold totals or remarks and were passed over: %(lines)s."),
    "date_far": _("“%(value)s” is too far from today to be right. Look at the year."),
    "zip": _("“%(value)s” is not a US ZIP code. Write its five digits, for example 92335."),
    "zip_unknown": _("There is no ZIP code %(value)s in our table. Look at its digits."),
    "zip_repaired": _("The ZIP code had lost its leading zero: “%(value)s” was read as %(read)s."),
    "email": _("“%(value)s” is not an email address. Look for spaces, a missing @ or two addresses in one cell."),
    "phone": _("“%(value)s” is not a telephone number. Write one number of ten digits, for example (909) 555-0123."),
    "number": _("“%(value)s” is not a number. Write digits only."),
    "number_range": _("“%(value)s” should be between %(low)s and %(high)s."),
    "money": _("“%(value)s” cannot be read as pay. Write a figure such as 24.50."),
    "money_order": _("The lower pay, %(low)s, is above the higher one, %(high)s. Look at both."),
    "money_unlikely": _(
        "%(value)s comes to %(hourly)s an hour, which cannot be right. Look at the figure and its period."
    ),
    "money_period": _("“%(value)s” is not a pay period we know. Write hour, day, week, month or year."),
    "money_no_period": _("It is not said whether %(value)s is by the hour or by the year. Fill in the pay period."),
    "yes_no": _("“%(value)s” is neither yes nor no. Write yes or no."),
    "choice": _("“%(value)s” is not one of the words known here: %(known)s."),
    "web": _("“%(value)s” is not a web address."),
    "left_out": _("“%(value)s” could not be read and was left out."),
    "twice_in_sheet": _("This says the same as line %(line)s and was counted once."),
    "column_ignored": _("These columns are not known here and were not read: %(columns)s."),
    "column_unneeded": _("These columns say the same as others or are empty, and were not read: %(columns)s."),
    "column_never": _(
        "These columns hold what this site never takes from a sheet: %(columns)s. They were neither read nor kept; the "
        "rest of each row comes in."
    ),
    "sheet_read": _("The sheet “%(sheet)s” was read. The file has others: %(others)s."),
    "lines_above": _("The headings were found on line %(line)s; what stands above was not read."),
    "headings_on_two": _("The headings stand on two lines, %(upper)s and %(lower)s, and were read together."),
    "encoding": _("The letters were read as %(encoding)s."),
}


# How fields are called in sentences that name them.
FIELDS: dict[str, Promise] = {}


def say_fields(**fields: Promise) -> None:
    """Add a room's own words for the fields that its sentences name as `fields`."""
    FIELDS.update(fields)


def say(**sentences: Promise) -> None:
    """Add a room's own sentences."""
    SENTENCES.update(sentences)


def sentence(problem: Problem) -> str:
    """The sentence in the reader's language."""
    params = {"value": problem.value, **{key: _shown(value) for key, value in problem.params.items()}}
    if "fields" in problem.params:
        params["fields"] = _shown([FIELDS.get(name, name) for name in problem.params["fields"]])
    said = str(SENTENCES[problem.code]) % params
    if problem.params.get("left_out"):
        return gettext("%(sentence)s It was left out; the rest of the row comes in.") % {"sentence": said}
    return said


def gathered(pairs: list[tuple[int, Problem]], alike: int = 3) -> list[tuple[int, Problem, str]]:
    """Problems by line, errors first. Of remarks that say the same about many lines, the first few are shown.

    Each is (line, problem, a sentence about how many more are alike, or "").
    """
    errors = sorted((pair for pair in pairs if pair[1].is_error), key=lambda pair: pair[0])
    groups: dict[tuple, list[tuple[int, Problem]]] = {}
    for line, problem in pairs:
        if not problem.is_error:
            groups.setdefault((problem.code, problem.column), []).append((line, problem))
    shown = [(line, problem, "") for line, problem in errors]
    for group in groups.values():
        group.sort(key=lambda pair: pair[0])
        more = len(group) - alike
        for at, (line, problem) in enumerate(group[:alike]):
            last = at == alike - 1 and more > 0
            shown.append((line, problem, _more(more) if last else ""))
    return shown


def _more(count: int) -> str:
    return ngettext("%(n)s more line is like this one.", "%(n)s more lines are like this one.", count) % {"n": count}


def _shown(value):
    return ", ".join(str(part) for part in value) if isinstance(value, list) else value
