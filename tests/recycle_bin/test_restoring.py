"""Bringing records back when their old place is taken: with what it collides, and the way out."""

import asyncio
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from portal.catalogs.codes import DocumentType
from portal.catalogs.codes import EnrollmentStatus as Status
from portal.db.tenancy import enter_school
from tests import factories
from tests.conftest import Committing
from tests.factories import Cast
from tests.pages import FORGED, Browser, Page
from tests.recycle_bin.conftest import SignIn, delete, stored

pytestmark = pytest.mark.anyio


def restoration(at: str, kind: str, row: Any) -> str:
    return f"{at}/bin/{kind}/{row.id}/restoration"


async def refused(browser: Browser, path: str, *words: str) -> Page:
    """The page that explains: with these words, before and after the button was pressed."""
    shown = await browser.get(path)
    assert shown.status == 200
    answer = await browser.post(path)
    assert answer.status == 409
    for word in words:
        assert word in shown.text
        assert word in answer.text
    return answer


async def restored_at_last(browser: Browser, path: str, form: dict[str, str] | None = None) -> Page:
    """The answer to whoever, on a busy machine, was told to wait a few seconds and try again, and did."""
    answer = await browser.post(path, form or {})
    if answer.status == 503:
        await asyncio.sleep(1)
        return await restored_at_last(browser, path, form)
    return answer


# --- Students -----------------------------------------------------------------------------------------------------


async def test_a_student_whose_document_another_has_now_comes_back_with_another_number(
    secretary: Browser, db: AsyncSession, cast: Cast, at: str
) -> None:
    student = await factories.make_student(db, cast.school, document_number="1030555001", first_name="Iris")
    await delete(secretary, f"{at}/students/{student.id}")
    # The same number under another type is the same person's, in the course of a life.
    other = await factories.make_student(
        db, cast.school, document_type=DocumentType.RC, document_number="1030555001", first_name="Olga"
    )
    path = restoration(at, "students", student)
    page = await refused(secretary, path, "Another student has this document now", "Olga")
    assert page.one(f"a[href='{at}/students/{other.id}']")
    form = page.form()
    assert form["document_number"] == "1030555001"

    wrong = await secretary.post(path, {**form, "document_number": "12"})
    assert (wrong.status, wrong.one("#document_number").attributes["value"]) == (422, "12")
    assert (await stored(db, student)).document_number == "1030555001"
    answer = await secretary.post(path, {**form, "document_number": "1.030.555.002"})
    assert (answer.status, answer.location) == (303, f"{at}/students/{student.id}")
    assert (await stored(db, student)).document_number == "1030555002"


async def test_a_student_whose_per_id_another_has_now_comes_back_without_it(
    secretary: Browser, db: AsyncSession, cast: Cast, at: str
) -> None:
    student = await factories.make_student(db, cast.school, per_id="7001")
    await delete(secretary, f"{at}/students/{student.id}")
    await factories.make_student(db, cast.school, per_id="7001")
    path = restoration(at, "students", student)
    page = await refused(secretary, path, "Another student has this PER_ID now")
    assert (await secretary.post(path, {**page.form(), "per_id": ""})).status == 303
    kept = await stored(db, student)
    assert (kept.per_id, kept.deleted_at) == (None, None)


async def test_a_student_whose_seat_is_taken_comes_back_without_a_group(
    secretary: Browser, db: AsyncSession, cast: Cast, at: str
) -> None:
    group = await factories.make_group(db, cast.school, year=cast.year, campus=cast.campus, capacity=1)
    student = await factories.make_student(db, cast.school)
    enrollment = await factories.make_enrollment(db, student, group=group)
    await delete(secretary, f"{at}/students/{student.id}")
    quicker = await factories.make_student(db, cast.school)
    await factories.make_enrollment(db, quicker, group=group)
    path = restoration(at, "students", student)
    page = await refused(secretary, path, f"the seat in {group.label} is taken")
    assert (await stored(db, enrollment)).deleted_at is not None
    assert (await secretary.post(path, {**page.form(), "without_group": "y"})).status == 303
    kept = await stored(db, enrollment)
    assert (kept.deleted_at, kept.group_id, kept.status) == (None, None, Status.ACTIVE)
    assert kept.status_history[-1]["was"] == {"group_id": str(group.id)}


async def test_a_tick_that_is_not_needed_takes_no_seat_away(
    secretary: Browser, db: AsyncSession, cast: Cast, at: str
) -> None:
    student = await factories.make_student(db, cast.school)
    enrollment = await factories.make_enrollment(db, student, group=cast.group)
    await delete(secretary, f"{at}/students/{student.id}")
    assert (await secretary.post(restoration(at, "students", student), {"without_group": "y"})).status == 303
    assert (await stored(db, enrollment)).group_id == cast.group.id


# --- Guardians and groups -----------------------------------------------------------------------------------------


async def test_a_guardian_whose_document_another_has_now_comes_back_with_another(
    secretary: Browser, db: AsyncSession, cast: Cast, at: str
) -> None:
    guardian = await factories.make_guardian(db, cast.school, document_number="43777001")
    await delete(secretary, f"{at}/guardians/{guardian.id}")
    other = await factories.make_guardian(db, cast.school, document_number="43777001", first_name="Olga")
    path = restoration(at, "guardians", guardian)
    page = await refused(secretary, path, "Another guardian has this document now", "Olga")
    assert page.one(f"a[href='{at}/guardians/{other.id}']")
    half = await secretary.post(path, {**page.form(), "document_number": ""})
    assert (half.status, "Write its number." in half.text) == (422, True)
    assert (await secretary.post(path, {**page.form(), "document_number": "43777002"})).status == 303
    assert (await stored(db, guardian)).document_number == "43777002"


