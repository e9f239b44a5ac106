"""Finding one person among all whose record the coordinator sees, wherever they stand: on the board, at work, away."""

from urllib.parse import quote

from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import consents, finding
from accounts.models import Consent, User
from accounts.record import seen
from accounts.speech import day
from programs.models import Certification

from .. import policies, queries
from ..models import Placement, Referral
from . import keyset
from .forms import FindForm

SHOWN = 10  # few at once: whoever is shown was looked at, and a name can be said more exactly


def people(said: str, reader, token: str = "") -> keyset.Slice:
    """One page of those meant who share their record with this coordinator, by name."""
    shared = consents.record_shared(reader).filter(user=OuterRef("pk"))
    rows = User.objects.filter(finding.known_by(said), Exists(shared), is_active=True, trainee__isnull=False)
    page = keyset.cut(rows.select_related("trainee__coordinator"), "full_name", token, str, SHOWN)
    for user in page:
        user.trainee.user = user
    page.rows, page.after = [user.trainee for user in page], quote(page.after)
    return page


def stand(people: list, today) -> list:
    """Each with `stands`, a sentence, and where they wait on the board `since`; a fixed few questions for all."""
    ids = [person.pk for person in people]
    jobs, yeses = {}, {}
    current = Placement.objects.current().filter(trainee__in=ids).select_related("employer")
    for job in current.order_by("starts_on", "pk"):
        jobs[job.trainee_id] = job
    # A hire of which nothing more was written down.
    hired = Referral.objects.filter(trainee__in=ids, state=Referral.State.HIRED, placements=None)
    for referral in hired.select_related("opening__organization").order_by("pk"):
        yeses[referral.trainee_id] = referral
    waiting = {person.pk: person for person in queries.certified_not_placed(today).filter(pk__in=ids)}
    agreed = {}
    matched = Consent.objects.filter(purpose=Consent.Purpose.MATCH, user__in=[person.user_id for person in people])
    for user, ended in matched.order_by("given_at", "pk").values_list("user", "withdrawn_at"):
        agreed[user] = agreed.get(user) or ended is None
    certified = set(Certification.objects.valid(today).filter(trainee__in=ids).values_list("trainee", flat=True))
    for person in people:
        row = waiting.get(person.pk)
        person.since = row.since if row else None
        if person.pk in jobs:
            person.stands = _at_work(jobs[person.pk], today)
        elif person.pk in yeses:
            person.stands = _("Hired: %(employer)s.") % {"employer": yeses[person.pk].opening.organization.name}
        elif row:
            person.stands = str(queries.BLOCKS[row.block])
        else:
            person.stands = _away(person, agreed.get(person.user_id), person.pk in certified)
    return queries.with_referrals(people)


def _at_work(job: Placement, today) -> str:
    values = {"employer": job.at, "date": day(job.starts_on)}
    if job.starts_on > today:
        return _("Hired: %(employer)s, starts %(date)s.") % values
    return _("At work: %(employer)s, since %(date)s.") % values


def _away(person, agreed: bool | None, certified: bool) -> str:
    """Why somebody without work is not on the board; `agreed` is None for who was never to be matched."""
    if agreed is None:
        return _("Has not agreed to be matched with openings.")
    if not agreed:
        return _("Stepped back: no longer wants to be matched with openings.")
    if not person.looking:
        return _("Found work, or does not look for any now.")
    if not certified:
        return _("Looks for work; no certificate that counts today.")
    return _("Looks for work.")


@login_required
@require_safe
def person_find(request):
    """Who is meant, by name, email or phone; the page without a question is the field alone."""
    policies.see_board.check(request.user, None)
    form = FindForm(request.GET)
    asked = form.asked()
    page, today = None, timezone.localdate()
    if asked["q"]:
        page = people(asked["q"], request.user, asked["after"])
        seen.note(request.user, [person.user_id for person in page], seen.Purpose.FOUND, at=timezone.now())
        stand(page.rows, today)
    context = {
        "board": "person_find",
        "form": form,
        "asked": asked,
        "page": page,
        "short": 0 < len(asked["q"]) < 2,
        "path": request.path,
        "query": urlencode({"q": asked["q"]}),
        "today": today,
    }
    return render(request, "boards/find.html", context)
