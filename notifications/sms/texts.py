"""What a text says: short enough for one message where it can be. Rooms register how their notices sound by text."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from .. import words
from ..models import Notice
from . import gsm

# Room for what people wrote, so that the rest of the text still fits.
TITLE, NAME = 23, 20
SUBJECT = 90

_writers: dict[str, Callable[[Notice], str]] = {}


def register(kind: str, write: Callable[[Notice], str]) -> None:
    """`write` says a notice of this kind in a sentence or two, without our name in front."""
    _writers[kind] = write


def kinds() -> list[str]:
    """Every kind that has words of its own by text; the others send their subject and where to read on."""
    return sorted(_writers)


def link(path: str) -> str:
    """An address of ours as short as phones still recognise one."""
    parts = urlsplit(settings.SITE_URL)
    return (parts.netloc if parts.scheme == "https" else settings.SITE_URL) + path.rstrip("/")


def ours(text: str) -> str:
    """The text with our name in front, as carriers demand, and with marks that cost no room."""
    return gsm.plain(f"{settings.SITE_NAME}: {text}")


def of_notice(notice: Notice) -> str:
    """The notice as a text, in its reader's language."""
    with override(notice.user.language):
        write = _writers.get(notice.kind)
        said = write(notice) if write else _subject(notice)
        return ours(said)


def of_several(notices: list[Notice], language: str) -> str:
    """One text for several notices that waited for the morning."""
    with override(language):
        said = ngettext(
            "%(n)s message is waiting for you: %(url)s", "%(n)s messages are waiting for you: %(url)s", len(notices)
        )
        return ours(said % {"n": len(notices), "url": link("/inbox/")})


def _subject(notice: Notice) -> str:
    subject = gsm.cut(words.message(notice).subject, SUBJECT)
    return _("%(subject)s. Read it here: %(url)s") % {"subject": subject, "url": link("/inbox/")}


# --- What we say ourselves --------------------------------------------------------------------------------------------
def code(digits: str, minutes: int) -> str:
    """The code that proves a number; the last line lets a phone offer it to our page alone."""
    host = urlsplit(settings.SITE_URL).hostname
    said = _("%(code)s is your code. It works for %(minutes)s minutes. We never ask you for it on the phone.")
    return ours(said % {"code": digits, "minutes": minutes}) + f"\n\n@{host} #{digits}"


def welcome() -> str:
    """The first text after the agreement: what comes, how often, what it costs, and how it ends."""
    return ours(
        _(
            "You get text messages now, at most %(n)s a day. Message and data rates may apply. "
            "Answer HELP for help, STOP to end them."
        )
        % {"n": settings.TEXTS_A_DAY}
    )


def stopped() -> str:
    """The one text that still leaves after a STOP."""
    return ours(_("You get no more text messages from us. Answer START to get them again."))


def help_() -> str:
    """Who we are and how it ends."""
    return ours(
        _("We tell you about openings that fit you. Answer 1 yes, 2 not now, 3 no. STOP ends the texts. More: %(url)s")
        % {"url": link("/me/phone/")}
    )


def not_signed_up() -> str:
    """To a START from a number that nobody gave us."""
    return ours(_("To get text messages, sign in and give us your number here: %(url)s") % {"url": link("/me/phone/")})


def not_understood() -> str:
    """To anything we cannot read."""
    return ours(
        _("Sorry, we did not understand that. Answer 1 yes, 2 not now, 3 no, or HELP. Your page: %(url)s")
        % {"url": link("/me/")}
    )


def nothing_asked() -> str:
    """To an answer without a question."""
    return ours(_("Thank you. No question to you is open right now. Your page: %(url)s") % {"url": link("/me/")})


def which_one(titles: list[str]) -> str:
    """To an answer that fits several questions."""
    named = "; ".join(f"{letter} {title}" for letter, title in zip("ABCD", titles, strict=False))
    return ours(_("Which one do you mean? Answer with its letter: %(named)s.") % {"named": named})


def went_wrong() -> str:
    """When something of ours failed; what they wrote is not lost on purpose, so they are told."""
    return ours(_("Something went wrong on our side. Please answer on your page: %(url)s") % {"url": link("/me/")})
