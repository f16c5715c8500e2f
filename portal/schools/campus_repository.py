"""Questions asked of a school's campuses."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select

from portal.db.repository import SchoolRepository, same
from portal.enrollments.models import Enrollment
from portal.groups.models import Group
from portal.schools.models import Campus
from portal.years.models import SchoolYear


@dataclass(frozen=True)
class CampusUse:
    """What keeps a campus from being removed."""

    groups: list[Row[Any]]
    groups_in_bin: int
    enrollments: int


class CampusRepository(SchoolRepository[Campus]):
    """The campuses of a school."""

    model_type = Campus

    async def options(self) -> list[tuple[UUID, str]]:
        """``(id, name)`` of the open ones, by name: for forms and filters."""
        statement = (
            select(Campus.id, Campus.name)
            .where(Campus.school_id == self.school_id, Campus.is_active)
            .order_by(Campus.name)
        )
        return [(row.id, row.name) for row in await self.session.execute(statement)]

    async def listed(self, year_id: UUID | None) -> list[Row[Any]]:
        """Every campus, the open ones first, each with its number of ``groups`` in a year."""
        groups = (
            select(func.count())
            .where(*_groups_at(self.school_id, Campus.id), Group.year_id == year_id, Group.deleted_at.is_(None))
            .scalar_subquery()
        )
        statement = (
            select(Campus, groups.label("groups"))
            .where(Campus.school_id == self.school_id)
            .order_by(Campus.is_active.desc(), func.fold(Campus.name).collate("C"), Campus.id)
        )
        return list(await self.session.execute(statement))

    async def locked(self, campus_id: UUID) -> Campus | None:
        """The campus, to be changed: whoever saves at the same moment waits, and then sees what is stored."""
        return (await self.session.scalars(self.living().where(Campus.id == campus_id).with_for_update())).one_or_none()

    async def with_dane_code(self, code: str, *, but: UUID) -> Campus | None:
        """The other campus that has this consecutive."""
        return (
            await self.session.scalars(self.living().where(Campus.dane_code == code, Campus.id != but))
        ).one_or_none()

    async def with_name(self, name: str, *, but: UUID) -> Campus | None:
        """Another campus of this name, case and accents aside."""
        statement = self.living().where(func.fold(Campus.name) == func.fold(name), Campus.id != but).limit(1)
        return (await self.session.scalars(statement)).one_or_none()

    async def use_of(self, campus_id: UUID) -> CampusUse:
        """The groups of all years that are at a campus, and what else names it."""
        groups = (
            select(Group.grade, Group.code, SchoolYear.name.label("year_name"))
            .join(SchoolYear, same(Group, SchoolYear, Group.year_id))
            .where(*_groups_at(self.school_id, campus_id), Group.deleted_at.is_(None))
            .order_by(SchoolYear.starts_on.desc(), Group.grade, Group.code)
        )
        in_bin = select(func.count()).where(*_groups_at(self.school_id, campus_id), Group.deleted_at.is_not(None))
        enrollments = select(func.count()).where(
            Enrollment.school_id == self.school_id, Enrollment.campus_id == campus_id
        )
        counts = (
            await self.session.execute(
                select(in_bin.scalar_subquery().label("bin"), enrollments.scalar_subquery().label("enrollments"))
            )
        ).one()
        return CampusUse(list(await self.session.execute(groups)), counts.bin, counts.enrollments)


def _groups_at(school_id: Any, campus_id: Any) -> list[Any]:
    return [Group.school_id == school_id, Group.campus_id == campus_id]
