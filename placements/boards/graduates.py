"""Where a provider's graduates are, by class: how many got how far. Numbers of few people are not told apart."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.decorators import login_required
from django.db import connection
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.models import Organization
from accounts.policies import Denied, organizations_of
from accounts.record import seen
from programs.models import Certification, Enrollment, Program

from ..measures import small
from ..models import Referral
from . import keyset
from .showing import show

CLASSES = 36  # the latest; older ones are in the measures
STEPS = ("completed", "certified", "asked", "yes", "interview", "hired", "retained")
# What is the provider's own record; what comes after belongs to the person and is counted only.
OWN = 2
NAMES = {
    "completed": gettext_lazy("Completed"),
    "certified": gettext_lazy("Certified"),
    "asked": gettext_lazy("Asked about an opening"),
    "yes": gettext_lazy("Said yes"),
    "interview": gettext_lazy("Interview"),
    "hired": gettext_lazy("Hired"),
    "retained": gettext_lazy("Still there after 30 days"),
}


@dataclass
class Class:
    """Who completed one program in one month, and how many of them got how far."""

    program: Program | None
    month: date
    counts: list[int]
    shown: list[int | None] = None


# Whoever reached a later step has reached every earlier one.
_COUNTS = """
    WITH graduate AS (
        SELECT DISTINCT ON (trainee_id, program_id) trainee_id, program_id, date_trunc('month', completed_on)::date AS m
          FROM programs_enrollment WHERE provider_id = ANY (%s) AND completed_on IS NOT NULL
         ORDER BY trainee_id, program_id, completed_on
    ), answer AS (
        SELECT trainee_id, bool_or(r.state = ANY (%s)) AS yes, bool_or(r.state = ANY (%s)) AS interview
          FROM placements_referral r WHERE trainee_id IN (SELECT trainee_id FROM graduate) GROUP BY 1
    ), job AS (
        SELECT j.trainee_id, bool_or(coalesce(c.state = 'retained', false)) AS retained
          FROM placements_placement j LEFT JOIN placements_checkin c ON c.placement_id = j.id
         WHERE j.end_reason <> 'mistake' AND j.trainee_id IN (SELECT trainee_id FROM graduate) GROUP BY 1
    ), got AS (
        SELECT g.program_id, g.m, coalesce(j.retained, false) AS retained, j.trainee_id IS NOT NULL AS hired,
               coalesce(a.interview, false) AS interview, coalesce(a.yes, false) AS yes,
               EXISTS (SELECT FROM matching_match k WHERE k.trainee_id = g.trainee_id
                        AND k.trainee_told_at IS NOT NULL) AS asked,
               EXISTS (SELECT FROM programs_certification c WHERE c.trainee_id = g.trainee_id
                        AND c.state IN ('verified', 'expired')) AS certified
          FROM graduate g LEFT JOIN answer a USING (trainee_id) LEFT JOIN job j USING (trainee_id)
    )
    SELECT program_id, m, count(*), count(*) FILTER (WHERE certified OR asked OR yes OR interview OR hired),
           count(*) FILTER (WHERE asked OR yes OR interview OR hired),
           count(*) FILTER (WHERE yes OR interview OR hired),
           count(*) FILTER (WHERE interview OR hired), count(*) FILTER (WHERE hired), count(*) FILTER (WHERE retained)
      FROM got GROUP BY 1, 2 ORDER BY m DESC, program_id LIMIT %s
"""


def classes(organizations) -> list[Class]:
    """The latest classes of these providers, each with how many got how far."""
    met = ["interview", "trial", "offer", "hired"]
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, [[o.pk for o in organizations], list(Referral.SAID_YES), met, CLASSES])
        rows = cursor.fetchall()
    programs = Program.objects.in_bulk({row[0] for row in rows if row[0]})
    return [Class(programs.get(program), month, counts) for program, month, *counts in rows]


def shield(found: list[Class]) -> list[int | None]:
    """Hide what is too few: the provider's own record is shown, of what follows nothing points at somebody.

    Returns the sums over all the classes, hidden where they would tell.
    """
    total = [sum(one.counts[at] for one in found) for at in range(len(STEPS))]
    lines, sums = small.hide([one.counts[OWN:] for one in found], total[OWN:])
    for one, line in zip(found, lines, strict=True):
        one.shown = one.counts[:OWN] + [n if n is None else small.rounded(n) for n in line]
    return total[:OWN] + [n if n is None else small.rounded(n) for n in sums]


def _providers(request):
    organizations = organizations_of(request.user, *Organization.TRAINS)
    if not organizations:
        raise Denied(_("This page is for people of training providers."))
    return organizations


@login_required
@require_safe
def graduates(request):
    """How far the graduates of each class got, and of all the classes together."""
    found = classes(_providers(request))
    total = shield(found)
    names = [NAMES[step] for step in STEPS]
    for one in found:
        one.steps = list(zip(names, one.shown, strict=True))
        one.hidden = [name for name, n in one.steps if n is None]
    live = {
        "classes": found,
        "names": names,
        "total": list(zip(names, total, strict=True)),
        "widest": max([n for n in total if n] or [1]),
        "most": CLASSES,
        "path": request.path,
    }
    return show(request, "boards/graduates.html", "boards/_graduates.html", live, lambda: {"board": "graduates"})


@login_required
@require_safe
def graduate_list(request, year: int, month: int, program=None):
    """Who completed one program in one month: names and certificates, the provider's own record. No answer, no hire."""
    organizations = _providers(request)
    try:
        first = date(year, month, 1)
    except ValueError:
        raise Http404 from None
    rows = Enrollment.objects.filter(provider__in=organizations, completed_on__year=year, completed_on__month=month)
    rows = rows.filter(program__public_id=program) if program else rows.filter(program=None)
    page = keyset.cut(rows.select_related("trainee__user", "program"), "given_name", request.GET.get("after", ""), str)
    if not page.rows and page.first:
        raise Http404
    papers = defaultdict(list)
    theirs = Certification.objects.filter(trainee__in=[row.trainee_id for row in page]).of_providers(organizations)
    for paper in theirs.select_related("credential").order_by("pk"):
        papers[paper.trainee_id].append(paper)
    for row in page:
        row.papers = papers[row.trainee_id]
    seen.note(request.user, [row.trainee.user_id for row in page], seen.Purpose.GRADUATE, at=timezone.now())
    context = {"page": page, "month": first, "program": page.rows[0].program if page.rows else None}
    return render(request, "boards/graduate_list.html", context | {"path": request.path, "query": ""})
