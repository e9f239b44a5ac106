"""What somebody typed is not lost because their session ended meanwhile: it waits, sealed, until the same person is in.

While a person is signed in, their browser carries a cookie that says who, signed, and opens no door. A form that comes
when the session has ended belongs to whoever that cookie names: nobody can have signed in on this browser since, for
that changes the cookie, and the form's own token with it. The form is kept in the visitor's session for an hour. Its
author, signed in again, gets a page with a button that sends it; anybody else who signs in makes an end of it, unread.
Files, passwords and codes are not kept. Whoever signs out by themselves leaves nothing: the cookie goes, too.

A form may also come too late because the person has signed in again in another window: signing in makes a new secret
for the tokens of forms, and the old form's token no longer fits. Such a form is kept the same way, and only when all of
this is so: the same person signed in again on this browser (their session remembers, hashed, which secrets were theirs
before), the token fits one of these, and the browser says that a page of ours sent it. Another site knows none of the
secrets, so it can put nothing before anybody to confirm; what another person typed here stays with nobody.
"""

import hashlib
import json

from allauth.core.internal import ratelimit
from cryptography.fernet import InvalidToken
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.middleware import csrf
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts import assist, devices, sealed

COOKIE = SALT = "author"
KEY = "kept_form"
FORMER, MOST_FORMER = "former_secrets", 5
LASTS = 60 * 60  # seconds until it is forgotten
ROOM = 100_000  # characters; the longest minutes of a meeting fit several times
LIMITS = {"kept": "30/h/key"}
# Ways in and second steps, and whatever a secret is typed into.
NOT_KEPT = ("account_", "mfa_", "usersessions_", "demo")
SECRETS = ("password", "secret")
# Open to whoever holds the link: a parent, say, on the phone of their child. Who is signed in there is not its author.
BY_LINK = {"guardian", "answer_link", "stay", "entry_link"}
TEXTS, LENGTH = 6, 300  # of what was typed, how much the page shows


def _mark(person) -> str:
    return signing.Signer(salt=SALT).sign(person.public_id.hex)


def marked(get_response):
    """Marks the browser with who is signed in, and ends what another one left or what was sent again."""

    def middleware(request):
        person = request.user  # a helper's own, also where the page is the helped person's
        mark = _mark(person) if person.is_authenticated else ""
        if mark and KEY in request.session and find(request) is None:
            del request.session[KEY]
        response = get_response(request)
        if mark:
            if request.method == "POST" and response.status_code < 500:
                _sent(request)
            _keep_mark(request, response, mark)
        _remember_secret(request)
        return response

    return middleware


def _keep_mark(request, response, mark: str) -> None:
    # Who acts for somebody is signed in as themselves again later: what they typed for another would become their own.
    if not request.user.is_authenticated or assist.KEY in request.session:
        if COOKIE in request.COOKIES:
            response.delete_cookie(COOKIE)
    elif request.COOKIES.get(COOKIE) != mark:
        response.set_cookie(
            COOKIE,
            mark,
            max_age=None if devices.SHARED in request.session else devices.AGE,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )


def _remember_secret(request) -> None:
    """Whoever just signed in has a new secret for forms: the one before was theirs if the browser was marked so."""
    old, new = request.COOKIES.get(settings.CSRF_COOKIE_NAME, ""), request.META.get("CSRF_COOKIE")
    if not request.user.is_authenticated or old in ("", new) or not request.META.get("CSRF_COOKIE_NEEDS_UPDATE"):
        return
    if assist.KEY not in request.session and request.COOKIES.get(COOKIE) == _mark(request.user):
        request.session[FORMER] = [*request.session.get(FORMER, []), _hash(old)][-MOST_FORMER:]


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def is_own(request) -> bool:
    """Whether a form whose token does not fit is of a page this very person had open before they signed in again."""
    token = request.POST.get("csrfmiddlewaretoken", "")
    if not request.user.is_authenticated or assist.KEY in request.session or len(token) != csrf.CSRF_TOKEN_LENGTH:
        return False
    if request.COOKIES.get(COOKIE) != _mark(request.user):
        return False
    try:
        csrf._check_token_format(token)
    except csrf.InvalidTokenFormat:
        return False
    return _hash(csrf._unmask_cipher_token(token)) in request.session.get(FORMER, [])


def keep(request, *, back: str) -> bool:
    """Keep the form of somebody whose session has ended, or who has signed in again since (`is_own`); False where there
    is nothing to keep, or it may not be.

    `back` is the page of ours it was typed on, or nothing.
    """
    name = request.resolver_match.url_name or ""
    fields = [(field, values) for field, values in request.POST.lists() if field != "csrfmiddlewaretoken"]
    secret = any(field == "code" or any(word in field for word in SECRETS) for field, _values in fields)
    if not any(text.strip() for _field, values in fields for text in values):
        return False
    if secret or name in BY_LINK or name.startswith(NOT_KEPT) or request.headers.get("HX-Request"):
        return False
    try:
        author = signing.Signer(salt=SALT).unsign(request.COOKIES.get(COOKIE, ""))
    except signing.BadSignature:
        return False
    form = {
        "author": author,
        "path": request.get_full_path(),
        "back": back,
        "fields": fields,
        "files": bool(request.FILES),
        "anew": request.user.is_authenticated,
    }
    text = json.dumps(form)
    if len(text) > ROOM or not ratelimit.consume(request, app="pipeline", action="kept", config=LIMITS, key=author):
        return False
    request.session[KEY] = sealed.box().encrypt(text.encode()).decode()
    request.form_is_kept = True
    if not request.user.is_authenticated:
        request.session.set_expiry(LASTS)  # who signs in gets the usual term
    return True


def find(request) -> dict | None:
    """What waits for the person who is signed in."""
    try:
        form = json.loads(sealed.box().decrypt(request.session.get(KEY, ""), ttl=LASTS))
    except InvalidToken:
        return None
    return form if form["author"] == request.user.public_id.hex else None


def _sent(request) -> None:
    """The form came again, by the button or by hand: it need not wait any longer."""
    if KEY not in request.session or not request.user.is_authenticated or hasattr(request, "form_is_kept"):
        return
    if not getattr(request, "csrf_processing_done", False):
        return  # its token did not fit: no page of ours sent it, or nobody heard it
    form = find(request)
    if form is None or form["path"] == request.get_full_path():
        del request.session[KEY]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def send_again(request):
    """What I sent when I was signed out: a button sends it where it was meant to go; a POST here forgets it."""
    form = find(request)
    if form is None or request.assistance:
        return redirect("start")
    if request.method == "POST":
        del request.session[KEY]
        return redirect(form["back"] or "start")
    pairs = [(field, text) for field, texts in form["fields"] for text in texts]
    # What a person wrote has blanks; what stands behind a choice has none, and would say nothing to them. What only
    # says what they had read is not their text.
    texts = [text.strip() for field, text in pairs if len(text.split()) > 1 and not field.startswith("read_")]
    context = {"form": form, "pairs": pairs, "texts": texts[:TEXTS], "more": len(texts) > TEXTS, "length": LENGTH}
    return render(request, "send_again.html", context)
