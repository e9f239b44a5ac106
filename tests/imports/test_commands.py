"""The commands: what they say, what they leave, how they exit."""

import json

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from imports.models import Batch
from programs.models import Certification, Program

from .sheets import DATA, ROSA, csv_of


@pytest.fixture
def run(capsys):
    """Run a command as the shell does: (exit status, what it said)."""

    def go(*arguments, **options):
        status = 0
        try:
            call_command(*map(str, arguments), **options)
        except SystemExit as end:
            status = end.code
        except CommandError as problem:
            return 1, str(problem)
        return status, capsys.readouterr().out

    return go


@pytest.fixture
def people(tmp_path):
    path = tmp_path / "people.csv"
    path.write_bytes(csv_of(ROSA, {**ROSA, "Name": "Bo", "Email": "bo at home", "Phone": "", "Student ID": "S-2"}))
    return path


def test_a_dry_run_reports_and_saves_nothing(cast, run, people):
    status, said = run("import_completers", people, "--dry-run", "--as", "Priya@throughline.example")
    assert status == 1
    assert "Line 3, Email: “bo at home” is not an email address" in said
    assert "2 rows read. new here: 1, refused: 1" in said
    assert "Nothing was saved" in said
    assert not Batch.objects.exists()
    assert not Certification.objects.exists()


def test_one_bad_row_keeps_all_out_unless_it_is_skipped(cast, run, people):
    status, said = run("import_completers", people, "--for", "inland trades training center")
    assert status == 1
    assert "--skip-bad-rows" in said
    assert not Batch.objects.exists()
    status, said = run(
        "import_completers", people, "--for", cast.center.public_id, "--skip-bad-rows", "--people-agreed"
    )
    assert status == 1
    assert Certification.objects.count() == 1
    assert str(Batch.objects.get().public_id) in said


def test_all_rows_in_is_status_0_and_the_batch_can_be_taken_back(cast, run):
    status, said = run("import_programs", DATA / "etpl_programs.csv")
    assert status == 0
    assert "300 rows read. new: 300" in said
    batch = Batch.objects.get()
    status, said = run("undo_import", batch.public_id)
    assert (status, Program.objects.filter(state="NJ").count()) == (0, 0)
    status, said = run("undo_import", batch.pk)
    assert (status, said.strip()) == (0, f"Batch {batch.pk} was taken back before.")


def test_the_report_speaks_spanish_when_asked(cast, run, people):
    status, _said = run("import_completers", people, "--for", cast.center.pk, "--dry-run", "--lang", "es")
    assert status == 1


def test_columns_can_be_mapped_by_a_file(cast, run, tmp_path):
    sheet = tmp_path / "people.csv"
    sheet.write_bytes(csv_of({heading.replace("Name", "Who"): value for heading, value in ROSA.items()}))
    status, said = run("import_completers", sheet, "--for", cast.center.pk)
    assert status == 1
    assert "No column for “Name” was found" in said
    mapping = tmp_path / "map.json"
    mapping.write_text(json.dumps({"name": "Who"}))
    assert run("import_completers", sheet, "--for", cast.center.pk, "--map", mapping)[0] == 0
    assert Certification.objects.count() == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["import_programs", "/nowhere/list.csv"], "There is no file"),
        (["import_programs", "/"], "cannot be read"),
        (["import_programs", DATA / "README.md"], ""),
        (["import_programs", DATA / "programs_real.csv", "--as", "nobody@example.org"], "Nobody here has the email"),
        (["import_programs", DATA / "programs_real.csv", "--for", "Nobody Inc"], "no organization “Nobody Inc”"),
        (["import_programs", DATA / "programs_real.csv", "--map", "/nowhere.json"], "There is no file"),
        (["import_programs", DATA / "programs_real.csv", "--as", "ana@throughline.example"], "Choose the organization"),
        (["import_completers", DATA / "programs_real.csv"], "Choose the organization"),
        (["undo_import", "999"], "There is no batch 999"),
        (["undo_import", "x"], "There is no batch x"),
    ],
)
def test_a_wrong_command_line_is_told_in_a_sentence(cast, run, arguments, said):
    status, answer = run(*arguments)
    assert status == 1
    assert said in answer
    assert "Traceback" not in answer
