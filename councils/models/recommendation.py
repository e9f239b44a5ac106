"""What a council asks somebody to change, what came of it, and the figure it should move."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from accounts.speech import spoken
from ledger import figures

from .council import Council
from .decision import Decision
from .meeting import AgendaItem, Meeting
from .voice import Theme


class Language(models.TextChoices):
    """In which an answer was given."""

    EN = "en", _("English")
    ES = "es", _("Spanish")


class RecommendationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """From its adoption on, whoever sees the council; before, those who take part, and coordinators."""
        from .. import policies

        if policies.is_coordinator(user):
            return self
        public = Q(council__is_public=True) & ~Q(state=Recommendation.State.PROPOSED)
        return self.filter(public | Q(council__in=policies.councils_of(user)))


class Recommendation(models.Model):
    """One recommendation, from proposed to done or declined, with the day of each."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        ADOPTED = "adopted", pgettext_lazy("of a recommendation", "adopted")
        SENT = "sent", pgettext_lazy("of a recommendation", "sent")
        ANSWERED = "answered", _("answered")
        ACCEPTED = "accepted", _("accepted")
        IN_PROGRESS = "in_progress", _("in progress")
        DONE = "done", pgettext_lazy("of a recommendation", "done")
        DECLINED = "declined", _("declined")

    class Addressee(models.TextChoices):
        AGENCY = "agency", _("a public agency")
        UNION = "union", _("a union")
        EMPLOYER = "employer", _("an employer")
        PROVIDER = "provider", _("a training provider")
        PARTNERSHIP = "partnership", _("this partnership")

    # Each state with the day it is known by.
    DAYS = {
        State.PROPOSED: "proposed_on",
        State.ADOPTED: "adopted_on",
        State.SENT: "sent_on",
        State.ANSWERED: "answered_on",
        State.ACCEPTED: "accepted_on",
        State.IN_PROGRESS: "started_on",
        State.DONE: "done_on",
        State.DECLINED: "declined_on",
    }

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    council = models.ForeignKey(Council, models.CASCADE, related_name="recommendations")
    title_en = models.CharField(_("title"), max_length=200)
    title_es = models.CharField(_("title in Spanish"), max_length=200, blank=True)
    text_en = models.TextField(_("what should change, and why"))
    text_es = models.TextField(_("what should change, and why, in Spanish"), blank=True)
    addressee_kind = models.CharField(_("to"), max_length=12, choices=Addressee.choices)
    addressee = models.CharField(_("name of the agency, union, employer or provider"), max_length=200, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    # What it stands on.
    themes = models.ManyToManyField(Theme, related_name="recommendations", blank=True, verbose_name=_("themes"))
    decision = models.ForeignKey(
        Decision, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("decision")
    )
    state = models.CharField(max_length=12, choices=State.choices, default=State.PROPOSED)
    proposed_on = models.DateField()
    adopted_on = models.DateField(null=True, blank=True)
    sent_on = models.DateField(null=True, blank=True)
    answered_on = models.DateField(null=True, blank=True)
    accepted_on = models.DateField(null=True, blank=True)
    started_on = models.DateField(null=True, blank=True)
    done_on = models.DateField(null=True, blank=True)
    declined_on = models.DateField(null=True, blank=True)
    answer = models.TextField(blank=True)  # the addressee's, as it was given; public
    # Its language, and what the council says it means in the other one. Answers from before we asked name none.
    answer_language = models.CharField(
        _("the language of the answer"), max_length=2, choices=Language.choices, blank=True, db_default="", default=""
    )
    answer_translated = models.TextField(
        _("the same in the other language"), max_length=5000, blank=True, db_default="", default=""
    )
    # The figure it should move (ledger/figures.py), and for whom.
    indicator = models.CharField(_("figure it should move"), max_length=60, blank=True)
    scope = models.CharField(_("measured for"), max_length=10, default=figures.REGION)
    organization = models.ForeignKey(
        Organization, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("organization")
    )
    is_example = models.BooleanField(default=False)

    objects = RecommendationQuerySet.as_manager()

    class Meta:
        ordering = ["-proposed_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    *(~Q(state=state) | Q(**{f"{day}__isnull": False}) for state, day in (
                        ("adopted", "adopted_on"), ("sent", "sent_on"), ("answered", "answered_on"),
                        ("accepted", "accepted_on"), ("in_progress", "started_on"), ("done", "done_on"),
                        ("declined", "declined_on"),
                    ))
                ),
                name="recommendation_state_has_its_day",
                violation_error_message=_("Each step of a recommendation needs its day."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["answered", "declined"]) | ~Q(answer=""),
                name="recommendation_answered_has_the_answer",
                violation_error_message=_("Please write down the answer that was given."),
            ),
        ]  # fmt: skip

    def __str__(self):
        return self.title

    @property
    def title(self):
        return spoken(self.title_en, self.title_es)

    @property
    def text(self):
        return spoken(self.text_en, self.text_es)

    @property
    def answer_spoken(self) -> tuple[str, str]:
        """The answer for the reader, and its language: as it was given, or the council's words for it in theirs."""
        if self.answer_translated and self.answer_language != get_language():
            return self.answer_translated, Language.ES if self.answer_language == Language.EN else Language.EN
        return self.answer, self.answer_language

    @property
    def measured(self):
        """The indicator, if somebody still measures it."""
        return figures.indicator(self.indicator) if self.indicator else None

    @property
    def figure_scope(self) -> figures.Scope:
        if self.scope == figures.REGION:
            return figures.Scope()
        return figures.Scope(self.scope, self.organization_id)


class Reading(models.Model):
    """A figure as it was published for one stretch of time, written down once and never changed."""

    recommendation = models.ForeignKey(Recommendation, models.CASCADE, related_name="readings")
    since = models.DateField()
    until = models.DateField()  # the first day that no longer counts
    value = models.IntegerField(null=True, blank=True)
    base = models.IntegerField(null=True, blank=True)
    is_suppressed = models.BooleanField(default=False)
    read_on = models.DateField()

    class Meta:
        ordering = ["since"]
        constraints = [models.UniqueConstraint(fields=["recommendation", "since"], name="reading_once")]

    def __str__(self):
        return f"{self.since}: {self.value}"


class Following(models.Model):
    """A wish about one recommendation: to hear of it, or, for who hears anyway, not to."""

    recommendation = models.ForeignKey(Recommendation, models.CASCADE, related_name="followings")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    is_muted = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["recommendation", "user"], name="following_once")]

    def __str__(self):
        return f"{self.user_id} and {self.recommendation_id}"


class ActionStep(models.Model):
    """Something somebody does for a recommendation by a day; undone, it comes back on each next agenda."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    recommendation = models.ForeignKey(Recommendation, models.CASCADE, related_name="steps")
    title_en = models.CharField(_("what is to be done"), max_length=200)
    title_es = models.CharField(_("what is to be done, in Spanish"), max_length=200, blank=True)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by whom")
    )
    due_on = models.DateField(_("due"))
    done_on = models.DateField(null=True, blank=True)
    # Where it came back: on which agendas.
    items = models.ManyToManyField(AgendaItem, related_name="carried_steps", blank=True)
    # From which agendas somebody took it off: there it does not come back.
    left_off = models.ManyToManyField(Meeting, related_name="+", blank=True)

    class Meta:
        ordering = ["due_on", "pk"]

    def __str__(self):
        return self.title

    @property
    def title(self):
        return spoken(self.title_en, self.title_es)
