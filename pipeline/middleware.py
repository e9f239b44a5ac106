"""What every request passes: headers on every answer, the reader's language and clock, private pages never cached."""

import zoneinfo

from django.conf import settings
from django.contrib.auth import SESSION_KEY, user_logged_in, user_logged_out
from django.http import HttpResponse, HttpResponseRedirect
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.http import escape_leading_slashes
from django.utils.translation import get_language_from_request

from ledger import scopes
from pipeline import walls

# What every answer carries: pages, files, redirects, refusals, and what was answered before Django knew what was asked.
ALWAYS = {
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Pages bring their own; what is none shows and loads nothing.
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    # Whoever shares a computer or a proxy gets nobody else's page; files of ours say how long they may be kept.
    "Cache-Control": "no-cache, private",
}


def headers(get_response):
    """Headers that every answer carries, errors included. Around everything else, so that nothing answers past it."""

    def middleware(request):
        response = get_response(request)
        for name, value in ALWAYS.items():
            response.headers.setdefault(name, value)
        if settings.SECURE_HSTS_SECONDS and request.is_secure():
            strict = f"max-age={settings.SECURE_HSTS_SECONDS}; includeSubDomains"
            response.headers.setdefault("Strict-Transport-Security", strict)
        if response.status_code >= 400:
            response.headers["Cache-Control"] = "no-store, private"
        return response

    return middleware


def asker(get_response):
    """On whose behalf the database is asked for this answer: who signed in, else a visitor; never who came before.

    The session alone says so, before anything is read of the person: that they exist is already theirs to see.
    """

    def middleware(request):
        pk = request.session.get(SESSION_KEY)
        with scopes.person(pk) if str(pk).isdecimal() else scopes.visitor():
            return get_response(request)

    def process_view(request, view, args, kwargs):
        if task := walls.task_of(request.resolver_match.url_name or ""):
            scopes.turn_to_task(task)

    middleware.process_view = process_view
    return middleware


def reader(get_response):
    """The reader's language and clock; a signed-in person's pages are never cached.

    The language is the one chosen with `?lang=es` (remembered in a cookie, and for messages too), else the signed-in
    person's, else the browser's wish. No cookie is set for a visitor who only reads.
    """
    known = dict(settings.LANGUAGES)

    def middleware(request):
        chosen = request.GET.get("lang")
        if chosen in known and request.method in ("GET", "HEAD"):
            return choose(request, chosen)
        user = request.user
        wish = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        if wish not in known:
            wish = user.language if user.is_authenticated else get_language_from_request(request)
        zone = zoneinfo.ZoneInfo(user.time_zone if user.is_authenticated else settings.TIME_ZONE)
        with translation.override(wish), timezone.override(zone):
            request.LANGUAGE_CODE = wish
            response = get_response(request)
        response.headers.setdefault("Content-Language", wish)
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        if user.is_authenticated:
            response.headers["Cache-Control"] = "no-store, private"
        return response

    return middleware


def choose(request, language: str) -> HttpResponse:
    """Remember the language and show the same page in it."""
    if request.user.is_authenticated and request.user.language != language:
        request.user.language = language
        request.user.save(update_fields=["language"])
    query = request.GET.copy()
    del query["lang"]
    response = HttpResponseRedirect(escape_leading_slashes(request.path) + (f"?{query.urlencode()}" if query else ""))
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
    )
    return response


def _came_in(sender, request, user, **_) -> None:
    scopes.turn_to(f"person {user.pk}")


def _went_out(sender, request, user, **_) -> None:
    scopes.turn_to(scopes.VISITOR)


user_logged_in.connect(_came_in, dispatch_uid="asker")
user_logged_out.connect(_went_out, dispatch_uid="asker")
