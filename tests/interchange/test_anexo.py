"""An Anexo 6A as SIMAT gives it, as offices bend it, and as it must not be."""

import re
import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.catalogs.codes import DocumentType, Gender, Grade, Shift, Zone
from portal.catalogs.people import listed_name
from portal.interchange.problems import FileRefused
from portal.interchange.simat import anexo
from tests.simat_files import CAMPUS, HEADER, SCHOOL, anexo_6a, anexo_6a_workbook, pupil

SAMPLES = Path(__file__).parent.parent / "data"


def read(content: bytes) -> anexo.SimatFile:
    return anexo.read(content, "simat.csv", dane_code=SCHOOL)


def problems(**cells: str) -> list[tuple[str, str]]:
    """(severity, column) of everything that a row with these cells is told."""
    file = read(anexo_6a([pupil(7, **cells), pupil(8)]))
    return [(problem.severity.value, problem.column) for problem in file.rows[0].problems]


def test_the_sample_has_six_hundred_right_rows():
    file = read((SAMPLES / "simat_anexo_6a_2026.csv").read_bytes())
    assert (file.year, len(file.students), file.wrong, file.unrecognized) == (2026, 600, [], ())


def test_the_sample_with_errors_has_exactly_its_eight_wrong_rows():
    file = read((SAMPLES / "simat_anexo_6a_with_errors.csv").read_bytes())
    assert [(row.line, [problem.column for problem in row.problems]) for row in file.wrong] == [
        (3, ["NRO_DOCUMENTO"]),
        (5, ["FECHA_NACIMIENTO"]),
        (7, ["GRADO"]),
        (9, ["GENERO"]),
        (11, ["NRO_DOCUMENTO"]),
        (13, ["FECHA_NACIMIENTO"]),
        (15, ["CONS_SEDE"]),
        (17, ["APELLIDO1"]),
    ]


def test_every_cell_becomes_a_typed_value():
    row = pupil(
        1,
        TIPO_DOCUMENTO="5",
        NRO_DOCUMENTO=" 1.030.000.024 ",
        APELLIDO1="D'ANDRÉIS",
        APELLIDO2="DE LA HOZ",
        NOMBRE1="ÑUSTA",
        NOMBRE2="",
        FECHA_NACIMIENTO="25/10/2020",
        GENERO="F",
        ETNIA="200",
        TIPO_DISCAPACIDAD="7",
        ESTRATO="3",
        SISBEN_IV="B3",
        GRADO="0",
        GRUPO="0001",
        TIPO_JORNADA="6",
        CONS_SEDE=CAMPUS,
        ESPECIALIDAD="5",
        TEL="(604) 303-5819",
    )
    student = read(anexo_6a([row])).students[0]
    assert student.document_type is DocumentType.RC
    assert student.document_number == "1030000024"
    assert listed_name(student) == "D'Andréis De la Hoz, Ñusta"
    assert student.middle_names is None
    assert student.birth_date == date(2020, 10, 25)
    assert student.gender is Gender.F
    assert (student.grade, student.group_code, student.shift) == (Grade.TRANSICION, "0001", Shift.SINGLE)
    assert student.campus_code == CAMPUS
    assert (student.ethnicity_code, student.disability_code, student.talent_code) == ("200", "7", "9")
    assert (student.stratum, student.sisben, student.zone) == (3, "B3", Zone.URBAN)
    assert student.document_municipality_code == student.birth_municipality_code == "05001"
    assert student.phone == "6043035819"
    assert student.simat_status["ESPECIALIDAD"] == "05"
    assert student.simat["PROVIENE_SECTOR_PRIV"] == "N"


@pytest.mark.parametrize("text", ["02/03/2014", "2/3/2014", "2014-03-02", "02-03-2014", "2014-03-02 00:00:00"])
def test_dates_come_in_several_ways(text):
    assert read(anexo_6a([pupil(6, FECHA_NACIMIENTO=text)])).students[0].birth_date == date(2014, 3, 2)


