"""The board as a sheet: the people its filters leave, with the columns it shows and no other."""

import csv

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.record import seen
from accounts.stepup import recent
from imports.values.text import neutralise
from ledger.log import record
from matching import reasons

from .. import policies, queries
from . import rows
from .forms import PeopleForm


@login_required
@recent
@require_POST
def board_sheet(request):
    """The list as it stands, which is written down of each person in it, and asks who is there."""
    policies.see_board.check(request.user, None)
    now, asked = timezone.now(), PeopleForm(request.POST).asked() | {"after": ""}
    today, most = timezone.localdate(now), settings.PEOPLE_SEEN_A_DAY
    page = rows.people(asked, request.user, today, size=most)
    if page.after:
        words = _("There are more than %(n)s people in this list, and an account may open no more in a day. Narrow it.")
        messages.error(request, words % {"n": f"{most:,}"})
        filters = {name: value for name, value in asked.items() if value}
        return redirect(f"{reverse('board')}?{urlencode(filters)}")
    seen.note(request.user, [person.user_id for person in page], seen.Purpose.EXPORT, at=now)
    with transaction.atomic():
        record("board.exported", request.user, by=request.user, at=now, people=len(page.rows))
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="not-placed-{today}.csv"'
    answer.write("\ufeff")  # so that spreadsheets read the accents
    sheet = csv.writer(answer)
    for line in _lines(page, today):
        sheet.writerow([neutralise(str(value)) for value in line])
    return answer


def _lines(page, today):
    yield [_("Person"), _("ZIP code"), _("County"), _("Days waiting"), _("What blocks"), _("About"), _("Next step"),
           _("Due by")]  # fmt: skip
    names = reasons.Names()
    for person in page:
        about, referral = "", person.referral
        if person.block == "hirer" and referral:
            about = f"{referral.opening.name}, {referral.opening.organization.name}"
        elif person.block == "near":
            about = ", ".join(sorted(names.credential(key) for key in person.missing))
        yield [
            person.user.full_name,
            person.zip,
            person.county,
            (today - person.since).days,
            queries.BLOCKS[person.block],
            about,
            person.owner.full_name if person.owner else "",
            referral.due_on.isoformat() if referral else "",  # sorted by a spreadsheet in any language
        ]
