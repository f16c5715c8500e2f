"""The codes of Colombian practice, looked up."""

import pytest

from portal.catalogs import divipola, simat
from portal.catalogs.codes import DocumentType, Grade, Shift, Zone
from portal.catalogs.documents import normalised_number, same_document_key, shape_problem


def test_every_simat_code_that_the_portal_stores_has_a_member():
    assert set(simat.DOCUMENT_TYPES) == set(simat.code_list("document_type", 2026).values)
    assert set(simat.DOCUMENT_TYPES.values()) == set(DocumentType)
    assert set(simat.SHIFTS) == set(simat.code_list("shift", 2026).values)
    assert set(simat.SHIFTS.values()) == set(Shift)
    assert set(simat.ZONES.values()) == set(Zone)
    assert {str(grade.value) for grade in Grade} == set(simat.code_list("grade", 2026).values)


def test_a_code_is_found_in_any_spelling():
    speciality = simat.code_list("speciality", 2026)
    assert speciality.code("5") == speciality.code("05") == speciality.code("5.0") == "05"
    assert speciality.code("77") is None
    assert speciality.label("05") == "Académico"


def test_disability_codes_mean_what_they_meant_in_their_year():
    assert simat.code_list("disability", 2019).label("1") == "Sordera profunda"
    assert simat.code_list("disability", 2026).label("1") == "Física"
    assert simat.code_list("disability", 2026).label("9") == "Síndrome de Down", "which the list of 2022 has lost"
    assert simat.code_list("disability", 2026).label("77") == "77"


def test_municipalities_by_code_and_by_simats_pair_of_columns():
    assert str(divipola.municipality("05001")) == "Medellín, Antioquia"
    assert str(divipola.municipality("11001")) == "Bogotá, D. C."
    assert divipola.code_of("5", "1") == "05001"
    assert divipola.code_of("5", "5001") == "05001"
    assert divipola.code_of("5", "999") is None
    assert divipola.code_of("", "") is None
    assert divipola.municipality_name(None) == ""
    assert len(divipola.municipalities()) == 1121


def test_municipalities_are_found_by_words_without_accents():
    assert divipola.search("medellin")[0].code == "05001"
    assert [place.code for place in divipola.search("rionegro ant")] == ["05615"]
    assert divipola.search("  ") == []


@pytest.mark.parametrize(
    ("document_type", "number", "fits"),
    [
        ("TI", "1030000024", True),
        ("TI", "00081212345", True),
        ("TI", "10234567", False),
        ("CC", "43123456", True),
        ("CC", "12", False),
        ("RC", "A1B0250123", True),
        ("RC", "PEREZ", False),
        ("PPT", "5000007", True),
        ("CE", "E412345", True),
        ("NES", "N38200112345", True),
        ("TI", "0000000000", False),
        ("TI", "١٠٣٠٠٠٠٠٢٤", False),
    ],
)
def test_the_shape_of_a_document_number(document_type, number, fits):
    assert (shape_problem(DocumentType(document_type), number) is None) == fits


def test_a_number_is_kept_without_its_dots():
    assert normalised_number(" 1.030-000 024 ") == "1030000024"


def test_rc_ti_and_cc_are_one_number():
    assert same_document_key(DocumentType.RC, "1") == same_document_key(DocumentType.CC, "1")
    assert same_document_key(DocumentType.CE, "1") != same_document_key(DocumentType.CC, "1")
