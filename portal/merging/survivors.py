"""Where a record is that was made one with another, and which records were made one with this one."""

from typing import Any
from uuid import UUID

from litestar import Request, Response
from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.ext.asyncio import AsyncSession, async_scoped_session

from portal.db.repository import SchoolRepository
from portal.web.errors import NotFound, error_page
from portal.web.i18n import _
from portal.web.pages import go_to_address

AnySession = AsyncSession | async_scoped_session[AsyncSession]


class MergedInto(NotFound):
    """The record was made one with another, whose page stands in its place."""

    def __init__(self, row_id: UUID, survivor_id: UUID) -> None:
        """Which was asked for, and which is there."""
        super().__init__()
        self.row_id, self.survivor_id = row_id, survivor_id


async def not_found(repository: SchoolRepository[Any], row_id: UUID) -> NotFound:
    """What to raise for a record that is not there: where it is now, if this person may see that one."""
    survivor_id = await survivor_of(repository.session, repository.model_type, repository.school_id, row_id)
    if survivor_id is None or await repository.find(survivor_id) is None:
        return NotFound()
    return MergedInto(row_id, survivor_id)


def show_survivor(request: Request[Any, Any, Any], error: MergedInto) -> Response[Any]:
    """The same page of the other record; nothing that was meant for this one is written there."""
    if request.method != "GET":
        return error_page(request, error)
    address = request.url.path.replace(str(error.row_id), str(error.survivor_id))
    return go_to_address(
        request, address, notice=_("The record that you opened was made one with this one."), undo=False
    )


def made_one(model: Any, school_id: Any, which: ColumnElement[bool]) -> Select[Any]:
    """The ids of some records and of all that were made one with them."""
    root = select(model.id).where(model.school_id == school_id, which).cte("merged", recursive=True)
    merged = root.union(
        select(model.id).join(root, model.merged_into_id == root.c.id).where(model.school_id == school_id)
    )
    return select(merged.c.id)


async def survivor_of(session: AnySession, model: Any, school_id: UUID, row_id: UUID) -> UUID | None:
    """The record that took this one's place, at the end of the line; None where none did. One query."""
    first = (
        select(model.id, model.merged_into_id)
        .where(model.school_id == school_id, model.id == row_id)
        .cte("line", recursive=True)
    )
    line = first.union(
        select(model.id, model.merged_into_id)
        .join(first, model.id == first.c.merged_into_id)
        .where(model.school_id == school_id)
    )
    found: UUID | None = await session.scalar(
        select(line.c.id).where(line.c.merged_into_id.is_(None), line.c.id != row_id)
    )
    return found
