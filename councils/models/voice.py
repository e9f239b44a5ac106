"""What workers raise: testimony with a name and without, and the themes a council makes of it.

What comes without a name lies in the council's box (councils/voices/box.py), where it has no row, no time and no order
of its own, until at least five lie there together. docs/adr/0014 says why, and what this cannot do.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.speech import spoken

from .council import Council


class Box(models.Model):
    """What lies in a council's box, all of it as one sealed piece. A row exists once somebody wrote, ever."""

    council = models.OneToOneField(Council, models.CASCADE, primary_key=True, related_name="box")
    sealed = models.BinaryField()

    def __str__(self):
        return f"box of {self.council_id}"


class VoiceQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The chair and the facilitators read all of theirs; members what was not for those alone; a person their own.

        Nobody else does: not the staff, not coordinators, not administrators.
        """
        from .. import policies

        if not user.is_authenticated:
            return self.none()
        found = Q(author=user)
        for council, roles in policies.councils_of(user).items():
            if roles & {policies.CHAIR, policies.FACILITATOR}:
                found |= Q(council=council)
            elif policies.MEMBER in roles:
                found |= Q(council=council) & ~Q(visibility=Voice.Visibility.FACILITATORS)
        return self.filter(found)

    def standing(self):
        """Those that were not taken back."""
        return self.filter(is_withdrawn=False)


class Voice(models.Model):
    """One testimony that a council received. Without a name, there is no time in it but the day of its release."""

    class Visibility(models.TextChoices):
        FACILITATORS = "facilitators", _("Only the chair and the facilitators read it.")
        COUNCIL = "council", _("The council reads it. Nothing of it is quoted outside.")
        UNNAMED = "unnamed", _("The council reads it, and a sentence of it may be quoted without a name.")
        NAMED = "named", _("The council reads it with my name, and a sentence of it may be quoted with my name.")

    QUOTABLE = (Visibility.UNNAMED, Visibility.NAMED)

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    council = models.ForeignKey(Council, models.CASCADE, related_name="voices")
    # Who wrote it, if they gave their name; else only the hash of a code that they alone hold.
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="voices")
    receipt = models.CharField(max_length=64, null=True, blank=True, unique=True)
    words = models.TextField()
    language = models.CharField(max_length=5)
    visibility = models.CharField(max_length=12, choices=Visibility.choices)
    # With a name: the day it was sent. Without: the day the box was emptied, for all in it the same.
    received_on = models.DateField()
    answer = models.TextField(blank=True)
    answered_on = models.DateField(null=True, blank=True)
    is_withdrawn = models.BooleanField(default=False)

    objects = VoiceQuerySet.as_manager()

    class Meta:
        ordering = ["-received_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(author__isnull=True) | Q(receipt__isnull=True),
                name="voice_has_a_name_or_a_receipt",
                violation_error_message=_("What is sent without a name belongs to no account."),
            ),
            models.CheckConstraint(
                condition=~Q(visibility="named") | Q(author__isnull=False),
                name="voice_named_has_a_name",
                violation_error_message=_("Only what is sent with a name can be quoted with it."),
            ),
            models.CheckConstraint(
                condition=Q(is_withdrawn=False) | Q(words=""),
                name="voice_withdrawn_is_empty",
                violation_error_message=_("What was taken back holds no words any more."),
            ),
        ]

    def __str__(self):
        return f"voice {self.public_id}"


class ThemeQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Published themes of councils the reader may see; the rest is for who takes part."""
        from .. import policies

        seen = self.filter(council__in=Council.objects.visible_to(user))
        if policies.is_coordinator(user):
            return seen
        return seen.filter(Q(is_public=True) | Q(council__in=policies.councils_of(user)))


class Theme(models.Model):
    """Something that several testimonies have in common: a subject of the council, never a fact about a person."""

    class Kind(models.TextChoices):
        RACE = "race", _("race")
        GENDER = "gender", _("gender")
        IMMIGRATION = "immigration", _("immigration")
        INCOME = "income", _("income and cost of living")
        SAFETY = "safety", _("safety")
        CHILDCARE = "childcare", _("childcare")
        TRANSPORT = "transport", _("transport")
        LANGUAGE = "language", _("language")
        HOURS = "hours", _("hours and shifts")
        TRAINING = "training", _("training")
        HIRING = "hiring", _("hiring")
        OTHER = "other", _("something else")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    council = models.ForeignKey(Council, models.CASCADE, related_name="themes")
    kind = models.CharField(_("about"), max_length=12, choices=Kind.choices, default=Kind.OTHER)
    name_en = models.CharField(_("name"), max_length=120)
    name_es = models.CharField(_("name in Spanish"), max_length=120, blank=True)
    summary_en = models.TextField(_("what people say, in short"), blank=True)
    summary_es = models.TextField(_("what people say, in short, in Spanish"), blank=True)
    is_public = models.BooleanField(_("everybody may read this theme"), default=False)
    voices = models.ManyToManyField(Voice, related_name="themes", blank=True)

    objects = ThemeQuerySet.as_manager()

    class Meta:
        ordering = ["name_en", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "name_en"],
                name="theme_once_per_council",
                violation_error_message=_("This council has a theme of that name already."),
            )
        ]

    def __str__(self):
        return self.name

    @property
    def name(self):
        return spoken(self.name_en, self.name_es)

    @property
    def summary(self):
        return spoken(self.summary_en, self.summary_es)


class Quote(models.Model):
    """A sentence out of a testimony, word for word, shown with a theme once enough people raised it."""

    theme = models.ForeignKey(Theme, models.CASCADE, related_name="quotes")
    voice = models.ForeignKey(Voice, models.CASCADE, related_name="quotes")
    words = models.CharField(max_length=400)

    class Meta:
        ordering = ["words", "pk"]  # by the alphabet: not by when it came
        constraints = [models.UniqueConstraint(fields=["theme", "voice"], name="quote_once_per_voice_and_theme")]

    def __str__(self):
        return self.words
