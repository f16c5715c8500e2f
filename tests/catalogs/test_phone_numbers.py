"""Telephones as they are kept and said."""

import pytest

from portal.catalogs.phones import dialled, normalised_phone, spaced_phone


@pytest.mark.parametrize("text", ["3105550148", "310 555 01 48", "(310) 555-0148", "+57 310 555 0148", "+573105550148"])
def test_a_colombian_number_is_kept_as_its_ten_digits(text: str) -> None:
    assert normalised_phone(text) == "3105550148"


def test_a_number_of_another_country_keeps_its_own() -> None:
    assert normalised_phone("+58 412 555 0148") == "+584125550148"
    assert dialled("+584125550148") == "+584125550148"


def test_what_is_no_single_number_stays_as_it_was_written() -> None:
    assert normalised_phone("3105550148 o 3105550149") == "3105550148 o 3105550149"


def test_it_is_said_in_groups_and_dialled_with_its_country() -> None:
    assert spaced_phone("3105550148") == "310 555 0148"
    assert dialled("310 555 0148") == "+573105550148"
