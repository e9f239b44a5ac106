"""Who asks to act for an organization, as far as somebody has to be told: the coordinators who answer, whoever asked,
and the administrators of an organization that somebody joined."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import JoinRequest, Membership, Organization, User

from . import outbox, todo
from .models import Task
from .policies import JOINING
from .topics import REFERRALS
from .words import Action, Message, register

ASKED, GRANTED, DECLINED, JOINED = "joining.asked", "joining.granted", "joining.declined", "joining.joined"
# A coordinator answers by then.
WITHIN = timedelta(days=2)


def _found(event) -> JoinRequest | None:
    rows = JoinRequest.objects.select_related("user", "coalition", "organization")
    return rows.filter(pk=event.facts["request"]).first()


def _page(asked) -> str:
    return reverse("joining_request", args=[asked.public_id])


def _who_answers(asked) -> list[User]:
    """The coordinators of the coalition it went to; where there is none, the operators."""
    people = User.objects.filter(is_active=True)
    if asked.coalition is None:
        return list(people.filter(is_staff=True).order_by("pk"))
    acting = Membership.objects.coordinating().filter(organization=asked.coalition)
    return list(people.filter(pk__in=acting.values("user")).order_by("pk"))


def asked(event, *, at) -> None:
    """Put it among the tasks of the coalition, and write to everybody who may answer."""
    found = _found(event)
    if found is None or found.state != JoinRequest.State.WAITING:
        return
    about = {"organization": found.name}
    todo.ask(
        JOINING,
        topic="organizations",
        once_key=f"{JOINING}:{found.pk}",
        at=at,
        organization=found.coalition,
        about=found,
        data=about,
        path=_page(found),
        due_on=timezone.localdate(at) + WITHIN,
    )
    people = [person for person in _who_answers(found) if person.pk != found.user_id]
    key, data = f"joining:{found.pk}", about | {"request": found.pk}
    outbox.post_all((outbox.Post(person, ASKED, REFERRALS, key, data, _page(found)) for person in people), at=at)


def granted(event, *, at) -> None:
    """Tell whoever asked; and where others administer the organization, tell them that somebody new is there."""
    found = _settled(event, at=at)
    if found is None or found.organization is None:
        return
    body, key = found.organization, f"joining:{found.pk}:granted"
    about, path = {"organization": body.pk}, reverse("organization", args=[body.public_id])
    posts = [outbox.Post(found.user, GRANTED, REFERRALS, key, about, path)]
    acting = Membership.objects.current().filter(organization=body, role=Membership.Role.ADMIN)
    others = User.objects.filter(is_active=True, pk__in=acting.values("user")).exclude(pk=found.user_id).order_by("pk")
    people = reverse("organization_people", args=[body.public_id])
    posts += [outbox.Post(person, JOINED, REFERRALS, key, about, people) for person in others]
    outbox.post_all(posts, at=at)


def declined(event, *, at) -> None:
    """Tell whoever asked, with the reason."""
    found = _settled(event, at=at)
    if found is None:
        return
    about = {"organization": found.name, "reason": found.reason, "words": found.words}
    key = f"joining:{found.pk}:declined"
    outbox.post(found.user, DECLINED, topic=REFERRALS, once_key=key, data=about, path=reverse("joining"), at=at)


def withdrawn(event, *, at) -> None:
    """Nobody has to answer any more."""
    _settled(event, at=at)


def forgotten(event, *, at) -> None:
    """Somebody was erased, and with them what they had asked: no task of it keeps what they wrote."""
    rows = Task.objects.filter(kind=JOINING).exclude(about_id__in=JoinRequest.objects.values("pk"))
    rows.exclude(data={}).update(data={})
    rows.filter(done_at=None).update(done_at=at)


def _settled(event, *, at) -> JoinRequest | None:
    rows = Task.objects.filter(kind=JOINING, about_id=event.facts["request"], done_at=None)
    rows.update(done_at=at, done_by=event.actor_id)
    return _found(event)


# --- Words ------------------------------------------------------------------------------------------------------------
def _to_answer(name: str, path: str) -> Message:
    return Message(
        subject=_("Somebody asks to act for %(organization)s") % {"organization": name},
        paragraphs=[
            _("They hire or teach, and are new here. Call the organization first, on a number you found yourself."),
            _("Then let them in, or say why not. They read that their request waits with you."),
        ],
        actions=[Action(_("Look at the request"), path)],
    )


def task_words(task) -> Message:
    """To the coordinators."""
    return _to_answer(task.data.get("organization") or _("an organization"), task.path)


def asked_words(notice) -> Message:
    """To each who may answer."""
    return _to_answer(notice.data["organization"], notice.path)


def _still_waits(notice) -> bool:
    return JoinRequest.objects.filter(pk=notice.data["request"], state=JoinRequest.State.WAITING).exists()


def _body(notice) -> Organization | None:
    return Organization.objects.filter(pk=notice.data["organization"]).first()


def granted_words(notice) -> Message:
    """To whoever asked: what they can do now."""
    body = _body(notice)
    next_step = _("Sign in. We ask you for a second step, because you act for others. Then you can begin.")
    actions = [Action(_("See your organization"), notice.path)]
    if body and body.hires:
        actions.insert(0, Action(_("Post an opening"), reverse("opening_new")))
    if body and body.trains:
        actions.insert(0, Action(_("Send my list"), reverse("import_list")))
    return Message(
        subject=_("You can act for %(organization)s now") % {"organization": body.name if body else ""},
        paragraphs=[_("A coordinator looked at your request and said yes."), next_step],
        actions=actions,
    )


def declined_words(notice) -> Message:
    """To whoever asked: why not, and what then."""
    reason, words = notice.data["reason"], notice.data["words"]
    said = [] if reason == JoinRequest.Reason.OTHER else [str(JoinRequest.Reason(reason).label)]
    if words:
        said.append(_("The coordinator writes: “%(words)s”") % {"words": words})
    return Message(
        subject=_("You cannot act for %(organization)s yet") % {"organization": notice.data["organization"]},
        paragraphs=[*said, _("If something was missing or has changed, you can ask again.")],
        actions=[Action(_("Look at my request"), notice.path)],
    )


def joined_words(notice) -> Message:
    """To the administrators: a coordinator let somebody in."""
    body = _body(notice)
    return Message(
        subject=_("Somebody new acts for %(organization)s") % {"organization": body.name if body else ""},
        paragraphs=[
            _("They asked for it, and a coordinator said yes. If they do not belong to you, end it on the list."),
        ],
        actions=[Action(_("See who acts for you"), notice.path)],
    )


todo.register(JOINING, task_words)
register(ASKED, asked_words, still_true=_still_waits)
register(GRANTED, granted_words)
register(DECLINED, declined_words)
register(JOINED, joined_words)
