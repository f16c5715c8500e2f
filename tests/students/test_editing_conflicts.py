"""Two people edit one record: nobody overwrites the other unawares."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.models import User
from portal.db.tenancy import enter_school
from portal.students.models import Student
from tests import factories
from tests.conftest import Committing
from tests.factories import Cast
from tests.pages import FRAGMENT, Browser

pytestmark = pytest.mark.anyio
SignIn = Callable[[User], Awaitable[Browser]]


@pytest.fixture
async def student(db: AsyncSession, cast: Cast) -> Student:
    return await factories.make_student(db, cast.school, phone="3105550140", address="Calle 50", stratum=3)


@pytest.fixture
def edit(cast: Cast, student: Student) -> str:
    return f"/schools/{cast.school.slug}/students/{student.id}/edit"


async def kept(db: AsyncSession, student: Student) -> Student:
    await enter_school(db, student.school_id)
    await db.refresh(student)
    return student


async def test_the_slower_one_sees_both_versions_and_chooses(
    sign_in: SignIn, db: AsyncSession, cast: Cast, student: Student, edit: str
) -> None:
    secretary, principal = await sign_in(cast.secretary), await sign_in(cast.principal)
    sent = (await secretary.get(edit)).form()
    theirs = (await principal.get(edit)).form() | {"phone": "3105550184", "gender": "M", "neighborhood": "Centro"}
    assert (await principal.post(edit, theirs)).status == 303

    answer = await secretary.post(edit, sent | {"phone": "310 555 0148", "address": "Calle 51"})
    assert answer.status == 409
    assert answer.texts("tbody th") == ["Gender", "Address", "Neighbourhood", "Phone"]
    phone = answer.all("input[name=phone]")
    assert [box.attributes["value"] for box in phone] == ["310 555 0184", "310 555 0148"]
    assert "Male" in answer.text
    assert "Female" in answer.text
    assert (await kept(db, student)).phone == "3105550184"

    chosen = answer.form() | {"neighborhood": "Centro", "gender": "M"}
    assert chosen["version"] == "2"
    assert (await secretary.post(edit, chosen)).status == 303
    student = await kept(db, student)
    assert (student.phone, student.address, student.neighborhood) == ("3105550148", "Calle 51", "Centro")
    assert (student.gender, student.stratum) == ("M", 3)


async def test_in_place_the_choice_stands_where_the_form_was(
    sign_in: SignIn, db: AsyncSession, cast: Cast, student: Student, edit: str
) -> None:
    contact = edit.replace("edit", "sections/contact/edit")
    browser = await sign_in(cast.secretary)
    sent = (await browser.get(contact, headers=FRAGMENT)).form("form")
    assert (await browser.post(contact, sent | {"phone": "3105550184"})).status == 303
    answer = await browser.post(contact, sent | {"phone": "3105550148"}, headers=FRAGMENT)
    assert (answer.status, answer.is_fragment) == (409, True)
    assert answer.one("#conflict form").attributes["action"] == contact
    assert (await browser.post(contact, answer.form("#conflict form"))).status == 303
    assert (await kept(db, student)).phone == "3105550148"


async def test_an_edit_whose_values_already_stand_is_no_conflict(
    sign_in: SignIn, db: AsyncSession, cast: Cast, student: Student, edit: str
) -> None:
    browser = await sign_in(cast.secretary)
    sent = (await browser.get(edit)).form() | {"phone": "3105550184"}
    assert (await browser.post(edit, sent)).status == 303
    assert (await browser.post(edit, sent)).status == 303
    assert (await kept(db, student)).version == 2


async def test_over_real_commits_the_choice_is_still_shown(committing: Committing) -> None:
    """A rollback expires rows: the page of both versions must not need them."""
    async with committing.session() as session:
        cast = await factories.make_cast(session)
        student = await factories.make_student(session, cast.school, phone="3105550140")
    edit = f"/schools/{cast.school.slug}/students/{student.id}/edit"
    async with committing.browser(cast.secretary) as browser:
        sent = (await browser.get(edit)).form()
        assert (await browser.post(edit, sent | {"phone": "3105550184"})).status == 303
        answer = await browser.post(edit, sent | {"phone": "3105550148"})
        assert answer.status == 409
        assert answer.texts("tbody th") == ["Phone"]


async def test_of_two_who_save_at_the_same_moment_one_is_asked(committing: Committing) -> None:
    """The slower request waits for the faster, and then shows both versions instead of overwriting or failing."""
    async with committing.session() as session:
        cast = await factories.make_cast(session)
        student = await factories.make_student(session, cast.school, phone="3105550140")
        guardian = await factories.make_guardian(session, cast.school)
        tie = await factories.make_tie(session, student, guardian)
    record = f"/schools/{cast.school.slug}/students/{student.id}"
    async with committing.browser(cast.secretary) as browser:
        edits = (f"{record}/edit", f"{record}/sections/contact/edit", f"{record}/guardians/{tie.id}/edit")
        for each, edit in enumerate(edits):  # with numbers of its own: to write what stands already is no conflict
            sent = (await browser.get(edit)).form()
            answers = await asyncio.gather(
                *(browser.post(edit, sent | {"phone": f"31055502{each}{number}"}) for number in range(4))
            )
            assert sorted(answer.status for answer in answers) == [303, 409, 409, 409], edit
            assert all(answer.texts("tbody th") for answer in answers if answer.status == 409)
