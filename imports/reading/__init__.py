"""From the bytes of a file to a table of text, or one clear sentence saying why not."""

from collections.abc import Callable

from imports.problems import Refused

from .files import kind_of
from .table import Table, tabulate
from .text import read_text
from .workbooks import read_workbook

__all__ = ["Refused", "Table", "read"]


def read(file_name: str, data: bytes, known: Callable[[str], bool]) -> Table:
    """The table in the file. `known` says whether a heading is one we understand: it finds the line of headings.

    Raises Refused with the sentence for the reader.
    """
    what = kind_of(file_name, data)
    sheets = read_text(data, known) if what == "text" else read_workbook(data, what)
    return tabulate(sheets, known)
