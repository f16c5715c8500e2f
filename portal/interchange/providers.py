"""From the URL to a run of the school at hand."""

from uuid import UUID

from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.access import SchoolLink
from portal.interchange.models import ImportRun
from portal.interchange.repository import ImportRepository
from portal.web.errors import NotFound


async def provide_imports(
    db_session: NamedDependency[AsyncSession], school: NamedDependency[SchoolLink]
) -> ImportRepository:
    """The imports of the school at hand."""
    return ImportRepository(db_session, school.id)


async def provide_run(imports: NamedDependency[ImportRepository], run_id: FromPath[UUID]) -> ImportRun:
    """The run of the path, with the people who brought and applied it."""
    run = await imports.with_people(run_id)
    if run is None:
        raise NotFound
    return run
