"""Questions asked of groups."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased, joinedload

from portal.accounts.models import SchoolMembership, User
from portal.accounts.permissions import Role
from portal.catalogs.codes import EnrollmentStatus, YearStatus
from portal.db.repository import SchoolRepository, same
from portal.enrollments.models import Enrollment
from portal.groups.models import Group
from portal.schools.models import Campus
from portal.years.models import SchoolYear

# Who sits in a group, and who asks to.
SEATED = (EnrollmentStatus.ACTIVE, EnrollmentStatus.COMPLETED)
# Whose grade, campus and shift are those of the group: everybody who ever sat in it or asks to.
_BOUND_TO_IT = [status for status in EnrollmentStatus if status != EnrollmentStatus.CANCELLED]


class GroupRepository(SchoolRepository[Group]):
    """The groups of a school; for a teacher, only those that they lead."""

    model_type = Group

    def __init__(self, session: AsyncSession, school_id: UUID, *, led_by: UUID | None = None) -> None:
        """``led_by`` is the teacher whose groups are looked at, None for the whole school."""
        self.led_by = led_by
        super().__init__(session, school_id)

    def living(self) -> Any:
        """The groups that this person may see."""
        statement = super().living()
        return statement if self.led_by is None else statement.where(*led_now(Group, self.led_by))

    async def whole(self, group_id: UUID) -> Group | None:
        """The group with its year, campus and lead teacher."""
        return await self.find(
            group_id, joinedload(Group.year), joinedload(Group.campus), joinedload(Group.lead_teacher)
        )

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
                User.full_name.label("lead_teacher"),
                func.coalesce(seats.c.taken, 0).label("taken"),
                func.coalesce(seats.c.waiting, 0).label("waiting"),
            )
            .join(Campus, same(Group, Campus, Group.campus_id))
            .outerjoin(User, User.id == Group.lead_teacher_id)
            .outerjoin(seats, seats.c.group_id == Group.id)
            .where(Group.school_id == self.school_id, Group.year_id == year_id, Group.deleted_at.is_(None))
            .order_by(Group.grade, Group.code, Group.shift)
        )
        if self.led_by is not None:
            statement = statement.where(*led_now(Group, self.led_by))
        return list(await self.session.execute(statement))

    async def of_year(self, year_id: UUID) -> list[Group]:
        """The groups of a year, each with its campus."""
        statement = (
            self.living()
            .where(Group.year_id == year_id)
            .options(joinedload(Group.campus))
            .order_by(Group.grade, Group.code, Group.shift)
        )
        return list(await self.session.scalars(statement))

    async def codes_of(self, year_id: UUID) -> list[Row[Any]]:
        """``grade``, ``campus_id``, ``shift`` and ``code`` of every group of the year: what new codes continue."""
        statement = select(Group.grade, Group.campus_id, Group.shift, Group.code).where(
            Group.school_id == self.school_id, Group.year_id == year_id, Group.deleted_at.is_(None)
        )
        return list(await self.session.execute(statement))

    async def with_code(self, group: Group, codes: Collection[str], *, but: UUID | None = None) -> list[str]:
        """Which of these codes other groups of the same year, campus, grade and shift have."""
        statement = select(Group.code).where(
            Group.school_id == self.school_id,
            Group.year_id == group.year_id,
            Group.campus_id == group.campus_id,
            Group.grade == group.grade,
            Group.shift == group.shift,
            Group.code.in_(codes),
            Group.deleted_at.is_(None),
        )
        if but is not None:
            statement = statement.where(Group.id != but)
        return list(await self.session.scalars(statement.order_by(Group.code)))

    async def possible_leads(self) -> list[tuple[UUID, str]]:
        """``(id, name)`` of the school's active teachers, by name."""
        statement = (
            select(User.id, User.full_name)
            .join(SchoolMembership, SchoolMembership.user_id == User.id)
            .where(
                SchoolMembership.school_id == self.school_id,
                SchoolMembership.is_active,
                SchoolMembership.roles.contains([Role.TEACHER.value]),
                User.is_active,
            )
            .order_by(User.full_name)
        )
        return [(row.id, row.full_name) for row in await self.session.execute(statement)]

    async def locked(self, group_id: UUID) -> Group | None:
        """The group, held until the transaction ends, so that its last seat is given once."""
        return (await self.session.scalars(self.living().where(Group.id == group_id).with_for_update())).one_or_none()

    async def taken_seats(self, group_id: UUID) -> int:
        """How many students sit in it. Ask after ``locked`` when a seat is about to be given."""
        return await self._count(group_id, SEATED)

    async def among(self, group_ids: Collection[UUID]) -> list[Group]:
        """Those of these groups that are there."""
        return list(await self.session.scalars(self.living().where(Group.id.in_(group_ids))))

    async def all_locked(self, group_ids: Collection[UUID]) -> list[Group]:
        """These groups as they stand now, held in the order of their ids: two who want the same ones never deadlock."""
        statement = self.living().where(Group.id.in_(group_ids)).order_by(Group.id).with_for_update(of=Group)
        return list(await self.session.scalars(statement, execution_options={"populate_existing": True}))

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
        return {group_id: taken for group_id, taken in await self.session.execute(statement) if group_id is not None}

    async def bound_to(self, group_id: UUID) -> int:
        """How many enrollments say this group, whatever became of them, cancelled ones aside."""
        return await self._count(group_id, _BOUND_TO_IT)

    async def _count(self, group_id: UUID, statuses: Collection[EnrollmentStatus]) -> int:
        statement = select(func.count()).where(
            Enrollment.school_id == self.school_id,
            Enrollment.group_id == group_id,
            Enrollment.status.in_(statuses),
            Enrollment.deleted_at.is_(None),
        )
        return int(await self.session.scalar(statement) or 0)


def led_now(group: Any, teacher_id: Any) -> list[Any]:
    """Conditions on ``group``, the model or an alias of it: the teacher leads it, in a year that is planned or runs.

    Their task with the pupils ends with the year, and so does what they may see of them (Ley 1581 of 2012, the
    principle of purpose): when the school closes it, a former teacher no longer reads how children live now. A year
    that is opened again to correct something opens this too. ``teacher_id`` may be a parameter.
    """
    year = aliased(SchoolYear)
    runs = (
        select(year.id)
        .where(
            year.school_id == group.school_id,
            year.id == group.year_id,
            year.status.in_((YearStatus.PLANNING, YearStatus.ACTIVE)),
        )
        .exists()
    )
    return [group.lead_teacher_id == teacher_id, runs]
