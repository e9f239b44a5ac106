"""What the words of pages add to a field."""

import pytest
from django import forms
from django.utils.translation import override

from accounts.models import Organization
from pipeline.templatetags.words import hinted, in_words


class When(forms.Form):
    day = forms.DateField(help_text="Any day.")


def test_a_second_hint_is_heard_with_the_first_and_the_error():
    assert 'aria-describedby="id_day_helptext id_day_hint"' in hinted(When()["day"])
    wrong = hinted(When({"day": "no"})["day"])
    assert 'aria-describedby="id_day_helptext id_day_error id_day_hint"' in wrong
    assert 'aria-invalid="true"' in wrong


class Why(forms.Form):
    dashes = forms.ChoiceField(choices=[("", "---------"), ("a", "A")])
    dash = forms.ChoiceField(choices=[("", "—"), ("a", "A")], required=False)
    row = forms.ModelChoiceField(Organization.objects.order_by("name"), required=False)
    whose = forms.ModelChoiceField(Organization.objects.order_by("name"), empty_label="Somebody else")
    several = forms.ModelMultipleChoiceField(Organization.objects.order_by("name"))


@pytest.mark.parametrize(
    ("name", "said"),
    [("dashes", "Elija"), ("dash", "sin elegir"), ("row", "sin elegir"), ("whose", "Somebody else"), ("several", "")],
)
def test_an_empty_choice_is_said_in_a_word_and_asks_the_database_no_more(cast, django_assert_num_queries, name, said):
    form = Why({"dashes": "b"})
    with override("es"), django_assert_num_queries(0 if name.startswith("dash") else 1):
        shown = str(in_words(form[name]))
    assert "--" not in shown
    assert "—" not in shown
    assert said in shown
    assert 'value="a"' in shown or cast.center.name in shown
    # Only this form says so, in this language.
    assert "Elija" not in str(Why()[name])
