"""Ways that end nowhere are told in words: signed out before the press, a code too late, a button's bare address."""

from urllib.parse import urlsplit

from allauth.account.internal.stagekit import clear_login
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import escape_leading_slashes, url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.csrf import csrf_failure

from . import kept

# The pages where a code is typed, and where allauth sends people, without a word, whose code has run out.
CODE_PAGES = {"account_confirm_login_code", "account_email_verification_sent"}
CODE_EXITS = ("account_request_login_code", "account_login", "account_signup")


def dead_ends(get_response):
    """Stands inside the messages, so that what it says is shown on the next page; and inside what signs out."""
    get_response = kept.marked(get_response)

    def middleware(request):
        if request.method == "POST" and request.path == resolve_url("account_request_login_code"):
            # Who mistyped the address goes back and asks again; allauth would still show the code page of the first.
            clear_login(request)
        response = get_response(request)
        if response.status_code == 405 and not response.content:
            return wrong_method(request, allowed=response.headers["Allow"])
        if response.status_code == 302 and not request.user.is_authenticated:
            _come_back(request, response)
            _say_the_code_ran_out(request, response)
        return response

    return middleware


def too_old(request, reason="") -> HttpResponse:
    """A form whose token does not fit. Whoever only signed in again since then finds what they typed on a page with a
    button; anybody else reads what to do, and nothing is kept.
    """
    own = request.method == "POST" and _from_us(request) and kept.is_own(request)
    if own and kept.keep(request, back=_page_before(request)):
        return redirect("send_again")
    return csrf_failure(request, reason=reason)


def _from_us(request) -> bool:
    """Whether the browser says that a page of ours sent this: by each sign it gives, and by at least one."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return False
    if origin := request.headers.get("Origin"):
        return origin in (f"{request.scheme}://{request.get_host()}", settings.SITE_URL)
    return bool(_page_before(request))


def wrong_method(request, *, allowed: str) -> HttpResponse:
    """405 as a page: most often the address of a button, opened from the history or after signing in."""
    page = render(request, "405.html", status=405)
    page.headers["Allow"] = allowed
    return page


def _come_back(request, response) -> None:
    """Who was signed out and pressed a button comes back to the button's page, or to what they typed.

    The address of a button alone shows nothing.
    """
    login = urlsplit(response.url)
    query = QueryDict(login.query, mutable=True)
    if (
        request.method != "POST"
        or login.path != resolve_url(settings.LOGIN_URL)
        or query.get("next") != request.get_full_path()
    ):
        return
    page = _page_before(request)
    if kept.keep(request, back=page):
        query["next"] = resolve_url("send_again")
        said = _("You were signed out before this reached us. Sign in, and what you typed is there again.")
    else:
        query["next"] = page
        said = _("You were signed out, so what you sent was not saved. Sign in, then press the button again.")
    if not query["next"]:
        del query["next"]
    response.headers["Location"] = login._replace(query=query.urlencode(safe="/")).geturl()
    messages.warning(request, said)


def _page_before(request) -> str:
    """The page of ours that the press came from; empty when the browser does not say."""
    page = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure()):
        return ""
    page = urlsplit(page)
    return escape_leading_slashes(page._replace(scheme="", netloc="", fragment="").geturl())


def _say_the_code_ran_out(request, response) -> None:
    match = request.resolver_match
    if (
        match
        and match.url_name in CODE_PAGES
        and urlsplit(response.url).path in {resolve_url(name) for name in CODE_EXITS}
        and not messages.get_messages(request).added_new
    ):
        messages.warning(request, _("Your code ran out, or was asked for in another browser. Ask for a new one."))
