"""From the URL to saved views."""

from typing import Any
from uuid import UUID

from litestar import Request
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.access import Access, SchoolLink
from portal.views.models import SavedView
from portal.views.repository import SavedViewRepository
from portal.views.saving import refuse_unless_theirs
from portal.web.errors import NotFound


async def provide_views(
    db_session: NamedDependency[AsyncSession], access: NamedDependency[Access], school: NamedDependency[SchoolLink]
) -> SavedViewRepository:
    """The views that this person sees."""
    return SavedViewRepository(db_session, school.id, access.user_id)


async def provide_view(
    request: Request[Any, Any, Any],
    access: NamedDependency[Access],
    views: NamedDependency[SavedViewRepository],
    view_id: FromPath[UUID],
) -> SavedView:
    """The view of the path, to be changed: 404 for another person's, 403 for the school's from who makes none."""
    view = await (views.seen(view_id) if request.method == "GET" else views.locked(view_id))
    if view is None:
        raise NotFound
    refuse_unless_theirs(access, view)
    return view
