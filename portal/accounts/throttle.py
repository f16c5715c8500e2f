"""Brakes on guessing passwords, counted in the database so that all workers and restarts count alike.

Ten wrong passwords for one e-mail, or fifty from one address, within 15 minutes; then it waits.
"""

import hashlib
import hmac
from datetime import timedelta

from sqlalchemy import delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.models import SignInAttempt
from portal.db.base import now

WINDOW = timedelta(minutes=15)
TRIES_PER_EMAIL = 10
TRIES_PER_ADDRESS = 50


def email_hash(email: str, secret_key: str) -> bytes:
    """What is kept of a tried e-mail: a keyed hash, so that the table tells nobody who has tried."""
    return hmac.new(secret_key.encode(), email.strip().lower().encode(), hashlib.sha256).digest()


async def is_closed(session: AsyncSession, hashed_email: bytes, address: str) -> bool:
    """Whether there were too many wrong tries of late."""
    statement = select(
        func.count().filter(SignInAttempt.email_hash == hashed_email),
        func.count().filter(SignInAttempt.address == address),
    ).where(
        SignInAttempt.created_at > now() - WINDOW,
        or_(SignInAttempt.email_hash == hashed_email, SignInAttempt.address == address),
    )
    by_email, by_address = (await session.execute(statement)).one()
    return by_email >= TRIES_PER_EMAIL or by_address >= TRIES_PER_ADDRESS


async def count(session: AsyncSession, hashed_email: bytes, address: str) -> None:
    """Note a wrong try, and forget those that no longer count."""
    await session.execute(delete(SignInAttempt).where(SignInAttempt.created_at < now() - WINDOW))
    session.add(SignInAttempt(email_hash=hashed_email, address=address))


async def forget(session: AsyncSession, hashed_email: bytes) -> None:
    """A right password clears the count of its e-mail."""
    await session.execute(delete(SignInAttempt).where(SignInAttempt.email_hash == hashed_email))
