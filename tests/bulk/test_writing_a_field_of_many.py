"""One field of many: chosen, looked at, written for all in one transaction, taken back at once."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from portal.audit.models import AuditEvent
from portal.catalogs.codes import Zone
from portal.db.tenancy import enter_school
from portal.students.models import Student
from tests.bulk.conftest import REFUSED, SignIn, picked, stored
from tests.factories import Cast
from tests.pages import FORGED, FRAGMENT, Browser, Page

pytestmark = pytest.mark.anyio


def sent(page: Page, *rows: Student, **changed: str) -> dict[str, Any]:
    return page.form() | {"id": [str(row.id) for row in rows]} | changed


async def look(secretary: Browser, students: str, *rows: Student, field: str = "zone", value: str = "rural") -> Page:
    page = await secretary.get(f"{students}/field", params=picked(*rows, field=field))
    return await secretary.post(f"{students}/field/preview", sent(page, *rows) | {field: value})


async def test_a_secretary_writes_the_zone_of_three_pupils_and_takes_it_back(
    secretary: Browser, db: AsyncSession, cast: Cast, students: str, pupils: list[Student]
) -> None:
    pupils[1].zone = Zone.RURAL
    await db.flush()
    page = await look(secretary, students, *pupils[:3])
    assert page.status == 200
    assert "2 students would change." in page.text
    assert "Has it already." in page.text
    answer = await secretary.post(f"{students}/field", sent(page, *pupils[:3]))
    assert (answer.status, answer.location) == (303, students)
    assert [(await stored(db, each)).zone for each in pupils] == [Zone.RURAL, Zone.RURAL, Zone.RURAL, None]
    await enter_school(db, cast.school.id)
    told = (await db.scalars(select(AuditEvent).where(AuditEvent.entity == "students"))).all()
    assert [event.changes for event in told] == [{"zone": [None, "rural"]}] * 2
    assert len({event.change_id for event in told}) == 1
    undo = (await secretary.get(students)).one(".notice form, [role=status] form").attributes["action"]
    assert (await secretary.post(str(undo))).status == 303
    assert [(await stored(db, each)).zone for each in pupils] == [None, Zone.RURAL, None, None]


async def test_a_field_of_the_schools_json_is_written_as_well(
    secretary: Browser, db: AsyncSession, students: str, pupils: list[Student]
) -> None:
    page = await look(secretary, students, *pupils, field="BEN_HER_NAC", value="N")
    assert (await secretary.post(f"{students}/field", sent(page, *pupils))).status == 303
    assert {(await stored(db, each)).simat["BEN_HER_NAC"] for each in pupils} == {"N"}


async def test_what_is_wrong_is_said_before_anything_is_written(
    secretary: Browser, db: AsyncSession, students: str, pupils: list[Student]
) -> None:
    page = await look(secretary, students, *pupils, field="stratum", value="9")
    assert page.status == 422
    assert "The stratum goes from 0 to 6." in page.text
    assert page.one("input[name=stratum]").attributes["value"] == "9"
    assert (await secretary.post(f"{students}/field", picked(*pupils, field="stratum", stratum="9"))).status == 422
    assert (await stored(db, pupils[0])).stratum is None


async def test_whoever_saved_since_stops_all(
    secretary: Browser, db: AsyncSession, students: str, pupils: list[Student]
) -> None:
    page = await look(secretary, students, *pupils)
    pupils[2].phone = "3000000000"
    await db.flush()
    answer = await secretary.post(f"{students}/field", sent(page, *pupils), headers=FRAGMENT)
    assert (answer.status, answer.is_fragment) == (409, True)
    assert (await stored(db, pupils[0])).zone is None


@pytest.mark.parametrize("field", ["first_name", "document_number", "phone", "school_id", "nonsense"])
async def test_what_is_each_persons_own_cannot_be_written_for_many(
    secretary: Browser, db: AsyncSession, students: str, pupils: list[Student], field: str
) -> None:
    page = await secretary.get(f"{students}/field", params=picked(*pupils, field=field))
    assert len(page.all("main form")) == 1  # which field, and nothing to write into
    answer = await secretary.post(f"{students}/field", picked(*pupils, field=field) | {field: "x"})
    assert answer.status == 422
    assert (await stored(db, pupils[0])).version == 1


@pytest.mark.parametrize(("who", "status"), REFUSED)
async def test_whoever_may_not_writes_nothing(
    sign_in: SignIn, cast: Cast, db: AsyncSession, students: str, pupils: list[Student], who: str, status: int
) -> None:
    browser = await sign_in(getattr(cast, who))
    form = picked(*pupils, field="zone", zone="rural")
    assert (await browser.get(f"{students}/field", params=form)).status == status
    assert (await browser.post(f"{students}/field/preview", form)).status == status
    assert (await browser.post(f"{students}/field", form)).status == status
    assert (await stored(db, pupils[0])).zone is None


async def test_a_forged_form_writes_nothing(
    secretary: Browser, db: AsyncSession, students: str, pupils: list[Student]
) -> None:
    page = await look(secretary, students, *pupils)
    assert (await secretary.post(f"{students}/field", sent(page, *pupils), headers=FORGED)).status == 403
    assert (await stored(db, pupils[0])).zone is None
