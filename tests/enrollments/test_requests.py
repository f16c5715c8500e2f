"""Asking for a place for a student who is on record."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from portal.catalogs.codes import EnrollmentStatus as Status
from portal.db.base import new_id
from portal.db.tenancy import enter_school
from portal.enrollments.models import Enrollment
from portal.students.models import Student
from tests import factories
from tests.enrollments.conftest import SignIn
from tests.factories import Cast
from tests.pages import FORGED, FRAGMENT

pytestmark = pytest.mark.anyio


@pytest.fixture
async def student(db: AsyncSession, cast: Cast) -> Student:
    return await factories.make_student(db, cast.school)


@pytest.fixture
def address(cast: Cast, student: Student) -> str:
    return f"/schools/{cast.school.slug}/students/{student.id}/enrollments/new"


async def enrollments_of(db: AsyncSession, student: Student) -> list[Enrollment]:
    await enter_school(db, student.school_id)
    return list(await db.scalars(select(Enrollment).where(Enrollment.student_id == student.id)))


async def test_a_secretary_asks_for_a_place(
    sign_in: SignIn, cast: Cast, db: AsyncSession, student: Student, address: str
) -> None:
    browser = await sign_in(cast.secretary)
    page = await browser.get(address)
    assert any(
        f"6th {cast.group.code}" in words and "0 of 35 seats" in words for words in page.texts("#group_id option")
    )
    form = page.form("#request") | {"group_id": str(cast.group.id), "note": "A sister is in 8th."}
    answer = await browser.post(address, form)
    [enrollment] = await enrollments_of(db, student)
    assert (answer.status, answer.location) == (303, f"/schools/{cast.school.slug}/enrollments/{enrollment.id}")
    assert (enrollment.status, enrollment.number, enrollment.grade) == (Status.SUBMITTED, "2026-00001", 6)
    assert (enrollment.campus_id, enrollment.shift, enrollment.note) == (
        cast.group.campus_id,
        cast.group.shift,
        "A sister is in 8th.",
    )
    assert [line["to"] for line in enrollment.status_history] == ["draft", "submitted"]


async def test_a_draft_may_wait_and_a_grade_is_enough(
    sign_in: SignIn, cast: Cast, db: AsyncSession, student: Student, address: str
) -> None:
    await (await sign_in(cast.secretary)).post(address, {"grade": "6", "then": "draft", "id": str(new_id())})
    [enrollment] = await enrollments_of(db, student)
    assert (enrollment.status, enrollment.group_id, enrollment.submitted_at) == (Status.DRAFT, None, None)


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({}, ["#grade"]),
        ({"grade": "12", "group_id": "nonsense", "shift": "x", "previous_school": "x" * 300}, None),
        ({"year_id": "00000000-0000-0000-0000-000000000000", "grade": "6"}, ["#year_id"]),
    ],
)
async def test_a_wrong_form_says_everything_and_writes_nothing(
    sign_in: SignIn, cast: Cast, db: AsyncSession, student: Student, address: str, sent: dict[str, Any], wrong: Any
) -> None:
    browser = await sign_in(cast.secretary)
    for headers in ({}, FRAGMENT):
        answer = await browser.post(address, sent, headers=headers)
        assert answer.status == 422
        named = [link.attributes["href"] for link in answer.all("#errors a")]
        assert named == (wrong or ["#grade", "#group_id", "#shift", "#previous_school"])
        assert answer.is_fragment == bool(headers)
    assert await enrollments_of(db, student) == []


async def test_a_second_one_of_the_year_is_refused_by_name(
    sign_in: SignIn, cast: Cast, db: AsyncSession, student: Student, address: str
) -> None:
    first = await factories.make_enrollment(db, student, group=cast.group)
    answer = await (await sign_in(cast.secretary)).post(address, {"grade": "6"})
    assert answer.status == 422
    assert f"already has an enrollment for 2026: {first.number}, active." in answer.one("#errors").text()
    assert len(await enrollments_of(db, student)) == 1


async def test_who_left_this_year_is_taken_back_under_the_same_number(
    sign_in: SignIn, cast: Cast, db: AsyncSession, student: Student, address: str
) -> None:
    left = await factories.make_enrollment(db, student, group=cast.group, status=Status.WITHDRAWN)
    browser = await sign_in(cast.secretary)
    refused = await browser.post(address, {"year_id": str(cast.year.id), "grade": "6"})
    assert refused.status == 422
    for page in (await browser.get(address), refused):
        assert "The student left in 2026. Take that enrollment up again: it keeps its number." in page.text
        assert page.all(f"a[href='/schools/{cast.school.slug}/enrollments/{left.id}/re-enrollment']")
    assert len(await enrollments_of(db, student)) == 1


async def test_the_same_form_twice_asks_once_and_with_other_content_conflicts(
    sign_in: SignIn, cast: Cast, db: AsyncSession, student: Student, address: str
) -> None:
    browser = await sign_in(cast.secretary)
    form = (await browser.get(address)).form("#request") | {"group_id": str(cast.group.id)}
    answers = [await browser.post(address, form) for _ in range(2)]
    assert [answer.status for answer in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    assert (await browser.post(address, form | {"note": "Other."})).status == 409
    [enrollment] = await enrollments_of(db, student)
    assert enrollment.note is None


async def test_only_the_office_asks(
    sign_in: SignIn, cast: Cast, db: AsyncSession, student: Student, address: str
) -> None:
    sent = {"grade": "6"}
    for person in (cast.coordinator, cast.teacher, cast.viewer):
        assert (await (await sign_in(person)).post(address, sent)).status == 403
    assert (await (await sign_in(cast.stranger)).post(address, sent)).status == 404
    elsewhere = address.replace(cast.school.slug, cast.other_school.slug)
    assert (await (await sign_in(cast.stranger)).post(elsewhere, sent)).status == 404
    assert (await (await sign_in(cast.secretary)).post(address, sent, headers=FORGED)).status == 403
    assert await enrollments_of(db, student) == []
