"""Pages of acting for a person: the words read aloud, the end, and the person's own yes to it."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from django.views.decorators.http import require_http_methods, require_POST

from . import assist, consents
from .models import Consent, Organization, TraineeProfile
from .policies import Denied
from .record import seen


class SpokenForm(forms.Form):
    """That the words were read to the person, in which language, how, and that they said yes."""

    language = forms.ChoiceField(
        label=gettext_lazy("In which language did you read the words?"),
        choices=[("en", gettext_lazy("English")), ("es", gettext_lazy("Spanish"))],
        widget=forms.RadioSelect,
    )
    how = forms.ChoiceField(
        label=gettext_lazy("How do you speak with the person?"),
        choices=[
            (assist.How.HERE.value, gettext_lazy("We sit together")),
            (assist.How.PHONE.value, gettext_lazy("On the phone")),
        ],
        widget=forms.RadioSelect,
    )
    agreed = forms.BooleanField(
        label=gettext_lazy("I read the words aloud, and the person said yes."),
        error_messages={"required": gettext_lazy("Read the words to the person first. Without their yes you cannot.")},
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def assist_begin(request, public_id):
    """Begin to act for a person: by what they agreed to themselves, or by the words read to them."""
    trainee = get_object_or_404(TraineeProfile.objects.select_related("user"), public_id=public_id)
    person = trainee.user
    organization = assist.body_for(request.user, person)
    if organization is None:
        raise Http404
    seen.note(request.user, [person], seen.Purpose.ASSISTED, at=timezone.now(), organization=organization)
    consent = assist.allowed(person, organization)
    form = SpokenForm(
        request.POST if request.method == "POST" and consent is None else None, initial={"language": person.language}
    )
    if request.method == "POST" and (consent or form.is_valid()):
        how, language = assist.How.TAP, person.language
        if consent is None:
            how, language = form.cleaned_data["how"], form.cleaned_data["language"]
        try:
            made = assist.begin(person, how=how, language=language, by=request.user, at=timezone.now())
        except Denied as refused:
            messages.error(request, str(refused))
            return redirect("assist", public_id)
        request.session[assist.KEY] = made.pk
        return redirect(assist.FIRST_PAGE)
    words = []
    for language in dict.fromkeys([person.language, "en", "es"]):
        with override(language):
            words.append((language, consents.wording(Consent.Purpose.ASSIST, organization)))
    context = {
        "person": person,
        "organization": organization,
        "consent": consent,
        "form": form,
        "words": words,
        "waits": consents.waits_for_guardian(person),
    }
    return render(request, "accounts/assist.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def assist_end(request):
    """I no longer act for somebody."""
    if assist.forget(request) and request.assistance:
        person = request.assistance.person
        assist.end(request.assistance, by=request.user, at=timezone.now())
        messages.success(request, _("You no longer act for %(person)s.") % {"person": person.full_name})
    return redirect("start")


@login_required
@require_POST
def assist_allow(request, public_id):
    """The people of this organization may act for me while they help me."""
    organization = get_object_or_404(
        Organization, public_id=public_id, pk__in=[b.pk for b in assist.bodies(request.user)]
    )
    try:
        assist.allow(request.user, organization, by=request.user, at=timezone.now())
    except Denied as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Thank you. They can act for you now, and you read here what they do."))
    return redirect("consent_list")
