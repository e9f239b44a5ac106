"""How long a credential holds: one of six kinds (docs/domain: none, fixed term, employer-bound, yearly refresher,
continuity, hours and continuing education). Pure: no clock, no database.

Whatever the kind, a date printed on the certificate counts before one that is computed.
"""

import calendar
from datetime import date

ENDLESS = "none"


def add_months(day: date, months: int) -> date:
    """The same day `months` later; the last of the month where that day does not exist (31 January + 1 month)."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def expires_on(credential, issued_on: date, printed: date | None = None) -> date | None:
    """The last day on which the certificate is valid, or None when it does not end.

    A fixed term, a refresher, a continuity period and an hours-and-education term all run from the issue date to the
    same day `term_months` later: renewing makes a new certification with its own dates. An employer-bound evaluation
    ends the same way; that it holds only at its employer is matching's to judge.
    """
    if printed is not None:
        return printed
    if credential.validity == ENDLESS or not credential.term_months:
        return None
    return add_months(issued_on, credential.term_months)
