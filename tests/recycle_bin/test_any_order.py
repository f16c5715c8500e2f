"""Whatever is deleted and brought back, in whatever order: in the end the same rows are living as before."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from portal.catalogs.codes import EnrollmentStatus as Status
from portal.db.base import now
from portal.db.tenancy import enter_school
from portal.guardians.models import StudentGuardian
from portal.recycle_bin.deletion import delete
from portal.recycle_bin.forms import FORMS
from portal.recycle_bin.kinds import Kind
from portal.recycle_bin.repository import BinRepository
from portal.recycle_bin.restoration import restore
from tests import factories
from tests.factories import Cast

pytestmark = pytest.mark.anyio

# Two siblings with two parents, an enrollment each, and an empty group.
RECORDS = (
    (Kind.STUDENTS, 0),
    (Kind.STUDENTS, 1),
    (Kind.GUARDIANS, 0),
    (Kind.GUARDIANS, 1),
    (Kind.ENROLLMENTS, 0),
    (Kind.ENROLLMENTS, 1),
    (Kind.GROUPS, 0),
)


@pytest.fixture
async def rows(db: AsyncSession, cast: Cast) -> dict[Kind, list[Any]]:
    students = [await factories.make_student(db, cast.school) for _ in range(2)]
    guardians = [await factories.make_guardian(db, cast.school) for _ in range(2)]
    for student in students:
        for order, guardian in enumerate(guardians, 1):
            await factories.make_tie(db, student, guardian, is_primary=order == 1, contact_order=order)
    statuses = (Status.ACTIVE, Status.SUBMITTED)
    enrollments = [
        await factories.make_enrollment(db, student, group=cast.group, status=status)
        for student, status in zip(students, statuses, strict=True)
    ]
    group = await factories.make_group(db, cast.school, year=cast.year, campus=cast.campus)
    return {
        Kind.STUDENTS: students,
        Kind.GUARDIANS: guardians,
        Kind.ENROLLMENTS: enrollments,
        Kind.GROUPS: [group],
    }


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(st.tuples(st.booleans(), st.sampled_from(RECORDS)), max_size=12),
    order=st.permutations(RECORDS),
)
async def test_delete_and_restore_in_any_order(
    db: AsyncSession,
    connection: AsyncConnection,
    cast: Cast,
    rows: dict[Kind, list[Any]],
    steps: Sequence[tuple[bool, tuple[Kind, int]]],
    order: Sequence[tuple[Kind, int]],
) -> None:
    records = BinRepository(db, cast.school.id)
    await enter_school(db, cast.school.id)
    before = await living(db, rows)
    for is_deletion, (kind, index) in steps:
        row_id = rows[kind][index].id
        await (put_away if is_deletion else bring_back)(records, cast, kind, row_id)
        await exactly_one_primary(db, rows)
    # An enrollment in the bin waits for its student: what is asked for too early is asked for again.
    for kind, index in [*order, *order]:
        await bring_back(records, cast, kind, rows[kind][index].id)
    assert await living(db, rows) == before


async def put_away(records: BinRepository, cast: Cast, kind: Kind, row_id: Any) -> None:
    row = await records.living(kind, row_id, hold=True)
    if row is not None:
        await delete(records, kind, row, by=cast.secretary.id, at=now())


async def bring_back(records: BinRepository, cast: Cast, kind: Kind, row_id: Any) -> None:
    row = await records.deleted(kind, row_id, hold=True)
    if row is not None:
        form = FORMS[kind].show(of=row)
        await restore(records, kind, row, form, by=cast.secretary.id, at=now())


async def living(db: AsyncSession, rows: dict[Kind, list[Any]]) -> dict[str, Any]:
    """What a person would see: which rows are there, in which group, and whose guardian is primary."""
    seen: dict[str, Any] = {}
    for kind, each in rows.items():
        statement = select(kind.model).where(kind.model.id.in_([row.id for row in each]))
        for row in await db.scalars(statement, execution_options={"populate_existing": True}):
            seen[str(row.id)] = (row.deleted_at is None, row.deletion_id, getattr(row, "group_id", None))
    return seen | {f"primary of {student_id}": ids for student_id, ids in (await primaries(db, rows)).items()}


async def exactly_one_primary(db: AsyncSession, rows: dict[Kind, list[Any]]) -> None:
    """Of each student, among the living guardians, if there are any."""
    guardians = await db.scalars(
        select(Kind.GUARDIANS.model).where(Kind.GUARDIANS.model.deleted_at.is_(None)),
        execution_options={"populate_existing": True},
    )
    some = bool(guardians.all())
    for ids in (await primaries(db, rows)).values():
        assert len(ids) == (1 if some else 0)


async def primaries(db: AsyncSession, rows: dict[Kind, list[Any]]) -> dict[Any, list[Any]]:
    guardian = Kind.GUARDIANS.model
    found: dict[Any, list[Any]] = {student.id: [] for student in rows[Kind.STUDENTS]}
    statement = (
        select(StudentGuardian.student_id, StudentGuardian.guardian_id)
        .join(guardian, guardian.id == StudentGuardian.guardian_id)
        .where(StudentGuardian.is_primary, guardian.deleted_at.is_(None))
    )
    for student_id, guardian_id in await db.execute(statement):
        found[student_id].append(guardian_id)
    return found
