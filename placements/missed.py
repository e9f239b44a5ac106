"""What hirers missed: a decline for a skill names the credential, or the skill; whoever taught the person reads it.

The provider reads which skill, at which opening, without the person's name: it is about the class, not about them.
"""

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from accounts.models import Membership, Organization
from accounts.policies import Denied
from matching import tell
from notifications import outbox, topics
from programs.models import Certification, Credential, Program

from .models import Referral

SKILL = Referral.DeclineReason.SKILL
OTHER = "other"  # the choice for a skill no credential stands for


def sensible(reason: str, skill: Credential | None, said: str) -> None:
    """Raise Denied where a decline has no reason, or one for a skill does not say which."""
    if reason not in Referral.DeclineReason.values:
        raise Denied(_("Choose the reason. The person reads it, with what to do next."))
    if reason == SKILL and not skill and not said.strip():
        raise Denied(_("Say which skill. The person reads where it is taught, and their school that it was missed."))


def skills_of(opening) -> list[Credential]:
    """The credentials one may have missed: what the opening asks for, then what counts in its trade."""
    asked = Q(pk__in=opening.requirements.values("credential"))
    trade = Q(occupations=opening.occupation_id) if opening.occupation_id else Q(pk__in=())
    rows = Credential.objects.filter(asked | trade).distinct()
    return list(rows.annotate(asked=Count("pk", filter=asked)).order_by("-asked", "name_en", "pk"))


def providers_of(referral: Referral) -> list[Organization]:
    """Who taught the person: where their certificates come from; of those, whoever teaches what was missing, if any.

    Whoever only confirmed one did not teach them.
    """
    taught = Organization.objects.filter(
        Q(pk__in=referral.trainee.certifications.taught().values("provider"))
        | Q(pk__in=referral.trainee.enrollments.values("program__provider"))
    ).order_by("pk")
    if referral.skill_id:
        teach = Program.objects.filter(credentials=referral.skill_id, is_open=True).values("provider")
        named = list(taught.filter(pk__in=teach))
        if named:
            return named
    return list(taught)


def tell_providers(referral: Referral, *, at) -> None:
    """The people of whoever taught the person read what was missed, once; nothing where it was not a skill."""
    if referral.state != Referral.State.DECLINED or referral.reason != SKILL:
        return
    staff = Membership.objects.current().filter(organization__in=providers_of(referral), user__is_active=True)
    people = {membership.user_id: membership.user for membership in staff.select_related("user").order_by("pk")}
    outbox.post_all(
        [
            outbox.Post(
                person,
                "skill_missed",
                topics.REFERRALS,
                once_key=f"referral:{referral.pk}:missed:{at:%Y%m%d%H%M%S%f}",
                data={
                    "opening": tell.about(referral.opening),
                    "skill": referral.skill_id or "",
                    "skill_said": referral.skill_said,
                },
                path="/missed/",
            )
            for person in people.values()
        ],
        at=at,
    )


def listed(organizations=None):
    """Declines for a skill of people these organizations taught (None: of anybody), the latest first; no names."""
    rows = Referral.objects.filter(state=Referral.State.DECLINED, reason=SKILL)
    if organizations is not None:
        papers = Certification.objects.taught().filter(provider__in=organizations)
        taught = Q(trainee__in=papers.order_by().values("trainee"))
        taught |= Q(trainee__enrollments__program__provider__in=organizations)
        rows = rows.filter(pk__in=Referral.objects.filter(taught).values("pk"))
    return rows.select_related("opening__organization", "skill").order_by("-hirer_answered_at", "-pk")


def by_skill(rows) -> list[dict]:
    """How often each credential was missed, most first; skills in words apart."""
    counted = rows.exclude(skill=None).order_by().values("skill").annotate(n=Count("pk", distinct=True))
    names = Credential.objects.in_bulk([row["skill"] for row in counted])
    found = [{"skill": names[row["skill"]], "n": row["n"]} for row in counted]
    return sorted(found, key=lambda row: (-row["n"], row["skill"].name))
