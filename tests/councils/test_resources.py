"""Papers: found by their words in both languages, kept in versions, and nothing active handed out."""

import io
import zipfile
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from councils.models import Council, Initiative, Milestone, Office, Phase, Resource, Seat, Term
from councils.resources import actions, files, search
from notifications import todo
from notifications.models import Task

WORD = "word/document.xml"


@pytest.fixture
def council(cast):
    council = Council.objects.create(name_en="Workers Council", purpose_en="To be heard.")
    Term.objects.create(seat=Seat.objects.create(council=council, constituency="worker"), user=cast.ana)
    Office.objects.create(council=council, user=cast.willa, role="staff")
    Term.objects.update(starts_on=cast.now.date())
    Office.objects.update(starts_on=cast.now.date())
    return council


def paper(cast, council, **more):
    said = {
        "title_en": "Bus study",
        "review_on": cast.now.date() + timedelta(days=90),
        "audience": "public",
        "tags": [],
    }
    return actions.keep(Resource(council=council, **said | more), by=cast.willa, at=cast.now)


def office(parts=(), text="Night buses <b>and</b> childcare", main=WORD) -> bytes:
    """An Office file as Word makes it, in the smallest."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(main, f"<w:document xmlns:w='w'><w:p>{text}</w:p></w:document>")
        for name, content in parts:
            archive.writestr(name, content)
    return held.getvalue()


def test_a_paper_is_found_in_either_language_with_a_snippet_and_stale_ones_sink(cast, council, client):
    for title, words, language, days in (
        ("Childcare at night", "Parents who work nights. <script>alert(1)</script>", "en", 30),
        ("Cuidado", "Las trabajadoras necesitan guarderías de noche.", "es", 30),
        ("Old childcare list", "childcare childcare childcare", "en", -1),
    ):
        held = paper(cast, council, title_en=title, title_es=title, review_on=cast.now.date() + timedelta(days=days))
        found = files.look("list.txt", words.encode())
        actions.bring_in(held, found, language=language, note="", by=cast.willa, at=cast.now)

    def look(words):
        url = reverse("resource_list", args=[council.public_id])
        return client.get(url, {"q": words}).content.decode()

    page = look("guardería trabajadora")  # stems of Spanish, whatever the reader's language
    assert "<mark>trabajadoras</mark>" in page
    page = look("parent")
    assert "<mark>Parents</mark>" in page
    assert "<script>alert" not in page
    page = look("childcare")
    assert page.index("Childcare at night") < page.index("Old childcare list")
    assert "to be looked through" in page
    for odd in ("'", '"', "a & | !", "\x00", "%", "x" * 500, "-", "or or"):
        assert client.get(reverse("resource_list", args=[council.public_id]), {"q": odd}).status_code == 200
    assert search.marked("<i>\x02a\x03</i>") == "&lt;i&gt;<mark>a</mark>&lt;/i&gt;"


def test_files_are_known_by_their_content_and_active_ones_refused():
    for name, content, kind in (
        ("a.exe", b"%PDF-1.7 hello", "a.pdf"),
        ("../../b.php", b"\x89PNG\r\n\x1a\n....", "b.png"),
        ("c.html", "Just text, ñ".encode(), "c.txt"),
        ("rapport.zip", office(), "rapport.docx"),
        ("x\u202egpj.exe", b"\xff\xd8\xff\xe0", "xgpj.jpg"),
    ):
        assert files.look(name, content).name == kind
    found = files.look("a.docx", office())
    assert "Night buses and childcare" in found.words
    assert found.is_searched
    assert not files.look("a.pdf", b"%PDF-1.4").is_searched
    rels = "<Relationships><Relationship TargetMode='External' Type='http://x/{}' Target='http://x'/></Relationships>"
    files.look("a.docx", office([("word/_rels/document.xml.rels", rels.format("hyperlink"))]))
    bomb = "<!DOCTYPE x [<!ENTITY a 'ha'>]><x>&a;</x>"
    for content in (
        b"", b"\x00\x01\x02", b"MZ\x90\x00", b"<html><script>", b"  <svg xmlns=''>", b"<!DOCTYPE html>", b"#!/bin/sh",
        b"%PDF-1.7 /OpenAction /JavaScript (app.alert)", b"PK\x03\x04broken", "\ufeff{\\rtf1".encode(),
        office([("word/vbaProject.bin", "x")]), office([("word/embeddings/oleObject1.bin", "x")]),
        office([("word/_rels/settings.xml.rels", rels.format("attachedTemplate"))]), office(main="other.txt"),
        office([("word/_rels/a.rels", bomb)]), office(main=WORD, text="&unknown;"),
        office([("big.txt", b"0" * (files.MAX_UNPACKED + 1))]), b"x" * (files.MAX_BYTES + 1), office()[:-30],
    ):  # fmt: skip
        with pytest.raises(files.Refused):
            files.look("a.docx", content)


def test_a_file_that_was_damaged_or_is_made_to_cost_hours_is_refused():
    whole = office(text="Night buses " * 100)
    start = whole.rindex(WORD.encode(), 0, whole.index(b"PK\x01\x02")) + len(WORD)
    lists = whole.index(b"PK\x01\x02")  # of the parts: where each begins
    damaged = [
        whole[:start] + b"\x07" + whole[start + 1 :],
        whole[: lists + 42] + b"\xff\xff\xff\xff" + whole[lists + 46 :],
    ]
    with pytest.warns(UserWarning, match="Duplicate name"):
        many = office(parts=[(WORD, "<w/>") for _more in range(20)])  # each would be read as the largest
    for content in (*damaged, many):
        with pytest.raises(files.Refused, match="cannot be opened"):
            files.look("a.docx", content)


def test_versions_are_kept_and_handed_out_as_downloads_to_whom_they_are_for(cast, council, sign_in, client):
    held = paper(cast, council, audience="council")
    page = reverse("resource", args=[held.public_id])
    willa = sign_in(cast.willa)
    for content in (b"first", b"second", b"second"):
        file = SimpleUploadedFile("Bus study.pdf", content)
        assert willa.post(page, {"file": file, "language": "en", "note": ""}).status_code == 302
    refused = willa.post(page, {"file": SimpleUploadedFile("a.txt", b"<html>"), "language": "en", "note": "my note"})
    assert "This file is something else" in refused.content.decode()
    assert "my note" in refused.content.decode()
    assert [version.number for version in held.versions.all()] == [2, 1]
    file = reverse("resource_file", args=[held.versions.first().public_id])
    answer = sign_in(cast.ana).get(file)
    assert answer.content == b"second"
    assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''Bus%20study.txt"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    for who in (client, sign_in(cast.rhea)):
        assert who.get(file).status_code == 404
        assert who.get(page).status_code == 404
    assert sign_in(cast.ana).post(page, {}).status_code == 403
    Resource.objects.update(audience="committee")
    assert sign_in(cast.ana).get(file).status_code == 404
    assert willa.get(file).status_code == 200
    edit = reverse("resource_edit", args=[held.public_id])
    form = {"title_en": "Bus study", "audience": "public", "review_on": "2027-01-01", "tags": "Bus, night ,bus"}
    assert "begins with https" in willa.post(edit, form | {"url": "ftp://x.org/a"}).content.decode()
    assert willa.post(edit, form).status_code == 302
    held.refresh_from_db()
    assert held.tags == ["bus", "night"]
    assert held.body_en == "second"  # changing the title does not lose the words
    assert client.get(file).status_code == 200


def test_its_owner_is_asked_once_when_the_day_of_review_has_come(cast, council):
    held = paper(cast, council, owner=cast.willa, review_on=cast.now.date())
    paper(cast, council, title_en="Not yet")
    assert actions.ask_owners(at=cast.now) == 1
    assert actions.ask_owners(at=cast.now) == 0
    task = Task.objects.get(kind="resource_review")
    assert task.owner == cast.willa
    assert "Bus study" in todo.message(task).subject
    held.review_on += timedelta(days=1)
    actions.keep(held, by=cast.willa, at=cast.now)
    assert actions.ask_owners(at=cast.now + timedelta(days=1)) == 1


def test_an_initiative_in_three_phases_stands_on_its_timeline(cast, council, sign_in, client):
    day, willa = cast.now.date(), sign_in(cast.willa)
    ends = day + timedelta(days=500)
    form = {"name_en": "Equity", "starts_on": day - timedelta(days=40), "ends_on": ends, "is_public": "on"}
    assert willa.post(reverse("initiative_new", args=[council.public_id]), form).status_code == 302
    found = Initiative.objects.get()
    page, add = reverse("initiative", args=[found.public_id]), reverse("phase_new", args=[found.public_id])
    wrong = {"name_en": "Plan", "starts_on": day - timedelta(days=60), "ends_on": day}
    assert "before the first day" in willa.post(add, wrong).content.decode()
    assert "The last day is before" in willa.post(
        add, wrong | {"starts_on": day, "ends_on": day - timedelta(days=1)}
    ).content.decode()  # fmt: skip
    for number in range(3):
        start = day + timedelta(days=180 * number - 40)
        said = {"name_en": f"Phase {number}", "starts_on": start, "ends_on": min(start + timedelta(days=179), ends)}
        assert willa.post(add, said).status_code == 302
    secret = paper(cast, council, title_en="Secret draft", audience="committee")
    said = {
        "phase": Phase.objects.first().pk, "kind": "deliverable", "name_en": "Report", "due_on": day,
        "resource": secret.pk,
    }  # fmt: skip
    assert willa.post(reverse("milestone_new", args=[found.public_id]), said).status_code == 302
    text = client.get(page).content.decode()
    for word in ("going on", "to come", "Report", "tl-timeline__today"):
        assert word in text
    assert "Secret draft" not in text
    assert "Secret draft" in willa.get(page).content.decode()
    reach = reverse("milestone_reach", args=[Milestone.objects.get().public_id])
    assert sign_in(cast.ana).post(reach).status_code == 403
    assert willa.post(reach).status_code == 302
    assert "reached on" in client.get(page).content.decode()
    Initiative.objects.update(is_public=False)
    assert client.get(page).status_code == 404
