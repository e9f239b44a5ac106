"""The ways through the site, by what a person is."""

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import policies
from accounts.models import Organization
from councils import policies as councils


def ways(user, path: str, *, is_trainee: bool) -> list[dict]:
    """Links of the header for this reader, the current one marked."""
    links = [(_("Training"), reverse("program_list")), (_("Openings"), reverse("opening_list"))]
    if user and user.is_authenticated:
        if is_trainee:
            links.append((_("My page"), reverse("trainee_home")))
        if policies.organizations_of(user, *Organization.HIRES):
            links.append((_("Our openings"), reverse("hirer_home")))
            links.append((_("To answer"), reverse("answer_board")))
        if policies.is_coordinator(user):
            links.append((_("Not placed yet"), reverse("board")))
            links.append((_("Operations"), reverse("ops")))
        if policies.is_coordinator(user) or policies.organizations_of(user, *Organization.TRAINS, *Organization.HIRES):
            links.append((_("Spreadsheets"), reverse("import_list")))
        if policies.organizations_of(user, *Organization.TRAINS):
            links.append((_("Certificates"), reverse("certification_list")))
            links.append((_("Classes"), reverse("cohort_list")))
            links.append((_("Graduates"), reverse("graduates")))
        if policies.memberships_of(user):
            links.append((_("Tasks"), reverse("task_list")))
        if councils.councils_of(user):
            links.append((_("Councils"), reverse("council_list")))
    # "/hire/answers/" is "To answer", not "Our openings" ("/hire/") as well.
    here = max((url for _label, url in links if path.startswith(url)), key=len, default="")
    return [{"label": label, "url": url, "current": url == here} for label, url in links]


def first_page(user) -> str:
    """Where a person lands after signing in: the page of what they do most."""
    if policies.is_coordinator(user):
        return reverse("board")
    if policies.organizations_of(user, *Organization.HIRES):
        return reverse("hirer_home")
    if policies.organizations_of(user, *Organization.TRAINS):
        return reverse("import_list")
    if user.is_trainee:
        return reverse("trainee_home")
    if councils.councils_of(user):
        return reverse("council_list")
    return reverse("trainee_profile")
