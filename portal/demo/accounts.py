"""The demo's users and what they are in which school."""

from uuid import UUID

from portal.accounts.demo_accounts import DEMO_ACCOUNTS, DEMO_PASSWORD
from portal.accounts.models import SchoolMembership, User
from portal.accounts.passwords import hash_password
from portal.accounts.permissions import Role
from portal.demo.luck import Luck


async def make_users(luck: Luck) -> dict[str, User]:
    """The users by their e-mail. They share one password, and its one hash."""
    password_hash = await hash_password(DEMO_PASSWORD)
    return {
        account["email"]: User(
            id=luck.new_id(),
            email=account["email"],
            full_name=account["name"],
            password_hash=password_hash,
            is_superuser=account["role"] == Role.SUPERUSER,
        )
        for account in DEMO_ACCOUNTS
    }


def memberships(slug: str, school_id: UUID, users: dict[str, User], luck: Luck) -> list[SchoolMembership]:
    """Who belongs to the school with this slug."""
    return [
        SchoolMembership(
            school_id=school_id,
            id=luck.new_id(),
            user_id=users[account["email"]].id,
            roles=[account["role"].value],
        )
        for account in DEMO_ACCOUNTS
        if account["school"] == slug
    ]


def user_id(members: list[SchoolMembership], role: Role) -> UUID | None:
    """The member with this role."""
    return next((member.user_id for member in members if role in member.roles), None)
