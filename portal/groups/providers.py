"""From the URL to groups."""

from uuid import UUID

from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.access import Access, SchoolLink
from portal.accounts.permissions import Permission, Reach
from portal.catalogs.codes import YearStatus
from portal.groups.models import Group
from portal.groups.repository import GroupRepository
from portal.web.errors import Conflict, NotFound
from portal.web.i18n import _


async def provide_groups(
    db_session: NamedDependency[AsyncSession], access: NamedDependency[Access], school: NamedDependency[SchoolLink]
) -> GroupRepository:
    """The groups of the school that this person may see: a teacher those that they lead."""
    only_own = access.reach(Permission.STUDENTS_READ) == Reach.OWN_GROUPS
    return GroupRepository(db_session, school.id, led_by=access.user.id if only_own else None)


async def provide_group(groups: NamedDependency[GroupRepository], group_id: FromPath[UUID]) -> Group:
    """The group of the path with its year, campus and lead; 404 also for a teacher who does not lead it."""
    group = await groups.whole(group_id)
    if group is None:
        raise NotFound
    return group


async def provide_changeable_group(groups: NamedDependency[GroupRepository], group_id: FromPath[UUID]) -> Group:
    """The same as it stands now, held until the transaction ends; 409 in an archived year."""
    if await groups.locked(group_id) is None:
        raise NotFound
    group = await groups.whole(group_id)
    assert group is not None, "it is locked, so it is there"
    if group.year.status == YearStatus.ARCHIVED:
        raise Conflict(_("%(year)s is archived. Take it out of the archive to change it.") % {"year": group.year.name})
    return group
