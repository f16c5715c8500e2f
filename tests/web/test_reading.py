"""What was typed, as the portal reads it."""

from datetime import date

import pytest

from portal.web.reading import parse_date, search_words


@pytest.mark.parametrize("text", ["3/3/2016", "2016-03-03", "03-03-2016", " 3.3.2016 "])
def test_a_day_may_be_written_in_several_ways(text: str) -> None:
    assert parse_date(text) == date(2016, 3, 3)


@pytest.mark.parametrize("text", ["", "31/2/2016", "1/1/0001", "9999-12-31", "31/12/1899", "1/1/2200", "3/3/16"])
def test_what_nobody_means_is_no_day(text: str) -> None:
    assert parse_date(text) is None


@pytest.mark.parametrize("text", ["3005550521", "300 555 0521", "300-555-0521", "+57 300 555 0521", "+573005550521"])
def test_a_telephone_is_one_word_however_it_is_typed_or_pasted(text: str) -> None:
    assert search_words(text) == ("3005550521",)
