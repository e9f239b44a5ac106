"""Pages of the repository. Files are handed out as downloads only."""

from urllib.parse import quote

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from .. import policies
from ..editing import edit
from ..models import Council, Resource, Version
from . import actions, search
from .forms import ResourceForm, VersionForm


def _council(request, public_id) -> Council:
    return get_object_or_404(Council.objects.visible_to(request.user), public_id=public_id)


@require_safe
def resource_list(request, public_id):
    """The papers and links of a council, searched by their words."""
    council = _council(request, public_id)
    asked, tag = request.GET.get("q", "")[:200], request.GET.get("tag", "")[:40]
    rows = Resource.objects.visible_to(request.user).filter(council=council)
    if tag:
        rows = rows.filter(tags__contains=[tag.lower()])
    context = {
        "council": council,
        "asked": asked,
        "tag": tag,
        "resources": search.found(rows, asked, today=timezone.localdate(), language=get_language()),
        "runs": policies.may_run(request.user, council),
    }
    return render(request, "councils/resources/list.html", context)


def _resource(request, public_id) -> Resource:
    rows = Resource.objects.visible_to(request.user).select_related("council", "owner").defer("body_en", "body_es")
    return get_object_or_404(rows, public_id=public_id)


@require_http_methods(["GET", "HEAD", "POST"])
def resource(request, public_id):
    """One paper or link with all its versions; those who run the council bring in new ones."""
    if request.method == "POST" and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    found = _resource(request, public_id)
    runs = bool(policies.may_run(request.user, found.council))
    form = VersionForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        policies.may_run.check(request.user, found.council)
        if form.is_valid():
            said = form.cleaned_data
            told = {"language": said["language"], "note": said["note"], "by": request.user, "at": timezone.now()}
            try:
                actions.bring_in(found, said["file"], **told)
            except actions.TooMany as error:
                form.add_error("file", str(error))
            else:
                messages.success(request, _("Saved."))
                return redirect("resource", public_id)
    versions = list(found.versions.select_related("added_by").defer("content"))
    newest = {}
    for version in reversed(versions):
        newest[version.language] = version
    context = {
        "resource": found,
        "council": found.council,
        "versions": versions,
        "newest": list(newest.values()),
        "runs": runs,
        "inside": policies.takes_part(request.user, found.council),
        "is_stale": found.review_on < timezone.localdate(),
        "form": form,
    }
    return render(request, "councils/resources/resource.html", context)


@require_safe
def resource_file(request, public_id):
    """A version, as a download that no browser runs."""
    rows = Version.objects.filter(resource__in=Resource.objects.visible_to(request.user))
    version = get_object_or_404(rows, public_id=public_id)
    answer = HttpResponse(bytes(version.content), content_type=version.content_type)
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(version.file_name)}"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def resource_new(request, public_id):
    """Add a paper or a link."""
    council = _council(request, public_id)
    policies.may_run.check(request.user, council)
    return _edit(request, Resource(council=council, owner=request.user), _("New paper or link"))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def resource_edit(request, public_id):
    """Change what is said of it, and the day of its next review."""
    found = _resource(request, public_id)
    policies.may_run.check(request.user, found.council)
    return _edit(request, found, _("Change"))


def _edit(request, found: Resource, title: str):
    form = ResourceForm(request.POST or None, instance=found)
    more = {"council": found.council, "title": title}
    return edit(request, form, actions.keep, "councils/resources/edit.html", page="resource", **more)
