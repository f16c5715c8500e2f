"""Where the periods of a year lie: taken over from another year, or spread over the days that there are."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import accumulate, pairwise
from typing import Protocol

Span = tuple[date, date]


class Dated(Protocol):
    """A year or a period: its first and its last day."""

    starts_on: date
    ends_on: date


class TooShort(Exception):
    """The days are fewer than two for each period."""


def moved(periods: Sequence[Dated], old: Dated, first: date, last: date) -> list[Span]:
    """The periods of the year ``old`` in one from ``first`` to ``last``.

    Each keeps its distance from the year's first day. Where they would then reach beyond the last day, they share the
    year in proportion to their lengths instead. Raises TooShort.
    """
    shift = first - old.starts_on
    spans = [(period.starts_on + shift, period.ends_on + shift) for period in periods]
    if all(first <= begins and ends <= last for begins, ends in spans):
        return spans
    return spread([_days(period.starts_on, period.ends_on) for period in periods], first, last)


def spread(lengths: Sequence[int], first: date, last: date) -> list[Span]:
    """Periods of these lengths, in proportion, one behind the other from the first day to the last. Raises TooShort."""
    whole, days = sum(lengths), _days(first, last)
    bounds = [first + timedelta(days=days * reached // whole) for reached in accumulate(lengths, initial=0)]
    spans = [(begins, following - timedelta(days=1)) for begins, following in pairwise(bounds)]
    if any(begins >= ends for begins, ends in spans):
        raise TooShort
    return spans


def _days(first: date, last: date) -> int:
    return (last - first).days + 1
