"""From the URL to roll-overs."""

from typing import Any
from uuid import UUID

from litestar import Request
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.access import SchoolLink
from portal.rollovers.filters import RolloverFilter
from portal.rollovers.repository import Frame, RolloverRepository
from portal.web.errors import NotFound


async def provide_frame(
    db_session: NamedDependency[AsyncSession], school: NamedDependency[SchoolLink], year_id: FromPath[UUID]
) -> Frame:
    """The year of the path, which closes, and the one that its pupils go on to."""
    frame = await RolloverRepository(db_session, school.id).frame(year_id)
    if frame is None:
        raise NotFound
    return frame


async def provide_rollover_filter(request: Request[Any, Any, Any]) -> RolloverFilter:
    """The step and the pupils that the address asks for."""
    return RolloverFilter.of(request.query_params)
