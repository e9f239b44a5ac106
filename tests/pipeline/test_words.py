"""What the words of pages add to a field."""

from django import forms

from pipeline.templatetags.words import hinted


class When(forms.Form):
    day = forms.DateField(help_text="Any day.")


def test_a_second_hint_is_heard_with_the_first_and_the_error():
    assert 'aria-describedby="id_day_helptext id_day_hint"' in hinted(When()["day"])
    wrong = hinted(When({"day": "no"})["day"])
    assert 'aria-describedby="id_day_helptext id_day_error id_day_hint"' in wrong
    assert 'aria-invalid="true"' in wrong
