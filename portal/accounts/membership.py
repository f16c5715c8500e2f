"""What a person is in a school: their roles, coming and going, and handing the school over.

A school always has a principal who can act. Whatever could take the last one away waits for whatever else could, so
that two principals who put each other out at the same moment do not leave the school to nobody.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession, async_scoped_session

from portal.accounts.models import SchoolMembership
from portal.accounts.permissions import SCHOOL_ROLES, Role
from portal.accounts.repository import MembershipRepository
from portal.db.repository import one_at_a_time
from portal.web.errors import Conflict
from portal.web.i18n import _


class LastPrincipal(Conflict):
    """Without this member nobody could act as principal."""

    def __init__(self) -> None:
        """Say why, and what to do instead."""
        super().__init__(
            _(
                "This is the only principal who can act in the school, and a school is never without one. "
                "Hand the school over to another principal first."
            )
        )


class OwnAccess(Conflict):
    """Nobody takes the school out of their own hands by a tick; that is what handing over is for."""

    def __init__(self) -> None:
        """Say what to do instead."""
        super().__init__(_("You would lose your own access to this page. Hand the school over to another principal."))


async def change_roles(
    members: MembershipRepository, member: SchoolMembership, roles: Sequence[str], *, by: UUID
) -> None:
    """Give the member these roles instead of those they have.

    Raises OwnAccess when ``by`` would stop being principal, LastPrincipal when nobody would be one.
    """
    if _is_principal(member) and Role.PRINCIPAL not in roles:
        await _refuse_to_lose(members, member, by)
    member.roles = list(roles)
    await members.session.flush()


async def deactivate(members: MembershipRepository, member: SchoolMembership, *, by: UUID) -> None:
    """End the member's access to this school, at their very next request; their account and their roles stay.

    Raises OwnAccess and LastPrincipal as ``change_roles`` does; nobody puts themselves out.
    """
    if member.user_id == by:
        raise OwnAccess
    if _is_principal(member):
        await _refuse_to_lose(members, member, by)
    member.is_active = False
    await members.session.flush()


async def activate(members: MembershipRepository, member: SchoolMembership) -> None:
    """Let the member in again, with the roles that they had."""
    member.is_active = True
    await members.session.flush()


async def hand_over(
    members: MembershipRepository, principal: SchoolMembership, successor: SchoolMembership, *, stay_as: str | None
) -> None:
    """Make the successor principal, and the principal what they chose to stay as; None: they leave the school.

    Both happen or neither. Raises Conflict when one of the two is no longer what the page showed.
    """
    if not (_is_principal(principal) and principal.is_active and successor.is_active):
        raise Conflict(_("One of you is no longer an active member in that role. Look at the members again."))
    if Role.PRINCIPAL not in successor.roles:
        successor.roles = [role.value for role in SCHOOL_ROLES if role in {*successor.roles, Role.PRINCIPAL}]
    if stay_as is None:
        principal.is_active = False
    else:
        kept = set(principal.roles) - {Role.PRINCIPAL} | {stay_as}
        principal.roles = [role.value for role in SCHOOL_ROLES if role in kept]
    await members.session.flush()


async def principals_wait(session: AsyncSession | async_scoped_session[AsyncSession], school_id: UUID) -> None:
    """Let only one transaction at a time change who is principal of the school. Ask before the members are read."""
    await one_at_a_time(session, f"principals of {school_id}")


def _is_principal(member: SchoolMembership) -> bool:
    return Role.PRINCIPAL in member.roles


async def _refuse_to_lose(members: MembershipRepository, member: SchoolMembership, by: UUID) -> None:
    if member.user_id == by:
        raise OwnAccess
    if member.is_active and not await members.other_principals(but=member.id):
        raise LastPrincipal
