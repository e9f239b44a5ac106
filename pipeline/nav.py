"""The ways through the site, by what a person is."""

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import policies
from accounts.models import Organization
from accounts.organizations import joining
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
            links.append((_("Find a person"), reverse("person_find")))
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


def page_for(user, wish: str) -> str:
    """Where somebody goes who said for whom they are here: "self", "hire" or "teach"; else where they land anyway."""
    if policies.is_coordinator(user):
        return first_page(user)
    if wish == "hire":
        hires = policies.organizations_of(user, *Organization.HIRES)
        return reverse("hirer_home") if hires else f"{reverse('joining')}?for=hire"
    if wish == "teach":
        teaches = policies.organizations_of(user, *Organization.TRAINS)
        return reverse("import_list") if teaches else f"{reverse('joining')}?for=teach"
    if wish == "self":
        return reverse("trainee_home" if user.is_trainee else "trainee_profile")
    return first_page(user)


def first_page(user) -> str:
    """Where a person lands after signing in: the page of what they do most; nothing while they told us nothing."""
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
    if policies.memberships_of(user):
        return reverse("task_list")
    return reverse("joining") if joining.waiting_of(user) else ""
