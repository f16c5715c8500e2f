"""What was typed, as the portal reads it."""

from datetime import date

import pytest

from portal.web.reading import parse_date


@pytest.mark.parametrize("text", ["3/3/2016", "2016-03-03", "03-03-2016", " 3.3.2016 "])
def test_a_day_may_be_written_in_several_ways(text: str) -> None:
    assert parse_date(text) == date(2016, 3, 3)


@pytest.mark.parametrize("text", ["", "31/2/2016", "1/1/0001", "9999-12-31", "31/12/1899", "1/1/2200", "3/3/16"])
def test_what_nobody_means_is_no_day(text: str) -> None:
    assert parse_date(text) is None
