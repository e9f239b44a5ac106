"""A copy of one's data: everything of the person, nothing of anybody else."""

import json
import re

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils.translation import override

from accounts.record import export, registry
from matching import nightly
from matching.models import Match
from placements import actions


@pytest.fixture
def world(cast):
    cast.agree()
    cast.bo = cast.another_trainee("Bo Other")
    cast.job = cast.opening()
    cast.certify()
    cast.certify("osha10", trainee=cast.bo)
    nightly.rematch(at=cast.now)
    cast.referral = actions.say_yes(Match.objects.get(), by=cast.ana, at=cast.now)
    return cast


def test_the_file_holds_what_is_kept_about_me_and_nothing_of_others(world, sign_in):
    answer = sign_in(world.ana).get(reverse("my_data_json"))
    said = json.loads(answer.content)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    records = said["records"]
    assert records["accounts.User"][0]["full_name"] == "Ana Morales"
    assert records["accounts.TraineeProfile"][0]["zip"] == "92335"
    assert records["programs.Certification"][0]["issued_on"] == "2026-10-01"
    assert records["placements.Referral"][0]["opening__title"] == "Welder"
    assert {row["purpose"] for row in records["accounts.Consent"]} == {"match", "record", "contact", "certificates"}
    assert said["history"]
    text = answer.content.decode()
    for other in ("Bo Other", "bo.other", "Elliot", "Priya"):
        assert other not in text


def test_the_page_is_readable_in_both_languages(world, sign_in):
    browser = sign_in(world.ana)
    for language, words in (("en", ("Home ZIP code", "Agreed at")), ("es", ("Código postal", "Acuerdo dado"))):
        browser.get("/?lang=" + language, follow=True)
        text = browser.get(reverse("my_data")).content.decode()
        assert "Ana Morales" in text
        assert "92335" in text
        for word in words:
            assert word in text
        # Folded, each part with how many there are of it: on a phone it would be fourteen screens.
        assert re.search(r"<summary>[^<]+ <span class=.tl-soft.>\(4\)</span></summary>", text)
        assert "Bo Other" not in text
    with override("es"):  # also of what this person has none of
        for entry in registry.every():
            raw = [name for name in entry.show if export._label(entry.model, name) == of_the_code(name)]
            assert not raw, entry.model


def of_the_code(name):
    return name.split("__")[-1].replace("_", " ").capitalize()


def test_the_command_writes_both_forms_for_the_owner_alone(world, tmp_path, capsys):
    call_command("export_person", world.ana.email)
    assert json.loads(capsys.readouterr().out)["person"] == str(world.ana.public_id)
    path = tmp_path / "ana.html"
    call_command("export_person", str(world.ana.public_id), format="html", to=str(path))
    assert path.stat().st_mode & 0o077 == 0
    assert "Ana Morales" in path.read_text()
    assert "<script" not in path.read_text()
    with pytest.raises(CommandError, match="Nobody here"):
        call_command("export_person", "nobody@throughline.example")
