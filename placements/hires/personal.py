"""What is kept of a person's jobs, and what both sides said of them."""

from django.utils.translation import gettext_lazy as _

from accounts.record.registry import nobodys, of_trainee, personal


def _unnamed(rows, subject, at) -> None:
    """That somebody was hired, for what pay, how long and whether local, stays; nothing says who it was."""
    rows.update(home_zip="", employer_knows=False, employer_email="", title="")


def _silent(rows, subject, at) -> None:
    """What was said stays for the figures; nobody is asked any more."""
    rows.filter(state__in=("asked", "open")).update(state="unknown", settled_at=at)


personal(
    "placements.Placement",
    _("My jobs"),
    whose=of_trainee("trainee"),
    show=(
        *("employer__name", "employer_name", "opening__title", "title", "occupation__title_en", "wage_cents"),
        *("wage_unit", "hours_a_week", "union", "project__name", "starts_on", "ended_on", "end_reason", "state"),
        *(
            "source",
            "declared_by",
            "employer_knows",
            "employer_email",
            "home_zip",
            "work_zip",
            "local_tier",
            "local_rule__name",
        ),
    ),
    covers=("trainee", "created_by", "local_miles"),
    erase=_unnamed,
    stays=_("That somebody was hired, for what pay and how long, without a name: the counts of hires need it."),
)
personal(
    "placements.CheckIn",
    _("If I was still at work"),
    whose=of_trainee("placement__trainee"),
    show=(
        *("placement__employer__name", "placement__employer_name", "days", "asked_at", "worker", "worker_at"),
        *("worker_reason", "employer", "employer_at", "hourly_cents", "state", "source"),
    ),
    erase=_silent,
    stays=_("That somebody was still at work on that day, without a name: the counts need it."),
)
nobodys("placements.Project", "A building site and its ZIP code.")
nobodys("placements.LocalRule", "A rule; who wrote it into the system is kept for the coalition's own account.")
