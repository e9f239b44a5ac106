"""Which of their columns is which of ours."""

import pytest
from django.utils.translation import override

from imports import kinds
from imports.mapping import bare, check_file, from_file, knows, match
from imports.problems import Refused
from imports.reading import Table, read
from imports.reading.table import NEVER
from imports.values.text import plain

from .sheets import DATA, csv_of


def table_of(*rows):
    kind = kinds.get("completers")
    return read("sheet.csv", csv_of(*rows), knows(kind.columns))


def places(kind, header, cells=("x",) * 99):
    table = Table(list(header), [(2, list(cells[: len(header)]))])
    return {key: header[at] for key, at in match(kinds.get(kind).columns, table).places.items()}


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("Student Name", "name"), ("NOMBRE COMPLETO", "name"), ("E-mail Address", "email"), ("Correo electrónico",
         "email"),
        ("Teléfono", "phone"), ("Cell #", "phone"), ("Zip Code *", "zip"), ("Código postal", "zip"),
         ("Issued (mm/dd/yyyy)", "issued"),
        ("Fecha de emisión", "issued"), ("Credential_Name", "credential"), ("Valid thru", "expires"), ("Apellidos",
         "last_name"),
        ("Acepta", "agreed"), ("Preferred Language", "language"), ("SIS ID", "provider_ref"), ("Shoe size", None),
    ],
)  # fmt: skip
def test_headings_are_known_in_many_spellings(heading, column):
    found = places("completers", [heading])
    assert found == ({column: heading} if column else {})


@pytest.mark.parametrize(
    ("kind", "headings"),
    [
        ("completers", {
            "name": "Nombre y apellidos", "email": "Correo", "phone": "Núm. de teléfono", "zip": "C.P.",
            "program": "Nombre del curso", "credential": "Constancia", "issued": "Fecha de obtención",
            "expires": "Vigente hasta", "completed_on": "Fecha de terminación", "language": "Idioma de preferencia",
            "provider_ref": "No. de matrícula", "agreed": "Dio su permiso", "miles": "Millas que puede viajar",
            "shifts": "Turnos disponibles", "license": "Tipo de licencia", "languages": "Idiomas que habla",
        }),
        ("completers", {"first_name": "Nombres", "last_name": "Apellido paterno",
                        "second_last_name": "Apellido materno", "completed_on": "Fecha de término",
                        "phone": "Teléfono móvil"}),
        ("completers", {"completed_on": "Terminó"}),
        ("completers", {"completed_on": "Egresado el", "name": "Egresado"}),
        ("completers", {"completed_on": "Fecha de conclusión", "email": "Correo del estudiante"}),
        ("completers", {"completed_on": "Course completion date", "issued": "Date certified", "phone": "Tel. No."}),
        ("openings", {
            "title": "Nombre del puesto", "employer": "Nombre de la empresa", "seats": "Número de plazas",
            "wage": "Pago por hora", "starts_on": "Fecha de inicio", "closes_on": "Último día para solicitar",
            "zip": "Código postal del trabajo", "required": "Certificaciones requeridas", "shifts": "Horario",
            "license": "Licencia de manejo", "description": "Funciones", "needs": "Requisitos mínimos",
        }),
        ("programs", {
            "name": "Nombre del curso", "provider": "Centro de capacitación", "length": "Duración del curso",
            "cost": "Costo total", "eligibility": "Requisitos de ingreso", "website": "Página web",
            "certificates": "Certificaciones", "hours": "Horas totales", "city": "Municipio",
        }),
        ("hires", {
            "email": "Correo personal", "phone": "Número de teléfono", "employer": "Nombre de la empresa",
            "starts_on": "Fecha de ingreso", "wage": "Salario por hora", "hours": "Horas a la semana",
            "ended_on": "Fecha de terminación", "work_zip": "Código postal del trabajo", "title": "Ocupación",
        }),
    ],
)  # fmt: skip
def test_the_headings_of_sheets_in_spanish_and_of_schools_are_known(kind, headings):
    assert places(kind, list(headings.values())) == headings


