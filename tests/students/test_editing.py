"""A secretary corrects a student: the whole form, and everything that can be wrong with it."""

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.models import User
from portal.catalogs.codes import DocumentType
from portal.db.tenancy import enter_school
from portal.students.models import Student
from tests import factories
from tests.factories import Cast
from tests.pages import FORGED, Browser, Page

pytestmark = pytest.mark.anyio
SignIn = Callable[[User], Awaitable[Browser]]


@pytest.fixture
async def student(db: AsyncSession, cast: Cast) -> Student:
    return await factories.make_student(db, cast.school, phone="3105550148", allergies="Penicillin")


@pytest.fixture
def edit(cast: Cast, student: Student) -> str:
    return f"/schools/{cast.school.slug}/students/{student.id}/edit"


@pytest.fixture
async def secretary(sign_in: SignIn, cast: Cast) -> Browser:
    return await sign_in(cast.secretary)


async def send(browser: Browser, edit: str, **changed: str) -> Page:
    """Open the form, change something, and send it."""
    return await browser.post(edit, (await browser.get(edit)).form() | changed)


async def kept(db: AsyncSession, student: Student) -> Student:
    """The student as stored."""
    await enter_school(db, student.school_id)
    await db.refresh(student)
    return student


async def test_a_secretary_corrects_a_record(secretary: Browser, db: AsyncSession, student: Student, edit: str) -> None:
    answer = await send(
        secretary,
        edit,
        first_surname="  D'Andréis ",
        second_surname="De  la Hoz",
        document_number="1.023.456.780",
        birth_date="3/3/2016",
        birth_municipality_code="medellin, antioquia",
        phone="310 555 01 99",
        stratum="3",
        sisben="b4",
        ethnicity_code="4",
    )
    assert (answer.status, answer.location) == (303, edit.removesuffix("/edit"))
    student = await kept(db, student)
    assert (student.first_surname, student.second_surname) == ("D'Andréis", "De la Hoz")
    assert (student.document_number, student.birth_municipality_code) == ("1023456780", "05001")
    assert (student.phone, student.stratum, student.sisben) == ("3105550199", 3, "B4")
    assert (student.ethnicity_code, student.allergies, student.version) == ("4", "Penicillin", 2)
    page = await secretary.get(answer.location)
    assert "Saved." in page.text
    assert page.one("h1").text() == "Ángela Sofía D'Andréis De la Hoz"


@pytest.mark.parametrize("name", ["O'Neill", "Ñusta", "De la Hoz", "D'Andréis", "Ma. José", "Peña-Ruiz"])
async def test_right_names_are_kept_as_typed(
    secretary: Browser, db: AsyncSession, student: Student, edit: str, name: str
) -> None:
    assert (await send(secretary, edit, first_surname=name)).status == 303
    assert (await kept(db, student)).first_surname == name


WRONG = {
    "first_surname": ("Núñez 😀", "A name has only letters"),
    "second_surname": ("Casta\x07ño", "invisible characters"),
    "first_name": ("Á" * 300, "It has 300 characters; at most 60 fit."),
    "document_number": ("12", "A TI number has 10 or 11 digits."),
    "birth_date": ("31/2/2016", "This date does not exist."),
    "gender": ("X", "Choose one of the list."),
    "municipality_code": ("Macondo", "There is no such municipality."),
    "birth_municipality_code": ("La Unión", "Which one?"),
    "country_code": ("1", "Choose one of the list."),
    "phone": ("310 555 014", "It has 9 digits; it must have 10."),
    "email": ("nobody", "Write an e-mail address"),
    "address": ("x" * 300, "It has 300 characters; at most 200 fit."),
    "blood_type": ("C+", "Choose one of the list."),
    "ethnicity_code": ("9999", "Choose one of the list."),
    "stratum": ("7", "The stratum goes from 0 to 6."),
    "sisben": ("Z9", "SISBEN IV goes from"),
    "per_id": ("abc", "PER_ID has digits only."),
}


async def test_everything_that_is_wrong_is_said_at_once_and_nothing_typed_is_lost(
    secretary: Browser, db: AsyncSession, student: Student, edit: str
) -> None:
    answer = await send(secretary, edit, **{name: typed for name, (typed, _message) in WRONG.items()})
    assert answer.status == 422
    assert answer.title.startswith("Error:")
    assert {link.attributes["href"] for link in answer.all("#errors a")} == {f"#{name}" for name in WRONG}
    for name, (typed, message) in WRONG.items():
        assert message in answer.one(f"#{name}-error").text(), name
        if name not in ("gender", "country_code", "blood_type", "ethnicity_code"):
            assert (answer.one(f"#{name}").attributes["value"] or "") == typed
    assert (await kept(db, student)).version == 1


