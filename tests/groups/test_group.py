"""One group: its pupils, and its correction."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.models import User
from portal.catalogs.codes import EnrollmentStatus as Status
from portal.catalogs.codes import Grade, YearStatus
from portal.db.tenancy import enter_school
from portal.groups.models import Group
from tests import factories
from tests.factories import Cast
from tests.pages import FORGED, FRAGMENT, Browser
from tests.queries import counted

pytestmark = pytest.mark.anyio
SignIn = Callable[[User], Awaitable[Browser]]


@pytest.fixture
def at(cast: Cast) -> str:
    return f"/schools/{cast.school.slug}/groups/{cast.group.id}"


@pytest.fixture
async def coordinator(sign_in: SignIn, cast: Cast) -> Browser:
    return await sign_in(cast.coordinator)


async def make_pupil(db: AsyncSession, cast: Cast, status: Status = Status.ACTIVE, **given: Any) -> Any:
    student = await factories.make_student(db, cast.school, **given)
    return await factories.make_enrollment(db, student, group=cast.group, status=status)


async def look(db: AsyncSession, group: Group) -> Group:
    await enter_school(db, group.school_id)
    await db.refresh(group)
    return group


# --- Its pupils -----------------------------------------------------------------------------------------------------


async def test_its_pupils_stand_by_name_with_their_guardians_phone(
    app: Litestar, sign_in: SignIn, cast: Cast, at: str, db: AsyncSession
) -> None:
    last = await make_pupil(db, cast, first_surname="Zapata")
    first = await make_pupil(db, cast, Status.SUBMITTED, first_surname="Ávila")
    gone = await make_pupil(db, cast, Status.WITHDRAWN)
    student = await factories.make_student(db, cast.school, first_surname="Mejía")
    await factories.make_guardian(db, cast.school, of=student, phone="3105550148")
    called = await factories.make_enrollment(db, student, group=cast.group)
    browser = await sign_in(cast.viewer)
    with counted(app) as queries:
        page = await browser.get(at)
    assert len(queries) <= 5, "\n".join(queries)
    assert [row.attributes["id"] for row in page.all("tbody tr")] == [
        f"enrollment-{e.id}" for e in (first, called, last)
    ]
    assert page.all(f"#enrollment-{gone.id}") == []
    assert "310 555 0148" in page.texts(f"#enrollment-{called.id} td")[-1]
    assert "To review" in page.texts(f"#enrollment-{first.id}")[0]
    assert "2 of 35 seats taken · 1 to review · 32 free" in page.text
    assert page.all("td.pick") == []


async def test_an_empty_group_says_how_pupils_come(coordinator: Browser, at: str) -> None:
    assert (await coordinator.get(at)).texts("main .blank h2") == ["Nobody is in this group yet"]


async def test_a_teacher_sees_the_group_they_lead_and_who_sits_there(
    sign_in: SignIn, cast: Cast, at: str, db: AsyncSession
) -> None:
    seated, asking = await make_pupil(db, cast), await make_pupil(db, cast, Status.SUBMITTED)
    other = await factories.make_group(db, cast.school, year=cast.year, campus=cast.campus)
    browser = await sign_in(cast.teacher)
    page = await browser.get(at)
    assert page.all(f"#enrollment-{seated.id}")
    assert page.all(f"#enrollment-{asking.id}") == []
    assert (await browser.get(at.replace(str(cast.group.id), str(other.id)))).status == 404


async def test_with_its_year_a_group_closes_to_who_led_it(
    sign_in: SignIn, cast: Cast, at: str, db: AsyncSession
) -> None:
    """The task with the pupils ends with the year: neither group nor pupil nor enrollment is read any more."""
    enrollment = await make_pupil(db, cast, Status.COMPLETED)
    school = f"/schools/{cast.school.slug}"
    paths = (at, f"{school}/students/{enrollment.student_id}", f"{school}/enrollments/{enrollment.id}")
    browser = await sign_in(cast.teacher)
    assert [(await browser.get(path)).status for path in paths] == [200, 200, 200]
    await enter_school(db, cast.school.id)
    cast.year.status = YearStatus.CLOSED
    await db.flush()
    assert [(await browser.get(path)).status for path in paths] == [404, 404, 404]
    assert (await browser.get(f"{school}/students")).all("tbody tr") == []
    assert (await (await sign_in(cast.coordinator)).get(at)).status == 200


# --- Its correction -------------------------------------------------------------------------------------------------


async def test_seats_code_and_lead_are_corrected(coordinator: Browser, at: str, cast: Cast, db: AsyncSession) -> None:
    other = await factories.make_member(db, cast.school, "teacher", full_name="Ana Zapata")
    await factories.make_member(db, cast.school, "secretary", full_name="No Teacher")
    page = await coordinator.get(f"{at}/edit")
    assert page.texts("#lead_teacher_id option") == ["Nobody yet", "Ana Zapata", cast.teacher.full_name]
    sent = page.form("#group") | {"capacity": "40", "code": "A", "lead_teacher_id": str(other.id)}
    answer = await coordinator.post(f"{at}/edit", sent)
    assert (answer.status, answer.location) == (303, at)
    group = await look(db, cast.group)
    assert (group.capacity, group.code, group.lead_teacher_id) == (40, "A", other.id)


async def test_fewer_seats_than_pupils_are_refused_with_their_number(
    coordinator: Browser, at: str, cast: Cast, db: AsyncSession
) -> None:
    for status in (Status.ACTIVE, Status.ACTIVE, Status.SUBMITTED):
        await make_pupil(db, cast, status)
    form = (await coordinator.get(f"{at}/edit")).form("#group")
    answer = await coordinator.post(f"{at}/edit", form | {"capacity": "1"})
    assert answer.status == 422
    assert "2 students sit in the group: it needs at least so many seats." in answer.one("#errors").text()
    assert (await look(db, cast.group)).capacity == 35
    assert (await coordinator.post(f"{at}/edit", form | {"capacity": "2"})).status == 303


async def test_pupils_hold_a_group_to_its_grade_campus_and_shift(
    coordinator: Browser, at: str, cast: Cast, db: AsyncSession
) -> None:
    campus = await factories.make_campus(db, cast.school)
    moved = {"grade": "7", "campus_id": str(campus.id), "shift": "afternoon"}
    enrollment = await make_pupil(db, cast, Status.WITHDRAWN)
    form = (await coordinator.get(f"{at}/edit")).form("#group")
    answer = await coordinator.post(f"{at}/edit", form | moved)
    assert answer.status == 422
    assert [link.attributes["href"] for link in answer.all("#errors a")] == ["#grade", "#campus_id", "#shift"]
    assert "1 enrollment says this group and would contradict it." in answer.one("#errors").text()
    await enter_school(db, cast.school.id)
    enrollment.status = Status.CANCELLED
    await db.flush()
    assert (await coordinator.post(f"{at}/edit", form | moved)).status == 303
    group = await look(db, cast.group)
    assert (group.grade, group.campus_id) == (Grade.SEVENTH, campus.id)


async def test_a_wrong_form_says_everything_and_keeps_what_was_typed(
    coordinator: Browser, at: str, cast: Cast, db: AsyncSession
) -> None:
    await factories.make_group(db, cast.school, year=cast.year, campus=cast.campus, code="A")
    form = (await coordinator.get(f"{at}/edit")).form("#group")
    for headers in ({}, FRAGMENT):
        answer = await coordinator.post(f"{at}/edit", form | {"code": "", "capacity": "many"}, headers=headers)
        assert (answer.status, answer.is_fragment) == (422, bool(headers))
        assert [link.attributes["href"] for link in answer.all("#errors a")] == ["#code", "#capacity"]
        assert answer.form("#group")["capacity"] == "many"
    answer = await coordinator.post(f"{at}/edit", form | {"code": "A"})
    assert "There is a group A already in this grade, campus and shift." in answer.one("#errors").text()
    answer = await coordinator.post(f"{at}/edit", form | {"lead_teacher_id": str(cast.viewer.id)})
    assert [link.attributes["href"] for link in answer.all("#errors a")] == ["#lead_teacher_id"]
    assert (await look(db, cast.group)).lead_teacher_id == cast.teacher.id


async def test_over_a_newer_save_both_versions_are_shown(
    coordinator: Browser, at: str, cast: Cast, db: AsyncSession
) -> None:
    form = (await coordinator.get(f"{at}/edit")).form("#group")
    assert (await coordinator.post(f"{at}/edit", form | {"capacity": "36"})).status == 303
    assert (await coordinator.post(f"{at}/edit", form | {"capacity": "36"})).status == 303
    answer = await coordinator.post(f"{at}/edit", form | {"capacity": "40"})
    assert answer.status == 409
    assert (await look(db, cast.group)).capacity == 36


async def test_only_those_who_plan_correct_a_group(sign_in: SignIn, cast: Cast, at: str, db: AsyncSession) -> None:
    sent = {"capacity": "1"}
    for person in (cast.teacher, cast.viewer):
        assert (await (await sign_in(person)).post(f"{at}/edit", sent)).status == 403
    assert (await (await sign_in(cast.stranger)).post(f"{at}/edit", sent)).status == 404
    assert (await (await sign_in(cast.coordinator)).post(f"{at}/edit", sent, headers=FORGED)).status == 403
    elsewhere = f"{at}/edit".replace(cast.school.slug, cast.other_school.slug)
    assert (await (await sign_in(cast.stranger)).post(elsewhere, sent)).status == 404
    assert (await look(db, cast.group)).capacity == 35