@pytest.mark.parametrize("kind", kinds.every(), ids=lambda kind: kind.key)
def test_no_known_heading_names_what_is_never_read(kind):
    headings = [heading for column in kind.columns for heading in column.headings()]
    assert not [heading for heading in headings if NEVER.fullmatch(plain(heading))]


def test_the_surer_name_of_a_column_is_taken():
    assert places("programs", ["name", "officialname"]) == {"name": "officialname", "provider": "name"}
    assert places("programs", ["name", "provider"]) == {"name": "name", "provider": "provider"}


@pytest.mark.parametrize(
    ("kind", "file", "needed"),
    [
        ("programs", "programs_real.csv", {"external_id": "id", "name": "program_name", "partner": "union_or_jatc",
         "hours_job": "hours_ojt"}),
        (
            "programs",
            "etpl_programs.csv",
            {"external_id": "programid", "name": "officialname", "provider": "name", "provider_number": "providerid",
             "zip": "zip",              "cip": "cipcode", "credential": "industrycredentialname",
             "status": "statusname"},
        ),
        (
            "openings",
            "openings_trades.csv",
            {"external_id": "Job ID", "employer": "Agency", "title": "Business Title", "wage_from": "Salary Range From",
             "pay_period": "Salary Frequency", "place": "Work Location", "opens_on": "Posting Date"},
        ),
    ],
)  # fmt: skip
def test_the_real_sheets_are_understood_without_help(kind, file, needed):
    columns = kinds.get(kind).columns
    table = read(file, (DATA / file).read_bytes(), knows(columns))
    found = {key: table.header[at] for key, at in match(columns, table).places.items()}
    assert found | needed == found


def test_two_columns_of_one_name_that_differ_are_refused():
    header = ["Name", "Email", "Email"]
    columns = kinds.get("completers").columns
    with pytest.raises(Refused, match="“Email”"):
        match(columns, Table(header, [(2, ["Ana", "a@x.org", "b@x.org"])]))
    assert match(columns, Table(header, [(2, ["Ana", "a@x.org", "a@x.org"])])).places["email"] == 1


def test_columns_nobody_knows_are_named_and_empty_ones_are_not():
    mapped = match(
        kinds.get("completers").columns, Table(["Name", "Shoe size", "Blank", ""], [(2, ["Ana", "9", "", "x"])])
    )
    assert mapped.ignored == ["Shoe size", "column 4, without a heading"]


def test_a_mapping_file_may_be_json_or_yaml_and_name_our_columns_as_we_show_them():
    columns = kinds.get("completers").columns
    table = table_of({"Who": "Ana", "Mail": "a@x.org", "Email": "b@x.org"})
    for content in (b'{"Name": "Who", "email": "mail"}', b"name: Who\nCorreo: Mail\n"):
        mapping = check_file(from_file(content, columns), table)
        assert mapping == {"name": "Who", "email": "Mail"}
        found = match(columns, table, mapping)
        assert table.header[found.places["email"]] == "Mail"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfe\x00", "neither"), (b"[1, 2]", "should look like"), (b'{"shoe": "Who"}', "“shoe”"),
         (b'{"name": "Whom"}', "“Whom”"),
        (b"a: [", "neither"),
    ],
)  # fmt: skip
def test_a_wrong_mapping_file_says_what_is_wrong(content, said):
    columns = kinds.get("completers").columns
    with pytest.raises(Refused, match=said):
        check_file(from_file(content, columns), table_of({"Who": "Ana", "Email": "b@x.org"}))


def test_every_heading_belongs_to_one_column_of_a_kind_at_its_surest():
    for kind in kinds.every():
        seen = {}
        for column in kind.columns:
            first = bare(column.headings()[0])
            assert seen.setdefault(first, column.key) == column.key


@pytest.mark.parametrize("reader", ["en", "es"])
@pytest.mark.parametrize("writer", ["en", "es"])
def test_our_own_labels_are_known_whatever_language_the_reader_has(reader, writer):
    columns = [column for column in kinds.get("completers").columns if column.key in ("agreed", "miles", "shifts")]
    with override(writer):
        header = [str(column.label) for column in columns]
    with override(reader):
        assert set(places("completers", header)) == {column.key for column in columns}
