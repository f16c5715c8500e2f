"""Undo: all that one press of a button changed is taken back, as far as nobody changed it again, for 15 minutes."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.models import User
from portal.audit.models import AuditEvent
from portal.db.base import new_id
from portal.db.tenancy import enter_school
from portal.students.models import Student
from tests import factories
from tests.audit.undoing import rows, undo_offered
from tests.factories import Cast
from tests.pages import FORGED, FRAGMENT, Browser
from tests.students.registration_samples import GUARDIAN, STUDENT

pytestmark = pytest.mark.anyio
SignIn = Callable[[User], Awaitable[Browser]]


@pytest.fixture
async def student(db: AsyncSession, cast: Cast) -> Student:
    return await factories.make_student(db, cast.school, phone="3105550148", simat={"RES": "Cañamomo"})


def at(cast: Cast, path: str) -> str:
    return f"/schools/{cast.school.slug}/{path}"


async def edit(browser: Browser, address: str, **typed: Any) -> Any:
    """Send the form of a page with some fields typed anew."""
    answer = await browser.post(address, (await browser.get(address)).form() | typed)
    assert answer.status == 303, answer.texts(".error-summary, h1")
    return answer


async def test_the_notice_of_an_edit_takes_it_back(
    sign_in: SignIn, cast: Cast, student: Student, db: AsyncSession
) -> None:
    browser = await sign_in(cast.secretary)
    before = await rows(db, cast.school.id)
    answer = await edit(browser, at(cast, f"students/{student.id}/edit"), phone="3001112233", RES="Emberá")
    undo = await undo_offered(browser, answer)
    assert await rows(db, cast.school.id) != before
    undone = await browser.post(undo)
    assert (undone.status, undone.location) == (303, at(cast, f"students/{student.id}"))
    assert "Undone" in (await browser.get(undone.location)).text
    assert await rows(db, cast.school.id) == before


async def test_an_undo_can_be_undone(sign_in: SignIn, cast: Cast, student: Student, db: AsyncSession) -> None:
    browser = await sign_in(cast.secretary)
    answer = await edit(browser, at(cast, f"students/{student.id}/edit"), phone="3001112233")
    after = await rows(db, cast.school.id)
    undone = await browser.post(await undo_offered(browser, answer))
    assert (await browser.post(await undo_offered(browser, undone))).status == 303
    assert await rows(db, cast.school.id) == after


async def test_pressed_twice_it_undoes_once_and_answers_the_same(
    sign_in: SignIn, cast: Cast, student: Student, db: AsyncSession
) -> None:
    browser = await sign_in(cast.secretary)
    undo = await undo_offered(
        browser, await edit(browser, at(cast, f"students/{student.id}/edit"), phone="300 555 00 01")
    )
    first, second = await browser.post(undo), await browser.post(undo)
    assert (first.status, first.location) == (second.status, second.location) == (303, second.location)
    await enter_school(db, cast.school.id)
    told = select(func.count()).select_from(AuditEvent).where(AuditEvent.undoes_id.is_not(None))
    assert await db.scalar(told) == 1


async def test_what_was_changed_again_stays_and_is_named(
    sign_in: SignIn, cast: Cast, student: Student, db: AsyncSession
) -> None:
    browser = await sign_in(cast.secretary)
    address = at(cast, f"students/{student.id}/edit")
    undo = await undo_offered(browser, await edit(browser, address, phone="300 555 00 01", email="ana@example.com"))
    await edit(browser, address, phone="300 555 00 02")
    answer = await browser.post(undo)
    assert answer.status == 200
    assert "Not everything could be undone" in answer.title
    assert "Phone" in answer.text
    await enter_school(db, cast.school.id)
    row = await db.get_one(Student, (cast.school.id, student.id), populate_existing=True)
    assert (row.phone, row.email) == ("3005550002", None)


async def test_where_everything_was_changed_again_nothing_is_undone(
    sign_in: SignIn, cast: Cast, student: Student, db: AsyncSession
) -> None:
    browser = await sign_in(cast.secretary)
    address = at(cast, f"students/{student.id}/edit")
    undo = await undo_offered(browser, await edit(browser, address, phone="300 555 00 01"))
    await edit(browser, address, phone="300 555 00 02")
    before = await rows(db, cast.school.id)
    answer = await browser.post(undo)
    assert answer.status == 409
    assert "changed again since" in answer.text
    assert await rows(db, cast.school.id) == before


async def test_a_new_student_goes_to_the_bin_with_all_that_was_made(
    sign_in: SignIn, cast: Cast, db: AsyncSession
) -> None:
    browser = await sign_in(cast.secretary)
    before = await rows(db, cast.school.id)
    new = at(cast, "students/new")
    typed = (await browser.get(new)).form() | STUDENT | GUARDIAN
    typed |= {"enrollment-year_id": str(cast.year.id), "enrollment-grade": str(int(cast.group.grade))}
    answer = await browser.post(at(cast, "students"), typed)
    assert answer.status == 303, answer.texts(".error-summary, h1")
    made = await rows(db, cast.school.id)
    undone = await browser.post(await undo_offered(browser, answer))
    assert (undone.status, undone.location) == (303, at(cast, "students"))
    left = await rows(db, cast.school.id)
    assert left.keys() == before.keys()
    again = await browser.post(await undo_offered(browser, undone))
    assert again.status == 303, again.texts("main td")
    now = await rows(db, cast.school.id)
    assert now.keys() == made.keys()
    assert now == made


async def test_a_new_student_who_has_more_by_now_stays(sign_in: SignIn, cast: Cast, db: AsyncSession) -> None:
    browser = await sign_in(cast.secretary)
    new = at(cast, "students/new")
    answer = await browser.post(at(cast, "students"), (await browser.get(new)).form() | STUDENT)
    undo = await undo_offered(browser, answer)
    await edit(browser, answer.location + "/edit", phone="300 555 00 01")
    refused = await browser.post(undo)
    assert refused.status == 409
    assert "written into it since" in refused.text


# --- Where it is offered ---------------------------------------------------------------------------------------------


async def test_what_is_saved_in_its_place_offers_the_way_back_there(
    sign_in: SignIn, cast: Cast, student: Student, db: AsyncSession
) -> None:
    browser = await sign_in(cast.secretary)
    before = await rows(db, cast.school.id)
    section = at(cast, f"students/{student.id}/sections/contact/edit")
    form = (await browser.get(section, headers=FRAGMENT)).form("form")
    answer = await browser.post(section, form | {"phone": "300 555 00 01"}, headers=FRAGMENT)
    assert answer.is_fragment
    undo = str(answer.one("form.note").attributes["action"])
    assert (await browser.post(undo)).status == 303
    assert await rows(db, cast.school.id) == before
    # Saved as it was: there is nothing to take back.
    form = (await browser.get(section, headers=FRAGMENT)).form("form")
    assert not (await browser.post(section, form, headers=FRAGMENT)).all("form.note")


async def test_the_history_has_a_button_as_long_as_it_works(
    sign_in: SignIn, cast: Cast, student: Student, db: AsyncSession
) -> None:
    await change(db, cast, student, minutes=20)
    undone = await change(db, cast, student, by=cast.principal)
    browser = await sign_in(cast.secretary)
    history = at(cast, f"students/{student.id}/history")
    assert not (await browser.get(history)).all("form[action$='/undo']"), "neither hers nor new enough"
    browser = await sign_in(cast.principal)
    button = (await browser.get(history)).one("form[action$='/undo']")
    assert str(undone) in str(button.attributes["action"])
    answer = await browser.post(str(button.attributes["action"]), {"next": history})
    assert (answer.status, answer.location) == (303, history)
    page = await browser.get(history)
    assert str(undone) not in str([each.attributes["action"] for each in page.all("form[action$='/undo']")])


# --- Who, and until when ---------------------------------------------------------------------------------------------


async def test_after_fifteen_minutes_it_is_too_late(
    sign_in: SignIn, cast: Cast, student: Student, db: AsyncSession
) -> None:
    undo = at(cast, f"changes/{await change(db, cast, student, minutes=16)}/undo")
    browser = await sign_in(cast.secretary)
    answer = await browser.post(undo)
    assert answer.status == 409
    assert "15 minutes" in answer.text


async def test_the_principal_undoes_what_others_did_and_the_secretary_only_her_own(
    sign_in: SignIn, cast: Cast, student: Student, db: AsyncSession
) -> None:
    undo = at(cast, f"changes/{await change(db, cast, student, by=cast.superuser)}/undo")
    assert (await (await sign_in(cast.secretary)).post(undo)).status == 403
    assert (await (await sign_in(cast.coordinator)).post(undo)).status == 403
    assert (await (await sign_in(cast.viewer)).post(undo)).status == 403
    assert (await (await sign_in(cast.principal)).post(undo)).status == 303


async def test_nobody_undoes_in_another_school(sign_in: SignIn, cast: Cast, student: Student, db: AsyncSession) -> None:
    done = await change(db, cast, student)
    assert (await (await sign_in(cast.stranger)).post(at(cast, f"changes/{done}/undo"))).status == 404
    there = f"/schools/{cast.other_school.slug}/changes/{done}/undo"
    assert (await (await sign_in(cast.stranger)).post(there)).status == 404
    assert (await (await sign_in(cast.superuser)).post(there)).status == 404
    assert (await (await sign_in(cast.principal)).post(at(cast, f"changes/{new_id()}/undo"))).status == 404


async def test_a_forged_undo_is_refused(sign_in: SignIn, cast: Cast, student: Student, db: AsyncSession) -> None:
    undo = at(cast, f"changes/{await change(db, cast, student)}/undo")
    browser = await sign_in(cast.secretary)
    before = await rows(db, cast.school.id)
    assert (await browser.post(undo, headers=FORGED)).status == 403
    assert await rows(db, cast.school.id) == before
    answer = await browser.post(undo, {"next": at(cast, "students")}, headers=FRAGMENT)
    assert (answer.status, answer.location) == (200, at(cast, "students"))


async def test_it_leads_nobody_elsewhere(sign_in: SignIn, cast: Cast, student: Student, db: AsyncSession) -> None:
    undo = at(cast, f"changes/{await change(db, cast, student)}/undo")
    answer = await (await sign_in(cast.secretary)).post(undo, {"next": "//evil.example/"})
    assert answer.location == at(cast, f"students/{student.id}")


async def test_a_file_of_simat_is_not_undone(sign_in: SignIn, cast: Cast, student: Student, db: AsyncSession) -> None:
    undo = at(cast, f"changes/{await change(db, cast, student, channel='import')}/undo")
    answer = await (await sign_in(cast.secretary)).post(undo)
    assert answer.status == 409
    assert "SIMAT" in answer.text


async def change(
    db: AsyncSession, cast: Cast, student: Student, *, minutes: int = 1, by: User | None = None, channel: str = "web"
) -> Any:
    """A phone that was written some minutes ago; gives the change."""
    await enter_school(db, cast.school.id)
    moment: Any = await db.scalar(select(func.now()))
    phones = [student.phone, f"300{minutes:07}"]
    student.phone = phones[1]
    await db.flush()
    return await factories.make_change(
        db,
        student,
        by=by or cast.secretary,
        at=moment - timedelta(minutes=minutes),
        channel=channel,
        changes={"phone": phones},
        student_id=student.id,
    )
