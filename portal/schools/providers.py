"""From the URL to the school, which the guard has already entered."""

from typing import Any
from uuid import UUID

from litestar import Request
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.access import Access, SchoolLink
from portal.schools import custom_fields
from portal.schools.campus_repository import CampusRepository
from portal.schools.models import Campus, School, SchoolSettings
from portal.schools.repository import SchoolRepository, SettingsRepository
from portal.schools.rules import CustomField
from portal.web.errors import NotFound


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


async def provide_locked_school(
    request: Request[Any, Any, Any], schools: NamedDependency[SchoolRepository], school: NamedDependency[SchoolLink]
) -> School:
    """The school's row; where it may be written it is held until the transaction ends."""
    return await (schools.get(school.id) if request.method == "GET" else schools.locked(school.id))


async def provide_settings(
    db_session: NamedDependency[AsyncSession], school: NamedDependency[SchoolLink]
) -> SettingsRepository:
    """What the school at hand decides for itself."""
    return SettingsRepository(db_session, school.id)


async def provide_settings_row(
    request: Request[Any, Any, Any], settings: NamedDependency[SettingsRepository]
) -> SchoolSettings:
    """The settings as they are stored; where they may be written the row is held until the transaction ends."""
    return await (settings.stored() if request.method == "GET" else settings.held())


async def provide_custom_field(row: NamedDependency[SchoolSettings], field_key: FromPath[str]) -> CustomField:
    """The field of the school's own that the path names, or 404."""
    field = custom_fields.find(custom_fields.fields_of(row), field_key)
    if field is None:
        raise NotFound
    return field


async def provide_campuses(
    db_session: NamedDependency[AsyncSession], school: NamedDependency[SchoolLink]
) -> CampusRepository:
    """The campuses of the school at hand."""
    return CampusRepository(db_session, school.id)


async def provide_campus(
    request: Request[Any, Any, Any], campuses: NamedDependency[CampusRepository], campus_id: FromPath[UUID]
) -> Campus:
    """The campus of the path, or 404; where it may be written it is held until the transaction ends."""
    campus = await (campuses.find(campus_id) if request.method == "GET" else campuses.locked(campus_id))
    if campus is None:
        raise NotFound
    return campus
