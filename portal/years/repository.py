"""Questions asked of school years."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, case, select
from sqlalchemy.ext.asyncio import AsyncSession

from portal.catalogs.codes import YearStatus
from portal.db.repository import SchoolRepository
from portal.years.models import SchoolYear


class YearRepository(SchoolRepository[SchoolYear]):
    """The years of a school."""

    model_type = SchoolYear

    async def open_for_enrollment(self) -> list[SchoolYear]:
        """Those that take enrollments, the running one first."""
        statement = (
            self.living()
            .where(SchoolYear.status.in_((YearStatus.ACTIVE, YearStatus.PLANNING)))
            .order_by(SchoolYear.starts_on)
        )
        return list(await self.session.scalars(statement))

    async def by_name(self, name: str) -> SchoolYear | None:
        """The year with this name, such as ``2026``."""
        return (await self.session.scalars(self.living().where(SchoolYear.name == name))).one_or_none()


async def current_year(session: AsyncSession, school_id: UUID) -> Row[UUID, str, YearStatus, date, date] | None:
    """The year that pages speak of: the active one, else the next that is planned, else the last."""
    return (await session.execute(the_current_year(school_id))).one_or_none()


def the_current_year(school_id: Any) -> Select[UUID, str, YearStatus, date, date]:
    """The same as a statement, also of a parameter: id, name, status, starts_on, ends_on."""
    is_planned = SchoolYear.status == YearStatus.PLANNING
    rank = case((SchoolYear.status == YearStatus.ACTIVE, 0), (is_planned, 1), else_=2)
    return (
        select(SchoolYear.id, SchoolYear.name, SchoolYear.status, SchoolYear.starts_on, SchoolYear.ends_on)
        .where(SchoolYear.school_id == school_id)
        .order_by(rank, case((is_planned, SchoolYear.starts_on)), SchoolYear.starts_on.desc())
        .limit(1)
    )
