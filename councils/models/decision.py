"""What a council decides: by consensus or by vote, in the open or by secret ballot.

`Elector` says who may vote and whether they did; `Vote` who chose what, in an open vote only. A secret `Ballot` points
at nobody, has no time and no order, and holds its choice sealed until the vote is closed (docs/adr/0017).
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from accounts.speech import spoken

from .council import Constituency, Council
from .meeting import AgendaItem, Meeting


class Rule(models.Model):
    """By which majority a council decides. Rules are data: each council has its own, and names them."""

    class Of(models.TextChoices):
        CAST = "cast", _("of the yes and no votes")
        PRESENT = "present", _("of those present who may vote")
        SEATS = "seats", _("of all seats, vacant ones too")

    class Weight(models.TextChoices):
        SEAT = "seat", _("each seat has its votes")
        CONSTITUENCY = "constituency", _("each constituency weighs the same, however many sit for it")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    council = models.ForeignKey(Council, models.CASCADE, related_name="rules")
    name_en = models.CharField(_("name"), max_length=100)
    name_es = models.CharField(_("name in Spanish"), max_length=100, blank=True)
    top = models.PositiveSmallIntegerField(_("share: of"), default=1)  # two thirds: 2 over 3
    bottom = models.PositiveSmallIntegerField(_("share: in"), default=2)
    more_than = models.BooleanField(_("more than the share"), default=True)  # else the share itself is enough
    of = models.CharField(_("counted"), max_length=8, choices=Of.choices, default=Of.CAST)
    weight = models.CharField(_("weight"), max_length=12, choices=Weight.choices, default=Weight.SEAT)
    # Besides the whole, every constituency that votes must reach the share.
    each = models.BooleanField(_("every constituency must agree"), default=False)
    is_closed = models.BooleanField(default=False)

    class Meta:
        ordering = ["council_id", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(bottom__gte=1, top__gte=1, top__lte=F("bottom")),
                name="rule_share_is_a_share",
                violation_error_message=_("The share is a part of the whole, such as 2 in 3."),
            ),
            models.CheckConstraint(
                condition=Q(more_than=False) | Q(top__lt=F("bottom")),
                name="rule_not_more_than_all",
                violation_error_message=_("More than all cannot be asked."),
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def name(self):
        return spoken(self.name_en, self.name_es)


class DecisionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Results, of councils that publish their decisions; all, for those who take part, and coordinators."""
        from .. import policies

        if policies.is_coordinator(user):
            return self
        public = Q(council__is_public=True, council__publishes__contains=[Council.Part.DECISIONS])
        done = Q(state__in=Decision.DONE)
        return self.filter(Q(council__in=policies.councils_of(user)) | (public & done))


class Decision(models.Model):
    """One question put to a council, and what it decided, with the count as it was."""

    class Method(models.TextChoices):
        CONSENSUS = "consensus", _("consensus")
        VOTE = "vote", _("open vote")
        SECRET = "secret", _("secret ballot")

    class State(models.TextChoices):
        DRAFT = "draft", _("not put yet")
        OPEN = "open", _("being voted on")
        ADOPTED = "adopted", _("adopted")
        REJECTED = "rejected", _("rejected")
        WITHDRAWN = "withdrawn", _("withdrawn")

    DONE = (State.ADOPTED, State.REJECTED)

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    council = models.ForeignKey(Council, models.CASCADE, related_name="decisions")
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="decisions")
    item = models.ForeignKey(AgendaItem, models.SET_NULL, null=True, blank=True, related_name="decisions")
    method = models.CharField(_("how it is decided"), max_length=10, choices=Method.choices, default=Method.VOTE)
    rule = models.ForeignKey(Rule, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("majority"))
    text_en = models.TextField(_("the question, as it is put"))
    text_es = models.TextField(_("the question in Spanish"), blank=True)
    dissent = models.TextField(_("dissent, as those who dissent want it written"), blank=True)
    # Whom it concerns: those who act for these, or sit for them, are recused.
    concerns = models.ManyToManyField(Organization, related_name="+", blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    opened_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    sealing_key = models.CharField(max_length=64, blank=True)  # public half, in hexadecimal; the other is nowhere here
    result = models.JSONField(null=True, blank=True)  # the rule and the count, as they were

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ["meeting_id", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["adopted", "rejected"]) | Q(decided_at__isnull=False, result__isnull=False),
                name="decision_made_has_its_count",
                violation_error_message=_("A decision that was made needs its day and its count."),
            ),
            models.CheckConstraint(
                condition=Q(method="consensus") | Q(rule__isnull=False),
                name="decision_by_vote_has_a_rule",
                violation_error_message=_("Choose the majority by which the vote is counted."),
            ),
        ]

    def __str__(self):
        return self.text_en[:60]

    @property
    def text(self):
        return spoken(self.text_en, self.text_es)


class Elector(models.Model):
    """Somebody who may vote, fixed when the vote was opened. Of a secret vote it says that they voted, not when."""

    class Why(models.TextChoices):
        NO = "", _("not recused")
        CONCERNED = "concerned", _("acts for an organization that is concerned")
        SELF = "self", _("said so")

    decision = models.ForeignKey(Decision, models.CASCADE, related_name="electors")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    constituency = models.CharField(max_length=10, choices=Constituency.choices)
    votes = models.PositiveSmallIntegerField(default=1)
    recused = models.CharField(max_length=10, choices=Why.choices, default=Why.NO, blank=True)
    voted = models.BooleanField(default=False)

    class Meta:
        ordering = ["decision_id", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["decision", "user"], name="elector_once"),
            models.CheckConstraint(
                condition=Q(recused="") | Q(voted=False),
                name="elector_recused_did_not_vote",
                violation_error_message=_("Who is recused does not vote."),
            ),
        ]

    def __str__(self):
        return f"{self.user_id} on {self.decision_id}"


class Choice(models.TextChoices):
    """What may be answered."""

    YES = "yes", _("yes")
    NO = "no", _("no")
    ABSTAIN = "abstain", _("abstain")


class Vote(models.Model):
    """What one elector chose in an open vote."""

    elector = models.OneToOneField(Elector, models.CASCADE, related_name="vote")
    choice = models.CharField(max_length=8, choices=Choice.choices)

    class Meta:
        ordering = ["elector_id"]

    def __str__(self):
        return f"{self.elector_id}: {self.choice}"


class Ballot(models.Model):
    """One sealed choice of a secret vote. Whose it is is written nowhere."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    decision = models.ForeignKey(Decision, models.CASCADE, related_name="ballots")
    sealed = models.BinaryField()

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return "a ballot"