@pytest.mark.parametrize("born", ["tomorrow", "3/3/2061", "1/1/1850", ""])
async def test_a_birth_date_is_a_day_in_the_past(
    secretary: Browser, db: AsyncSession, student: Student, edit: str, born: str
) -> None:
    answer = await send(secretary, edit, birth_date=born)
    assert answer.status == 422
    assert len(answer.all("#birth_date-error")) == 1
    assert (await kept(db, student)).version == 1


async def test_what_must_be_there_cannot_be_emptied(secretary: Browser, edit: str) -> None:
    needed = ("first_surname", "first_name", "document_type", "document_number", "birth_date", "gender")
    answer = await send(secretary, edit, **dict.fromkeys(needed, " "))
    assert {link.attributes["href"] for link in answer.all("#errors a")} == {f"#{name}" for name in needed}


async def test_the_document_of_another_student_is_refused_with_the_way_to_their_record(
    secretary: Browser, db: AsyncSession, cast: Cast, student: Student, edit: str
) -> None:
    other = await factories.make_student(
        db, cast.school, document_type=DocumentType.RC, document_number="1023456799", first_name="Samuel", per_id="777"
    )
    answer = await send(secretary, edit, document_number="1.023.456.799")
    assert answer.status == 422
    assert "belongs to another student: Samuel" in answer.one("#document_number-error").text()
    assert answer.all(f"main a[href='{edit.replace(str(student.id), str(other.id)).removesuffix('/edit')}']")
    answer = await send(secretary, edit, per_id="777")
    assert "belongs to another student" in answer.one("#per_id-error").text()
    assert (await kept(db, student)).version == 1


async def test_an_old_number_is_not_judged_anew(
    secretary: Browser, db: AsyncSession, student: Student, edit: str
) -> None:
    student.document_number, student.phone, student.disability_code = "77", "2345678", "6"
    await db.flush()
    assert (await send(secretary, edit, neighborhood="Villa Hermosa")).status == 303
    student = await kept(db, student)
    assert (student.document_number, student.phone, student.disability_code) == ("77", "2345678", "6")
    assert student.neighborhood == "Villa Hermosa"


async def test_fields_that_are_not_the_forms_are_ignored(
    secretary: Browser, db: AsyncSession, cast: Cast, student: Student, edit: str
) -> None:
    before = student.id
    answer = await send(
        secretary,
        edit,
        school_id=str(cast.other_school.id),
        id=str(cast.group.id),
        user_id=str(cast.secretary.id),
        full_name="Somebody Else",
        deleted_at="2020-01-01",
        first_name="Angélica",
    )
    assert answer.status == 303
    student = await kept(db, student)
    assert (student.id, student.school_id, student.user_id, student.deleted_at) == (before, cast.school.id, None, None)
    assert student.full_name == "Angélica Sofía Núñez Castaño"


async def test_what_is_not_sent_stays(secretary: Browser, db: AsyncSession, student: Student, edit: str) -> None:
    assert (await secretary.post(edit, {"neighborhood": "Villa Hermosa"})).status == 303
    student = await kept(db, student)
    assert (student.neighborhood, student.first_name, student.phone) == ("Villa Hermosa", "Ángela", "3105550148")


@pytest.mark.parametrize("role", ["coordinator", "viewer"])
async def test_who_may_not_write_neither_sees_the_form_nor_sends_it(
    sign_in: SignIn, db: AsyncSession, cast: Cast, student: Student, edit: str, role: str
) -> None:
    browser = await sign_in(getattr(cast, role))
    assert (await browser.get(edit)).status == 403
    assert (await browser.post(edit, {"first_name": "Eva"})).status == 403
    assert (await browser.post(edit.replace("edit", "sections/contact/edit"), {"phone": "3105550199"})).status == 403
    assert (await kept(db, student)).version == 1


@pytest.mark.parametrize("through", ["school", "other_school"])
async def test_a_stranger_finds_nothing_to_edit(
    sign_in: SignIn, db: AsyncSession, cast: Cast, student: Student, edit: str, through: str
) -> None:
    browser = await sign_in(cast.stranger)
    address = edit.replace(cast.school.slug, getattr(cast, through).slug)
    assert (await browser.get(address)).status == 404
    assert (await browser.post(address, {"first_name": "Eva"})).status == 404
    assert (await kept(db, student)).version == 1


async def test_a_forged_edit_is_refused(secretary: Browser, db: AsyncSession, student: Student, edit: str) -> None:
    assert (await secretary.post(edit, {"first_name": "Eva"}, headers=FORGED)).status == 403
    assert (await kept(db, student)).version == 1
