"""Undo while others are at work: it takes effect once, loses nobody's edit, and gives away no seat twice."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import func, select

from portal.audit.models import AuditEvent
from portal.db.tenancy import enter_school
from portal.students.models import Student
from tests import factories
from tests.audit.undoing import undo_offered
from tests.conftest import Committing
from tests.factories import Cast
from tests.pages import Browser

pytestmark = pytest.mark.anyio


async def scene(committing: Committing) -> tuple[Cast, Student]:
    async with committing.session() as session:
        cast = await factories.make_cast(session)
        return cast, await factories.make_student(session, cast.school, phone="3105550148")


async def stored(committing: Committing, student: Student) -> tuple[Student, int]:
    """The row, and how many undos were told."""
    async with committing.session() as session:
        await enter_school(session, student.school_id)
        told = select(func.count()).select_from(AuditEvent).where(AuditEvent.undoes_id.is_not(None))
        return await session.get_one(Student, (student.school_id, student.id)), int(await session.scalar(told) or 0)


async def edit(browser: Browser, cast: Cast, student: Student, **typed: Any) -> str:
    """Gives where it is undone."""
    address = f"/schools/{cast.school.slug}/students/{student.id}/edit"
    answer = await browser.post(address, (await browser.get(address)).form() | typed)
    assert answer.status == 303
    return await undo_offered(browser, answer)


async def test_ten_at_once_undo_once_and_all_are_told_so(committing: Committing) -> None:
    cast, student = await scene(committing)
    async with committing.browser(cast.secretary) as browser:
        undo = await edit(browser, cast, student, phone="300 555 00 01")
        answers = await asyncio.gather(*(browser.post(undo) for _each in range(10)))
    assert {(answer.status, answer.location) for answer in answers} == {(303, answers[0].location)}
    row, told = await stored(committing, student)
    assert (row.phone, told) == ("3105550148", 1)


async def test_an_undo_and_an_edit_at_once_lose_neither(committing: Committing) -> None:
    cast, student = await scene(committing)
    async with committing.browser(cast.secretary) as browser, committing.browser(cast.principal) as other:
        for number in range(5):
            before, _told = await stored(committing, student)
            undo = await edit(browser, cast, student, phone=f"300 555 00 1{number}", eps=f"EPS {number}")
            address = f"/schools/{cast.school.slug}/students/{student.id}/edit"
            form = (await other.get(address)).form() | {"phone": f"300 555 00 2{number}"}
            undone, edited = await asyncio.gather(browser.post(undo), other.post(address, form))
            now, _told = await stored(committing, student)
            # Either the edit came first and stays, or it was shown a newer version and merged or refused.
            assert undone.status in (200, 303)
            assert now.eps == before.eps
            assert now.phone in ((f"300555002{number}",) if edited.status == 303 else (before.phone,))
