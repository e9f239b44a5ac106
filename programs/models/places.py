import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts import consents
from accounts.models import Erasure, Guardian, Membership, Organization, TraineeProfile
from accounts.policies import is_coordinator, memberships_of

from .catalogue import Program
from .cohorts import Cohort


def _asked_of(user) -> Q:
    bodies = [m.organization_id for m in memberships_of(user) if m.role != Membership.Role.FACILITATOR]
    return Q(to__in=bodies)


class PlaceRequestQuerySet(models.QuerySet):
    def shared(self, at):
        """Those whose name and contact the asked may read at this moment.

        Taken back, they may not; nor once the answer is old, nor while the person asks to be erased, nor while a parent
        or guardian of somebody under 18 does not agree. To which words they agreed is settled when a place is asked for
        (policies): what was asked under the first, which named no school, goes on.
        """
        leaving = Erasure.objects.filter(person=OuterRef("trainee__user__public_id"), done_at=None)
        parent = Guardian.objects.standing().filter(user=OuterRef("trainee__user"))
        return self.filter(
            Q(state=PlaceRequest.State.ASKED)
            | Q(state=PlaceRequest.State.ANSWERED, answered_at__gt=at - PlaceRequest.SHOWN_AFTER_ANSWER),
            Q(trainee__is_minor=False) | Exists(parent),
            ~Exists(leaving),
            trainee__user__is_active=True,
        )

    def visible_to(self, user, *, at):
        """What was asked of one's organizations; and for coordinators of those who share their record with them."""
        seen = _asked_of(user)
        if is_coordinator(user):
            seen |= Q(trainee__user__in=consents.sharing_record(user))
        return self.shared(at).filter(seen)

    def answerable_by(self, user, *, at):
        """What was asked of one's organizations."""
        return self.shared(at).filter(_asked_of(user))

    def of(self, user):
        """What a person asked for, the latest first."""
        return self.filter(trainee__user=user).order_by("-asked_at", "-pk")


class PlaceRequest(models.Model):
    """A person asks for a place in a program. Asking is agreeing that the asked see name, contact and language.

    The words they agreed to stand in the row, as in a consent: it is one, for one school and one question.
    """

    class State(models.TextChoices):
        ASKED = "asked", _("waits for an answer")
        ANSWERED = "answered", _("answered")
        WITHDRAWN = "withdrawn", _("taken back")

    class Answer(models.TextChoices):
        COME = "come", _("there is a place: come")
        FULL = "full", _("it is full")
        NOT_YET = "not_yet", _("not yet")
        OTHER = "other", _("another class fits better")

    SHOWN_AFTER_ANSWER = timedelta(days=90)

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    trainee = models.ForeignKey(TraineeProfile, models.CASCADE, related_name="place_requests")
    program = models.ForeignKey(Program, models.PROTECT, related_name="place_requests")
    cohort = models.ForeignKey(Cohort, models.PROTECT, null=True, blank=True, related_name="place_requests")
    # Who was asked: the provider; where nobody of it is on this site, the coalition that calls it.
    to = models.ForeignKey(Organization, models.PROTECT, related_name="place_requests")
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    wording = models.TextField()
    version = models.CharField(max_length=20)
    language = models.CharField(max_length=5)
    asked_at = models.DateTimeField()
    rung = models.PositiveSmallIntegerField(default=0, db_default=0)  # reminders of an answer that is late
    answer = models.CharField(max_length=10, choices=Answer.choices, blank=True)
    answer_on = models.DateField(null=True, blank=True)  # not yet: when to ask again, or when it starts
    other = models.ForeignKey(Cohort, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(max_length=500, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = PlaceRequestQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["trainee", "program"], condition=Q(state="asked"), name="place_request_waits_once"
            ),
            models.CheckConstraint(
                condition=~Q(state="answered") | Q(answered_at__isnull=False) & ~Q(answer=""),
                name="place_request_answered_says_what",
                violation_error_message=_("An answer needs what was answered, and when."),
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | Q(withdrawn_at__isnull=False),
                name="place_request_withdrawn_has_a_time",
                violation_error_message=_("What was taken back needs the time it was."),
            ),
        ]
        indexes = [models.Index(fields=["to", "state", "asked_at"], name="place_request_of_asked")]

    def __str__(self):
        return f"{self.trainee_id}: {self.program_id}"

    @property
    def is_call(self) -> bool:
        """Whether coordinators have to call the provider, of which nobody is on this site."""
        return self.to_id != self.program.provider_id

    @property
    def may_ask_again(self) -> bool:
        """Whether the answer leaves something to ask for."""
        return self.state == self.State.ANSWERED and self.answer != self.Answer.COME
