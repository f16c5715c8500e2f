"""Questions asked of schools."""

from typing import Any
from uuid import UUID

from advanced_alchemy.repository import SQLAlchemyAsyncRepository
from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from portal.db.repository import SchoolRepository as Scoped
from portal.schools.models import Campus, School


class SchoolRepository(SQLAlchemyAsyncRepository[School]):
    """Schools of the installation."""

    model_type = School

    def __init__(self, session: AsyncSession) -> None:
        """Schools are read by whoever signed in; who may enter one is the guards' business."""
        super().__init__(session=session, wrap_exceptions=False)

    async def all_by_name(self) -> list[Row[Any]]:
        """Every school, for a superuser's list: id, slug, name, municipality, whether it is open."""
        statement = select(
            School.id, School.slug, School.name, School.dane_code, School.municipality_code, School.is_active
        ).order_by(School.name)
        return list(await self.session.execute(statement))

    async def by_slug(self, slug: str) -> School | None:
        """The school with this slug."""
        return (await self.session.scalars(select(School).where(School.slug == slug))).one_or_none()


class CampusRepository(Scoped[Campus]):
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
