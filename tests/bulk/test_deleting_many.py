"""Many go to the recycle bin at once: asked once, with what goes along, and brought back at once."""

from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from portal.students.models import Student
from tests.bulk.conftest import REFUSED, SignIn, enrollment_of, picked, stored
from tests.factories import Cast
from tests.pages import FORGED, FRAGMENT, Browser, Page

pytestmark = pytest.mark.anyio


def sent(page: Page, *rows: Student) -> dict[str, Any]:
    return page.form() | {"id": [str(row.id) for row in rows]}


async def test_a_secretary_deletes_two_and_brings_them_back(
    secretary: Browser, db: AsyncSession, students: str, pupils: list[Student]
) -> None:
    gone = (pupils[0], pupils[3])
    page = await secretary.get(f"{students}/deletion", params=picked(*gone))
    assert "Delete 2 students?" in page.text
    assert "becomes free." in page.text
    answer = await secretary.post(f"{students}/deletion", sent(page, *gone))
    assert answer.status == 303
    assert all([(await stored(db, each)).deleted_at for each in gone])
    assert (await enrollment_of(db, pupils[0])).deleted_at
    assert not (await stored(db, pupils[1])).deleted_at
    undo = (await secretary.get(students)).one(".notice form, [role=status] form").attributes["action"]
    assert (await secretary.post(str(undo))).status == 303
    assert not any([(await stored(db, each)).deleted_at for each in pupils])
    assert not (await enrollment_of(db, pupils[0])).deleted_at


async def test_who_undoes_in_the_list_stays_at_the_same_place_of_it(
    secretary: Browser, students: str, pupils: list[Student]
) -> None:
    page = await secretary.get(f"{students}/deletion", params=picked(*pupils[:2]))
    await secretary.post(f"{students}/deletion", sent(page, *pupils[:2]))
    listed = f"{students}?without=guardian&sort=-name"
    page = await secretary.get(listed)
    undo = str(page.one("[role=status] form").attributes["action"])
    answer = await secretary.post(undo, page.form("[role=status] form"))
    assert (answer.status, answer.location) == (303, listed)


async def test_each_can_be_brought_back_alone(
    secretary: Browser, db: AsyncSession, cast: Cast, students: str, pupils: list[Student]
) -> None:
    page = await secretary.get(f"{students}/deletion", params=picked(*pupils[:2]))
    await secretary.post(f"{students}/deletion", sent(page, *pupils[:2]))
    restoration = f"/schools/{cast.school.slug}/bin/students/{pupils[1].id}/restoration"
    page = await secretary.get(restoration)
    await secretary.post(restoration, page.form())
    assert (await stored(db, pupils[0])).deleted_at
    assert not (await stored(db, pupils[1])).deleted_at


async def test_whoever_saved_since_stops_all(
    secretary: Browser, db: AsyncSession, students: str, pupils: list[Student]
) -> None:
    page = await secretary.get(f"{students}/deletion", params=picked(*pupils))
    pupils[2].phone = "3000000000"
    await db.flush()
    answer = await secretary.post(f"{students}/deletion", sent(page, *pupils), headers=FRAGMENT)
    assert (answer.status, answer.is_fragment) == (409, True)
    assert not (await stored(db, pupils[0])).deleted_at


async def test_nobody_ticked_is_said(secretary: Browser, students: str) -> None:
    assert "No student has been chosen" in (await secretary.get(f"{students}/deletion")).text
    assert (await secretary.post(f"{students}/deletion")).status == 422


@pytest.mark.parametrize(("who", "status"), REFUSED)
async def test_whoever_may_not_deletes_nobody(
    sign_in: SignIn, cast: Cast, db: AsyncSession, students: str, pupils: list[Student], who: str, status: int
) -> None:
    browser = await sign_in(getattr(cast, who))
    assert (await browser.get(f"{students}/deletion", params=picked(*pupils))).status == status
    assert (await browser.post(f"{students}/deletion", picked(*pupils))).status == status
    assert not (await stored(db, pupils[0])).deleted_at


async def test_a_forged_form_deletes_nobody(
    secretary: Browser, db: AsyncSession, students: str, pupils: list[Student]
) -> None:
    page = await secretary.get(f"{students}/deletion", params=picked(*pupils))
    assert (await secretary.post(f"{students}/deletion", sent(page, *pupils), headers=FORGED)).status == 403
    assert not (await stored(db, pupils[0])).deleted_at
