"""The papers and links of a council, found again by their words.

Files lie in the database: they are in its backups, no folder has to be shared, and nothing can be reached past the page
that asks who may (docs/adr/0015).
"""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.speech import spoken

from .council import Council


class ResourceQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Public ones of councils the reader sees; the council's for who takes part; the committee's for who leads."""
        from .. import policies

        found = Q(council__is_public=True, audience=Resource.Audience.PUBLIC)
        if policies.is_coordinator(user):
            found |= ~Q(audience=Resource.Audience.COMMITTEE)  # of councils they work for, the rest too
        for council, roles in policies.councils_of(user).items():
            inner = Q(council=council)
            if not roles & Resource.COMMITTEE:
                inner &= ~Q(audience=Resource.Audience.COMMITTEE)
            found |= inner
        return self.filter(found)


class Resource(models.Model):
    """One paper or link, in its newest version; earlier ones stay."""

    class Audience(models.TextChoices):
        PUBLIC = "public", _("everybody")
        COUNCIL = "council", _("everybody who takes part in the council")
        COMMITTEE = "committee", _("the chair, the facilitators and the staff")

    COMMITTEE = {"chair", "facilitator", "staff"}

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    council = models.ForeignKey(Council, models.CASCADE, related_name="resources")
    title_en = models.CharField(_("title"), max_length=200)
    title_es = models.CharField(_("title in Spanish"), max_length=200, blank=True)
    summary_en = models.TextField(_("what it is good for"), blank=True)
    summary_es = models.TextField(_("what it is good for, in Spanish"), blank=True)
    url = models.URLField(_("link"), max_length=500, blank=True)
    tags = ArrayField(models.CharField(max_length=40), verbose_name=_("tags"), default=list, blank=True)
    audience = models.CharField(_("who may read it"), max_length=10, choices=Audience.choices, default=Audience.COUNCIL)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    review_on = models.DateField(_("to be looked through by"))
    changed_on = models.DateField()
    # The words of the newest files, where they could be read safely.
    body_en = models.TextField(blank=True)
    body_es = models.TextField(blank=True)
    tag_words = models.TextField(blank=True)
    found_en = models.GeneratedField(
        expression=SearchVector("title_en", weight="A", config="english")
        + SearchVector("tag_words", weight="B", config="english")
        + SearchVector("summary_en", weight="B", config="english")
        + SearchVector("body_en", weight="C", config="english"),
        output_field=SearchVectorField(),
        db_persist=True,
    )
    found_es = models.GeneratedField(
        expression=SearchVector("title_es", weight="A", config="spanish")
        + SearchVector("tag_words", weight="B", config="spanish")
        + SearchVector("summary_es", weight="B", config="spanish")
        + SearchVector("body_es", weight="C", config="spanish"),
        output_field=SearchVectorField(),
        db_persist=True,
    )
    is_example = models.BooleanField(default=False)

    objects = ResourceQuerySet.as_manager()

    class Meta:
        ordering = ["-changed_on", "-pk"]
        indexes = [GinIndex(fields=["found_en"]), GinIndex(fields=["found_es"])]

    def __str__(self):
        return self.title

    @property
    def title(self):
        return spoken(self.title_en, self.title_es)

    @property
    def summary(self):
        return spoken(self.summary_en, self.summary_es)


class Version(models.Model):
    """A file of a resource as it was brought in. The same bytes are one version."""

    class Language(models.TextChoices):
        EN = "en", _("English")
        ES = "es", _("Spanish")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    resource = models.ForeignKey(Resource, models.CASCADE, related_name="versions")
    language = models.CharField(_("language"), max_length=2, choices=Language.choices, default=Language.EN)
    number = models.PositiveSmallIntegerField()
    file_name = models.CharField(max_length=150)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    is_searched = models.BooleanField(default=False)  # whether its words are found, not only its title
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    note = models.CharField(_("what is new"), max_length=200, blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["language", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["resource", "language", "number"], name="version_number_once"),
            models.UniqueConstraint(fields=["resource", "language", "sha256"], name="version_content_once"),
        ]

    def __str__(self):
        return f"{self.file_name} {self.number}"
