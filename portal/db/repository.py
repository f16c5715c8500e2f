"""Repositories that are born scoped to a school: the second wall between schools."""

from collections.abc import Iterable
from typing import Any, NoReturn, TypeVar
from uuid import UUID

from advanced_alchemy.repository import SQLAlchemyAsyncRepository
from sqlalchemy import and_, select, text
from sqlalchemy.ext.asyncio import AsyncSession, async_scoped_session

from portal.db.base import SoftDeleted

ModelT = TypeVar("ModelT", bound=Any)


class SchoolRepository(SQLAlchemyAsyncRepository[ModelT]):
    """Asks its questions among one school's living rows, and adds rows to that school only."""

    def __init__(self, session: AsyncSession | async_scoped_session[AsyncSession], school_id: UUID) -> None:
        """Look only at this school's rows."""
        self.school_id = school_id
        super().__init__(session=session, wrap_exceptions=False)

    @property
    def statement(self) -> Any:
        """Where advanced-alchemy's own questions begin. Made when one is asked: most requests ask only ours."""
        return self.living()

    @statement.setter
    def statement(self, _anybodys: Any) -> None:
        """Its constructor offers the rows of all schools, which nobody wants."""

    def living(self) -> Any:
        """``SELECT`` of the school's rows that are not deleted: the ground of every question."""
        model = self.model_type
        statement = select(model).where(model.school_id == self.school_id)
        return statement.where(model.deleted_at.is_(None)) if issubclass(model, SoftDeleted) else statement

    async def find(self, row_id: UUID, *load: Any) -> ModelT | None:
        """The school's row with this id, or None; ``load`` says what comes with it."""
        model = self.model_type
        return (await self.session.scalars(self.living().where(model.id == row_id).options(*load))).one_or_none()

    async def kept(self, row_ids: Iterable[UUID]) -> set[UUID]:
        """Those of these rows that are not deleted; none of them can be deleted until the transaction ends.

        For whoever writes a row that names them: a foreign key is content with a row that lies in the bin. Whoever
        deletes at the same moment waits for the writer, or the writer for them, and then sees that it is gone.
        """
        model = self.model_type
        statement = self.living().with_only_columns(model.id).where(model.id.in_(list(row_ids))).order_by(model.id)
        return set(await self.session.scalars(statement.with_for_update(of=model, read=True, key_share=True)))

    async def add(self, data: ModelT, **options: Any) -> ModelT:
        """Add the row to this school."""
        data.school_id = self.school_id
        return await super().add(data, **options)

    async def add_many(self, data: list[ModelT], **options: Any) -> Any:
        """Add the rows to this school."""
        for row in data:
            row.school_id = self.school_id
        return await super().add_many(data, **options)

    async def update_many(self, *_args: Any, **_options: Any) -> NoReturn:
        """Refused: it would ignore the school."""
        raise NotImplementedError("update_many ignores the school; load the rows and change them")


def same(here: Any, there: Any, column: Any) -> Any:
    """The join to the row of the same school that a column names."""
    return and_(there.school_id == here.school_id, there.id == column)


async def one_at_a_time(session: AsyncSession | async_scoped_session[AsyncSession], *keys: UUID | str) -> None:
    """Let only one transaction at a time pass with each key, until it ends: a form sent twice then makes one row.

    Several are held in one order, so that two who want the same ones never deadlock.
    """
    if keys:
        in_order = (
            "SELECT DISTINCT hashtextextended(key, 0) AS number FROM unnest(CAST(:keys AS text[])) AS key ORDER BY 1"
        )
        statement = text(f"SELECT pg_advisory_xact_lock(number) FROM ({in_order}) AS keys")  # noqa: S608 - no input
        await session.execute(statement, {"keys": [str(key) for key in keys]})
