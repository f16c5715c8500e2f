"""What nobody came back to: drafts after a week, answers to forms after a day."""

from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from portal.db.base import now
from portal.db.sessions import session_outside_request
from portal.db.tenancy import enter_school
from portal.drafts.models import KEPT_FOR, Draft
from portal.schools.models import School
from portal.settings import Settings
from portal.web import sent_forms


async def sweep(settings: Settings) -> int:
    """Remove the drafts of all schools that are over, and the answers; gives how many drafts that were."""
    removed = 0
    async with session_outside_request(settings) as session:
        await sent_forms.forget_old_ones(session)
        for school_id in (await session.scalars(select(School.id))).all():
            await enter_school(session, school_id)
            removed += await forget_old_ones(session)
    return removed


async def forget_old_ones(session: AsyncSession) -> int:
    """Remove those of the school at hand that are over, whoever's they are; gives how many that were.

    Where nobody is signed in, row security shows these and no others.
    """
    gone: Any = await session.execute(delete(Draft).where(Draft.updated_at < now() - KEPT_FOR))
    return int(gone.rowcount)
