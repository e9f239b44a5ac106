"""What training leaves about a person: trades wished, programs completed, certificates."""

from django.utils.translation import gettext_lazy as _

from accounts.record.registry import blank, delete, known_by, nobodys, of_trainee, personal
from notifications.models import Task

from .models import Enrollment


def _given(user):
    """What providers wrote on their sheets, which may differ from the account."""
    rows = list(Enrollment.objects.filter(trainee__user=user).values_list("given_email", "given_phone"))
    return [email for email, _phone in rows], [phone for _email, phone in rows]


def _no_longer_asked(rows, subject, at) -> None:
    """Nobody has to call for them any more, either."""
    Task.objects.filter(about_type="placerequest", about_id__in=rows.values("pk")).delete()
    rows.delete()


def _no_longer_confirmed(rows, subject, at) -> None:
    """Nobody has to ask a school about them any more, either."""
    Task.objects.filter(about_type="certification", about_id__in=rows.values("certification")).delete()
    rows.delete()


known_by(_given)

personal(
    "programs.TradeWish",
    _("Trades I want to work in"),
    whose=of_trainee("trainee"),
    show=("occupation__title_en",),
    covers=("trainee",),
    erase=delete,
)
personal(
    "programs.Enrollment",
    _("Programs I completed"),
    whose=of_trainee("trainee"),
    show=(
        *("program__name", "provider__name", "provider_ref", "given_name", "given_email", "given_phone"),
        *("completed_on", "created_at"),
    ),
    covers=("trainee",),
    erase=blank(provider_ref="", given_name="", given_email="", given_phone=""),
    stays=_("That somebody completed the program, without a name: the provider's counts need it."),
)
personal(
    "programs.Certification",
    _("My certificates"),
    whose=of_trainee("trainee"),
    show=("credential__name_en", "provider__name", "level", "state", "issued_on", "expires_on", "revoked_reason"),
    covers=("trainee", "verified_by"),
    erase=blank(revoked_reason=""),
    stays=_("That somebody got the certificate on that day, without a name: the counts of training need it."),
)
personal(
    "programs.PlaceRequest",
    _("Places in classes I asked for"),
    whose=of_trainee("trainee"),
    show=(
        *("program__name", "cohort__starts_on", "to__name", "state", "wording", "version", "language", "asked_at"),
        *("answer", "answer_on", "other__program__name", "other__starts_on", "note", "answered_at", "withdrawn_at"),
    ),
    covers=("trainee", "answered_by", "rung"),
    erase=_no_longer_asked,
)
personal(
    "programs.Confirmation",
    _("Whom I asked to confirm a certificate"),
    whose=of_trainee("certification__trainee"),
    show=("certification__credential__name_en", "organization__name", "school", "wording", "version", "asked_at"),
    covers=("certification", "language", "rung"),
    erase=_no_longer_confirmed,
)

nobodys("programs.Program", "Public: a program's own name and place.")
nobodys("programs.Cohort", "Public: when and where a class is.")
