"""The table of a sheet: its headings, its lines, and what must not be kept taken out before anything else sees it."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from django.conf import settings
from django.utils.translation import gettext as _

from imports.problems import Problem, Refused, note
from imports.values import contacts, text

from .headings import are_groups, are_second, joined

# Columns whose content this site never takes from a spreadsheet, whatever is in them (compared by `text.plain`).
NEVER = re.compile(
    # A heading that names that number in any way: "SSN required", "Full SSN or ITIN", "SS No".
    r"(?:.* )?(?:ssns?|s s n|ss (?:n|no|nos|num|nums|number|numbers|nbr|nmbr|numero|numeros)|nss|itin|tax ?id"
    r"|taxpayer id|soc(?:ial)? sec(?:urity)?|social insurance n\w+|seguro soc(?:ial)?)(?: .*)?|"
    r"(?:.* )?(?:social|numero de seguro|"
    r"(?:date of )?birth ?date|birth(?:day)?|date of birth|dob|dob .*|age|edad|fecha (?:de )?nac(?:imiento)?|"
    r"citizen(?:ship)?(?: status)?|immigration(?: status)?|visa(?: status| type)?|work authorization|ciudadania|"
    r"estatus migratorio|alien (?:reg(?:istration)?|(?:reg(?:istration)? )?(?:number|no|num))|a number|convictions?|"
    r"felon(?:y|ies)?|felony .*|criminal (?:record|history|background)|arrests?|"
    r"antecedentes(?: penales)?|justice involved|race|ethnicity|ethnic (?:group|code|origin)|race ethnicity|"
    r"hispanic(?: latino)?|raza|etnia|"
    r"gender(?: identity)?|sex|sexo|genero|pronouns|disab(?:led|ility)(?: status)?|discapacidad|veteran(?: status)?|"
    r"religion|marital status|sexual orientation)(?: last (?:4|four).*)?"
)
# The same number in one word without capitals, which nothing divides: "participantssn", "socialsecuritynumber",
# "ssnumber". "Classnumber" is none.
_IN_ONE_WORD = re.compile(
    r"\w*ssn(?:s|n?o|num|nbr|number|numero|itin|last\w*|full|\d+)?|ssnumbers?|\w*(?:soc(?:ial)?sec|segurosoc)\w*"
    r"|itin(?:no|num|number)|taxid\w*|taxpayerid\w*|dateofbirth|fecha(?:de)?nac(?:imiento)?"
)
_NOT_THAT = re.compile(r"(?:cla|busine|acce|proce|addre|pa|le|expre|wellne|fitne|illne|a)ssn\w*")
# "ParticipantSSN" -> "Participant SSN", "SSN1" -> "SSN 1".
_WORDS_JOINED = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[A-Za-z])(?=\d)")
_NINE_DIGITS = re.compile(r"\D*(?:\d\D*){9}")
_TITLE_LINES = 20
# The first words of a line that is no record: what reports print between and below their lines.
_TOTAL = re.compile(
    r"(?:grand |sub ?)?total(?:es)?(?: (?:general|count|of|de|number|programs?|completers|records?|students"
    r"|participants|rows|openings|jobs|people|personas|registros).*)?(?: \d+)*"
)
_REMARK = re.compile(
    r"(?:prepared|printed|generated|exported|report(?:ed)? (?:run|date|generated)|run date|page \d+|source"
    r"|end of (?:report|list|file)|elaborado|impreso|fuente|pagina \d+)\b.*"
)


@dataclass
class Table:
    """Headings and lines of one sheet, all text. `problems` are what to say of the sheet as a whole."""

    header: list[str]
    rows: list[tuple[int, list[str]]]
    problems: list[Problem] = field(default_factory=list)
    # Lines in which something like a Social Security number stood, and under which heading. The number itself is gone.
    ssn: dict[int, str] = field(default_factory=dict)

    def as_json(self) -> dict:
        return {
            "header": self.header,
            "rows": self.rows,
            "problems": [problem.as_json() for problem in self.problems],
            "ssn": self.ssn,
        }

    @classmethod
    def from_json(cls, data: dict) -> "Table":
        return cls(
            data["header"],
            [(line, cells) for line, cells in data["rows"]],
            [Problem.from_json(problem) for problem in data["problems"]],
            {int(line): heading for line, heading in data["ssn"].items()},
        )


def tabulate(sheets, known: Callable[[str], bool]) -> Table:
    """The first sheet whose headings we understand, else the first that is not empty."""
    found = [(name, lines, encoding, *_header(lines, known)) for name, lines, encoding in sheets if lines]
    if not found:
        raise Refused(_("The file is empty. Look whether you chose the right one."))
    best = max(found, key=lambda sheet: (sheet[4] >= 2, sheet[4] if sheet[4] >= 2 else 0))
    name, lines, encoding, at, score = best
    header, body = [text.line(cell) for cell in lines[at][1]], lines[at + 1 :]
    if not score and any(map(_is_of_a_record, header)):
        raise Refused(_no_headings() % {"line": lines[at][0]})
    problems = []
    if body and are_second(lines[at][1], body[0][1], known):
        problems.append(note("headings_on_two", upper=lines[at][0], lower=body[0][0]))
        header, body = joined(lines[at][1], body[0][1], known, _is_never), body[1:]
    elif at and are_groups(lines[at - 1][1], header):
        together = joined(lines[at - 1][1], lines[at][1], known, _is_never)
        if together != header:
            at -= 1
            problems.append(note("headings_on_two", upper=lines[at][0], lower=lines[at + 1][0]))
            header = together
    if not body:
        raise Refused(_("The sheet has headings and nothing below them. Add a line for each record."))
    if len(body) > settings.IMPORT_MAX_ROWS:
        from .files import too_long

        raise Refused(too_long())
    if len(found) > 1:
        others = [contacts.hide_ssn(other[0]) for other in found if other[0] != name]
        problems.append(note("sheet_read", sheet=contacts.hide_ssn(name), others=others))
    if at:
        problems.append(note("lines_above", line=lines[at][0]))
    if encoding:
        problems.append(note("encoding", encoding=encoding))
    records = [(line, _clean(cells)) for line, cells in body if not _is_no_record(cells, len(header))]
    if passed := sorted({line for line, _cells in body} - {line for line, _cells in records}):
        problems.append(note("not_records", lines=passed))
    table = Table(header, records, problems)
    return _without_what_is_never_kept(table)


_A_DAY = re.compile(r"\d{1,4}([-/.])\d{1,2}\1\d{1,4}")
_A_NUMBER = re.compile(r"\+?1?\D{0,3}\d{3}\D{0,3}\d{3}\D{0,2}\d{4}")


def _is_of_a_record(cell: str) -> bool:
    """An address, a telephone number or a day stands in no heading."""
    return bool(re.fullmatch(r"\S+@\S+\.\w+", cell) or _A_DAY.fullmatch(cell) or _A_NUMBER.fullmatch(cell))


def _no_headings():
    return _(
        "The sheet has no headings: line %(line)s is a record already. Write the names of the columns on a line above "
        "it, such as Name, Email, Certificate, Issued. The empty sheet on this page shows them all."
    )


def _header(lines, known) -> tuple[int, int]:
    """Where the headings stand (titles and notes may stand above them), and how many of them are understood."""
    start = lines[:_TITLE_LINES]
    scores = [len({text.plain(cell) for cell in cells if cell.strip() and known(cell)}) for _line, cells in start]
    best = max(range(len(start)), key=lambda i: (scores[i], -i))
    if scores[best] >= 2:
        return best, scores[best]
    # Not understood: the first line at least as full as most, since titles stand alone in their line.
    widths = [sum(1 for cell in cells if cell.strip()) for _line, cells in start]
    full = max(widths)
    return next(i for i, width in enumerate(widths) if width * 2 > full), scores[best]


def _is_no_record(cells: list[str], width: int) -> bool:
    """A total, or a remark alone in its line. Whatever else looks odd is judged like any line."""
    filled = [text.plain(cell) for cell in cells if cell.strip()]
    if not filled or width < 3:
        return False
    return bool((_TOTAL.fullmatch(filled[0]) and len(filled) * 2 <= width)
                or (len(filled) == 1 and _REMARK.fullmatch(filled[0])))  # fmt: skip


def _clean(cells: list[str]) -> list[str]:
    return [cell.strip("\ufeff \t\r\n\u00a0") for cell in cells]


def _without_what_is_never_kept(table: Table) -> Table:
    """Columns of `NEVER` go unread, whatever stands in them, and their rows stay. Such a number anywhere else keeps its
    row out, and is gone, too."""
    never = [
        i
        for i, heading in enumerate(table.header)
        if _is_never(heading) or _may_be(heading, (cells[i] for _line, cells in table.rows if i < len(cells)))
    ]
    # In a sheet without headings its first line stands here.
    table.header = [contacts.hide_ssn(heading) for heading in table.header]
    headings = dict(enumerate(table.header))
    rows = []
    for line, cells in table.rows:
        for i, cell in enumerate(cells):
            if i not in never and contacts.has_ssn(cell):
                table.ssn[line] = headings.get(i, "")
        kept = [contacts.hide_ssn(cell) for i, cell in enumerate(cells) if i not in never]
        if line in table.ssn or any(cell.strip() for cell in kept):
            rows.append((line, kept))
    table.rows = rows
    if never:
        table.problems.append(note("column_never", columns=[headings[i] for i in never]))
        table.header = [heading for i, heading in headings.items() if i not in never]
    return table


def _is_never(heading: str) -> bool:
    """Whether the heading names something that is never kept, however its words are put together."""
    said = {text.plain(heading), text.plain(_WORDS_JOINED.sub(" ", heading))}
    words = {word for each in said for word in each.split()}
    return any(map(NEVER.fullmatch, said)) or any(
        _IN_ONE_WORD.fullmatch(word) and not _NOT_THAT.fullmatch(word) for word in words
    )


def _may_be(heading: str, cells) -> bool:
    """ "SS" alone can be anything, unless there are nine digits below it."""
    return text.plain(heading) == "ss" and ("#" in heading or any(map(_NINE_DIGITS.fullmatch, cells)))
