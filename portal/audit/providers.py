"""From a request to the history."""

from typing import Any
from uuid import UUID

from litestar import Request
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.access import Access, SchoolLink
from portal.accounts.permissions import Permission
from portal.audit.reading import Reader
from portal.audit.repository import EventRepository
from portal.audit.telling import Told
from portal.web.errors import Forbidden, NotFound


async def provide_reader(
    request: Request[Any, Any, Any], db_session: NamedDependency[AsyncSession], access: NamedDependency[Access]
) -> Reader:
    """Who reads a history."""
    return Reader(access, db_session, request.app.state.tellings)


async def provide_events(
    db_session: NamedDependency[AsyncSession], school: NamedDependency[SchoolLink]
) -> EventRepository:
    """The events of the school at hand."""
    return EventRepository(db_session, school.id)


async def provide_told(
    access: NamedDependency[Access], reader: NamedDependency[Reader], told_entity: FromPath[str]
) -> Told:
    """The kind of record of the path, or 404; 403 where this person may read none of them."""
    told = reader.tellings.by_table.get(told_entity)
    if told is None or told.seen is None:
        raise NotFound
    if not access.may(told.read):
        raise Forbidden
    return told


async def provide_record_id(
    db_session: NamedDependency[AsyncSession],
    access: NamedDependency[Access],
    school: NamedDependency[SchoolLink],
    reader: NamedDependency[Reader],
    events: NamedDependency[EventRepository],
    told: NamedDependency[Told],
    told_id: FromPath[UUID],
) -> UUID:
    """The id of the path, if this person may see the record; whoever reads the audit also sees what is gone."""
    assert told.seen is not None, "asked for before"
    seen = told.seen(school.id, reader.led_by)
    (key,) = seen.selected_columns
    if await db_session.scalar(select(seen.where(key == told_id).exists())):
        return told_id
    if access.may(Permission.AUDIT_READ) and await events.is_told_of(told.table, told_id):
        return told_id
    raise NotFound
