"""Which year the pages speak of."""

from datetime import date

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from portal.catalogs.codes import YearStatus
from portal.years.repository import current_year
from tests import factories
from tests.factories import Cast

pytestmark = pytest.mark.anyio


async def name_of_current(db: AsyncSession, cast: Cast, **years: YearStatus) -> str | None:
    """``await name_of_current(db, cast, y2027="planning")``: of the other school, which has these years alone."""
    for name, status in years.items():
        year = int(name[1:])
        dates = {"starts_on": date(year, 1, 19), "ends_on": date(year, 11, 27)}
        await factories.make_year(db, cast.other_school, name=name[1:], status=status, **dates)
    found = await current_year(db, cast.other_school.id)
    return found.name if found else None


PLANNED, ACTIVE, CLOSED = YearStatus.PLANNING, YearStatus.ACTIVE, YearStatus.CLOSED


@pytest.mark.parametrize(
    ("years", "current"),
    [
        ({}, None),
        ({"y2025": CLOSED, "y2026": ACTIVE, "y2027": PLANNED}, "2026"),
        ({"y2026": CLOSED, "y2027": PLANNED, "y2028": PLANNED}, "2027"),
        ({"y2024": CLOSED, "y2025": CLOSED}, "2025"),
    ],
)
async def test_the_active_year_else_the_next_planned_else_the_last(
    db: AsyncSession, cast: Cast, years: dict[str, YearStatus], current: str | None
) -> None:
    assert await name_of_current(db, cast, **years) == current
