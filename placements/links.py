"""Answering without signing in: a signed link for one person, one case, one answer, for fourteen days.

    path(user, HIRER, referral)   the employer's or hall's answer to a yes
    path(user, TRAINEE, match)    the person's answer to an opening

A fourth thing can name the answer that stands first on the page. It is chosen there, never given: a button gives it.

What makes a link worthless, without anything having to be kept of it: it is older than MAX_AGE; the case was answered
since (by whatever way), so that a second tap and a link from an older letter do nothing; the person's address changed;
they no longer act for the organization; the opening or the match ended. Opening it changes nothing, so that whoever
looks at letters before their reader (scanners, previews) answers nothing.
"""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from django.core import signing
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from ledger.log import history
from matching.models import Match
from notifications.words import Action

from . import policies
from .lifecycle import REFERRAL
from .models import Referral

HIRER, TRAINEE = "h", "t"
MAX_AGE = timedelta(days=14)
SALT = "placements.links"
# What can be answered by link; the rest needs the page.
OFFERED = ("interview", "put_off", "decline")
OWN = ("yes", "not_now", "no", "list")  # the person's; the last puts them on the list of an opening that keeps one
ANSWERS = (*OFFERED, *OWN)


class Useless(Exception):
    """The link can no longer be used; the message says why, to a person. `reader` is whom it was made for, if known."""

    def __init__(self, said: str, reader=None):
        super().__init__(said)
        self.reader = reader


@dataclass(frozen=True)
class Case:
    """What a link that still counts is about."""

    reader: User
    referral: Referral | None
    match: Match | None
    steps: tuple[str, ...]

    @property
    def opening(self):
        return (self.referral or self.match).opening


def path(user, purpose: str, thing, answer: str = "") -> str:
    """The address of the page on which this person can answer this one case; `answer` stands first there."""
    said = [purpose, thing.public_id.hex, user.pk, _stamp(user, purpose, thing)]
    there = reverse("answer_link", args=[signing.dumps(said, salt=SALT)])
    return f"{there}?answer={answer}" if answer else there


def _stamp(user, purpose: str, thing) -> str:
    """Changes as soon as the case was answered, an answer taken back, it was sent anew, or the person's address is
    another; what it was once it never is again.
    """
    if purpose == HIRER:
        stood = (thing.pk, thing.sent_at, thing.hirer_answered_at)
        # An answer taken back leaves no day of its own: without their number the link that gave it would open again.
        if recalled := history(thing).filter(kind="referral.take_back").count():
            stood += (recalled,)
    else:
        answer = Referral.objects.filter(trainee=thing.trainee_id, opening=thing.opening_id).first()
        stood = (thing.pk, answer.answered_at if answer else None, answer.state if answer else None)
    said = "|".join(str(part) for part in (user.pk, user.email, user.phone, purpose, *stood))
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def read(token: str) -> Case:
    """The case of a link; raises Useless with what to do instead. Reading changes nothing."""
    try:
        purpose, key, user_id, stamp = signing.loads(token, salt=SALT, max_age=MAX_AGE)
    except signing.SignatureExpired:
        raise Useless(_("This link is too old. Sign in to answer; the newest message has a new link.")) from None
    except (signing.BadSignature, ValueError):
        raise Useless(_("This link is not complete. Open it from the message again, or sign in to answer.")) from None
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        raise Useless(_("This link was made for an account that is closed."))
    return _hirers(user, key, stamp) if purpose == HIRER else _trainees(user, key, stamp)


def _hirers(user, key: str, stamp: str) -> Case:
    rows = Referral.objects.visible_to(user).with_consents()
    rows = rows.select_related("trainee__user", "opening__organization", "owner")
    referral = rows.filter(public_id=key).first()
    if referral is None:
        raise Useless(_("This is no longer open: the person stepped back, or you no longer act for them."), user)
    steps = tuple(step.name for step in REFERRAL.open_steps(referral.state) if step.name in OFFERED)
    if _stamp(user, HIRER, referral) != stamp or not steps:
        raise Useless(_("This was answered already, or it has ended. Nothing was changed. Sign in to see it."), user)
    if reason := policies.respond.why_not(user, referral):
        raise Useless(reason, user)
    return Case(user, referral, None, steps)


def _trainees(user, key: str, stamp: str) -> Case:
    rows = Match.objects.select_related("opening__organization", "trainee__user")
    match = rows.filter(public_id=key, trainee__user=user).first()
    if match is None:
        raise Useless(_("This opening does not fit any more, so there is nothing to answer."), user)
    if _stamp(user, TRAINEE, match) != stamp:
        raise Useless(_("You answered this already. Nothing was changed. Sign in to see it or to change it."), user)
    if reason := policies.answer.why_not(user, match):
        raise Useless(reason, user)
    steps = OWN if can_list(match) else OWN[:-1]
    return Case(user, None, match, steps)


def of_notice(notice) -> list[Action]:
    """The links that go with a letter to the employer or hall about one referral; none where there is none to give."""
    referral = Referral.objects.select_related("opening__organization").filter(pk=notice.data["referral"]).first()
    if referral is None or referral.state not in Referral.OPEN or not policies.respond(notice.user, referral):
        return []
    words = {"interview": _("Interview"), "put_off": _("Not now"), "decline": _("No")}
    steps = [step.name for step in REFERRAL.open_steps(referral.state) if step.name in OFFERED]
    return [Action(words[step], path(notice.user, HIRER, referral, step)) for step in steps]


def of_matches(notice) -> list[Action]:
    """The same for a person who is asked about one opening; a letter that tells of several asks nothing."""
    found = notice.data["matches"]
    if len(found) != 1 or notice.data.get("more"):
        return []
    rows = Match.objects.select_related("opening", "trainee").filter(trainee__user=notice.user)
    match = rows.filter(public_id=found[0]["public_id"]).first()
    if match is None or not policies.answer(notice.user, match):
        return []
    words = {"yes": _("Yes, I want this"), "not_now": _("Not now"), "no": _("No")}
    if can_list(match):
        words["list"] = _("Put me on the list")
    return [Action(said, path(notice.user, TRAINEE, match, answer)) for answer, said in words.items()]


def can_list(match) -> bool:
    """Whether the person can put themselves on the list of this opening today, and is not on it."""
    opening = match.opening
    if opening.order_rule != opening.OrderRule.FIFO or opening.state != opening.State.PUBLISHED:
        return False
    begun = not opening.opens_on or opening.opens_on <= timezone.localdate()
    return begun and not opening.places.filter(trainee=match.trainee_id).exists()
