"""Two principals, quick secretaries: a roll-over is done once, and gives no seat away twice."""

import asyncio

import pytest
from sqlalchemy import select

from portal.catalogs.codes import EnrollmentStatus as Status
from portal.db.tenancy import enter_school
from portal.enrollments.models import Enrollment
from tests import factories
from tests.conftest import Committing
from tests.pages import Browser
from tests.rollovers.conftest import Closing, make_closing

pytestmark = pytest.mark.anyio


async def scene(committing: Committing, pupils: int) -> Closing:
    async with committing.session() as db:
        closing = await make_closing(db, await factories.make_cast(db))
        for number in range(pupils):
            await closing.pupil(f"Pupil{number:02}")
        return closing


async def made(committing: Committing, closing: Closing) -> list[Enrollment]:
    async with committing.session() as db:
        await enter_school(db, closing.cast.school.id)
        statement = select(Enrollment).where(Enrollment.year_id == closing.target.id).order_by(Enrollment.number)
        return list(await db.scalars(statement))


async def send(browser: Browser, closing: Closing) -> int:
    form = (await browser.get(f"{closing.address}?step=apply")).form()
    return (await browser.post(f"{closing.address}/application", form)).status


async def test_two_principals_at_once_enroll_everybody_once(committing: Committing) -> None:
    closing = await scene(committing, 6)
    async with committing.browser(closing.cast.principal) as one, committing.browser(closing.cast.superuser) as other:
        forms = [(await each.get(f"{closing.address}?step=apply")).form() for each in (one, other)]
        answers = await asyncio.gather(
            *(each.post(f"{closing.address}/application", form) for each, form in zip((one, other), forms, strict=True))
        )
    assert [answer.status for answer in answers] == [303, 303]
    enrollments = await made(committing, closing)
    assert [each.number for each in enrollments] == [f"2027-{number:05}" for number in range(1, 7)]
    assert len({each.student_id for each in enrollments}) == 6


async def test_a_seat_that_is_given_meanwhile_is_not_given_again(committing: Committing) -> None:
    closing = await scene(committing, 6)
    async with committing.session() as db:
        student = await factories.make_student(db, closing.cast.school)
        waiting = await factories.make_enrollment(db, student, group=closing.next_seventh, status=Status.SUBMITTED)
        await factories.make_guardian(db, closing.cast.school, of=student)
    async with committing.browser(closing.cast.principal) as one, committing.browser(closing.cast.superuser) as other:
        approval = f"/schools/{closing.cast.school.slug}/enrollments/{waiting.id}/approval"
        await asyncio.gather(send(one, closing), other.post(approval, {}))
    seated = [each for each in await made(committing, closing) if each.status == Status.ACTIVE]
    for group in (closing.next_seventh, closing.next_seventh_b):
        assert sum(each.group_id == group.id for each in seated) <= group.capacity


async def test_a_failure_in_the_middle_leaves_nothing(committing: Committing) -> None:
    closing = await scene(committing, 3)
    await committing.as_superuser(
        "ALTER TABLE enrollments ADD CONSTRAINT broken CHECK (number <> '2027-00003') NOT VALID"
    )
    async with committing.browser(closing.cast.principal) as browser:
        assert await send(browser, closing) == 500
        assert await made(committing, closing) == []
        await committing.as_superuser("ALTER TABLE enrollments DROP CONSTRAINT broken")
        assert await send(browser, closing) == 303
    assert len(await made(committing, closing)) == 3
