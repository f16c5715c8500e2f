"""The repositories of accounts, for handlers."""

from litestar.di import NamedDependency
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.repository import UserRepository


async def provide_users(db_session: NamedDependency[AsyncSession]) -> UserRepository:
    """All users: for signing in only."""
    return UserRepository(session=db_session, wrap_exceptions=False)
