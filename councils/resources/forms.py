"""What is said of a resource, and its file."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..models import Resource, Version
from ..recommendations.forms import people_of
from ..seen import SeenForm
from . import files


class ResourceForm(SeenForm):
    """A paper or a link."""

    tags = forms.CharField(
        label=gettext_lazy("Tags"),
        help_text=gettext_lazy("Words in English with commas between them."),
        required=False,
        max_length=300,
    )

    url = forms.URLField(label=gettext_lazy("Link"), required=False, max_length=500, assume_scheme="https")

    class Meta:
        model = Resource
        fields = ["title_en", "title_es", "summary_en", "summary_es", "url", "tags", "audience", "owner", "review_on"]
        widgets = {
            "summary_en": forms.Textarea(attrs={"rows": 3}),
            "summary_es": forms.Textarea(attrs={"rows": 3}),
            "review_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = people_of(self.instance.council)
        self.initial["tags"] = ", ".join(self.instance.tags)

    def clean_tags(self):
        tags = [tag.strip() for tag in self.cleaned_data["tags"].split(",") if tag.strip()]
        if any(len(tag) > 40 for tag in tags):
            raise forms.ValidationError(_("A tag has at most 40 letters."))
        return tags

    def clean_url(self):
        url = self.cleaned_data["url"]
        if url and not url.startswith(("https://", "http://")):
            raise forms.ValidationError(_("A link begins with https://."))
        return url


class VersionForm(forms.Form):
    """A file."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("PDF, picture, text, Word, Excel or PowerPoint, up to 8 MB, without macros."),
        allow_empty_file=True,
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=Version.Language.choices)
    note = forms.CharField(label=gettext_lazy("What is new"), required=False, max_length=200)

    def clean_file(self):
        given = self.cleaned_data["file"]
        if given.size > files.MAX_BYTES:
            raise forms.ValidationError(
                _("The file is larger than 8 MB. Please make it smaller, or give a link to it instead.")
            )
        try:
            return files.look(given.name, given.read())
        except files.Refused as refused:
            raise forms.ValidationError(str(refused)) from None
