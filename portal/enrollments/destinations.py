"""Where a pupil may be transferred to: another school of the installation, of which only the sign at its door is shown.

Its years and records are looked at for the one pupil, and never shown.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from portal.catalogs import divipola
from portal.catalogs.text import folded
from portal.schools.models import School
from portal.web.i18n import today
from portal.years.models import SchoolYear
from portal.years.repository import YearRepository

MOST_FOUND = 8
# Less than this would list them all.
FEWEST_LETTERS = 3
_MOST_PLACES = 1200


@dataclass(frozen=True)
class Destination:
    """A school as anybody may know it."""

    id: UUID
    name: str
    dane_code: str | None
    municipality_code: str | None

    @property
    def described(self) -> str:
        """``DANE 105001001234 · Medellín, Antioquia``."""
        dane = f"DANE {self.dane_code}" if self.dane_code else ""
        return " · ".join(filter(None, [dane, divipola.municipality_name(self.municipality_code)]))


async def found_by(session: AsyncSession, typed: str, *, but: UUID) -> list[Destination]:
    """The first few active schools that have every typed word in name, DANE code or municipality; ``but`` not itself.

    Nothing is found by fewer than three letters, so that nobody reads the list of all.
    """
    words = folded(typed).split()
    if max(map(len, words), default=0) < FEWEST_LETTERS:
        return []
    statement = (
        _signs(but)
        .where(*(or_(*_in_its_sign(word)) for word in words))
        .order_by(func.fold(School.name).collate("C"), School.id)
    )
    return [Destination(*row) for row in await session.execute(statement.limit(MOST_FOUND))]


async def destination(session: AsyncSession, school_id: UUID, *, but: UUID) -> Destination | None:
    """The active school with this id."""
    row = (await session.execute(_signs(but).where(School.id == school_id))).one_or_none()
    return Destination(*row) if row else None


async def receiving_year(session: AsyncSession, there: UUID, left: SchoolYear) -> SchoolYear | None:
    """The year of the other school, which has been entered, in which the pupil goes on after leaving ``left``.

    For a year that runs today, theirs that runs today, whatever its calendar; else the one of the same dates.
    """
    years = await YearRepository(session, there).open_for_enrollment()
    day = today()
    if left.starts_on <= day <= left.ends_on:
        running = next((year for year in years if year.starts_on <= day <= year.ends_on), None)
        if running is not None:
            return running
    dates = (left.starts_on, left.ends_on)
    return next((year for year in years if (year.starts_on, year.ends_on) == dates), None)


def _signs(but: UUID) -> Any:
    columns = (School.id, School.name, School.dane_code, School.municipality_code)
    return select(*columns).where(School.is_active, School.id != but)


def _in_its_sign(word: str) -> list[ColumnElement[bool]]:
    places = [place.code for place in divipola.search(word, limit=_MOST_PLACES)]
    return [
        func.strpos(func.fold(School.name), word) > 0,
        School.dane_code.startswith(word, autoescape=True),
        School.municipality_code.in_(places),
    ]
