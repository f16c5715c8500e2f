"""Questions asked of groups."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select

from portal.catalogs.codes import EnrollmentStatus
from portal.db.repository import SchoolRepository
from portal.enrollments.models import Enrollment
from portal.groups.models import Group
from portal.schools.models import Campus

# Who sits in a group, and who asks to.
SEATED = (EnrollmentStatus.ACTIVE, EnrollmentStatus.COMPLETED)


class GroupRepository(SchoolRepository[Group]):
    """The groups of a school."""

    model_type = Group

    async def with_seats(self, year_id: UUID) -> list[Row[Any]]:
        """The groups of a year in the order of grade, shift and code, with ``taken`` and ``waiting`` seats."""
        seats = (
            select(
                Enrollment.group_id,
                func.count().filter(Enrollment.status.in_(SEATED)).label("taken"),
                func.count().filter(Enrollment.status == EnrollmentStatus.SUBMITTED).label("waiting"),
            )
            .where(
                Enrollment.school_id == self.school_id, Enrollment.year_id == year_id, Enrollment.deleted_at.is_(None)
            )
            .group_by(Enrollment.group_id)
            .subquery()
        )
        statement = (
            select(
                Group.id,
                Group.grade,
                Group.code,
                Group.shift,
                Group.campus_id,
                Group.capacity,
                Campus.name.label("campus_name"),
                func.coalesce(seats.c.taken, 0).label("taken"),
                func.coalesce(seats.c.waiting, 0).label("waiting"),
            )
            .join(Campus, (Campus.school_id == Group.school_id) & (Campus.id == Group.campus_id))
            .outerjoin(seats, seats.c.group_id == Group.id)
            .where(Group.school_id == self.school_id, Group.year_id == year_id, Group.deleted_at.is_(None))
            .order_by(Group.grade, Group.code, Group.shift)
        )
        return list(await self.session.execute(statement))

    async def led(self, year_id: UUID) -> dict[UUID, list[str]]:
        """The labels of the groups that each teacher leads in a year, in the order of grade and code."""
        statement = (
            self.living()
            .where(Group.year_id == year_id, Group.lead_teacher_id.is_not(None))
            .order_by(Group.grade, Group.code)
        )
        led: dict[UUID, list[str]] = {}
        for group in await self.session.scalars(statement):
            led.setdefault(group.lead_teacher_id, []).append(group.label)
        return led

    async def locked(self, group_id: UUID) -> Group | None:
        """The group, held until the transaction ends, so that its last seat is given once."""
        return (await self.session.scalars(self.living().where(Group.id == group_id).with_for_update())).one_or_none()

    async def all_locked(self, group_ids: Collection[UUID]) -> list[Group]:
        """These groups as they stand now, held in the order of their ids: two who want the same ones never deadlock."""
        statement = self.living().where(Group.id.in_(group_ids)).order_by(Group.id).with_for_update(of=Group)
        return list(await self.session.scalars(statement, execution_options={"populate_existing": True}))

    async def taken_seats(self, group_id: UUID) -> int:
        """How many students sit in it. Ask after ``locked`` when a seat is about to be given."""
        statement = select(func.count()).where(
            Enrollment.school_id == self.school_id,
            Enrollment.group_id == group_id,
            Enrollment.status.in_(SEATED),
            Enrollment.deleted_at.is_(None),
        )
        return int(await self.session.scalar(statement) or 0)

    async def taken_by_group(self, group_ids: Collection[UUID]) -> dict[UUID, int]:
        """The same for several groups; one in which nobody sits is left out."""
        statement = (
            select(Enrollment.group_id, func.count())
            .where(
                Enrollment.school_id == self.school_id,
                Enrollment.group_id.in_(group_ids),
                Enrollment.status.in_(SEATED),
                Enrollment.deleted_at.is_(None),
            )
            .group_by(Enrollment.group_id)
        )
        return {row[0]: row[1] for row in await self.session.execute(statement)}