class TestHeader:
    def test_columns_in_any_order_with_blanks_case_and_accents(self):
        header = [f"  {name.strip().title().replace('Ano', 'Año').replace('_', ' ')} " for name in reversed(HEADER)]
        rows = [{name.strip(): pupil(1)[key.strip()] for name, key in zip(header, reversed(HEADER), strict=True)}]
        file = read(anexo_6a(rows, header=header))
        assert (len(file.students), file.unrecognized) == (1, ())

    def test_the_names_of_older_files(self):
        older = {"SISBEN IV": "SISBEN", "POB_VICT_CONF_RUV": "POB_VICT_CONF"}
        header = [older.get(name, name) for name in HEADER] + ["DPTO_EXP", "MUN_EXP", "SIT_ACAD_ANO_ANT"]
        row = pupil(1) | {"SISBEN": "A3", "POB_VICT_CONF": "9", "DPTO_EXP": "27", "SIT_ACAD_ANO_ANT": "1"}
        student = read(anexo_6a([row], header=header)).students[0]
        assert (student.sisben, student.victim_code) == ("A3", "9")
        # A displaced family left that department; the document was issued elsewhere.
        assert student.simat["DPTO_EXP"] == "27"
        assert student.document_municipality_code == "05001"

    def test_unrecognized_columns_are_named(self):
        file = read(anexo_6a([pupil(1) | {"COLOR": "rojo"}], header=[*HEADER, "COLOR"]))
        assert (file.unrecognized, len(file.students)) == (("COLOR",), 1)

    def test_a_title_above_the_table_is_passed_over(self):
        file = read(b"SECRETARIA DE EDUCACION\r\n\r\n" + anexo_6a(2))
        assert [row.line for row in file.rows] == [4, 5]

    def test_missing_columns_are_named(self, english):
        header = [name for name in HEADER if name not in ("GRADO", "NRO_DOCUMENTO")]
        with pytest.raises(FileRefused, match="lacks the columns NRO_DOCUMENTO and GRADO"):
            read(anexo_6a(2, header=header))

    def test_a_column_twice_is_refused(self, english):
        with pytest.raises(FileRefused, match="GRADO more than once"):
            read(anexo_6a(2, header=[*HEADER, "grado"]))

    def test_no_header_is_refused(self, english):
        with pytest.raises(FileRefused, match="Anexo 6A"):
            read(b"1;2;3\n4;5;6\n")

    def test_no_rows_are_refused(self, english):
        with pytest.raises(FileRefused, match="no pupils"):
            read(anexo_6a(0))

    def test_the_detailed_report_is_recognized(self, english):
        detailed = "ANO;ETC;ESTADO;JERARQUIA;INSTITUCION;DANE;GRADO_COD;GRUPO;PER_ID;DOC;TIPODOC;APELLIDO1;NOMBRE1\n"
        with pytest.raises(FileRefused, match="detailed report"):
            read((detailed + "2026;MEDELLÍN;MATRICULADO\n").encode("latin-1"))


class TestSchoolAndYear:
    def test_one_row_of_another_school_refuses_the_file(self, english):
        with pytest.raises(FileRefused, match="Line 4 belongs to the school with the DANE code 205001001234"):
            read(anexo_6a(5, errors={4: {"CODIGO_DANE": "205001001234"}}))

    def test_two_years_refuse_the_file(self, english):
        with pytest.raises(FileRefused, match="Line 3 is of the year 2025"):
            read(anexo_6a(5, errors={3: {"ANO_INF": "2025"}}))

    def test_no_year_refuses_the_file(self, english):
        with pytest.raises(FileRefused, match="ANO_INF"):
            read(anexo_6a([pupil(1, ANO_INF="")]))

    def test_a_row_without_them_is_wrong(self):
        file = read(anexo_6a(5, errors={3: {"ANO_INF": ""}, 4: {"CODIGO_DANE": ""}}))
        assert [(row.line, row.problems[0].column) for row in file.wrong] == [(3, "ANO_INF"), (4, "CODIGO_DANE")]


