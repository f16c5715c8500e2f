"""The first page of a school: what each role sees there, and that its numbers are those of the lists."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.models import User
from portal.catalogs.codes import EnrollmentStatus, Grade
from tests.factories import (
    Cast,
    make_cast,
    make_enrollment,
    make_group,
    make_guardian,
    make_member,
    make_school,
    make_student,
)
from tests.pages import Browser, Page
from tests.queries import counted

pytestmark = pytest.mark.anyio
SignIn = Callable[[User], Awaitable[Browser]]


@pytest.fixture
async def filled(db: AsyncSession, cast: Cast) -> Cast:
    """In sixth grade three attend, two ask, one left and one was sent back; one more has neither place nor guardian."""
    statuses = (
        *[EnrollmentStatus.ACTIVE] * 3,
        *[EnrollmentStatus.SUBMITTED] * 2,
        EnrollmentStatus.WITHDRAWN,
        EnrollmentStatus.RETURNED,
    )
    for status in statuses:
        student = await make_student(db, cast.school)
        await make_guardian(db, cast.school, of=student)
        await make_enrollment(db, student, group=cast.group, status=status)
    await make_student(db, cast.school)
    return cast


async def test_a_principal_is_led_to_what_waits_for_her(filled: Cast, sign_in: SignIn) -> None:
    page = await (await sign_in(filled.principal)).get(f"/schools/{filled.school.slug}")
    assert page.status == 200
    assert _links(page, "main .actions a") == [f"/schools/{filled.school.slug}/enrollments/review"]
    assert page.texts("main .actions .btn-primary") == ["Review 2 enrollments"]
    assert _tasks(page) == {
        "Enrollments to review": 2,
        "Returned enrollment": 1,
        "Student without enrollment in 2026": 1,
        "Student without guardian": 1,
    }


async def test_a_secretary_sees_what_she_may_do_and_no_review(filled: Cast, sign_in: SignIn) -> None:
    page = await (await sign_in(filled.secretary)).get(f"/schools/{filled.school.slug}")
    assert _tasks(page) == {
        "Returned enrollment": 1,
        "Student without enrollment in 2026": 1,
        "Student without guardian": 1,
    }
    assert "review" not in "".join(_links(page))
    assert page.texts("main .actions .btn-primary") == ["Register student N"]


@pytest.mark.parametrize("role", ["coordinator", "viewer"])
async def test_who_only_looks_sees_figures_and_no_tasks(filled: Cast, sign_in: SignIn, role: str) -> None:
    page = await (await sign_in(getattr(filled, role))).get(f"/schools/{filled.school.slug}")
    assert page.all("#tasks") == []
    assert page.all("main .actions .btn") == []
    assert _statuses(page) == {
        "Enrolled students": 3,
        "Students to review": 2,
        "Withdrawn student": 1,
        "Student with a returned enrollment": 1,
        "Not enrolled": 1,
    }


async def test_a_teacher_sees_her_groups_and_nothing_of_the_others(
    db: AsyncSession, filled: Cast, sign_in: SignIn
) -> None:
    other = await make_group(db, filled.school, year=filled.year, campus=filled.campus, grade=Grade.NINTH)
    await make_enrollment(db, await make_student(db, filled.school), group=other)
    page = await (await sign_in(filled.teacher)).get(f"/schools/{filled.school.slug}")
    assert _tasks(page) == {f"6th {filled.group.code}": 3}
    assert page.all("#statuses, #seats, #tasks") == []
    assert other.code not in page.text


async def test_a_teacher_without_groups_is_told_what_to_do(db: AsyncSession, cast: Cast, sign_in: SignIn) -> None:
    newcomer = await make_member(db, cast.school, "teacher")
    page = await (await sign_in(newcomer)).get(f"/schools/{cast.school.slug}")
    assert "You lead no group in 2026" in page.texts("main .blank h2")


async def test_seats_are_summed_by_grade(db: AsyncSession, filled: Cast, sign_in: SignIn) -> None:
    second = await make_group(db, filled.school, year=filled.year, campus=filled.campus, capacity=1)
    for status in (EnrollmentStatus.ACTIVE, EnrollmentStatus.SUBMITTED):
        await make_enrollment(db, await make_student(db, filled.school), group=second, status=status)
    ninth = {"grade": Grade.NINTH, "capacity": 0}
    full = await make_group(db, filled.school, year=filled.year, campus=filled.campus, **ninth)
    await make_enrollment(db, await make_student(db, filled.school), group=full, status=EnrollmentStatus.SUBMITTED)
    page = await (await sign_in(filled.viewer)).get(f"/schools/{filled.school.slug}")
    rows = [[" ".join(cell.text().split()) for cell in row.css("th, td")] for row in page.all(".seats-table tbody tr")]
    assert rows == [
        ["6th", "4 enrolled and 3 to review of 36 seats", "4", "29"],
        ["9th", "0 enrolled and 1 to review of 0 seats", "0", "1 short"],
    ]


async def test_every_number_is_that_of_the_list_behind_it(filled: Cast, sign_in: SignIn) -> None:
    browser = await sign_in(filled.principal)
    page = await browser.get(f"/schools/{filled.school.slug}")
    numbers = _numbers(page, "main .todo li", ".n") + _numbers(page, ".seats-table tbody tr", "td a")
    for number, link in numbers:
        assert len((await browser.get(link)).all("tbody tr, #queue > li")) == number, link
    assert len(numbers) == 4 + 5 + 1


async def test_a_teachers_numbers_are_those_of_her_lists(filled: Cast, sign_in: SignIn) -> None:
    browser = await sign_in(filled.teacher)
    page = await browser.get(f"/schools/{filled.school.slug}")
    link = str(page.one("main .todo li a.strong").attributes["href"])
    assert len((await browser.get(link)).all("tbody tr")) == 3


@pytest.mark.parametrize("role", ["superuser", "principal", "secretary", "coordinator", "teacher", "viewer"])
async def test_it_takes_at_most_eight_queries(app: Litestar, filled: Cast, sign_in: SignIn, role: str) -> None:
    browser = await sign_in(getattr(filled, role))
    with counted(app) as statements:
        assert (await browser.get(f"/schools/{filled.school.slug}")).status == 200
    assert 0 < len(statements) <= 8, statements


async def test_a_superuser_sees_the_dashboard_of_any_school(filled: Cast, sign_in: SignIn) -> None:
    page = await (await sign_in(filled.superuser)).get(f"/schools/{filled.school.slug}")
    assert _tasks(page)["Enrollments to review"] == 2


async def test_a_stranger_finds_nothing(filled: Cast, sign_in: SignIn) -> None:
    assert (await (await sign_in(filled.stranger)).get(f"/schools/{filled.school.slug}")).status == 404


async def test_before_the_first_year_the_next_step_is_told(db: AsyncSession, sign_in: SignIn) -> None:
    school = await make_school(db)
    principal = await make_member(db, school, "principal")
    page = await (await sign_in(principal)).get(f"/schools/{school.slug}")
    assert page.texts("main .blank h2") == ["This school has no school year yet"]
    assert page.texts("main .blank a") == ["New school year", "Register student", "See students"]


async def test_without_students_the_file_of_simat_is_the_next_step(cast: Cast, sign_in: SignIn) -> None:
    page = await (await sign_in(cast.secretary)).get(f"/schools/{cast.school.slug}")
    assert page.texts("main .blank h2") == ["Your students will be here"]
    assert [link.rsplit("/", 1)[-1] for link in _links(page, "main .blank a")] == ["imports", "new"]
    viewers = await (await sign_in(cast.viewer)).get(f"/schools/{cast.school.slug}")
    assert viewers.all("main .blank a") == []


async def test_nothing_waits_when_everybody_has_a_place_and_a_guardian(
    db: AsyncSession, cast: Cast, sign_in: SignIn
) -> None:
    student = await make_student(db, cast.school)
    await make_guardian(db, cast.school, of=student)
    await make_enrollment(db, student, group=cast.group)
    page = await (await sign_in(cast.principal)).get(f"/schools/{cast.school.slug}")
    assert page.texts("main .blank h3") == ["Nothing waits for you"]


async def test_another_schools_rows_and_deleted_ones_are_not_counted(
    db: AsyncSession, filled: Cast, sign_in: SignIn
) -> None:
    other = await make_cast(db)
    await make_enrollment(db, await make_student(db, other.school), group=other.group)
    await make_student(db, filled.school, deleted_at=datetime.now(UTC))
    page = await (await sign_in(filled.viewer)).get(f"/schools/{filled.school.slug}")
    assert page.texts("main section .push.underlined") == ["8 students in all"]


async def test_a_transferred_and_readmitted_student_counts_once(db: AsyncSession, cast: Cast, sign_in: SignIn) -> None:
    student = await make_student(db, cast.school)
    await make_enrollment(db, student, group=cast.group, status=EnrollmentStatus.ACTIVE)
    await make_enrollment(db, student, group=cast.group, status=EnrollmentStatus.TRANSFERRED)
    page = await (await sign_in(cast.viewer)).get(f"/schools/{cast.school.slug}")
    assert _statuses(page) == {"Enrolled student": 1}


def _tasks(page: Page) -> dict[str, int]:
    return _counts(page, "main .todo li:has(p)", "a.strong")


def _statuses(page: Page) -> dict[str, int]:
    return _counts(page, "section[aria-labelledby=statuses] li", "a")


def _counts(page: Page, line: str, words: str) -> dict[str, int]:
    return {said: int(number) for said, number in _pairs(page.texts(f"{line} {words}"), page.texts(f"{line} .n"))}


def _numbers(page: Page, line: str, number: str) -> list[tuple[int, str]]:
    """The numbers of the lines, each with where its line leads."""
    links = [str(node.css("a")[0].attributes["href"]) for node in page.all(line)]
    return [(int(text), link) for text, link in _pairs(page.texts(f"{line} {number}"), links)]


def _pairs(these: list[str], those: list[str]) -> list[tuple[str, str]]:
    return list(zip(these, those, strict=True))


def _links(page: Page, selector: str = "main a") -> list[str]:
    return [str(link.attributes["href"]) for link in page.all(selector)]
