"""What the tests of settings share: the school's rules as they are stored."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from portal.db.tenancy import enter_school
from portal.schools.models import SchoolSettings
from portal.schools.rules import SchoolRules
from tests.factories import Cast

Stored = Callable[[], Awaitable[SchoolRules]]


@pytest.fixture
def stored(db: AsyncSession, cast: Cast) -> Stored:
    """``rules = await stored()``: what the school has decided."""

    async def read() -> SchoolRules:
        await enter_school(db, cast.school.id)
        row = await db.scalar(select(SchoolSettings.data).where(SchoolSettings.school_id == cast.school.id))
        return SchoolRules.of(row or {})

    return read


@pytest.fixture
def decide(db: AsyncSession, cast: Cast) -> Callable[..., Awaitable[None]]:
    """``await decide(fields=(…,))``: the school has decided so before."""

    async def write(**parts: Any) -> None:
        await enter_school(db, cast.school.id)
        rules = SchoolRules(**parts)
        data = {part: rules.part_as_data(part) for part in parts}
        await db.merge(SchoolSettings(school_id=cast.school.id, data=data))
        await db.flush()

    return write
