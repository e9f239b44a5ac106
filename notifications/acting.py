"""Who acts for organizations, as far as somebody has to be written to or asked: invitations by letter, an organization
whose last administrator went, and the look every quarter at who acts for it."""

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import Invitation, Membership, Organization, User
from accounts.organizations import invitations, reviews, rights
from accounts.speech import day

from . import outbox, todo
from .models import Task
from .words import Action, Message

REVIEW, ORPHAN = "access_review", "no_administrator"
TOPIC = "organizations"


# --- Letters ----------------------------------------------------------------------------------------------------------
def invite(event, *, at) -> None:
    """Send the invitation; one that was taken back meanwhile does not leave."""
    rows = Invitation.objects.select_related("organization", "invited_by")
    invitation = rows.filter(pk=event.facts["invitation"]).first()
    if invitation is None or invitations.closed(invitation, at=at):
        return
    known = User.objects.filter(email=invitation.email).first()
    with override(known.language if known else invitation.language):
        subject = _("%(organization)s invites you to %(site)s") % {
            "organization": invitation.organization.name,
            "site": settings.SITE_NAME,
        }
        message = Message(
            subject=subject,
            paragraphs=[
                _("%(person)s asks you to act for %(organization)s here, as: %(role)s.")
                % {
                    "person": invitation.invited_by.full_name,
                    "organization": invitation.organization.name,
                    "role": invitation.role_name,
                },
                _("The link works once, for this address only, until %(day)s. Nothing happens before you accept.")
                % {"day": day(invitation.expires_at)},
            ],
            actions=[
                Action(_("Look at the invitation"), reverse("invitation", args=[invitations.token_of(invitation)]))
            ],
        )
        context = {
            "message": message,
            "name": known.get_short_name() if known else invitation.email,
            "subject": subject,
            "site_name": settings.SITE_NAME,
            "site_url": settings.SITE_URL,
        }
        text = render_to_string("organizations/letter.txt", context)
    outbox.send_letter(invitation.email, subject=" ".join(subject.split()), text=text, user=known, at=at)


# --- Tasks ------------------------------------------------------------------------------------------------------------
def followed(event, *, at) -> None:
    """Somebody came, went or changed: is there still an administrator?"""
    organization = Organization.objects.filter(pk=event.subject_id).first()
    if organization:
        _keep(organization, at=at)


def reviewed(event, *, at) -> None:
    """The look was done: so is its task."""
    _settle(REVIEW, event.subject_id, at=at, by=event.actor_id)


def look_after(*, at) -> int:
    """Ask for what became due by the calendar: a membership ran out, an account was closed, a quarter is over.

    Returns how many tasks are new. Done twice, the second time asks nothing new.
    """
    new = sum(_keep(organization, at=at) for organization in _without_administrator())
    for organization in reviews.due(on=timezone.localdate(at)):
        since = reviews.due_on(organization)
        new += bool(
            todo.ask(
                REVIEW,
                topic=TOPIC,
                once_key=f"{REVIEW}:{organization.pk}:{since.isoformat()}",
                at=at,
                organization=organization,
                about=organization,
                path=reverse("organization_review", args=[organization.public_id]),
                due_on=timezone.localdate(at) + reviews.TIME_FOR_IT,
            )
        )
    return new


def _without_administrator():
    """Organizations for which people acted and no administrator does today."""
    ever = Membership.objects.filter(organization=OuterRef("pk"))
    now = Membership.objects.current().filter(organization=OuterRef("pk"), user__is_active=True)
    now = now.filter(role=Membership.Role.ADMIN)
    return Organization.objects.standing().filter(Exists(ever), ~Exists(now)).order_by("pk")


def _keep(organization, *, at) -> bool:
    """Ask the coalition, once, to find an administrator; settle that when there is one. Whether the task is new."""
    if organization.merged_into_id or rights.administrators(organization).exists():
        _settle(ORPHAN, organization.pk, at=at)
        return False
    if Task.objects.filter(kind=ORPHAN, about_id=organization.pk, done_at=None).exists():
        return False
    today = timezone.localdate(at)
    asked = todo.ask(
        ORPHAN,
        topic=TOPIC,
        once_key=f"{ORPHAN}:{organization.pk}:{today.isoformat()}",
        at=at,
        data={"name": organization.name},
        about=organization,
        path=reverse("organization_people", args=[organization.public_id]),
        due_on=today,
    )
    return asked is not None


def _settle(kind: str, organization: int, *, at, by: int | None = None) -> None:
    rows = Task.objects.filter(kind=kind, about_type="organization", about_id=organization, done_at=None)
    rows.update(done_at=at, done_by=by)


def review_words(task) -> Message:
    """To the administrators: who acts for us?"""
    return Message(
        subject=_("Who acts for %(organization)s?") % {"organization": task.organization.name},
        paragraphs=[
            _("Every three months an administrator looks at each person on the list: who stays, and who has left?"),
            _("Whoever has left sees nothing more of yours from that moment on."),
        ],
        actions=[Action(_("Look through the list"), task.path)],
    )


def orphan_words(task) -> Message:
    """To the coalition: somebody has to take an organization on."""
    return Message(
        subject=_("%(organization)s has no administrator") % {"organization": task.data["name"]},
        paragraphs=[
            _("Nobody there can invite people or let them go. Please call them, and make somebody administrator."),
        ],
        actions=[Action(_("See who acts for them"), task.path)],
    )


todo.register(REVIEW, review_words)
todo.register(ORPHAN, orphan_words)
