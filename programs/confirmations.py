"""Who confirms a certificate that a person declared: whom they chose, what that shares, and how it is told."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts import consents
from accounts.models import Membership, Organization
from accounts.organizations import reach
from accounts.policies import Denied, acts_for, is_coordinator, organizations_of
from ledger.log import record
from notifications import outbox, todo, topics
from notifications.models import Task
from notifications.words import Action, Message, register

from . import waiting
from .models import Certification, Confirmation, Credential
from .places.queries import coalition_near, people_of

CALL = "certificate_call"
PAGE = "/certificates/"
# Whoever changes the wording raises its number: a test keeps the digest.
VERSION = "confirm-1"


def schools():
    """The verified providers on this site that can be asked, by name."""
    trains = Organization.objects.standing().filter(kind__in=Organization.TRAINS, verified_at__isnull=False)
    return trains.filter(reach.somebody("pk")).order_by("name", "pk")


def may_ask(user) -> bool:
    """Whether anybody may be asked now: under 18 once a parent or guardian agreed to that (consents.why_no_school), and
    never while somebody acts for the person, for agreeing to be helped is not agreeing that a school is shown the name.
    """
    return not user.helped_by and consents.why_no_school(user) is None


def coalition_for(trainee) -> Organization | None:
    """Whose coordinators ask a school that is not on this site."""
    return coalition_near({trainee.county} - {""})


def wording(to: Organization | None = None) -> str:
    """What is shared with whom: with a school on this site, or with the coordinators of a coalition."""
    if to is None or to.kind != Organization.Kind.COALITION:
        return _("The people of the school you choose see your name, this certificate and its dates. Nothing else.")
    return _(
        "If it is another: the coordinators of %(organization)s see your name, this certificate, its dates and who "
        "gave it, and ask there with your name. Nothing else."
    ) % {"organization": to.name}


def ask(certification: Certification, to: Organization, *, school: str = "", by, at) -> Confirmation:
    """Ask for somebody's word about a declared certificate, and tell them. The caller holds the transaction."""
    trainee = certification.trainee
    if not may_ask(trainee.user):
        raise Denied(
            _("Nobody is asked while somebody acts for the person, nor under 18 before a parent or guardian agrees.")
        )
    asked = Confirmation.objects.create(
        certification=certification,
        organization=to,
        school=school,
        wording=wording(to),
        version=VERSION,
        language=get_language() or trainee.user.language,
        asked_at=at,
    )
    record(
        "certification.asked", certification, by=by, at=at, trainee=trainee.pk, credential=certification.credential_id
    )
    data = {"certification": certification.pk, "credential": certification.credential_id, "school": school}
    key = f"certification:{certification.pk}:asked:{at:%Y%m%d%H%M%S%f}"
    posts = [outbox.Post(person, "certificate_declared", topics.REFERRALS, key, data, PAGE) for person in people_of(to)]
    outbox.post_all(posts, at=at)
    if school:
        todo.ask(
            CALL, topic=topics.REFERRALS, once_key=key, organization=to, about=certification, data=data, path=PAGE,
            due_on=timezone.localdate(at) + timedelta(days=waiting.DAYS[0]), at=at,
        )  # fmt: skip
    return asked


def unask(certification: Certification, *, by, at) -> bool:
    """The person no longer wants them to see it; whether anybody was asked. The caller holds the transaction."""
    rows = Confirmation.objects.filter(certification=certification, certification__trainee__user=by)
    rows = rows.filter(certification__state=Certification.State.RECORDED)
    if not rows.delete()[0]:
        return False
    settle(certification, by=by, at=at)
    facts = {"trainee": certification.trainee_id, "credential": certification.credential_id}
    record("certification.unasked", certification, by=by, at=at, **facts)
    return True


def settle(certification: Certification, *, by, at) -> None:
    """Nobody has to ask the school any more."""
    rows = Task.objects.filter(kind__in=[CALL, waiting.CERTIFICATE], about_type="certification")
    rows = rows.filter(about_id=certification.pk, done_at=None)
    rows.update(done_at=at, done_by=by)


def close(certification: Certification, *, by, at) -> None:
    """It was declined: whoever was asked no longer sees it for that."""
    Confirmation.objects.filter(certification=certification, certification__state=Certification.State.RECORDED).delete()
    settle(certification, by=by, at=at)


def confirmers(user) -> list[Organization]:
    """For whom a person confirms certificates: organizations that train; coalitions, for their coordinators."""
    found = organizations_of(user, *Organization.TRAINS)
    if is_coordinator(user):
        coalitions = Membership.objects.coordinating().filter(user=user).values_list("organization", flat=True)
        found += [body for body in organizations_of(user, Organization.Kind.COALITION) if body.pk in set(coalitions)]
    return found


def asked_of(certification: Certification) -> Organization | None:
    """Who was asked by name."""
    asked = Confirmation.objects.select_related("organization").filter(certification=certification).first()
    return asked.organization if asked else None


def asked_of_us(user, certification: Certification) -> Organization | None:
    """Who is asked, where the person confirms for it."""
    rows = Confirmation.objects.shared().select_related("organization").filter(certification=certification)
    body = asked.organization if (asked := rows.first()) else None
    return body if body and acts_for(user, body) and body in confirmers(user) else None


# --- In words ---------------------------------------------------------------------------------------------------------
def _name(data: dict) -> str:
    credential = Credential.objects.filter(pk=data["credential"]).first()
    return credential.short if credential else data["credential"]


def declared(notice) -> Message:
    """To those whose word is asked; the name is on the page."""
    values = {"credential": _name(notice.data), "school": notice.data["school"]}
    said = _("A person wrote down that they hold %(credential)s, and that you gave it.")
    if notice.data["school"]:
        said = _(
            "A person wrote down that they hold %(credential)s, given by %(school)s. Please ask there if it is so."
        )
    return Message(
        subject=_("A certificate waits for your word: %(credential)s") % values,
        paragraphs=[said % values, _("It counts for openings only after you confirm it.")],
        actions=[Action(_("See who it is, and answer"), notice.path)],
    )


def still_waits(notice) -> bool:
    """Whether nobody gave their word meanwhile, and the reader is still asked."""
    rows = Confirmation.objects.shared().filter(certification=notice.data["certification"])
    asked = rows.select_related("organization").first()
    return asked is not None and any(person.pk == notice.user_id for person in people_of(asked.organization))


def to_call(task) -> Message:
    """To the coordinators: a school that is not on this site is to be asked."""
    values = {"credential": _name(task.data), "school": task.data["school"]}
    return Message(
        subject=_("Ask %(school)s about a certificate") % values,
        paragraphs=[
            _("A person wrote down that they hold %(credential)s, given by %(school)s. Please ask there if it is so.")
            % values
        ],
        actions=[Action(_("See who it is, and answer"), task.path)],
    )


register("certificate_declared", declared, still_waits)
todo.register(CALL, to_call)
