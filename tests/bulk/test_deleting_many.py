"""Many go to the recycle bin at once: asked once, with what goes along, and brought back at once."""

from typing import Any

import pytest
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncSession

from portal.students.models import Student
from tests import factories
from tests.bulk.conftest import REFUSED, SignIn, enrollment_of, picked, stored
from tests.factories import Cast
from tests.pages import FORGED, FRAGMENT, Browser, Page
from tests.queries import counted

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


async def test_an_undo_brings_back_all_whose_place_is_free_and_says_what_is_in_the_way_of_the_others(
    secretary: Browser, db: AsyncSession, cast: Cast, students: str, pupils: list[Student]
) -> None:
    *_others, third, without = pupils
    third.per_id = "77"
    cast.group.capacity = 1
    await db.flush()
    page = await secretary.get(f"{students}/deletion", params=picked(*pupils))
    await secretary.post(f"{students}/deletion", sent(page, *pupils))
    undo = (await secretary.get(students)).one(".notice form, [role=status] form").attributes["action"]
    await factories.make_student(db, cast.school, per_id="77")
    number = without.document_number
    await factories.make_student(db, cast.school, document_type="RC", document_number=number, first_surname="Otra")
    answer = await secretary.post(str(undo))
    assert answer.status == 200
    assert [bool((await stored(db, each)).deleted_at) for each in pupils] == [False, True, True, True]
    assert "all 1 are" in answer.text  # the only seat went to the first
    assert "Another student has this PER_ID now" in answer.text
    assert "Another student has this document now: Otra Castaño, Ángela Sofía" in answer.text


async def test_an_undo_and_its_undo_ask_no_more_for_four_than_for_one(
    app: Litestar, secretary: Browser, students: str, pupils: list[Student]
) -> None:
    asked = []
    for some in (pupils[:1], pupils):
        page = await secretary.get(f"{students}/deletion", params=picked(*some))
        await secretary.post(f"{students}/deletion", sent(page, *some))
        for _undo_and_redo in range(2):
            undo = (await secretary.get(students)).one(".notice form, [role=status] form").attributes["action"]
            with counted(app) as queries:
                assert (await secretary.post(str(undo))).status == 303
            asked.append(len(queries))
        undo = (await secretary.get(students)).one(".notice form, [role=status] form").attributes["action"]
        assert (await secretary.post(str(undo))).status == 303
    assert asked[:2] == asked[2:]


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
