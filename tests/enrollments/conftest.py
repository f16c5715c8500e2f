"""A school in which enrollments wait."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from itertools import product
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.models import User
from portal.catalogs.codes import EnrollmentStatus as Status
from portal.db.base import now
from portal.db.tenancy import enter_school
from portal.enrollments import moves
from portal.enrollments.models import Enrollment
from portal.schools.models import School, SchoolSettings
from portal.schools.rules import ChecklistItem, ReviewPolicy, SchoolRules
from tests import factories
from tests.factories import Cast
from tests.pages import Browser

SignIn = Callable[[User], Awaitable[Browser]]
Waiting = Callable[..., Awaitable[Enrollment]]


@pytest.fixture
def waiting(db: AsyncSession, cast: Cast) -> Waiting:
    """``enrollment = await waiting(first_name="Kevin")``: submitted by the secretary, lacking nothing."""

    async def make(*, represented: bool = True, **given: Any) -> Enrollment:
        return await make_waiting(db, cast, represented=represented, **given)

    return make


async def make_waiting(db: AsyncSession, cast: Cast, *, represented: bool = True, **given: Any) -> Enrollment:
    """A pupil of sixth grade whose enrollment was asked for and sent to review."""
    of_enrollment = {name: given.pop(name) for name in ("group", "note", "status", "grade") if name in given}
    # Nobody is like anybody else, unless a test says so.
    student = await factories.make_student(db, cast.school, **{"middle_names": _another_name()} | given)
    if represented:
        await factories.make_guardian(db, cast.school, of=student)
    group = of_enrollment.pop("group", cast.group)
    enrollment = await factories.make_enrollment(db, student, group=group, status=Status.DRAFT, **of_enrollment)
    moves.begin(enrollment, by=cast.secretary.id, at=now())
    moves.move(enrollment, Status.SUBMITTED, by=cast.secretary.id, at=now())
    await db.flush()
    return enrollment


async def ask_for_papers(db: AsyncSession, school: School, *items: ChecklistItem, **policy: Any) -> None:
    """From now on the school asks for these papers; ``policy`` are values of its ReviewPolicy."""
    rules = SchoolRules(checklist=items, review=ReviewPolicy(**policy))
    await enter_school(db, school.id)
    data = {part: rules.part_as_data(part) for part in ("checklist", "review")}
    db.add(SchoolSettings(school_id=school.id, data=data))
    await db.flush()


@pytest.fixture
def seated(db: AsyncSession, cast: Cast) -> Waiting:
    """``enrollment = await seated(group=other)``: a pupil who was approved long ago and sits in the group."""

    async def make(**given: Any) -> Enrollment:
        return await make_seated(db, cast, **given)

    return make


async def make_seated(db: AsyncSession, cast: Cast, **given: Any) -> Enrollment:
    """An enrollment with the history of an approval in January, so that nothing of it can be undone."""
    enrollment = await make_waiting(db, cast, **given)
    enrollment.starts_on = cast.year.starts_on
    moves.move(enrollment, Status.ACTIVE, by=cast.principal.id, at=datetime(2026, 1, 12, 14, 0, tzinfo=UTC))
    await db.flush()
    return enrollment


async def look(db: AsyncSession, enrollment: Enrollment) -> Enrollment:
    """The enrollment as the database has it now."""
    await enter_school(db, enrollment.school_id)
    await db.refresh(enrollment)
    return enrollment


_names = ("".join(letters) for letters in product("abcdefghij", repeat=4))


def _another_name() -> str:
    return next(_names).capitalize()
