"""The five steps of the walk, each done or not as the database says."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from imports.models import Batch
from matching import live
from matching.models import Match
from notifications.models import Delivery, Way
from pipeline.cast import BY_KEY
from placements.models import Referral
from programs.models import Certification

from . import sheets

KINDS = ("matches", "people")  # the notices that matching posts


@dataclass(frozen=True)
class Counts:
    """What came of the last sheet so far."""

    certifications: int = 0
    matches: int = 0
    near: int = 0
    queued: int = 0
    sent: int = 0

    @property
    def seen(self) -> str:
        """Names this standing, so that an unchanged one need not be sent again."""
        return f"{self.certifications}-{self.matches}-{self.near}-{self.queued}-{self.sent}"


@dataclass(frozen=True)
class Walk:
    """Where the visitor is. The steps are: upload, matches, messages, yes, board."""

    newcomer: User | None
    batch: Batch | None
    counts: Counts
    match: Match | None
    referral: Referral | None
    done: tuple[bool, bool, bool, bool, bool]

    @property
    def states(self) -> list[str]:
        """ "done", "now" or "next" of each step."""
        now = self.done.index(False) if False in self.done else None
        return ["done" if done else "now" if step == now else "next" for step, done in enumerate(self.done)]

    @property
    def finished(self) -> bool:
        return all(self.done)

    @property
    def settled(self) -> bool:
        """Whether nothing more is to be expected of the last sheet."""
        return self.counts.sent > 0 and not self.counts.queued

    @property
    def answer_path(self) -> str:
        """Where the newcomer answers: the match itself once there is one."""
        return reverse("match", args=[self.match.public_id]) if self.match else reverse("trainee_home")


def newcomer() -> User | None:
    """The person of the sample sheet, once a sheet brought her in."""
    return User.objects.filter(email=sheets.NEWCOMER.email, trainee__isnull=False).first()


def look() -> Walk:
    """Read how far the walk has come."""
    person = newcomer()
    brought = Batch.objects.filter(kind="completers", state=Batch.State.IMPORTED).order_by("-imported_at", "-pk")
    batch = brought.defer("sheet").first()
    counts = count(batch) if batch else Counts()
    matches = (
        Match.objects.filter(trainee__user=person).exclude(state=Match.State.ENDED) if person else Match.objects.none()
    )
    match = matches.filter(state__in=[Match.State.FITS, Match.State.ASK]).order_by("state", "pk").last()
    referral = Referral.objects.filter(trainee__user=person).order_by("pk").first() if person else None
    told = (
        Delivery.objects.filter(user=person, notice__kind="matches", state=Delivery.State.SENT).exists()
        if person
        else False
    )
    answered = bool(referral and referral.state in Referral.SHOWN)
    coordinator = User.objects.filter(email=BY_KEY["carla"].email).first()
    looked = bool(answered and coordinator and coordinator.last_login and coordinator.last_login > referral.answered_at)
    return Walk(person, batch, counts, match, referral, (bool(person), bool(match), told, answered, looked))


def count(batch: Batch) -> Counts:
    """What came of this sheet: its certificates, the matches of their people, the messages about them."""
    made = [
        effect["pk"]
        for effects in batch.rows.values_list("effects", flat=True)
        for effect in effects
        if effect.get("made") and effect.get("model") == "programs.certification"
    ]
    people = set(Certification.objects.filter(pk__in=made).values_list("trainee_id", flat=True))
    since = batch.imported_at
    matches = Match.objects.filter(trainee__in=people, since__gte=since).exclude(state=Match.State.ENDED)
    near = [pair for pair in live.of_people(people, timezone.localdate()) if pair.state == "near"] if people else []
    # Emails leave at any hour; a text may be held for the morning.
    messages = Delivery.objects.filter(notice__kind__in=KINDS, channel=Way.EMAIL, created_at__gte=since)
    waiting = [Delivery.State.QUEUED, Delivery.State.SENDING, Delivery.State.WAITING]
    return Counts(
        certifications=len(made),
        matches=matches.count(),
        near=len(near),
        queued=messages.filter(state__in=waiting).count(),
        sent=messages.filter(state=Delivery.State.SENT).count(),
    )
