"""Where the periods of a new year come to lie."""

import itertools
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from portal.years.calendar import TooShort, moved, spread


def dated(first: date, last: date) -> SimpleNamespace:
    return SimpleNamespace(starts_on=first, ends_on=last)


OLD = dated(date(2026, 1, 19), date(2026, 11, 27))
HALVES = [dated(date(2026, 1, 19), date(2026, 6, 12)), dated(date(2026, 7, 6), date(2026, 11, 27))]


def test_periods_keep_their_distance_from_the_first_day() -> None:
    assert moved(HALVES, OLD, date(2027, 1, 18), date(2027, 11, 26)) == [
        (date(2027, 1, 18), date(2027, 6, 11)),
        (date(2027, 7, 5), date(2027, 11, 26)),
    ]


def test_in_a_shorter_year_they_share_its_days() -> None:
    spans = moved(HALVES, OLD, date(2027, 2, 1), date(2027, 5, 31))
    assert (spans[0][0], spans[-1][1]) == (date(2027, 2, 1), date(2027, 5, 31))


def test_four_periods_need_eight_days() -> None:
    assert len(spread([1] * 4, date(2027, 2, 1), date(2027, 2, 8))) == 4
    with pytest.raises(TooShort):
        spread([1] * 4, date(2027, 2, 1), date(2027, 2, 7))


@given(some.lists(some.integers(1, 200), min_size=1, max_size=12), some.integers(30, 400))
def test_spread_periods_follow_one_another_without_a_gap(lengths: list[int], days: int) -> None:
    first = date(2027, 1, 18)
    last = first + timedelta(days=days - 1)
    try:
        spans = spread(lengths, first, last)
    except TooShort:
        return
    assert (spans[0][0], spans[-1][1]) == (first, last)
    assert all(begins < ends for begins, ends in spans)
    assert all((after[0] - before[1]).days == 1 for before, after in itertools.pairwise(spans))