class TestWrongRows:
    @pytest.mark.parametrize(
        ("column", "text"),
        [
            ("TIPO_DOCUMENTO", ""),
            ("TIPO_DOCUMENTO", "4"),
            ("TIPO_DOCUMENTO", "T.I"),
            ("NRO_DOCUMENTO", ""),
            ("NRO_DOCUMENTO", "10234567"),
            ("NRO_DOCUMENTO", "0000000000"),
            ("NRO_DOCUMENTO", "ABC"),
            ("APELLIDO1", ""),
            ("APELLIDO1", "PÉREZ2"),
            ("APELLIDO2", "🙂"),
            ("NOMBRE1", ""),
            ("NOMBRE1", "A" * 300),
            ("NOMBRE1", "AN\x00A"),
            ("NOMBRE2", "AN\u202eA"),
            ("DIRECCION_RESIDENCIA", "X" * 3_000),
            ("FECHA_NACIMIENTO", ""),
            ("FECHA_NACIMIENTO", "31/02/2015"),
            ("FECHA_NACIMIENTO", "2015"),
            ("FECHA_NACIMIENTO", "01/01/0001"),
            ("FECHA_NACIMIENTO", "14/08/2031"),
            ("FECHA_NACIMIENTO", "01/01/2025"),
            ("FECHA_NACIMIENTO", "01/01/1975"),
            ("GENERO", ""),
            ("GENERO", "X"),
            ("GRADO", ""),
            ("GRADO", "12"),
            ("GRADO", "77"),
            ("GRUPO", ""),
            ("GRUPO", "<b>"),
            ("TIPO_JORNADA", ""),
            ("TIPO_JORNADA", "9"),
            ("CONS_SEDE", ""),
            ("CONS_SEDE", "999"),
            ("CONS_SEDE", "1050010012340١"),
            ("ZON_ALU", "3"),
            ("ESTRATO", "8"),
            ("SISBEN_IV", "E1"),
            ("TIPO_DISCAPACIDAD", "5"),
            ("CAP_EXC", "8"),
            ("ETNIA", "999"),
            ("PAIS_ORIGEN", "COL"),
            ("PER_ID", "x"),
            ("REPITENTE", "Q"),
            ("RES_MUN", "999"),
            ("NAC_MUN", "999"),
        ],
    )
    def test_a_cell_that_cannot_be_true(self, column, text):
        assert ("wrong", column.replace("SISBEN_IV", "SISBEN IV")) in problems(**{column: text})

    def test_all_problems_of_a_row_at_once(self):
        assert problems(GENERO="X", GRADO="77", APELLIDO1="") == [
            ("wrong", "APELLIDO1"),
            ("wrong", "GENERO"),
            ("wrong", "GRADO"),
        ]

    def test_a_document_twice_whatever_its_type_among_rc_ti_and_cc(self, english):
        number = "1100000500"
        rows = [pupil(6, NRO_DOCUMENTO=number), pupil(7, NRO_DOCUMENTO=number, TIPO_DOCUMENTO="1"), pupil(8)]
        (wrong,) = read(anexo_6a(rows)).wrong
        assert wrong.line == 3
        assert "line 2 has the same document" in wrong.problems[0].message

    def test_the_same_number_of_another_kind_of_document_is_another_person(self):
        rows = [pupil(6, NRO_DOCUMENTO="1100000500"), pupil(7, NRO_DOCUMENTO="1100000500", TIPO_DOCUMENTO="3")]
        assert not read(anexo_6a(rows)).wrong

    def test_a_per_id_twice(self):
        (wrong,) = read(anexo_6a([pupil(6, PER_ID="77"), pupil(7, PER_ID="77")])).wrong
        assert (wrong.line, wrong.problems[0].column) == (3, "PER_ID")

    def test_a_torn_line(self):
        whole = anexo_6a(3).decode()
        torn = whole.rsplit(";", 10)[0] + "\r\n"
        assert [row.line for row in read(torn.encode()).wrong] == [4]

    def test_a_surplus_separator(self):
        file = read(anexo_6a(3, errors={3: {"DIRECCION_RESIDENCIA": "CR 1;2"}}))
        assert [row.line for row in file.wrong] == [3]

    def test_it_says_who_the_row_is_about(self):
        row = pupil(1, APELLIDO1="DE LA HOZ", APELLIDO2="", NOMBRE1="ÑUSTA", NOMBRE2="", GENERO="")
        assert read(anexo_6a([row])).rows[0].name == "De la Hoz, Ñusta"


