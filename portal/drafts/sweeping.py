"""Drafts of people who have not come back for a week."""

from typing import Any

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from portal.db.base import now
from portal.drafts.models import KEPT_FOR, Draft


async def forget_old_ones(session: AsyncSession) -> int:
    """Remove those of the school at hand that are over, whoever's they are; gives how many that were.

    Where nobody is signed in, row security shows these and no others.
    """
    removed: Any = await session.execute(delete(Draft).where(Draft.updated_at < now() - KEPT_FOR))
    return int(removed.rowcount)
