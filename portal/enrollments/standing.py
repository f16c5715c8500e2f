"""What a pupil has already in the years that take enrollments, before a place is asked for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from portal.years.models import SchoolYear


@dataclass(frozen=True)
class Standing:
    """The pupil's enrollments by year; a cancelled or transferred one leaves room for another and is none here."""

    years: Sequence[SchoolYear]
    taken: Mapping[UUID, Any]

    @classmethod
    def of(cls, years: Sequence[SchoolYear], enrollments: Iterable[Any]) -> "Standing":
        """Out of rows with ``id``, ``year_id``, ``status`` and ``number``."""
        return cls(years, {row.year_id: row for row in enrollments})

    @property
    def free_years(self) -> list[SchoolYear]:
        """The years for which a place can be asked."""
        return [year for year in self.years if year.id not in self.taken]

    @property
    def known(self) -> list[tuple[SchoolYear, Any]]:
        """The years in which the pupil has an enrollment, with it."""
        return [(year, self.taken[year.id]) for year in self.years if year.id in self.taken]
