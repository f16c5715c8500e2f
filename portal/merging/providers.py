"""From the URL to merges."""

from litestar.di import NamedDependency
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.access import SchoolLink
from portal.merging.repository import MergeRepository


async def provide_merges(
    db_session: NamedDependency[AsyncSession], school: NamedDependency[SchoolLink]
) -> MergeRepository:
    """The merges of the school at hand."""
    return MergeRepository(db_session, school.id)
