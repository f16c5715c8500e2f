"""Making the people who look after the installation, the first of whom nobody can invite."""

import re

from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.models import User
from portal.accounts.passwords import SHORTEST, hash_password
from portal.accounts.repository import UserRepository


class Refused(Exception):
    """Why there is no new superuser, in one line."""


async def create_superuser(session: AsyncSession, *, email: str, full_name: str, password: str) -> User:
    """Add a superuser. Raises Refused for an e-mail that is taken or none, and for a short password."""
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", email) or len(email) > 254:
        raise Refused(f"{email!r} is not an e-mail address")
    if not 0 < len(full_name.strip()) <= 200:
        raise Refused("the name must have 1 to 200 characters")
    if len(password) < SHORTEST:
        raise Refused(f"the password must have at least {SHORTEST} characters")
    users = UserRepository(session=session)
    if await users.by_email(email):
        raise Refused(f"{email} has an account already")
    return await users.add(
        User(
            email=email,
            full_name=full_name.strip(),
            password_hash=await hash_password(password),
            is_superuser=True,
        )
    )
