"""A school with a closing year and the one after it, and pupils in a line each."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.models import User
from portal.catalogs.codes import EnrollmentStatus, Grade, Outcome, YearStatus
from portal.db.tenancy import enter_school
from portal.enrollments.models import Enrollment
from portal.groups.models import Group
from portal.years.models import SchoolYear
from tests import factories
from tests.factories import Cast
from tests.pages import Browser

SignIn = Callable[[User], Awaitable[Browser]]


@dataclass
class Closing:
    """Sixth and seventh grade of the closing year (A each), and of the next one: 6th A, 7th A and 7th B."""

    db: AsyncSession
    cast: Cast
    target: SchoolYear
    sixth: Group
    seventh: Group
    next_sixth: Group
    next_seventh: Group
    next_seventh_b: Group

    @property
    def address(self) -> str:
        return f"/schools/{self.cast.school.slug}/years/{self.cast.year.id}/rollover"

    async def pupil(
        self, surname: str, outcome: Outcome | None = Outcome.PROMOTED, *, group: Group | None = None, **given: Any
    ) -> Enrollment:
        """A pupil of the closing year who finished it; without an outcome, one who still sits in it."""
        student = await factories.make_student(self.db, self.cast.school, first_surname=surname)
        status = EnrollmentStatus.COMPLETED if outcome else EnrollmentStatus.ACTIVE
        usual = {"status": status, "outcome": outcome}
        return await factories.make_enrollment(self.db, student, group=group or self.sixth, **usual | given)

    async def next_year(self) -> list[Enrollment]:
        """The enrollments of the new year, by number."""
        await enter_school(self.db, self.cast.school.id)
        statement = select(Enrollment).where(Enrollment.year_id == self.target.id).order_by(Enrollment.number)
        return list(await self.db.scalars(statement, execution_options={"populate_existing": True}))


@pytest.fixture
async def closing(db: AsyncSession, cast: Cast) -> Closing:
    return await make_closing(db, cast)


async def make_closing(db: AsyncSession, cast: Cast) -> Closing:
    target = await factories.make_year(
        db,
        cast.school,
        name="2027",
        starts_on=date(2027, 1, 18),
        ends_on=date(2027, 11, 26),
        status=YearStatus.PLANNING,
    )

    async def group(year: SchoolYear, grade: Grade, code: str = "A", capacity: int = 3) -> Group:
        return await factories.make_group(
            db, cast.school, year=year, campus=cast.campus, grade=grade, code=code, capacity=capacity
        )

    return Closing(
        db=db,
        cast=cast,
        target=target,
        sixth=await group(cast.year, Grade.SIXTH, capacity=40),
        seventh=await group(cast.year, Grade.SEVENTH, capacity=40),
        next_sixth=await group(target, Grade.SIXTH),
        next_seventh=await group(target, Grade.SEVENTH),
        next_seventh_b=await group(target, Grade.SEVENTH, "B"),
    )
