import uuid

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..folding import folded

zip_validator = RegexValidator(r"^\d{5}$", _("A ZIP code has five digits, for example 92335."))


class Shift(models.TextChoices):
    DAY = "day", _("days")
    SWING = "swing", _("evenings")
    NIGHT = "night", _("nights")
    WEEKEND = "weekend", _("weekends")


class License(models.TextChoices):
    NONE = "", _("no driver's license")
    C = "C", _("driver's license (class C)")
    B = "B", _("commercial license, class B")
    A = "A", _("commercial license, class A")


class Language(models.TextChoices):
    """Languages used at work that an opening may ask for."""

    EN = "en", _("English")
    ES = "es", _("Spanish")
    PA = "pa", _("Punjabi")
    HMN = "hmn", _("Hmong")
    TL = "tl", _("Tagalog")
    VI = "vi", _("Vietnamese")


class UserManager(BaseUserManager):
    def create_user(self, email=None, password=None, **fields):
        user = self.model(email=self.normalize(email), **fields)
        if password:
            user.set_password(password)
        else:
            user.set_unusable_password()
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    @staticmethod
    def normalize(email):
        """Addresses are kept in lower case, so that one mailbox is one person; no address is NULL, never ''."""
        return email.strip().lower() if email and email.strip() else None


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in, or a trainee a provider told us of. Email and phone may each be absent."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    full_name = models.CharField(_("name"), max_length=150)
    email = models.EmailField(_("email"), unique=True, null=True, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True, db_index=True)  # E.164
    phone_verified_at = models.DateTimeField(null=True, blank=True)
    language = models.CharField(
        _("language"), max_length=5, choices=[("en", _("English")), ("es", _("Spanish"))], default="en"
    )
    time_zone = models.CharField(max_length=40, default="America/Los_Angeles")
    is_example = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    date_joined = models.DateTimeField(default=timezone.now)

    # While somebody acts for this person in a request: who, and for which organization, by row number.
    helped_by: tuple[int, int] | None = None

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        ordering = ["full_name", "pk"]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_any_case_once"),
            models.UniqueConstraint(
                fields=["phone"], condition=models.Q(phone_verified_at__isnull=False), name="user_verified_phone_once"
            ),
        ]
        # Parts of a name or number are looked for among everybody (accounts/finding.py).
        indexes = [
            GinIndex(OpClass(folded("full_name"), name="gin_trgm_ops"), name="user_name_trgm"),
            GinIndex(fields=["phone"], opclasses=["gin_trgm_ops"], name="user_phone_trgm"),
        ]

    def __str__(self):
        return self.full_name or self.email or f"#{self.pk}"

    def get_full_name(self):
        return self.full_name

    def get_short_name(self):
        return self.full_name.split(" ")[0] if self.full_name else ""

    def save(self, *args, **kwargs):
        self.email = UserManager.normalize(self.email)
        super().save(*args, **kwargs)

    @property
    def is_trainee(self):
        return hasattr(self, "trainee")


class TraineeProfile(models.Model):
    """What matching needs to know of a trainee, and nothing else."""

    user = models.OneToOneField(User, models.CASCADE, related_name="trainee")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    zip = models.CharField(_("home ZIP code"), max_length=5, blank=True, validators=[zip_validator])
    miles = models.PositiveSmallIntegerField(_("miles you can travel"), default=25, validators=[MaxValueValidator(200)])
    has_transport = models.BooleanField(_("I have a way to get to work"), null=True, blank=True)
    shifts = ArrayField(
        models.CharField(max_length=10, choices=Shift.choices),
        verbose_name=_("shifts you can work"),
        default=list,
        blank=True,
    )
    wage_wish_cents = models.PositiveIntegerField(_("lowest hourly pay you would take"), null=True, blank=True)
    license = models.CharField(_("driver's license"), max_length=1, choices=License.choices, null=True, blank=True)
    languages = ArrayField(
        models.CharField(max_length=5, choices=Language.choices),
        verbose_name=_("languages you work in"),
        default=list,
        blank=True,
    )
    available_from = models.DateField(_("when you can start"), null=True, blank=True)
    # In which language people should talk with the person, and write to them; matching reads neither.
    spoken = models.CharField(
        _("language to talk with you"), max_length=5, choices=Language.choices, default="", db_default="", blank=True
    )
    written = models.CharField(
        _("language to write to you"), max_length=5, choices=Language.choices, default="", db_default="", blank=True
    )
    # No date of birth: only this. Then nothing is matched or shared until a parent or guardian has agreed.
    is_minor = models.BooleanField(_("I am under 18"), default=False, db_default=False)
    county = models.CharField(max_length=60, blank=True)
    # Whoever found work is suggested no openings until they look again (accounts/seeking.py).
    looking = models.BooleanField(_("I look for work"), default=True, db_default=True)
    # The coordinator who owns the next step while nobody else does.
    coordinator = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="coordinates")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(miles__lte=200),
                name="trainee_miles_at_most_200",
                violation_error_message=_("The farthest that can be matched is 200 miles."),
            )
        ]

    def __str__(self):
        return str(self.user)
