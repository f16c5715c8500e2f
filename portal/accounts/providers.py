"""The repositories of accounts, and from the URL to members, for handlers."""

from uuid import UUID

from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.access import SchoolLink
from portal.accounts.membership import principals_wait
from portal.accounts.models import SchoolMembership
from portal.accounts.repository import MembershipRepository, UserRepository
from portal.web.errors import NotFound


async def provide_users(db_session: NamedDependency[AsyncSession]) -> UserRepository:
    """All users: for signing in only."""
    return UserRepository(session=db_session, wrap_exceptions=False)


async def provide_members(
    db_session: NamedDependency[AsyncSession], school: NamedDependency[SchoolLink]
) -> MembershipRepository:
    """Who belongs to the school at hand."""
    return MembershipRepository(db_session, school.id)


async def provide_member(members: NamedDependency[MembershipRepository], member_id: FromPath[UUID]) -> SchoolMembership:
    """The member of the path with their account, or 404."""
    member = await members.with_user(member_id)
    if member is None:
        raise NotFound
    return member


async def provide_locked_member(
    members: NamedDependency[MembershipRepository], member_id: FromPath[UUID]
) -> SchoolMembership:
    """The same, to be changed: whoever could take the last principal away waits for one another."""
    await principals_wait(members.session, members.school_id)
    if await members.locked(member_id) is None:
        raise NotFound
    return await provide_member(members, member_id)
