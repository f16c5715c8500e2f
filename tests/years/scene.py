"""What the tests of years set and look at."""

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from portal.db.tenancy import enter_school
from portal.years.models import AcademicPeriod, SchoolYear
from tests.factories import Cast

NEXT = {"name": "2027", "starts_on": "18/1/2027", "ends_on": "26/11/2027", "periods": "none"}


async def years_of(db: AsyncSession, cast: Cast) -> list[SchoolYear]:
    await enter_school(db, cast.school.id)
    rows = await db.scalars(
        select(SchoolYear).order_by(SchoolYear.starts_on), execution_options={"populate_existing": True}
    )
    return list(rows)


async def rows_of(db: AsyncSession, model: Any, year: SchoolYear) -> list[Any]:
    await enter_school(db, year.school_id)
    return list(await db.scalars(select(model).where(model.year_id == year.id).order_by(model.id)))


async def make_period(db: AsyncSession, year: SchoolYear, number: int, first: date, last: date) -> AcademicPeriod:
    await enter_school(db, year.school_id)
    period = AcademicPeriod(
        school_id=year.school_id,
        year_id=year.id,
        ordinal=number,
        name=f"Periodo {number}",
        starts_on=first,
        ends_on=last,
    )
    db.add(period)
    await db.flush()
    return period
