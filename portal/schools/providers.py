"""From the URL to the school, which the guard has already entered."""

from typing import Any

from litestar import Request
from litestar.di import NamedDependency
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.access import Access, SchoolLink
from portal.schools.repository import CampusRepository, SchoolRepository


async def provide_access(request: Request[Any, Any, Any], db_session: NamedDependency[AsyncSession]) -> Access:
    """Who is asking, as the guard found them."""
    access: Access = request.scope["state"]["access"]
    return access


async def provide_school(access: NamedDependency[Access]) -> SchoolLink:
    """The school of the path: the guard found it through the person's memberships, or answered 404."""
    assert access.school is not None, "a guard with may(…) stands before every page of a school"
    return access.school


async def provide_schools(db_session: NamedDependency[AsyncSession]) -> SchoolRepository:
    """Schools of the installation."""
    return SchoolRepository(db_session)


async def provide_campuses(
    db_session: NamedDependency[AsyncSession], school: NamedDependency[SchoolLink]
) -> CampusRepository:
    """The campuses of the school at hand."""
    return CampusRepository(db_session, school.id)
