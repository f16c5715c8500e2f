"""The third wall: what the database itself refuses to the application's role."""

import uuid

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from portal.audit.recording import RECORDED
from portal.db.tables import metadata
from portal.db.tenancy import enter_school, enter_user, leave, why_bypassable
from tests import factories
from tests.conftest import Committing
from tests.factories import Cast

pytestmark = pytest.mark.anyio
SCHOOL_TABLES = sorted(name for name, table in metadata.tables.items() if "school_id" in table.c)


async def test_every_table_with_a_school_is_under_row_security(connection: AsyncConnection) -> None:
    rows = await connection.execute(
        text(
            """
            SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'school_id'
            WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND c.relrowsecurity
            """
        )
    )
    assert sorted(row.relname for row in rows) == SCHOOL_TABLES


async def test_the_applications_role_is_bound_by_it(connection: AsyncConnection) -> None:
    assert await connection.scalar(text("SELECT current_user")) == "portal_app"
    assert await why_bypassable(connection) is None


@pytest.mark.parametrize("table", SCHOOL_TABLES)
async def test_without_a_school_no_row_is_seen(db: AsyncSession, cast: Cast, table: str) -> None:
    student = await factories.make_student(db, cast.school)
    await factories.make_guardian(db, cast.school, of=student)
    await factories.make_enrollment(db, student, group=cast.group)
    await leave(db)
    assert await db.scalar(text(f"SELECT count(*) FROM {table}")) == 0


async def test_a_foreign_insert_update_and_delete_are_refused(db: AsyncSession, cast: Cast) -> None:
    student = await factories.make_student(db, cast.school)
    await enter_school(db, cast.other_school.id)
    changed = await db.execute(
        text("UPDATE students SET first_name = 'X' WHERE id = :id"), {"id": student.id}, execution_options=RECORDED
    )
    deleted = await db.execute(
        text("DELETE FROM students WHERE id = :id"), {"id": student.id}, execution_options=RECORDED
    )
    assert (changed.rowcount, deleted.rowcount) == (0, 0)  # type: ignore[attr-defined]
    with pytest.raises(ProgrammingError, match="row-level security"):
        await db.execute(
            text("INSERT INTO campuses (school_id, id, name, zone) VALUES (:school, :id, 'x', 'urban')"),
            {"school": cast.school.id, "id": uuid.uuid4()},
            execution_options=RECORDED,
        )


async def test_a_school_is_changed_only_from_inside_it(db: AsyncSession, cast: Cast) -> None:
    await enter_school(db, cast.other_school.id)
    for statement in ("UPDATE schools SET name = 'X' WHERE id = :id", "DELETE FROM schools WHERE id = :id"):
        result = await db.execute(text(statement), {"id": cast.school.id}, execution_options=RECORDED)
        assert result.rowcount == 0  # type: ignore[attr-defined]


async def test_members_see_their_own_memberships_before_a_school_is_known(db: AsyncSession, cast: Cast) -> None:
    await leave(db)
    await enter_user(db, cast.secretary.id)
    rows = (await db.execute(text("SELECT user_id FROM school_memberships"))).scalars().all()
    assert rows == [cast.secretary.id]


async def test_the_database_refuses_a_guardian_of_another_school(db: AsyncSession, cast: Cast) -> None:
    student = await factories.make_student(db, cast.school)
    guardian = await factories.make_guardian(db, cast.other_school)
    with pytest.raises(Exception, match="fk_student_guardians_school_id_guardian_id"):
        await factories.make_tie(db, student, guardian)


async def test_one_pooled_connection_never_shows_the_school_before(committing: Committing) -> None:
    """Schools in turn, a thousand times, each in its own transaction: no row of another."""
    async with committing.session() as session:
        cast = await factories.make_cast(session)
        for school in (cast.school, cast.other_school):
            await factories.make_student(session, school)
    seen = set()
    for turn in range(1000):
        school = (cast.school, cast.other_school)[turn % 2]
        async with committing.session() as session:
            if turn % 3:
                await enter_school(session, school.id)
            rows = (await session.execute(text("SELECT school_id FROM students"))).scalars().all()
            seen.add((turn % 2 if turn % 3 else None, tuple(rows)))
    assert seen == {(0, (cast.school.id,)), (1, (cast.other_school.id,)), (None, ())}
