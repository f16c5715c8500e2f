"""From the URL to the recycle bin."""

from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.access import Access, SchoolLink
from portal.recycle_bin.kinds import Kind
from portal.recycle_bin.repository import BinRepository
from portal.web.errors import Forbidden, NotFound


async def provide_bin(db_session: NamedDependency[AsyncSession], school: NamedDependency[SchoolLink]) -> BinRepository:
    """What was deleted in the school at hand."""
    return BinRepository(db_session, school.id)


async def provide_kind(access: NamedDependency[Access], kind_name: FromPath[str]) -> Kind:
    """The kind of record that the path names, or 404; 403 where this person may not bring any back."""
    kind = next((each for each in Kind if each == kind_name), None)
    if kind is None:
        raise NotFound
    if not access.may(kind.permission):
        raise Forbidden
    return kind
