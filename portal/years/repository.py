"""Questions asked of school years."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, Row, Select, case, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from portal.audit.recording import RECORDED, record
from portal.catalogs.codes import EnrollmentStatus as Status
from portal.catalogs.codes import YearStatus
from portal.db.repository import SchoolRepository
from portal.enrollments.models import Enrollment
from portal.groups.models import Group
from portal.years.models import AcademicPeriod, SchoolYear

# While the rows of a table change places, two periods must not stand on the same days, not even for a moment: until
# all are written, they wait this far in the future. The shift keeps their distances, so nothing overlaps there.
ASIDE_DAYS = 365_000
ASIDE_ORDINALS = 1000


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

    async def listing(self) -> list[Row[Any]]:
        """Every year, the last first: with its periods, groups, their seats, and the pupils enrolled, counted."""
        groups = (Group.school_id == self.school_id, Group.year_id == SchoolYear.id, Group.deleted_at.is_(None))
        enrolled = (
            Enrollment.school_id == self.school_id,
            Enrollment.year_id == SchoolYear.id,
            Enrollment.status.in_((Status.ACTIVE, Status.COMPLETED)),
            Enrollment.deleted_at.is_(None),
        )
        periods = (AcademicPeriod.school_id == self.school_id, AcademicPeriod.year_id == SchoolYear.id)
        statement = (
            select(
                SchoolYear.id,
                SchoolYear.name,
                SchoolYear.status,
                SchoolYear.starts_on,
                SchoolYear.ends_on,
                select(func.count()).where(*periods).scalar_subquery().label("periods"),
                select(func.count()).where(*groups).scalar_subquery().label("groups"),
                select(func.coalesce(func.sum(Group.capacity), 0)).where(*groups).scalar_subquery().label("seats"),
                select(func.count()).where(*enrolled).scalar_subquery().label("enrolled"),
            )
            .where(SchoolYear.school_id == self.school_id)
            .order_by(SchoolYear.starts_on.desc())
        )
        return list(await self.session.execute(statement))

    async def last(self) -> SchoolYear | None:
        """The one that ends last, with its periods: what a new one is copied from."""
        statement = (
            self.living().order_by(SchoolYear.starts_on.desc()).limit(1).options(selectinload(SchoolYear.periods))
        )
        return (await self.session.scalars(statement)).one_or_none()

    async def with_periods(self, year_id: UUID) -> SchoolYear | None:
        """The year and its periods."""
        return await self.find(year_id, selectinload(SchoolYear.periods))

    async def locked(self, year_id: UUID) -> SchoolYear | None:
        """The year as it stands now with its periods, held until the transaction ends."""
        statement = (
            self.living()
            .where(SchoolYear.id == year_id)
            .options(selectinload(SchoolYear.periods))
            .with_for_update(of=SchoolYear)
        )
        return (await self.session.scalars(statement, execution_options={"populate_existing": True})).one_or_none()

    async def overlapping(self, first: date, last: date, *, but: UUID | None = None) -> SchoolYear | None:
        """Another year that has one of these days."""
        statement = self.living().where(SchoolYear.starts_on <= last, SchoolYear.ends_on >= first)
        if but is not None:
            statement = statement.where(SchoolYear.id != but)
        return (await self.session.scalars(statement.order_by(SchoolYear.starts_on).limit(1))).one_or_none()

    async def active(self, *, but: UUID | None = None, lock: bool = False) -> SchoolYear | None:
        """The active year, unless it is the one that is meant; with ``lock`` as it stands now, and held."""
        statement = self.living().where(SchoolYear.status == YearStatus.ACTIVE)
        if but is not None:
            statement = statement.where(SchoolYear.id != but)
        if lock:
            statement = statement.with_for_update()
        return (await self.session.scalars(statement, execution_options={"populate_existing": lock})).one_or_none()

    async def open_ends(self, year_id: UUID) -> dict[Status, int]:
        """How many enrollments of the year have no end yet: active, waiting, returned, drafts. Those that are, only."""
        statement = (
            select(Enrollment.status, func.count())
            .where(
                Enrollment.school_id == self.school_id,
                Enrollment.year_id == year_id,
                Enrollment.status.in_((Status.ACTIVE, Status.SUBMITTED, Status.RETURNED, Status.DRAFT)),
                Enrollment.deleted_at.is_(None),
            )
            .group_by(Enrollment.status)
        )
        return {row.status: row[1] for row in await self.session.execute(statement)}

    async def used_by(self, year_id: UUID) -> tuple[int, int]:
        """How many groups and enrollments the year has, those in the bin too: they could be wanted back."""
        groups = select(func.count()).where(Group.school_id == self.school_id, Group.year_id == year_id)
        enrollments = select(func.count()).where(Enrollment.school_id == self.school_id, Enrollment.year_id == year_id)
        row = (await self.session.execute(select(groups.scalar_subquery(), enrollments.scalar_subquery()))).one()
        return int(row[0]), int(row[1])


class PeriodRepository(SchoolRepository[AcademicPeriod]):
    """The periods of a school's years."""

    model_type = AcademicPeriod

    async def set_aside(self, periods: Sequence[AcademicPeriod]) -> None:
        """Move these out of one another's way, in one statement; they are written right afterwards."""
        stored = ((each.id, _days(each), _days(each), each.version) for each in periods)
        record(self.session, AcademicPeriod, self.school_id, stored)
        await self.session.execute(
            update(AcademicPeriod)
            .where(AcademicPeriod.school_id == self.school_id, AcademicPeriod.id.in_(each.id for each in periods))
            .values(
                ordinal=AcademicPeriod.ordinal + ASIDE_ORDINALS,
                starts_on=AcademicPeriod.starts_on + ASIDE_DAYS,
                ends_on=AcademicPeriod.ends_on + ASIDE_DAYS,
            )
            # The rows at hand forget these values, so that the same days written again are written.
            .execution_options(synchronize_session="fetch", **RECORDED)
        )


async def current_year(session: AsyncSession, school_id: UUID) -> Row[UUID, str, YearStatus, date, date] | None:
    """The year that pages speak of: the active one, else the next that is planned, else the last."""
    return (await session.execute(the_current_year(school_id))).one_or_none()


def the_current_year(school_id: UUID | BindParameter[Any]) -> Select[UUID, str, YearStatus, date, date]:
    """The same as a statement: id, name, status, starts_on, ends_on. The school may be a parameter."""
    is_planned = SchoolYear.status == YearStatus.PLANNING
    rank = case((SchoolYear.status == YearStatus.ACTIVE, 0), (is_planned, 1), else_=2)
    return (
        select(SchoolYear.id, SchoolYear.name, SchoolYear.status, SchoolYear.starts_on, SchoolYear.ends_on)
        .where(SchoolYear.school_id == school_id)
        .order_by(rank, case((is_planned, SchoolYear.starts_on)), SchoolYear.starts_on.desc())
        .limit(1)
    )


def _days(period: AcademicPeriod) -> dict[str, Any]:
    """What is moved aside, as it stood: the history tells from where to where it went, and nothing of the detour."""
    return {"ordinal": period.ordinal, "starts_on": period.starts_on, "ends_on": period.ends_on}
