import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from accounts.speech import spoken


class Occupation(models.Model):
    """A trade. Source: O*NET 30.1, US Department of Labor/ETA, CC BY 4.0; Spanish titles and words are ours."""

    code = models.CharField(max_length=10, primary_key=True)  # "51-4121.00"
    title_en = models.CharField(max_length=150)
    title_es = models.CharField(max_length=150, blank=True)
    description_en = models.TextField(blank=True)
    job_zone = models.PositiveSmallIntegerField(null=True, blank=True)
    # Hourly wages in the region, in cents. Source: BLS OEWS May 2024, Riverside-San Bernardino-Ontario.
    wage_p10_cents = models.PositiveIntegerField(null=True, blank=True)
    wage_median_cents = models.PositiveIntegerField(null=True, blank=True)
    wage_p90_cents = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["title_en"]

    def __str__(self):
        return self.title

    @property
    def title(self):
        return spoken(self.title_en, self.title_es)


class OccupationWord(models.Model):
    """A word or phrase by which people look for an occupation: "soldador", "SMAW", "forklift driver"."""

    occupation = models.ForeignKey(Occupation, models.CASCADE, related_name="words")
    word = models.CharField(max_length=150)
    language = models.CharField(max_length=5, default="en")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["occupation", "word"], name="word_once_per_occupation")]

    def __str__(self):
        return self.word


class Credential(models.Model):
    """A kind of certificate. Issuer and name together are its identity: AWS is a welding society and a cloud."""

    class Validity(models.TextChoices):
        NONE = "none", _("does not expire")
        FIXED = "fixed", _("fixed term")
        EMPLOYER = "employer", _("re-evaluation by each employer")
        REFRESHER = "refresher", _("yearly refresher")
        CONTINUITY = "continuity", _("stays valid while the work is practiced")
        HOURS_CE = "hours_ce", _("hours of work and continuing education")

    key = models.SlugField(max_length=40, primary_key=True)
    name_en = models.CharField(max_length=200)
    name_es = models.CharField(max_length=200, blank=True)
    short_en = models.CharField(max_length=60, blank=True)  # "OSHA 10", for cards and messages
    short_es = models.CharField(max_length=60, blank=True)
    issuer = models.CharField(max_length=200)
    validity = models.CharField(max_length=12, choices=Validity.choices, default=Validity.NONE)
    term_months = models.PositiveSmallIntegerField(null=True, blank=True)
    rule_en = models.CharField(max_length=300, blank=True)  # what keeps it valid, in plain words
    rule_es = models.CharField(max_length=300, blank=True)
    # Trades this credential commonly leads to: what a person with it is matched for until they name their own wishes.
    occupations = models.ManyToManyField(Occupation, related_name="credentials", blank=True)
    names = ArrayField(models.CharField(max_length=120), default=list, blank=True)  # as providers write it in sheets
    source = models.CharField(max_length=400, blank=True)
    confidence = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["name_en"]
        constraints = [
            models.UniqueConstraint(fields=["issuer", "name_en"], name="credential_issuer_and_name_once"),
            models.CheckConstraint(
                condition=models.Q(validity="none") | models.Q(term_months__isnull=False),
                name="credential_term_unless_it_never_ends",
                violation_error_message=_("A credential that can end needs its term in months."),
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def name(self):
        return spoken(self.name_en, self.name_es)

    @property
    def short(self):
        return spoken(self.short_en, self.short_es) or self.name

    @property
    def rule(self):
        return spoken(self.rule_en, self.rule_es)


class Program(models.Model):
    """A pre-apprenticeship, certificate course, registered apprenticeship or service, with its public source."""

    class Kind(models.TextChoices):
        PREAPPRENTICESHIP = "preapprenticeship", _("Pre-apprenticeship")
        CERTIFICATE = "certificate", _("Certificate course")
        APPRENTICESHIP = "apprenticeship", _("Registered apprenticeship")
        SERVICE = "service", _("Support or agreement")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    external_id = models.CharField(max_length=80)  # the source's own id; with the provider, the row's identity
    provider = models.ForeignKey(Organization, models.PROTECT, related_name="programs")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    name = models.CharField(_("name"), max_length=250)
    name_es = models.CharField(_("name in Spanish"), max_length=250, blank=True)
    summary_en = models.TextField(blank=True)
    summary_es = models.TextField(blank=True)
    partner = models.CharField(_("union or apprenticeship committee"), max_length=250, blank=True)
    sector = models.CharField(_("trade or sector"), max_length=200, blank=True)
    occupations = models.ManyToManyField(Occupation, related_name="programs", blank=True)
    credentials = models.ManyToManyField(Credential, related_name="programs", blank=True)
    city = models.CharField(_("city"), max_length=120, blank=True)
    county = models.CharField(_("county"), max_length=120, blank=True)
    state = models.CharField(max_length=2, blank=True, default="CA")
    region = models.CharField(_("region"), max_length=120, blank=True)
    zip = models.CharField(_("ZIP code"), max_length=5, blank=True, db_index=True)
    # True when the source names only the city and the ZIP code is that of its middle.
    zip_is_city = models.BooleanField(default=False)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    length = models.CharField(_("how long"), max_length=200, blank=True)
    hours_classroom = models.CharField(_("hours in class"), max_length=200, blank=True)
    hours_job = models.CharField(_("hours on the job"), max_length=200, blank=True)
    cost = models.CharField(_("cost to you"), max_length=300, blank=True)
    pay = models.CharField(_("pay while you train"), max_length=300, blank=True)
    certificates = models.CharField(_("what you get"), max_length=400, blank=True)
    eligibility = models.TextField(_("who can join"), blank=True)
    notes = models.TextField(_("good to know"), blank=True)
    website = models.URLField(max_length=500, blank=True)
    as_of = models.CharField(max_length=40, blank=True)  # as the source prints it: "2019-06", "2020-2025"
    source = models.CharField(max_length=500, blank=True)
    confirmed_on = models.DateField(null=True, blank=True)  # when the provider last confirmed it here
    is_open = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["provider", "external_id"], name="program_once_per_provider"),
        ]
        indexes = [GinIndex(fields=["name"], opclasses=["gin_trgm_ops"], name="program_name_trgm")]

    def __str__(self):
        return self.name

    @property
    def title(self):
        return spoken(self.name, self.name_es)

    @property
    def title_language(self):
        """The language the title is really in, to mark it when it is not the reader's."""
        return "es" if get_language() == "es" and self.name_es else "en"

    @property
    def summary(self):
        return spoken(self.summary_en, self.summary_es)