async def test_a_group_whose_code_another_has_now_comes_back_with_another(
    secretary: Browser, db: AsyncSession, cast: Cast, at: str
) -> None:
    group = await factories.make_group(db, cast.school, year=cast.year, campus=cast.campus, code="Z")
    await delete(secretary, f"{at}/groups/{group.id}")
    await factories.make_group(db, cast.school, year=cast.year, campus=cast.campus, code="Z")
    path = restoration(at, "groups", group)
    page = await refused(secretary, path, "has this code now")
    assert (await secretary.post(path, {**page.form(), "code": " "})).status == 422
    answer = await secretary.post(path, {**page.form(), "code": "Y"})
    assert (answer.status, answer.location) == (303, f"{at}/groups/{group.id}")
    assert (await stored(db, group)).code == "Y"


# --- Enrollments --------------------------------------------------------------------------------------------------


async def test_an_enrollment_whose_year_has_another_now_stays_in_the_bin(
    secretary: Browser, db: AsyncSession, cast: Cast, at: str
) -> None:
    student = await factories.make_student(db, cast.school)
    first = await factories.make_enrollment(db, student, group=cast.group, status=Status.DRAFT)
    await delete(secretary, f"{at}/enrollments/{first.id}")
    second = await factories.make_enrollment(db, student, group=cast.group)
    page = await refused(secretary, restoration(at, "enrollments", first), "another one for that year", second.number)
    assert page.one(f"a[href='{at}/enrollments/{second.id}']")
    assert page.all("main button.btn-primary") == []


async def test_an_enrollment_comes_back_with_its_student_only(
    secretary: Browser, db: AsyncSession, cast: Cast, at: str
) -> None:
    student = await factories.make_student(db, cast.school)
    enrollment = await factories.make_enrollment(db, student, group=cast.group)
    await delete(secretary, f"{at}/students/{student.id}")
    page = await refused(secretary, restoration(at, "enrollments", enrollment), "Bring the student back first")
    assert page.one(f"a[href='{restoration(at, 'students', student)}']")
    assert "that come back, too" in (await secretary.get(restoration(at, "students", student))).text


async def test_a_draft_whose_group_is_gone_comes_back_without_one(
    secretary: Browser, db: AsyncSession, cast: Cast, at: str
) -> None:
    student = await factories.make_student(db, cast.school)
    draft = await factories.make_enrollment(db, student, group=cast.group, status=Status.DRAFT)
    await delete(secretary, f"{at}/enrollments/{draft.id}")
    await delete(secretary, f"{at}/groups/{cast.group.id}")
    path = restoration(at, "enrollments", draft)
    page = await refused(secretary, path, "its group is not there any more")
    assert (await secretary.post(path, {**page.form(), "without_group": "y"})).status == 303
    assert (await stored(db, draft)).group_id is None


# --- Rights, and the same moment ----------------------------------------------------------------------------------


async def test_who_may_not(sign_in: SignIn, secretary: Browser, db: AsyncSession, cast: Cast, at: str) -> None:
    student = await factories.make_student(db, cast.school)
    await delete(secretary, f"{at}/students/{student.id}")
    path = restoration(at, "students", student)
    assert (await (await sign_in(cast.viewer)).post(path)).status == 403
    assert (await (await sign_in(cast.coordinator)).get(path)).status == 403
    assert (await (await sign_in(cast.stranger)).post(path)).status == 404
    assert (await secretary.post(path, headers=FORGED)).status == 403
    assert (await secretary.post(path.replace("bin/students", "bin/pupils"))).status == 404
    assert (await secretary.get(f"{at}/bin/guardians/{student.id}/restoration")).status == 404
    assert (await stored(db, student)).deleted_at is not None


async def test_of_two_who_want_the_last_seat_back_one_gets_it(committing: Committing) -> None:
    async with committing.session() as db:
        cast = await factories.make_cast(db)
        group = await factories.make_group(db, cast.school, year=cast.year, campus=cast.campus, capacity=1)
        pupils = []
        for _ in range(2):
            student = await factories.make_student(db, cast.school)
            pupils.append((student, await factories.make_enrollment(db, student, group=group)))
    at = f"/schools/{cast.school.slug}"
    async with committing.browser(cast.secretary) as browser:
        for student, _ in pupils:
            await delete(browser, f"{at}/students/{student.id}")
        paths = [restoration(at, "students", student) for student, _ in pupils]
        answers = await asyncio.gather(*(restored_at_last(browser, path) for path in paths))
    assert sorted(answer.status for answer in answers) == [303, 409]
    async with committing.session() as db:
        await enter_school(db, cast.school.id)
        kept = [await db.get_one(type(row), (row.school_id, row.id)) for _, row in pupils]
        assert [row.deleted_at is None for row in kept].count(True) == 1


async def test_of_a_restoration_and_a_new_student_with_one_document_one_is_told(committing: Committing) -> None:
    async with committing.session() as db:
        cast = await factories.make_cast(db)
        twins = [
            await factories.make_student(db, cast.school, document_number=f"103055500{number}") for number in range(2)
        ]
    at = f"/schools/{cast.school.slug}"
    async with committing.browser(cast.secretary) as browser:
        for student in twins:
            await delete(browser, f"{at}/students/{student.id}")
        same = {"document_type": "TI", "document_number": "1030555009"}
        paths = [restoration(at, "students", student) for student in twins]
        answers = await asyncio.gather(*(restored_at_last(browser, path, same) for path in paths))
    assert sorted(answer.status for answer in answers) == [303, 409]
    assert "Another student has this document now" in next(a.text for a in answers if a.status == 409)
