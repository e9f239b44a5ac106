"""Past meetings from files: shown before they are written, brought in once, and taken back."""

import re

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from councils import past
from councils.actions import minutes
from councils.models import Meeting

from .test_pages import of

SHEET = (
    "Fecha,Hora,Título,Lugar,Acta\n2026-03-05,5:30 pm,Primera,Fontana,Hablamos.\n"
    "31/31/2026,,Mala,,\n2099-01-01,,Lejos,,\n"
)
ICS = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:a1@x\r\nDTSTART:20260402T003000Z\r\nDTEND:20260402T020000Z\r\n"
    "SUMMARY:Second\r\nLOCATION:Fresno\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


def test_past_meetings_come_in_once_and_can_be_taken_back(body):
    client, url = of(body.cast.willa), reverse("past_import", args=[body.council.public_id])

    def send(content, do="look"):
        return client.post(url, {"do": do, "file": SimpleUploadedFile("past", content.encode())})

    page = send(SHEET).content.decode()
    assert "cannot read this date" in page
    assert "not past yet" in page
    assert not Meeting.objects.exists()
    send(SHEET, "save")
    meeting = Meeting.objects.get()
    assert (meeting.title, f"{meeting.local_start:%Y-%m-%d %H:%M}", meeting.state) == (
        "Primera",
        "2026-03-05 17:30",
        "closed",
    )
    send(ICS, "save")
    send(ICS, "save")
    send(SHEET, "save")
    assert Meeting.objects.count() == 2
    assert Meeting.objects.get(title_en="Second").minutes_long == 90
    # The button pressed twice at once: both read the file before either has written.
    again, done = (
        past.read(b"date,title\n2026-05-07,Third", body.council, now=body.now).good,
        {"by": body.cast.willa, "at": body.now},
    )
    assert [len(past.bring_in(body.council, again, **done)) for _press in range(2)] == [1, 0]
    past.take_back(body.council, [Meeting.objects.get(title_en="Third").pk], **done)
    assert "cannot read this date" in send(ICS.replace("20260402T003000Z", "99991231T235959")).content.decode()
    for bad in ("\x00\x01", "", "a,b\n1,2", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nnonsense"):
        assert send(bad).status_code == 422
    ids = re.findall(r'name="id" value="([^"]+)"', client.get(url).content.decode())
    assert len(ids) == 2
    item = meeting.items.get()
    minutes.write(
        item, {"text_en": "More"}, before={"text_en": "Hablamos."}, version=0, by=body.cast.willa, at=body.now
    )
    for number in ids:
        client.post(url, {"do": "undo", "id": number})
    assert [m.title for m in Meeting.objects.all()] == ["Primera"]  # somebody worked on it
    assert client.post(url, {"do": "undo", "id": "forged"}).status_code == 302
    assert of(body.wen).get(url).status_code == 403
