"""Questions asked of schools and their settings."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from advanced_alchemy.repository import SQLAlchemyAsyncRepository
from sqlalchemy import Row, func, or_, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from portal.accounts.models import SchoolMembership
from portal.audit.recording import RECORDED
from portal.catalogs.codes import Grade
from portal.db.repository import SchoolRepository as Scoped
from portal.groups.models import Group
from portal.schools.models import School, SchoolSettings
from portal.students.models import Student

if TYPE_CHECKING:
    from portal.schools.listing import SchoolFilter

PAGE = 50
# By name as people read it, also where the database's own order puts accents last.
_SORT_NAME = func.fold(School.name).collate("C")


@dataclass(frozen=True)
class Listed:
    """A page of the list of schools: its rows, how many fit in all, and where the next page begins."""

    rows: list[Row[Any]]
    total: int
    after: UUID | None


class SchoolRepository(SQLAlchemyAsyncRepository[School]):
    """Schools of the installation."""

    model_type = School

    def __init__(self, session: AsyncSession) -> None:
        """Schools are read by whoever signed in; who may enter one is the guards' business."""
        super().__init__(session=session, wrap_exceptions=False)

    async def by_slug(self, slug: str) -> School | None:
        """The school with this slug."""
        return (await self.session.scalars(select(School).where(School.slug == slug))).one_or_none()

    async def locked(self, school_id: UUID) -> School:
        """The school, to be changed: whoever saves at the same moment waits, and then sees what is stored."""
        return (await self.session.scalars(select(School).where(School.id == school_id).with_for_update())).one()

    async def listed(self, asked: "SchoolFilter") -> Listed:
        """A page of the schools that fit, for a superuser: by name."""
        columns = (School.id, School.slug, School.name, School.dane_code, School.municipality_code, School.is_active)
        found = _narrowed(select(*columns), asked)
        if asked.after is not None:
            place = select(_SORT_NAME, School.id).where(School.id == asked.after).subquery()
            found = found.where(tuple_(_SORT_NAME, School.id) > select(place).scalar_subquery())
        rows = list(await self.session.execute(found.order_by(_SORT_NAME, School.id).limit(PAGE + 1)))
        total = await self.session.scalar(_narrowed(select(func.count(School.id)), asked))
        return Listed(rows[:PAGE], total or 0, rows[PAGE - 1].id if len(rows) > PAGE else None)

    async def offers(self) -> list[str]:
        """The codes of the municipalities that have schools here."""
        statement = select(School.municipality_code).where(School.municipality_code.is_not(None)).distinct()
        return [code for code in await self.session.scalars(statement) if code]

    async def closed_to(self, user_id: UUID) -> list[str]:
        """The names of the deactivated schools that the person is a member of."""
        statement = (
            select(School.name)
            .join(SchoolMembership, SchoolMembership.school_id == School.id)
            .where(SchoolMembership.user_id == user_id, SchoolMembership.is_active, ~School.is_active)
            .order_by(School.name)
        )
        return list(await self.session.scalars(statement))

    async def with_dane_code(self, code: str, *, but: UUID | None = None) -> str | None:
        """The name of the other school that has this code of DANE."""
        statement = select(School.name).where(School.dane_code == code)
        return await self.session.scalar(statement.where(School.id != but) if but else statement)

    async def slugs_like(self, slug: str) -> set[str]:
        """The slugs in use that begin like this one."""
        statement = select(School.slug).where(School.slug.startswith(slug[:50], autoescape=True))
        return set(await self.session.scalars(statement))


class SettingsRepository(Scoped[SchoolSettings]):
    """What a school decides for itself."""

    model_type = SchoolSettings

    async def stored(self) -> SchoolSettings:
        """The school's one row, or what it will be when it is first held."""
        row: SchoolSettings | None = await self.session.scalar(self.living())
        return row or SchoolSettings(school_id=self.school_id, data={}, version=1)

    async def held(self) -> SchoolSettings:
        """The school's one row, made where there is none, held until the transaction ends."""
        await self.session.execute(
            insert(SchoolSettings)
            .values(school_id=self.school_id)
            .on_conflict_do_nothing(index_elements=["school_id"]),
            execution_options=RECORDED,  # an empty row says nothing yet
        )
        row: SchoolSettings = (await self.session.scalars(self.living().with_for_update())).one()
        return row

    async def grades_taught(self) -> set[Grade]:
        """The grades that have had groups."""
        statement = select(Group.grade).where(Group.school_id == self.school_id, Group.deleted_at.is_(None)).distinct()
        return set(await self.session.scalars(statement))

    async def students_with(self, key: str) -> int:
        """How many students, deleted ones included, have a value in this field of the school's own."""
        statement = select(func.count()).where(Student.school_id == self.school_id, Student.extra_data.has_key(key))
        return await self.session.scalar(statement) or 0


def _narrowed(statement: Any, asked: "SchoolFilter") -> Any:
    for word in asked.words:
        statement = statement.where(or_(_holds(School.name, word), _holds(School.slug, word), _begins(word)))
    if asked.municipality:
        statement = statement.where(School.municipality_code.in_(asked.municipality))
    if asked.is_active is not None:
        statement = statement.where(School.is_active == asked.is_active)
    return statement


def _holds(column: InstrumentedAttribute[str], word: str) -> Any:
    return func.strpos(func.fold(column), func.fold(word)) > 0


def _begins(word: str) -> Any:
    return School.dane_code.startswith(word, autoescape=True)
