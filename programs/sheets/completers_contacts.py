"""Email and phone of a completers sheet, where each stands in the other's column."""

import re

from imports.mapping import Parsed
from imports.problems import Bad
from imports.values import contacts

# A column of contacts, the other one, how that one is read, and what is said of what stands in the wrong one.
_CONTACTS = (
    ("email", "phone", contacts.phone, "email_is_phone", "email_is_other_phone"),
    ("phone", "email", contacts.email, "phone_is_email", "phone_is_other_email"),
)


def as_meant(row: Parsed) -> None:
    """A telephone number in the column for email is one, and the other way round, unless the row says another."""
    for column, other, read, moved, twice in _CONTACTS:
        wrong = [p for p in row.problems if p.column == column and p.code == column and p.is_error]
        cell = row.raw.get(column, "")
        # Fewer than ten digits may be a date or a number of their own.
        if not wrong or (column == "email" and not re.fullmatch(r"(?:[ ().+/-]*\d){10,15}[ .]*", cell)):
            continue
        try:
            value = read(cell)
        except Bad:
            continue
        row.problems.remove(wrong[0])
        if row.values.get(other) in (None, "", value):
            row.values[other] = value
            row.remark(moved, column)
        else:
            row.refuse(twice, column)
