"""Excel and OpenDocument files, opened in a process of their own.

The library that opens them is native code on bytes from a stranger: what makes it eat the memory or stop dead must not
stop the site. The child has two gigabytes, twenty seconds, and no database.
"""

import json
import subprocess
import sys
from pathlib import Path

from django.utils.translation import gettext as _

from imports.problems import Refused

from .files import damaged, locked, too_large_inside, too_long, too_wide

_CHILD = Path(__file__).with_name("workbook_child.py")
SECONDS = 60
_SAID = {
    "locked": locked,
    "damaged": damaged,
    "large": too_large_inside,
    "wide": too_wide,
    "long": too_long,
}


def read_workbook(data: bytes, what: str) -> list[tuple[str, list[tuple[int, list[str]]], str]]:
    """The sheets that are not empty: (name, lines with their numbers, ""). Raises Refused."""
    from django.conf import settings

    limits = [str(settings.IMPORT_MAX_ROWS + 20), str(settings.IMPORT_MAX_COLUMNS)]
    try:
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-I", str(_CHILD), *limits], input=data, capture_output=True, timeout=SECONDS, check=False
        )
        answer = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        raise Refused(too_large_inside()) from None
    except ValueError:  # it died without an answer
        raise Refused(damaged()) from None
    if "refused" in answer:
        raise Refused(_SAID[answer["refused"]]())
    sheets = [(name, [(line, cells) for line, cells in lines], "") for name, lines in answer["sheets"] if lines]
    if not sheets:
        raise Refused(_("Every sheet of the file is empty. Look whether you chose the right one."))
    return sheets
