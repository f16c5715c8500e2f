"""Names in SIMAT's capitals become names as people write them."""

import pytest

from portal.interchange.simat.names import is_a_name, proper_case, tidy


@pytest.mark.parametrize(
    ("simat", "people"),
    [
        ("DE LA HOZ", "De la Hoz"),
        ("DEL RÍO", "Del Río"),
        ("D'ANDRÉIS", "D'Andréis"),
        ("O'NEILL", "O'Neill"),
        ("ÑUSTA", "Ñusta"),
        ("ORTEGA Y GASSET", "Ortega y Gasset"),
        ("PÉREZ-GÓMEZ", "Pérez-Gómez"),
        ("MARÍA DE LOS ÁNGELES", "María de los Ángeles"),
        ("juan", "Juan"),
        ("McAllister", "McAllister"),
        ("X", "X"),
        ("", ""),
    ],
)
def test_proper_case(simat, people):
    assert proper_case(simat) == people


def test_blanks_and_apostrophes_become_one_kind():
    assert tidy("  D´ANDRÉIS \u00a0 GÓMEZ ") == "D'ANDRÉIS GÓMEZ"


@pytest.mark.parametrize("name", ["Ñusta", "De la Hoz", "O'Neill", "Pérez-Gómez", "M. José", "Zoë", "Łukasz"])
def test_letters_of_any_language_make_a_name(name):
    assert is_a_name(name)


@pytest.mark.parametrize("text", ["", "José2", "🙂", "<b>", "-", "A_B", "x;y", "'", "SIN\ufffdOR"])
def test_other_signs_do_not(text):
    assert not is_a_name(text)
