"""What partners write to each other about a referral: each comment for whom its author chose, and nobody else.

    only my organization     whoever acts for it today
    partners                 the employer or hall, and coordinators
    everybody                these, and the person

Who is mentioned ("@Carla Coordinator") is told by message, as long as they may read it.
"""

import re
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts import consents
from accounts.models import Membership, Organization, User
from accounts.policies import Denied, acts_for, is_coordinator, organizations_of
from ledger.log import record
from matching import tell
from notifications import outbox, topics

from . import guard
from .models import Comment, Referral

Audience = Comment.Audience


def audiences_for(user, referral: Referral) -> list[str]:
    """For whom this person can write here: the person themselves for everybody only."""
    if referral.trainee.user_id == user.pk:
        return [Audience.ALL]
    return [Audience.OURS, Audience.PARTNERS, Audience.ALL] if standing(user, referral) else []


def standing(user, referral: Referral) -> Organization | None:
    """For which organization somebody writes here: the employer or hall, else the coalition."""
    if acts_for(user, referral.opening.organization):
        return referral.opening.organization
    if is_coordinator(user):
        return next(iter(organizations_of(user, Organization.Kind.COALITION)), None)
    return None


def read_by(user, *referrals: Referral):
    """The comments of these referrals that this person may read, the first first; deleted ones are left out."""
    worked_on = [one.pk for one in referrals if standing(user, one)]
    own = [one.pk for one in referrals if one.trainee.user_id == user.pk]
    seen = Q(audience=Audience.OURS, organization__in=organizations_of(user))
    seen |= Q(audience__in=(Audience.PARTNERS, Audience.ALL), referral__in=worked_on)
    seen |= Q(audience=Audience.ALL, referral__in=own)
    rows = Comment.objects.filter(seen, referral__in=[one.pk for one in referrals], deleted_at=None)
    return rows.select_related("author", "organization").prefetch_related("mentioned")


def people_of(referral: Referral) -> list[User]:
    """Whom one can mention: who acts for the employer or hall, once it sees the person, coordinators who may see it,
    and the person."""
    user = referral.trainee.user
    who = Q(pk__in=consents.coordinators_of(user).values("pk"))
    if referral.is_shown:
        who |= Q(organization=referral.opening.organization)
    who |= Q(pk__in=Membership.objects.coordinating().values("pk"), user=referral.owner_id or 0)
    staff = Membership.objects.current().filter(who, user__is_active=True).select_related("user").order_by("pk")
    found = {membership.user_id: membership.user for membership in staff}
    return [*found.values(), user]


def mentioned_in(text: str, people: list[User]) -> list[User]:
    """Whom "@Full Name" (or "@First", where only one is called so) means; longer names before shorter ones."""
    plain = " ".join(text.split()).casefold()
    found = []
    for person in sorted(people, key=lambda one: -len(one.full_name)):
        names = [person.full_name]
        first = person.get_short_name()
        if sum(one.get_short_name().casefold() == first.casefold() for one in people) == 1:
            names.append(first)
        for name in filter(None, names):
            pattern = rf"@{re.escape(name.casefold())}(?!\w)"
            if re.search(pattern, plain):
                found.append(person)
                plain = re.sub(pattern, " ", plain)
                break
    return found


def may_read(user, referral: Referral, audience: str, organization) -> bool:
    """Whether somebody who can be mentioned reads a comment with this audience."""
    if audience == Audience.ALL:
        return True
    if referral.trainee.user_id == user.pk:
        return False
    return audience == Audience.PARTNERS or acts_for(user, organization)


@transaction.atomic(durable=True)
def write(referral, *, text, audience, by, at) -> Comment:
    """Somebody who works on the referral, or the person, writes for whom they chose; who is mentioned is told.

    Raises Denied with what to do where somebody is mentioned who may not read it.
    """
    if not text.strip():
        raise Denied(_("Write something first."))
    if audience not in audiences_for(by, referral):
        raise Denied(_("Choose who sees this."))
    if reason := guard.refuse(text):
        raise Denied(reason)
    organization = standing(by, referral) if referral.trainee.user_id != by.pk else None
    mentioned = [person for person in mentioned_in(text, people_of(referral)) if person.pk != by.pk]
    blind = [person for person in mentioned if not may_read(person, referral, audience, organization)]
    if blind and blind[0].pk == referral.trainee.user_id:  # who writes may no longer know whose referral it is
        raise Denied(_("The person would not see this. Choose a wider circle, or take the name out."))
    if blind:
        said = _("%(name)s would not see this. Choose a wider circle, or take the name out.")
        raise Denied(said % {"name": blind[0].full_name})
    latest = Comment.objects.filter(referral=referral, author=by, deleted_at=None).order_by("-pk").first()
    if (
        latest
        and (latest.text, latest.audience) == (text.strip(), audience)
        and at - latest.written_at < timedelta(minutes=1)
    ):
        return latest  # pressed twice
    comment = Comment.objects.create(
        referral=referral,
        author=by,
        organization=organization,
        audience=audience,
        text=text.strip(),
        written_at=at,
    )
    comment.mentioned.set(mentioned)
    record("comment.written", comment, by=by, at=at, organization=organization, referral=referral.pk)
    for person in mentioned:
        outbox.post(
            person,
            "mentioned",
            topic=topics.REFERRALS,
            once_key=f"comment:{comment.pk}",
            data={
                "opening": tell.about(referral.opening),
                "referral": referral.pk,
                "comment": comment.pk,
                # Who wrote it is looked up for each reader; releases before this one read it here.
                "by": "",
            },
            path=f"/referrals/{referral.public_id}/comments/",
            at=at,
        )
    return comment


@transaction.atomic(durable=True)
def delete(comment, *, by, at) -> None:
    """Its author takes it back: its words are gone, for everybody."""
    if comment.author_id != by.pk:
        raise Denied(_("Only whoever wrote it can take it back."))
    if Comment.objects.filter(pk=comment.pk, deleted_at=None).update(deleted_at=at, text=""):
        record("comment.deleted", comment, by=by, at=at, referral=comment.referral_id)
