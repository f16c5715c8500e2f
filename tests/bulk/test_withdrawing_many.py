"""Many leave at once: looked at first, then all of them in one transaction, and taken back at once."""

from typing import Any

import pytest
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncSession

from portal.catalogs.codes import EnrollmentStatus as Status
from portal.students.models import Student
from tests.bulk.conftest import REFUSED, SignIn, enrollment_of, picked
from tests.factories import Cast
from tests.pages import FORGED, FRAGMENT, Browser, Page
from tests.queries import counted

pytestmark = pytest.mark.anyio
WHY = {"withdrawal_reason": "moved", "ends_on": "2026-06-01", "note": ""}


def sent(page: Page, *rows: Student, **changed: str) -> dict[str, Any]:
    return page.form() | {"id": [str(row.id) for row in rows]} | WHY | changed


async def test_a_secretary_withdraws_a_class_and_takes_it_back(
    app: Litestar, secretary: Browser, db: AsyncSession, students: str, pupils: list[Student]
) -> None:
    with counted(app) as queries:
        page = await secretary.get(f"{students}/withdrawal", params=picked(*pupils))
    assert len(queries) <= 6
    assert len(page.all("#rows > tr")) == 3
    assert "1 student stays as they are" in page.text
    assert "Not enrolled in 2026." in page.text
    answer = await secretary.post(f"{students}/withdrawal", sent(page, *pupils))
    assert (answer.status, answer.location) == (303, students)
    for student in pupils[:3]:
        enrollment = await enrollment_of(db, student)
        assert (enrollment.status, str(enrollment.ends_on)) == (Status.WITHDRAWN, "2026-06-01")
    undo = (await secretary.get(students)).one(".notice form, [role=status] form").attributes["action"]
    await secretary.post(str(undo))
    assert {(await enrollment_of(db, student)).status for student in pupils[:3]} == {Status.ACTIVE}


async def test_what_is_wrong_is_said_and_nobody_leaves(
    secretary: Browser, db: AsyncSession, students: str, pupils: list[Student]
) -> None:
    page = await secretary.get(f"{students}/withdrawal", params=picked(*pupils))
    answer = await secretary.post(
        f"{students}/withdrawal", sent(page, *pupils, withdrawal_reason="", ends_on="31/12/2030", note="typed")
    )
    assert answer.status == 422
    assert len(answer.all("#errors li")) == 2
    assert answer.one("textarea[name=note]").text() == "typed"
    assert (await enrollment_of(db, pupils[0])).status == Status.ACTIVE


async def test_whoever_changed_since_stops_all(
    secretary: Browser, db: AsyncSession, students: str, pupils: list[Student]
) -> None:
    page = await secretary.get(f"{students}/withdrawal", params=picked(*pupils))
    (await enrollment_of(db, pupils[1])).note = "since then"
    await db.flush()
    answer = await secretary.post(f"{students}/withdrawal", sent(page, *pupils), headers=FRAGMENT)
    assert answer.status == 409
    assert answer.is_fragment
    assert "Something has changed since you looked" in answer.text
    assert (await enrollment_of(db, pupils[0])).status == Status.ACTIVE
    form = answer.form("form") | {"id": [str(each.id) for each in pupils]} | WHY
    assert (await secretary.post(f"{students}/withdrawal", form)).status == 303


async def test_all_that_match_are_meant_without_being_named(
    secretary: Browser, db: AsyncSession, students: str, pupils: list[Student]
) -> None:
    page = await secretary.get(f"{students}/withdrawal", params={"which": "all", "of": "?q=botero"})
    assert page.texts("#rows .name") == ["Botero Castaño, Ángela Sofía"]
    assert (await secretary.post(f"{students}/withdrawal", page.form() | WHY)).status == 303
    assert (await enrollment_of(db, pupils[1])).status == Status.WITHDRAWN
    assert (await enrollment_of(db, pupils[0])).status == Status.ACTIVE


@pytest.mark.parametrize(("who", "status"), REFUSED)
async def test_whoever_may_not_withdraws_nobody(
    sign_in: SignIn, cast: Cast, db: AsyncSession, students: str, pupils: list[Student], who: str, status: int
) -> None:
    browser = await sign_in(getattr(cast, who))
    assert (await browser.get(f"{students}/withdrawal", params=picked(*pupils))).status == status
    assert (await browser.post(f"{students}/withdrawal", picked(*pupils) | WHY)).status == status
    assert (await enrollment_of(db, pupils[0])).status == Status.ACTIVE


async def test_a_forged_form_withdraws_nobody(
    secretary: Browser, db: AsyncSession, students: str, pupils: list[Student]
) -> None:
    page = await secretary.get(f"{students}/withdrawal", params=picked(*pupils))
    assert (await secretary.post(f"{students}/withdrawal", sent(page, *pupils), headers=FORGED)).status == 403
    assert (await enrollment_of(db, pupils[0])).status == Status.ACTIVE
