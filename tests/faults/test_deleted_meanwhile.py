"""Somebody deletes a record while somebody else writes a row that names it: the slower one is told, and neither the
seat nor the call goes to a record that lies in the bin."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from portal.catalogs.codes import EnrollmentStatus as Status
from portal.catalogs.codes import Relationship
from portal.db.base import now
from portal.db.repository import same
from portal.db.tenancy import enter_school
from portal.enrollments.models import Enrollment
from portal.guardians.models import Guardian, StudentGuardian
from portal.recycle_bin.deletion import delete
from portal.recycle_bin.kinds import Kind
from portal.recycle_bin.repository import BinRepository
from portal.students.models import Student
from tests import factories
from tests.conftest import Committing
from tests.factories import Cast
from tests.pages import Page
from tests.rollovers.conftest import make_closing

pytestmark = pytest.mark.anyio
WAITING = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


@asynccontextmanager
async def being_deleted(committing: Committing, cast: Cast, kind: Kind, row: Any) -> AsyncIterator[None]:
    """While the deletion is on its way: written, and committed at the end."""
    async with committing.session() as db:
        await enter_school(db, cast.school.id)
        records = BinRepository(db, cast.school.id)
        held = await records.living(kind, row.id, hold=True)
        await delete(records, kind, held, by=cast.secretary.id, at=now())
        yield


async def answered_meanwhile(
    committing: Committing, cast: Cast, kind: Kind, row: Any, request: Awaitable[Page]
) -> Page:
    """The answer to a request that came to the row while its deletion was on its way."""
    async with being_deleted(committing, cast, kind, row):
        answer = asyncio.ensure_future(request)
        await somebody_waits(committing)
    return await answer


async def somebody_waits(committing: Committing) -> None:
    """Until a request has come to a row that somebody else holds."""
    async with asyncio.timeout(15):
        while not await committing.as_superuser(WAITING):  # noqa: ASYNC110 - PostgreSQL tells nobody by itself
            await asyncio.sleep(0.02)


async def living_of_the_deleted(committing: Committing, cast: Cast) -> int:
    """How many living enrollments have a student in the bin."""
    async with committing.session() as db:
        await enter_school(db, cast.school.id)
        statement = select(func.count()).select_from(Enrollment)
        statement = statement.join(Student, same(Enrollment, Student, Enrollment.student_id))
        return int(
            await db.scalar(statement.where(Enrollment.deleted_at.is_(None), Student.deleted_at.is_not(None))) or 0
        )


async def test_nobody_is_enrolled_who_is_being_deleted(committing: Committing) -> None:
    async with committing.session() as db:
        cast = await factories.make_cast(db)
        student = await factories.make_student(db, cast.school)
    path = f"/schools/{cast.school.slug}/students/{student.id}/enrollments/new"
    async with committing.browser(cast.secretary) as browser:
        form = (await browser.get(path)).form() | {"year_id": str(cast.year.id), "grade": "6"}
        answer = await answered_meanwhile(committing, cast, Kind.STUDENTS, student, browser.post(path, form))
    assert answer.status == 409
    assert "deleted meanwhile" in answer.text
    assert await living_of_the_deleted(committing, cast) == 0


async def test_no_enrollment_comes_back_to_a_student_who_is_being_deleted(committing: Committing) -> None:
    async with committing.session() as db:
        cast = await factories.make_cast(db)
        student = await factories.make_student(db, cast.school)
        enrollment = await factories.make_enrollment(db, student, group=cast.group)
    async with being_deleted(committing, cast, Kind.ENROLLMENTS, enrollment):
        pass
    path = f"/schools/{cast.school.slug}/bin/enrollments/{enrollment.id}/restoration"
    async with committing.browser(cast.secretary) as browser:
        answer = await answered_meanwhile(committing, cast, Kind.STUDENTS, student, browser.post(path))
    assert answer.status == 409
    assert "Bring the student back first" in answer.text
    assert await living_of_the_deleted(committing, cast) == 0


async def test_a_roll_over_enrolls_nobody_who_is_being_deleted(committing: Committing) -> None:
    async with committing.session() as db:
        closing = await make_closing(db, await factories.make_cast(db))
        going, _staying = [await closing.pupil(surname) for surname in ("Arias", "Beltrán")]
        student = await db.get_one(Student, (going.school_id, going.student_id))
    async with committing.browser(closing.cast.principal) as browser:
        form = (await browser.get(f"{closing.address}?step=apply")).form()
        sent = browser.post(f"{closing.address}/application", form)
        answer = await answered_meanwhile(committing, closing.cast, Kind.STUDENTS, student, sent)
    assert answer.status == 409
    assert "Nothing was done" in answer.text
    assert await living_of_the_deleted(committing, closing.cast) == 0


async def test_a_transfer_is_received_by_a_new_record_when_the_old_one_is_being_deleted(committing: Committing) -> None:
    async with committing.session() as db:
        cast = await factories.make_cast(db)
        await factories.make_year(db, cast.other_school)
        student = await factories.make_student(db, cast.school, document_number="1030000777")
        await factories.make_enrollment(db, student, group=cast.group)
        known = await factories.make_student(db, cast.other_school, document_number="1030000777")
    path = f"/schools/{cast.school.slug}/students/{student.id}/transfer"
    async with committing.browser(cast.secretary) as browser:
        form = (await browser.get(f"{path}?to={cast.other_school.id}")).form()
        async with committing.session() as db:
            await enter_school(db, cast.other_school.id)
            records = BinRepository(db, cast.other_school.id)
            await delete(
                records,
                Kind.STUDENTS,
                await records.living(Kind.STUDENTS, known.id, hold=True),
                by=cast.stranger.id,
                at=now(),
            )
            answer = asyncio.ensure_future(browser.post(path, form))
            await somebody_waits(committing)
        assert (await answer).status == 303
    async with committing.session() as db:
        await enter_school(db, cast.other_school.id)
        [theirs] = await db.scalars(select(Enrollment).where(Enrollment.school_id == cast.other_school.id))
        newcomer = await db.get_one(Student, (theirs.school_id, theirs.student_id))
    assert (theirs.status, newcomer.deleted_at, newcomer.id == known.id) == (Status.SUBMITTED, None, False)


@pytest.mark.parametrize("change", ["a new tie", "a tie that is there"])
async def test_who_is_being_deleted_does_not_become_primary(committing: Committing, change: str) -> None:
    async with committing.session() as db:
        cast = await factories.make_cast(db)
        student = await factories.make_student(db, cast.school)
        mother = await factories.make_guardian(db, cast.school, of=student)
        father = await factories.make_guardian(db, cast.school, first_name="Iván")
        tie = None
        if change != "a new tie":
            tie = await factories.make_tie(
                db, student, father, relationship=Relationship.FATHER, is_primary=False, contact_order=2
            )
    at = f"/schools/{cast.school.slug}/students/{student.id}/guardians"
    path = f"{at}/{tie.id}/edit" if tie else f"{at}/new?guardian_id={father.id}"
    async with committing.browser(cast.secretary) as browser:
        form = (await browser.get(path)).form() | {"relationship": "father", "is_primary": "y"}
        answer = await answered_meanwhile(
            committing,
            cast,
            Kind.GUARDIANS,
            father,
            browser.post(path.replace("/new?", "?") if not tie else path, form),
        )
    assert answer.status in (404, 409)
    async with committing.session() as db:
        await enter_school(db, cast.school.id)
        guardian = aliased(Guardian)
        statement = select(guardian.id).join(
            StudentGuardian, same(StudentGuardian, guardian, StudentGuardian.guardian_id)
        )
        assert list(await db.scalars(statement.where(StudentGuardian.is_primary))) == [mother.id]
