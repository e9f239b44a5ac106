"""Pages of the post office: the inbox, one notice, and how often one wants to hear."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from . import actions, told, words
from .forms import PreferencesForm
from .models import Notice
from .sms import gateway


@login_required
@require_safe
def inbox(request):
    """Everything I was told, newest first."""
    notices = Notice.objects.filter(user=request.user)
    page = Paginator(notices, 20).get_page(request.GET.get("page"))
    page.object_list = list(page.object_list)
    words.look_ahead(page.object_list, request.user)
    for notice in page.object_list:
        notice.message = words.message(notice)
    context = {"page": page, "new": notices.filter(read_at=None).count()}
    return render(request, "notifications/inbox.html", context)


@login_required
@require_safe
def notice(request, public_id):
    """One notice in my language, and by which way it reached me. Opening it marks it as read."""
    found = get_object_or_404(Notice, public_id=public_id, user=request.user)
    if found.read_at is None:
        Notice.objects.filter(pk=found.pk, read_at=None).update(read_at=timezone.now())
    deliveries = list(found.deliveries.select_related("notice"))
    told.describe(deliveries, reader=request.user)
    context = {
        "notice": found,
        "message": words.message(found),
        "deliveries": deliveries,
        "past": not words.still_true(found),
    }
    return render(request, "notifications/notice.html", context)


@login_required
@require_POST
def inbox_read(request):
    """Mark everything as read."""
    Notice.objects.filter(user=request.user, read_at=None).update(read_at=timezone.now())
    return redirect("inbox")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request):
    """How often mail comes, by topic, and in which language."""
    form = PreferencesForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.choose_frequencies(request.user, form.frequencies(), at=timezone.now())
        messages.success(request, _("Saved."))
        # Choosing a language is the same step as the switch on every page.
        return redirect(f"{reverse('preferences')}?lang={form.cleaned_data['language']}")
    context = {"form": form, "texts": gateway.is_on()}
    return render(request, "notifications/preferences.html", context, status=422 if form.errors else 200)
