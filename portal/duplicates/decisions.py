"""Saying that two records, however alike, are of two people; and taking that back."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from portal.db.base import new_id
from portal.db.repository import one_at_a_time
from portal.duplicates.kinds import People
from portal.duplicates.models import TwoPeople


async def call_two_people(session: AsyncSession, school_id: UUID, kind: People, ids: set[UUID], *, by: UUID) -> bool:
    """Keep that these two records are of two people, once. False when they are not two living records of the school."""
    if not await _are_two(session, school_id, kind, ids):
        return False
    one_id, other_id = sorted(ids)
    await one_at_a_time(session, f"two people {one_id} {other_id}")
    if await _decision(session, school_id, ids) is None:
        session.add(
            TwoPeople(school_id=school_id, id=new_id(), kind=kind, one_id=one_id, other_id=other_id, decided_by_id=by)
        )
        await session.flush()
    return True


async def forget(session: AsyncSession, school_id: UUID, kind: People, ids: set[UUID]) -> bool:
    """They may be one person after all. False when they are not two living records of the school."""
    if not await _are_two(session, school_id, kind, ids):
        return False
    decision = await _decision(session, school_id, ids)
    if decision is not None:
        await session.delete(decision)
        await session.flush()
    return True


async def _are_two(session: AsyncSession, school_id: UUID, kind: People, ids: set[UUID]) -> bool:
    model = kind.model
    living = select(model.id).where(model.school_id == school_id, model.id.in_(ids), model.deleted_at.is_(None))
    return len(ids) == 2 and set(await session.scalars(living)) == ids


async def _decision(session: AsyncSession, school_id: UUID, ids: set[UUID]) -> TwoPeople | None:
    statement = select(TwoPeople).where(
        TwoPeople.school_id == school_id, TwoPeople.one_id == min(ids), TwoPeople.other_id == max(ids)
    )
    return (await session.scalars(statement)).one_or_none()
