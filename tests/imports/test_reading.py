"""Files as people really send them, and files that must not come in."""

import io
import zipfile
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from imports.mapping import Column, knows
from imports.problems import Refused
from imports.reading import read

from .sheets import xlsx_of

COLUMNS = [
    Column("name", "Name", ("nombre",)),
    Column("zip", "ZIP code", ("zip",)),
    Column("city", "City", ("ciudad",)),
]
ROWS = [["Name", "ZIP", "City"], ["José Muñoz", "92335", "San José"], ["Ana", "92501", ""]]


def table(data, name="sheet.csv"):
    return read(name, data, knows(COLUMNS))


def lines(separator=",", rows=ROWS):
    return "\r\n".join(separator.join(row) for row in rows)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "latin-1"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_text_is_read_in_every_usual_encoding_and_separator(encoding, separator):
    found = table(lines(separator).encode(encoding))
    assert found.header == ROWS[0]
    assert found.rows[0] == (2, ROWS[1])


def test_a_file_of_a_mac_is_read():
    found = table(lines().encode("mac_roman"))
    assert found.rows[0][1][0] == "José Muñoz"


def test_one_broken_byte_does_not_break_the_other_letters():
    from imports.values.text import line

    found = table("Name,ZIP\nJosé Muñoz,92335\nSofía Peña,92335\n".encode() + b"O\x92Brien,92335\n")
    assert [line(cells[0]) for _line, cells in found.rows] == ["José Muñoz", "Sofía Peña", "O’Brien"]


def test_line_breaks_inside_quotes_keep_the_line_numbers_true():
    found = table(b'Name,ZIP\n"Ana\nMaria",92335\nBen,92501\n')
    assert [line for line, _cells in found.rows] == [2, 4]


def test_titles_above_the_headings_and_empty_lines_are_passed_over():
    found = table(b"Completers of spring 2026,,\n\nprinted 3/5/2026,,\nName,ZIP,City\nAna,92335,Fontana\n\n\n")
    assert found.header == ["Name", "ZIP", "City"]
    assert found.rows == [(5, ["Ana", "92335", "Fontana"])]
    assert found.problems[0].code == "lines_above"


def test_the_separator_line_of_excel_is_understood():
    assert table(b"sep=;\nName;ZIP\nAna;92335\n").rows == [(3, ["Ana", "92335"])]


def test_a_workbook_gives_numbers_and_dates_as_people_type_them():
    found = table(
        xlsx_of(
            ["Name", "ZIP", "City"],
            ["Ana", 92335.0, datetime.fromisoformat("2026-03-05")],
            ["Ben", 8060, date(2026, 3, 6)],
        ),
        "a.xlsx",
    )
    assert found.rows == [(2, ["Ana", "92335", "2026-03-05"]), (3, ["Ben", "8060", "2026-03-06"])]


def test_the_first_sheet_that_we_understand_is_read():
    book = Workbook()
    book.active.title = "Read me"
    book.active.append(["Welcome to our report"])
    book.create_sheet("Empty")
    page = book.create_sheet("People")
    for row in ROWS:
        page.append(row)
    hidden = book.create_sheet("Hidden")
    hidden.append(["Name", "ZIP"])
    hidden.sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    found = table(out.getvalue(), "a.xlsx")
    assert found.header == ROWS[0]
    assert found.problems[0].params == {"sheet": "People", "others": ["Read me"]}


def test_a_formula_without_an_answer_is_an_empty_cell():
    assert table(xlsx_of(["Name", "ZIP"], ["Ana", "#N/A"], ["Ben", "92335"]), "a.xlsx").rows[0] == (2, ["Ana"])


def zipped(parts: dict, packed=zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packed) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def altered(sheet_xml: str) -> bytes:
    """A real workbook with another sheet1.xml."""
    with zipfile.ZipFile(io.BytesIO(xlsx_of(["Name", "ZIP"], ["Ana", "92335"]))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/worksheets/sheet1.xml"] = sheet_xml
    return zipped(parts)


def spoiled() -> bytes:
    """A workbook of which one packed part was damaged on its way."""
    whole = zipped({"xl/workbook.xml": "<workbook/>" * 50})
    start = whole.index(b"xl/workbook.xml") + len("xl/workbook.xml")
    return whole[:start] + b"\x07" + whole[start + 1 :]


SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
)


