"""Pages of testimony. Those under /voice/ know no account and leave no line in a log (pipeline/unseen.py)."""

import functools
import logging
import traceback

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ledger.lifecycle import IllegalStep

from .. import policies
from ..editing import edit
from ..models import Council, Recommendation, Theme, Voice
from . import actions, box, queries
from .forms import AnswerForm, CodeForm, NamedForm, QuoteForm, SortForm, ThemeForm, UnnamedForm, WordsForm
from .policies import reads_voices

log = logging.getLogger(__name__)


def unnamed(view):
    """A page that nobody is seen on: what goes wrong is noted by its place in the code, without what was typed."""

    @sensitive_post_parameters()
    @sensitive_variables()
    @never_cache
    @functools.wraps(view)
    def page(request, *args, **kwargs):
        try:
            return view(request, *args, **kwargs)
        except Exception as error:
            place = traceback.extract_tb(error.__traceback__)[-1]
            log.error("%s at %s:%s", type(error).__name__, place.filename.rsplit("/", 2)[-1], place.lineno)
            raise

    return page


# --- Without a name ---------------------------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
@unnamed
def voice_unnamed(request, public_id):
    """Write to a council without a name; the answer to a sent form is the code, shown this once."""
    council = get_object_or_404(Council, public_id=public_id, is_public=True)
    if request.method != "POST":
        form = UnnamedForm(initial={"code": box.new_code()})
        return render(request, "councils/voices/unnamed.html", {"council": council, "form": form})
    data = request.POST.copy()
    if not box.plain_code(data.get("code", "")):
        data["code"] = box.new_code()
    form = UnnamedForm(data)
    if form.is_valid():
        said = form.cleaned_data
        try:
            actions.drop(
                council,
                code=said["code"],
                words=said["words"],
                language=get_language(),
                visibility=said["visibility"],
            )
        except actions.Refused as refused:
            form.add_error(None, str(refused))
            form.data["code"] = box.new_code()
        except box.BoxClosed:
            form.add_error(None, _("The box cannot be opened just now. Please keep your words and try again tomorrow."))
        else:
            return render(request, "councils/voices/dropped.html", {"council": council, "code": said["code"]})
    return render(request, "councils/voices/unnamed.html", {"council": council, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@unnamed
def voice_code(request):
    """With the code: read the answer, add something, or take everything back."""
    form = CodeForm(request.POST or None)
    context = {"form": form, "found": None}
    if request.method == "POST" and form.is_valid():
        code = form.cleaned_data["code"]
        more = WordsForm(request.POST if request.POST.get("act") == "add" else None, auto_id="more_%s")
        try:
            if request.POST.get("act") == "take_back":
                actions.take_back(code)
                return render(request, "councils/voices/gone.html")
            if request.POST.get("act") == "add" and more.is_valid():
                actions.add(code, more.cleaned_data["words"])
                context["added"] = True
                more = WordsForm(auto_id="more_%s")
            context |= {"found": actions.find(code), "code": code, "more": more}
            if not context["found"]:
                form.add_error("code", _("We know no message with this code. Please look at it again."))
        except actions.Refused as refused:
            form.add_error("code", str(refused))
        except box.BoxClosed:
            form.add_error(None, _("The box cannot be opened just now. Please try again tomorrow."))
    return render(request, "councils/voices/code.html", context)


@require_safe
@unnamed
def voice_held(request):
    """What is held of a testimony, who can read it, and what could be demanded."""
    context = {"batch": actions.BATCH, "contributors": queries.CONTRIBUTORS}
    return render(request, "councils/voices/held.html", context)


# --- With a name ------------------------------------------------------------------------------------------------------
def _council(request, public_id) -> Council:
    return get_object_or_404(Council.objects.visible_to(request.user), public_id=public_id)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def voice_named(request, public_id):
    """Write to a council with one's name, and see what came of what one wrote."""
    council = _council(request, public_id)
    form = NamedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        actions.send(
            council,
            words=said["words"],
            visibility=said["visibility"],
            language=get_language(),
            by=request.user,
            at=timezone.now(),
        )
        messages.success(request, _("Your words are with the council. You see the answer here."))
        return redirect("voice_named", public_id)
    mine = Voice.objects.standing().filter(council=council, author=request.user)[:50]
    return render(request, "councils/voices/named.html", {"council": council, "form": form, "mine": mine})


@login_required
@require_POST
def voice_withdraw(request, public_id):
    """Take back what one wrote with one's name."""
    voice = get_object_or_404(Voice.objects.select_related("council"), public_id=public_id, author=request.user)
    actions.withdraw(voice, by=request.user, at=timezone.now())
    messages.success(request, _("Your words are gone, quotes of them included."))
    return redirect("voice_named", voice.council.public_id)


# --- The council ------------------------------------------------------------------------------------------------------
@login_required
@require_safe
def voice_list(request, public_id):
    """What was said to the council, as far as the reader may read it."""
    council = _council(request, public_id)
    reads_voices.check(request.user, council)
    rows = Voice.objects.visible_to(request.user).standing().filter(council=council)
    facilitates = bool(policies.may_facilitate(request.user, council))
    if request.GET.get("which") == "unsorted":
        rows = rows.filter(themes=None)
    page = Paginator(rows.select_related("author"), 20).get_page(request.GET.get("page"))
    context = {
        "council": council,
        "page": page,
        "facilitates": facilitates,
        "unsorted": request.GET.get("which") == "unsorted",
    }
    return render(request, "councils/voices/list.html", context)


def _voice(request, public_id) -> Voice:
    rows = Voice.objects.visible_to(request.user).standing().select_related("council", "author")
    voice = get_object_or_404(rows, public_id=public_id)
    policies.may_facilitate.check(request.user, voice.council)
    return voice


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def voice(request, public_id):
    """One testimony, for facilitators: its themes, its answer, a sentence to quote."""
    found = _voice(request, public_id)
    themes = found.themes.all()
    forms = {
        "answer": AnswerForm(instance=found),
        "sort": SortForm(voice=found),
        "quote": QuoteForm(themes=themes),
    }
    act = request.POST.get("act")
    if request.method == "POST" and act in forms:
        asked = {"sort": {"voice": found}, "quote": {"themes": themes}, "answer": {"instance": found}}[act]
        form = forms[act] = type(forms[act])(request.POST, **asked)
        if form.is_valid():
            try:
                said = _act(act, found, form, by=request.user, at=timezone.now())
            except (actions.Refused, IllegalStep) as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, said)
                return redirect("voice", public_id)
    context = {"voice": found, "council": found.council, "forms": forms, "quotable": found.visibility in Voice.QUOTABLE}
    return render(request, "councils/voices/voice.html", context | {"quotes": found.quotes.select_related("theme")})


def _act(act, voice, form, *, by, at) -> str:
    """Do what one of the page's forms asks; return what to say of it."""
    said = form.cleaned_data
    if act == "answer":
        actions.answer(voice, words=said["answer"], by=by, at=at, still=form.must_still_stand)
    elif act == "quote":
        actions.quote(said["theme"], voice, words=said["words"], by=by, at=at)
    elif actions.sort(voice, said["themes"], had=said["had"], by=by, at=at):
        text = _("Saved. Somebody else sorted it meanwhile, too. With what both of you chose it is now in: %(themes)s.")
        return text % {"themes": ", ".join(theme.name for theme in voice.themes.all()) or _("no theme")}
    return _("Saved.")


@require_safe
def theme_list(request, public_id):
    """The themes of a council."""
    council = _council(request, public_id)
    themes = queries.raised(Theme.objects.visible_to(request.user).filter(council=council))
    for theme in themes:
        theme.number = queries.number_shown(theme)
    context = {"council": council, "themes": themes, "facilitates": policies.may_facilitate(request.user, council)}
    return render(request, "councils/voices/themes.html", context)


@require_safe
def theme(request, public_id):
    """One theme: what people say, how many, quotes where there are enough, and what is recommended because of it."""
    rows = queries.raised(Theme.objects.visible_to(request.user).select_related("council"))
    found = get_object_or_404(rows, public_id=public_id)
    context = {
        "theme": found,
        "council": found.council,
        "number": queries.number_shown(found),
        "quotes": queries.quotes(found),
        "enough": queries.CONTRIBUTORS,
        "recommendations": Recommendation.objects.visible_to(request.user).filter(themes=found),
        "facilitates": policies.may_facilitate(request.user, found.council),
    }
    return render(request, "councils/voices/theme.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def theme_new(request, public_id):
    """A new theme of the council."""
    council = _council(request, public_id)
    policies.may_facilitate.check(request.user, council)
    return _edit_theme(request, Theme(council=council), council)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def theme_edit(request, public_id):
    """Change a theme."""
    rows = Theme.objects.visible_to(request.user).select_related("council")
    found = get_object_or_404(rows, public_id=public_id)
    policies.may_facilitate.check(request.user, found.council)
    return _edit_theme(request, found, found.council)


def _edit_theme(request, found: Theme, council: Council):
    form = ThemeForm(request.POST or None, instance=found)
    more = {"council": council, "theme": found}
    return edit(request, form, actions.keep_theme, "councils/voices/theme_edit.html", page="theme", **more)
