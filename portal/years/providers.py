"""From the URL to school years."""

from uuid import UUID

from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.access import SchoolLink
from portal.catalogs.codes import YearStatus
from portal.web.errors import Conflict, NotFound
from portal.web.i18n import _
from portal.years.models import SchoolYear
from portal.years.repository import YearRepository


async def provide_years(
    db_session: NamedDependency[AsyncSession], school: NamedDependency[SchoolLink]
) -> YearRepository:
    """The years of the school."""
    return YearRepository(db_session, school.id)


async def provide_year(years: NamedDependency[YearRepository], year_id: FromPath[UUID]) -> SchoolYear:
    """The year of the path."""
    return _found(await years.find(year_id))


async def provide_year_with_periods(years: NamedDependency[YearRepository], year_id: FromPath[UUID]) -> SchoolYear:
    """The year of the path with its periods, for whoever changes them."""
    return _changeable(await years.with_periods(year_id))


async def provide_locked_year(years: NamedDependency[YearRepository], year_id: FromPath[UUID]) -> SchoolYear:
    """The year as it stands now, held until the transaction ends."""
    return _found(await years.locked(year_id))


async def provide_changeable_year(years: NamedDependency[YearRepository], year_id: FromPath[UUID]) -> SchoolYear:
    """The same, unless it is archived: what is archived stays as it is."""
    return _changeable(await years.locked(year_id))


def _changeable(year: SchoolYear | None) -> SchoolYear:
    found = _found(year)
    if found.status == YearStatus.ARCHIVED:
        raise Conflict(_("%(year)s is archived. Take it out of the archive to change it.") % {"year": found.name})
    return found


def _found(year: SchoolYear | None) -> SchoolYear:
    if year is None:
        raise NotFound
    return year
