"""The fields of a school's own: asked for, checked, shown and kept like any other."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.models import User
from portal.db.tenancy import enter_school
from portal.students.models import Student
from tests import factories
from tests.factories import Cast
from tests.pages import FRAGMENT, Browser
from tests.students.own_fields import ALL, PARISH, ROUTE, SINCE, WEIGHT, give_fields
from tests.students.registration_samples import STUDENT

pytestmark = pytest.mark.anyio
SignIn = Callable[[User], Awaitable[Browser]]
TYPED = {
    "field-ruta": "Norte",
    "field-peso": "41,5",
    "field-desde": "3/2/2024",
    "field-parroquia": " San  José ",
}
KEPT = {"ruta": "Norte", "peso": 41.5, "desde": "2024-02-03", "parroquia": "San José"}


@pytest.fixture
async def student(db: AsyncSession, cast: Cast) -> Student:
    await give_fields(db, cast.school, *ALL)
    return await factories.make_student(db, cast.school)


@pytest.fixture
def record(cast: Cast, student: Student) -> str:
    return f"/schools/{cast.school.slug}/students/{student.id}"


@pytest.fixture
async def secretary(sign_in: SignIn, cast: Cast) -> Browser:
    return await sign_in(cast.secretary)


async def extra_data(db: AsyncSession, student: Student) -> dict[str, object]:
    await enter_school(db, student.school_id)
    await db.refresh(student)
    return student.extra_data


async def keep(db: AsyncSession, student: Student, data: dict[str, object]) -> None:
    await enter_school(db, student.school_id)
    student.extra_data = data
    await db.flush()


async def test_they_are_a_section_of_the_record_under_the_schools_own_labels(
    sign_in: SignIn, db: AsyncSession, cast: Cast, student: Student, record: str
) -> None:
    await keep(db, student, KEPT)
    for role in ("secretary", "viewer", "coordinator"):
        page = await (await sign_in(getattr(cast, role))).get(record)
        assert page.texts("#own dt") == ["Ruta de transporte", "Peso (kg)", "Con nosotros desde", "Parroquia"]
        assert page.texts("#own dd") == ["Norte", "41.5", "3 February 2024", "San José"]
    assert not (await (await sign_in(cast.viewer)).get(record)).all("#own .btn")


async def test_a_school_without_fields_of_its_own_has_no_such_section(
    secretary: Browser, db: AsyncSession, cast: Cast, record: str
) -> None:
    await give_fields(db, cast.school)
    assert not (await secretary.get(record)).all("#own")
    assert (await secretary.get(f"{record}/sections/own/edit")).status == 404


@pytest.mark.parametrize("where", ["/edit", "/sections/own/edit"])
@pytest.mark.parametrize("headers", [FRAGMENT, {}])
async def test_they_are_edited_in_their_place_and_with_the_rest(
    secretary: Browser, db: AsyncSession, student: Student, record: str, where: str, headers: dict[str, str]
) -> None:
    form = (await secretary.get(record + where, headers=headers)).form("form[method=post]:has([name=version])")
    answer = await secretary.post(record + where, form | TYPED, headers=headers)
    assert answer.status in (200, 303)
    assert await extra_data(db, student) == KEPT
    assert (await secretary.get(record + where)).form("form[method=post]:has([name=version])").items() >= {
        "field-ruta": "Norte",
        "field-peso": "41.5",
        "field-desde": "3/2/2024",
        "field-parroquia": "San José",
    }.items()


async def test_each_is_checked_by_its_kind_and_nothing_typed_is_lost(
    secretary: Browser, db: AsyncSession, cast: Cast, student: Student, record: str
) -> None:
    await give_fields(db, cast.school, ROUTE, WEIGHT, SINCE, replace(PARISH, is_required=True))
    wrong = {"field-ruta": "Este", "field-peso": "mucho", "field-desde": "31/2/2024", "field-parroquia": " "}
    form = (await secretary.get(f"{record}/sections/own/edit", headers=FRAGMENT)).form("form")
    answer = await secretary.post(f"{record}/sections/own/edit", form | wrong, headers=FRAGMENT)
    assert answer.status == 422
    assert [link.attributes["href"] for link in answer.all("#errors a")] == [f"#{name}" for name in wrong]
    assert answer.one("#field-peso").attributes["value"] == "mucho"
    assert await extra_data(db, student) == {}
    answer = await secretary.post(f"{record}/sections/own/edit", form | {"field-parroquia": "x" * 201})
    assert answer.status == 422


async def test_a_new_student_is_asked_for_them(
    secretary: Browser, db: AsyncSession, cast: Cast, student: Student
) -> None:
    await give_fields(db, cast.school, ROUTE, replace(WEIGHT, is_required=True))
    students = f"/schools/{cast.school.slug}/students"
    form = (await secretary.get(f"{students}/new")).form()
    refused = await secretary.post(students, form | STUDENT)
    assert refused.status == 422
    assert [link.attributes["href"] for link in refused.all("#errors a")] == ["#field-peso"]
    answer = await secretary.post(students, form | STUDENT | {"field-peso": "40", "field-ruta": "Sur"})
    assert answer.status == 303
    await enter_school(db, cast.school.id)
    new = (await db.scalars(select(Student).where(Student.document_number == "1023456798"))).one()
    assert new.extra_data == {"ruta": "Sur", "peso": 40}


async def test_what_is_kept_under_a_field_that_was_taken_away_stays(
    secretary: Browser, db: AsyncSession, cast: Cast, student: Student, record: str
) -> None:
    await keep(db, student, {**KEPT, "antes": "algo"})
    await give_fields(db, cast.school, replace(ROUTE, choices=("Sur",)), WEIGHT)
    for where in ("/edit", "/sections/own/edit"):
        form = (await secretary.get(record + where)).form()
        assert form["field-ruta"] == "Norte", "a choice that was taken back is offered to whoever has it"
        assert (await secretary.post(record + where, form | {"field-peso": ""})).status == 303
    left = {"ruta": "Norte", "desde": "2024-02-03", "parroquia": "San José", "antes": "algo"}
    assert await extra_data(db, student) == left


async def test_what_is_no_value_of_its_kind_breaks_nothing_and_is_not_lost(
    secretary: Browser, db: AsyncSession, student: Student, record: str
) -> None:
    odd = {"peso": "cuarenta", "desde": 7, "ruta": ["Norte"], "parroquia": {"a": 1}}
    await keep(db, student, odd)
    assert (await secretary.get(record)).texts("#own dd") == ["Not recorded"] * 4
    form = (await secretary.get(f"{record}/edit")).form()
    assert (await secretary.post(f"{record}/edit", form | {"neighborhood": "Belén"})).status == 303
    assert await extra_data(db, student) == odd


async def test_two_versions_are_shown_field_by_field(
    secretary: Browser, db: AsyncSession, student: Student, record: str
) -> None:
    form = (await secretary.get(f"{record}/edit")).form()
    assert (await secretary.post(f"{record}/edit", form | TYPED)).status == 303
    conflict = await secretary.post(f"{record}/edit", form | TYPED | {"field-peso": "42"})
    assert conflict.status == 409
    assert conflict.texts("tbody th") == ["Peso (kg)"]
    assert [node.attributes["value"] for node in conflict.all("#mix input[name=field-peso]")] == ["41.5", "42"]
    assert (await secretary.post(f"{record}/edit", conflict.form())).status == 303
    assert (await extra_data(db, student))["peso"] == 42


async def test_labels_are_text_and_never_markup(secretary: Browser, db: AsyncSession, cast: Cast, record: str) -> None:
    await give_fields(db, cast.school, replace(PARISH, label="<b>Parroquia</b>"))
    for path in (record, f"{record}/edit", f"{record}/sections/own/edit"):
        page = await secretary.get(path)
        assert "<b>Parroquia" not in page.response.text
        assert "<b>Parroquia</b>" in page.text
