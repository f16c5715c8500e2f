"""Asking for a place: numbers in a row, one enrollment of a pupil and year."""

import asyncio

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from portal.audit.recording import RECORDED
from portal.catalogs.codes import EnrollmentStatus as Status
from portal.catalogs.codes import Grade, YearStatus
from portal.db.base import now
from portal.db.tenancy import enter_school
from portal.enrollments import moves
from portal.enrollments.models import Enrollment
from portal.enrollments.opening import AlreadyEnrolled, YearClosed, open_enrollment, submit, take_numbers
from portal.years.models import SchoolYear
from tests import factories
from tests.conftest import Committing
from tests.factories import Cast

pytestmark = pytest.mark.anyio


async def test_a_draft_gets_the_next_number_of_its_year(db: AsyncSession, cast: Cast) -> None:
    first = await _open(db, cast)
    second = await _open(db, cast)
    assert (first.number, second.number) == ("2026-00001", "2026-00002")
    assert first.status == Status.DRAFT
    assert [(line["from"], line["to"], line["by"]) for line in first.status_history] == [
        (None, "draft", str(cast.secretary.id))
    ]


async def test_numbers_are_taken_in_a_row_without_editing_the_year(db: AsyncSession, cast: Cast) -> None:
    await enter_school(db, cast.school.id)
    version, changed = cast.year.version, cast.year.updated_at
    assert await take_numbers(db, cast.year, 3) == ["2026-00001", "2026-00002", "2026-00003"]
    assert await take_numbers(db, cast.year, 0) == []
    assert await take_numbers(db, cast.year) == ["2026-00004"]
    await db.refresh(cast.year)
    assert (cast.year.version, cast.year.updated_at, cast.year.last_number) == (version, changed, 4)


async def test_a_second_enrollment_of_the_same_pupil_and_year_is_refused_by_name(db: AsyncSession, cast: Cast) -> None:
    student = await factories.make_student(db, cast.school)
    first = await _open(db, cast, student)
    with pytest.raises(AlreadyEnrolled, match=first.number):
        await _open(db, cast, student)


async def test_a_cancelled_one_leaves_room_for_another(db: AsyncSession, cast: Cast) -> None:
    student = await factories.make_student(db, cast.school)
    first = await _open(db, cast, student)
    moves.move(first, Status.CANCELLED, by=cast.secretary.id, at=now())
    await db.flush()
    assert (await _open(db, cast, student)).status == Status.DRAFT


async def test_a_year_that_was_closed_meanwhile_takes_none(db: AsyncSession, cast: Cast) -> None:
    await enter_school(db, cast.school.id)
    # As another transaction does it, which told the history: the year at hand still says that it runs.
    closing = update(SchoolYear).where(SchoolYear.id == cast.year.id).values(status=YearStatus.CLOSED)
    await db.execute(closing, execution_options={"synchronize_session": False, **RECORDED})
    assert cast.year.takes_enrollments
    with pytest.raises(YearClosed):
        await _open(db, cast)


async def test_a_closed_year_takes_none(db: AsyncSession, cast: Cast) -> None:
    cast.year.status = YearStatus.CLOSED
    with pytest.raises(YearClosed):
        await _open(db, cast)


async def test_sending_it_makes_it_wait_for_review(db: AsyncSession, cast: Cast) -> None:
    enrollment = await _open(db, cast)
    submit(enrollment, by=cast.secretary.id, at=now())
    await db.flush()
    assert enrollment.status == Status.SUBMITTED
    assert enrollment.submitted_at is not None


async def test_of_ten_who_ask_for_the_same_pupil_at_once_one_gets_it(committing: Committing) -> None:
    async with committing.session() as session:
        cast = await factories.make_cast(session)
        student = await factories.make_student(session, cast.school)

    async def ask() -> str:
        async with committing.session() as session:
            await enter_school(session, cast.school.id)
            year = await session.get_one(SchoolYear, (cast.school.id, cast.year.id))
            opened = await open_enrollment(session, year, student.id, by=cast.secretary.id, at=now(), grade=Grade.SIXTH)
            return opened.number

    answers = await asyncio.gather(*(ask() for _ in range(10)), return_exceptions=True)
    assert [answer for answer in answers if isinstance(answer, str)] == ["2026-00001"]
    assert sum(isinstance(answer, AlreadyEnrolled) for answer in answers) == 9
    async with committing.session() as session:
        await enter_school(session, cast.school.id)
        assert len(list(await session.scalars(select(Enrollment.id)))) == 1


async def _open(db: AsyncSession, cast: Cast, student: object = None) -> Enrollment:
    student = student or await factories.make_student(db, cast.school)
    return await open_enrollment(
        db,
        cast.year,
        student.id,  # type: ignore[attr-defined]
        by=cast.secretary.id,
        at=now(),
        grade=cast.group.grade,
        group_id=cast.group.id,
    )