def far_cell(place: str) -> bytes:
    row = "".join(c for c in place if c.isdigit())
    return altered(
        SHEET.format(f'<row r="1"><c r="A1"><v>1</v></c></row><row r="{row}"><c r="{place}"><v>1</v></c></row>')
    )


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"\n\n  \n", "empty"),
        (b"Name,ZIP\n", "nothing below"),
        (b"%PDF-1.7\n...", "PDF"),
        (b"\x89PNG\r\n\x1a\n...", "picture"),
        (b"\xff\xd8\xff\xe0...", "picture"),
        (b"<!DOCTYPE html><html><table>", "web page"),
        (b"\xef\xbb\xbf\n<html xmlns:x='urn:schemas-microsoft-com:office:excel'>", "web page"),
        (b"<?xml version='1.0'?><Workbook>", "not a sheet"),
        (b"\x1f\x8b\x08\x00", "archive"),
        (b"PK\x03\x04 broken", "damaged"),
        (zipped({"word/document.xml": "<a/>"}), "Word"),
        (zipped({"Index/Document.iwa": "x"}), "Numbers"),
        (zipped({"sheet.csv": "Name,ZIP"}), "archive"),
        (zipped({"xl/workbook.xml": "<a/>", "xl/worksheets/sheet1.xml": b" " * 130_000_000}), "unpacks to far more"),
        (zipped({"xl/workbook.xml": "not xml"}), "damaged"),
        (spoiled(), "damaged"),
        (zipped({"xl/workbook.xml": "<workbook/>"}, zipfile.ZIP_LZMA), "damaged"),
        (far_cell("XFD2"), "columns"),
        (far_cell("A1048576"), "lines"),
        (far_cell("XFD1048576"), "more than"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000, "damaged"),
        (b"Name,ZIP\nAna\0,92335\n", "NUL"),
        (b"Name,ZIP\n" + b"a," * 400 + b"\n", "columns"),
        (b"," * 1_000_000, "empty"),
        (b"x," * 1_000_000, "columns"),
        (b'Name,ZIP\n"Ana,92335\n' + b"Ben,92335\n" * 20_000, "quotation mark"),
        (b"Name,ZIP\n" + b"Ana,92335\n" * 20_100, "lines"),
    ],
)  # fmt: skip
def test_what_is_no_sheet_is_refused_with_a_sentence_that_says_what_to_do(data, said):
    with pytest.raises(Refused, match=said):
        table(data, "sheet.xlsx")


def test_a_file_that_is_too_large_is_refused_before_it_is_read(settings):
    settings.IMPORT_MAX_BYTES = 1000
    with pytest.raises(Refused, match="larger than"):
        table(b"Name\n" + b"a\n" * 1000)


def test_an_opendocument_sheet_is_read():
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'.format
    number = (
        '<table:table-cell office:value-type="float" office:value="92335"><text:p>92335</text:p></table:table-cell>'
    )
    empty = '<table:table-cell table:number-columns-repeated="16382"/>'
    blank = '<table:table-cell table:number-columns-repeated="16384"/>'
    rest = f'<table:table-row table:number-rows-repeated="1048574">{blank}</table:table-row>'
    rows = "".join(
        f"<table:table-row>{row}</table:table-row>"
        for row in (cell("Name") + cell("ZIP") + empty, cell("Ana") + number)
    )
    space = "urn:oasis:names:tc:opendocument:xmlns:"
    names = "".join(f' xmlns:{name}="{space}{name}:1.0"' for name in ("office", "table", "text"))
    content = (
        f"<office:document-content{names}><office:automatic-styles/><office:body><office:spreadsheet>"
        f'<table:table table:name="One">{rows}{rest}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    ods = {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": content}
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        '<manifest:file-entry manifest:full-path="/" '
        'manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>'
        "</manifest:manifest>"
    )
    ods["META-INF/manifest.xml"] = manifest
    assert table(zipped(ods), "a.ods").rows == [(2, ["Ana", "92335"])]
    bomb = content.replace(
        'office:value-type="float"', 'table:number-columns-repeated="99999" office:value-type="float"'
    )
    with pytest.raises(Refused, match="columns"):
        table(zipped({**ods, "content.xml": bomb}), "a.ods")