class TestWarnings:
    @pytest.mark.parametrize(
        ("cells", "column"),
        [
            ({"GRADO": "11"}, "FECHA_NACIMIENTO"),
            ({"TIPO_DOCUMENTO": "5"}, "TIPO_DOCUMENTO"),
            ({"GRADO": "0", "FECHA_NACIMIENTO": "01/02/2021"}, "TIPO_DOCUMENTO"),
            ({"TEL": "0"}, "TEL"),
            ({"SISBEN_IV": "45.3"}, "SISBEN IV"),
            ({"METODOLOGIA": "77"}, "METODOLOGIA"),
            ({"NAC_DEPTO": "", "NAC_MUN": ""}, "NAC_MUN"),
            ({"CONS_SEDE": "20500100123401"}, "CONS_SEDE"),
        ],
    )
    def test_a_row_worth_a_look_is_taken(self, cells, column):
        assert problems(**cells) == [("warning", column)]

    def test_a_birth_abroad_has_no_colombian_town(self):
        assert (
            problems(PAIS_ORIGEN="862", TIPO_DOCUMENTO="13", NAC_DEPTO="0", NAC_MUN="0", EXP_DEPTO="", EXP_MUN="") == []
        )

    def test_a_foreigners_card_may_lack_the_birth_date(self):
        assert problems(TIPO_DOCUMENTO="3", NRO_DOCUMENTO="412345", FECHA_NACIMIENTO="") == []

    def test_grown_ups_learn_in_the_evening(self):
        assert problems(TIPO_JORNADA="4", GRADO="9", FECHA_NACIMIENTO="01/01/1975", TIPO_DOCUMENTO="1") == []


class TestDownloadOfWrongRows:
    def test_it_holds_only_those_with_their_reasons(self, english):
        file = read(anexo_6a(10, errors={3: {"GENERO": "X"}, 7: {"GRADO": "77"}}))
        header, *rows = anexo.wrong_rows_csv(file).decode("utf-8-sig").splitlines()
        assert header.endswith(";PORTAL_ERRORES")
        assert len(rows) == 2
        assert rows[0].endswith("GENERO: Write F or M.")

    def test_no_cell_begins_a_formula(self):
        evil = {"APELLIDO1": "=1+1", "NOMBRE1": "+x", "NOMBRE2": "@x", "DIRECCION_RESIDENCIA": "-2", "GRADO": "-1"}
        made = anexo.wrong_rows_csv(read(anexo_6a(3, errors={3: evil}))).decode("utf-8-sig")
        assert not re.search(r'(?m)(^|;)"?[=+\-@\t]', made)

    def test_corrected_it_comes_back_whole(self):
        file = read(
            anexo_6a([pupil(5), pupil(6, GRADO="-1", GENERO="X", FECHA_NACIMIENTO="01/02/2022", TIPO_DOCUMENTO="5")])
        )
        corrected = anexo.wrong_rows_csv(file).replace(b";X;", b";F;")
        again = read(corrected)
        assert (again.wrong, again.unrecognized, again.students[0].grade) == ([], (), Grade.JARDIN)


def test_a_workbook_says_the_same_as_the_text():
    text, sheet = read(anexo_6a(30)), read(anexo_6a_workbook(30))
    assert not sheet.wrong
    for one, other in zip(text.students, sheet.students, strict=True):
        assert (one.document_key, one.birth_date, one.campus_code) == (
            other.document_key,
            other.birth_date,
            other.campus_code,
        )


def test_ten_thousand_rows_are_read_in_little_time():
    content = anexo_6a(10_000)
    began = time.process_time()
    file = read(content)
    assert len(file.students) == 10_000
    assert time.process_time() - began < 4  # about 0.7 s on one quiet core


CELL = st.text(st.characters(exclude_characters=";\n\r", exclude_categories=["Cs"]), max_size=30)


@settings(deadline=None)  # a busy machine is no failure
@given(st.dictionaries(st.sampled_from([name.strip() for name in HEADER]), CELL, max_size=8))
def test_no_text_in_any_cell_crashes(cells):
    try:
        file = read(anexo_6a([pupil(1), pupil(2) | cells]))
    except FileRefused as refused:
        assert str(refused)  # noqa: PT017 - either way is right
    else:
        assert all(problem.message for row in file.rows for problem in row.problems)
        assert anexo.wrong_rows_csv(file)
