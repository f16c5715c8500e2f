"""Whatever an office does, in whatever order: every step ends as a model says, and the school's rules hold after it."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from portal.db.tenancy import enter_school
from portal.enrollments.models import Enrollment
from portal.students.models import Student
from tests import factories
from tests.enrollments.conftest import SignIn
from tests.factories import Cast
from tests.faults.office import Office, stored_as
from tests.faults.school_rules import hold_the_rules

pytestmark = pytest.mark.anyio
# What happens often in an office happens often here.
STEPS = (
    *("register", "ask", "approve") * 3,
    *("withdraw", "come_back", "move", "transfer", "undo") * 2,
    *(
        "edit",
        "merge",
        "cancel",
        "delete_student",
        "restore_student",
        "delete_enrollment",
        "restore_enrollment",
        "resize",
    ),
)
MOST_STEPS = 24


@pytest.fixture
async def office(db: AsyncSession, cast: Cast, sign_in: SignIn) -> Office:
    """At a school with two groups of one and of two seats; another one takes pupils, too."""
    await factories.make_year(db, cast.other_school)
    groups = [
        await factories.make_group(db, cast.school, year=cast.year, campus=cast.campus, capacity=seats)
        for seats in (1, 2)
    ]
    browser = await sign_in(cast.principal)
    return Office(browser, cast.school, cast.other_school, str(cast.year.id), groups, [1, 2])


# Not shrunk: a day in an office is read quickly, and a shorter one is long in coming.
@settings(
    max_examples=10,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(STEPS), st.integers(0, 5), st.integers(0, 1)),
        min_size=MOST_STEPS // 2,
        max_size=MOST_STEPS,
    )
)
async def test_a_school_stays_true_whatever_is_done(
    db: AsyncSession,
    connection: AsyncConnection,
    cast: Cast,
    office: Office,
    steps: Sequence[tuple[str, int, int]],
) -> None:
    savepoint = await connection.begin_nested()
    office.pupils, office.away, office.seats = [], set(), [1, 2]
    try:
        for step, which, group in [("register", 0, 0), ("ask", 0, 0), ("approve", 0, 0), *steps]:
            await office.take(step, which, group)
            assert await stored(db, cast) == stored_as(office), step
            await hold_the_rules(db, cast.school)
        await hold_the_rules(db, cast.other_school)
    finally:
        await savepoint.rollback()


async def stored(db: AsyncSession, cast: Cast) -> dict[str, Any]:
    """The same as ``stored_as`` gives, as it is."""
    await enter_school(db, cast.school.id)
    students = await db.execute(select(Student.id, Student.deleted_at))
    rows: dict[str, Any] = {str(row.id): row.deleted_at is not None for row in students}
    columns = (Enrollment.id, Enrollment.deleted_at, Enrollment.status, Enrollment.group_id)
    return rows | {
        str(row.id): (row.deleted_at is not None, row.status, row.group_id and str(row.group_id))
        for row in await db.execute(select(*columns))
    }
