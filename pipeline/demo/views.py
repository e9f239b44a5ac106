"""The pages of the demo. While DEMO is off every one of them is a 404."""

from functools import wraps
from urllib.parse import urlsplit

from allauth.account.internal.flows.login import record_authentication
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.forms import ProfileForm
from accounts.models import User
from pipeline.cast import BY_KEY
from programs.models import Certification, Occupation

from . import mailbox as post
from . import sheets, walk
from .roles import NEWCOMER_KEY


def only_in_the_demo(view):
    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not settings.DEMO:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@only_in_the_demo
@require_safe
@never_cache
def demo(request):
    """The walk: five steps, each with the way to the real page."""
    board = reverse("board") + "?q=" + sheets.NEWCOMER.name.split()[0]
    context = {"walk": walk.look(), "cast": BY_KEY, "newcomer": sheets.NEWCOMER, "board_path": board}
    return render(request, "demo/walk.html", context)


@only_in_the_demo
@require_safe
@never_cache
def status(request):
    """The counts alone, for the page that watches them; 204 while they are as it knows them."""
    standing = walk.look()
    if request.GET.get("seen") == standing.counts.seen:
        return HttpResponse(status=204)
    if standing.settled:  # the steps moved on: show the page anew
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "demo/_counts.html", {"walk": standing})


@only_in_the_demo
@require_POST
def sign_in(request):
    """One tap: the visitor is this member of the cast from now on, at the page the button named."""
    key = request.POST.get("key", "")
    if key == NEWCOMER_KEY:
        person = walk.newcomer()
        if person is None:
            messages.info(request, _("Upload the sample sheet first: this person comes in with it."))
            return redirect("demo")
    elif key in BY_KEY:
        person = User.objects.filter(email=BY_KEY[key].email, is_active=True).first()
        if person is None:
            messages.error(request, _("The examples are not loaded here, so there is nobody to sign in as."))
            return redirect("home")
    else:
        raise Http404
    language, secret = get_language(), request.META.get("CSRF_COOKIE")
    login(request, person, backend=settings.AUTHENTICATION_BACKENDS[0])
    # While DEMO is on the tap is the second step, too (accounts/factors.py).
    record_authentication(request, person, method="demo", reauthenticated=True)
    UserSession.objects.create_from_request(request)
    if secret:  # signing in changes it; kept, so that the walk in another tab can still press its buttons
        request.META["CSRF_COOKIE"] = secret
    ahead = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(ahead, {request.get_host()}, require_https=request.is_secure()):
        ahead = reverse("start")
    response = redirect(ahead)
    if request.POST.get("stay"):  # on the walk the pages stay in the visitor's language, whoever they are
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, samesite="Lax", httponly=True)
    return response


@only_in_the_demo
@require_safe
@never_cache
def sheet(request, name, kind):
    """A sample sheet, made now, so that its dates are always good."""
    person = walk.newcomer()
    # The day of the walk: the same sheet taken again says the same, and brings in nothing new.
    today = timezone.localdate(person.date_joined) if person else timezone.localdate()
    lines = sheets.completers(today, known_lines()) if name == "completers" else sheets.with_mistakes(today)
    write, content_type = sheets.WRITERS[kind]
    disposition = f'attachment; filename="{name}.{kind}"'
    return HttpResponse(write(lines), content_type=content_type, headers={"Content-Disposition": disposition})


def known_lines() -> list[sheets.Line]:
    """A line about somebody this provider brought in earlier, exactly as it is known."""
    own = Certification.objects.filter(
        provider__memberships__user__email=BY_KEY["priya"].email,
        level=Certification.Level.PROVIDER,
        state=Certification.State.VERIFIED,
        trainee__user__is_example=True,
        program__isnull=False,
    ).exclude(trainee__user__email=sheets.NEWCOMER.email)
    known = own.select_related("trainee__user", "program", "credential").order_by("issued_on", "pk").first()
    enrollment = known and known.trainee.enrollments.filter(provider=known.provider_id).first()
    if not enrollment:
        return []
    return [
        sheets.Line(
            *(enrollment.provider_ref, enrollment.given_name, enrollment.given_email, enrollment.given_phone),
            *(known.trainee.zip, known.program.name, known.credential.short_en, known.issued_on, ""),
            language="Spanish" if known.trainee.user.language == "es" else "English",
        )
    ]


@only_in_the_demo
@require_safe
@never_cache
def mailbox(request):
    """Every letter that left, newest first; of one person with `?to=`."""
    to = request.GET.get("to", "").strip().lower()
    every = post.letters(settings.DEMO_MAILDIR)
    shown = [letter for letter in every if not to or to in letter.to]
    addresses = sorted({address for letter in every for address in letter.to} | ({to} if to else set()))
    names = dict(User.objects.filter(email__in=addresses).values_list("email", "full_name"))
    people = [{"address": address, "name": names.get(address, address)} for address in addresses]
    rows = [{"letter": letter, "name": ", ".join(names.get(a, a) for a in letter.to)} for letter in shown]
    return render(
        request, "demo/mailbox.html", {"rows": rows, "people": people, "to": to, "to_name": names.get(to, to)}
    )


@only_in_the_demo
@require_safe
@never_cache
def letter(request, key):
    """One letter, its own links leading to the pages of this site."""
    found = post.letter(settings.DEMO_MAILDIR, key)
    if found is None:
        raise Http404
    sites = {urlsplit(settings.SITE_URL).netloc, request.get_host()}
    context = {
        "letter": found,
        "text": post.linked(found.text, sites),
        "rich": post.linked(post.words_of(found.html), sites),
    }
    return render(request, "demo/letter.html", context)


@only_in_the_demo
@require_safe
def parts(request):
    """Every part our pages are made of, once each, for whoever builds the next page."""
    context = {
        "today": timezone.localdate(),
        "trades": Occupation.objects.order_by("title_en")[:5],
        "page": Paginator(range(60), 20).get_page(2),
        "form": ProfileForm(),
    }
    return render(request, "parts.html", context)
