"""The session ends while something is typed: after signing in again the form is still there."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.models import SchoolMembership, User
from portal.accounts.passwords import hash_password
from portal.db.tenancy import enter_school, enter_user
from portal.drafts.models import Draft
from portal.students.models import Student
from tests import factories
from tests.attachments.samples import PDF
from tests.factories import Cast
from tests.pages import FRAGMENT, Browser, Page

pytestmark = pytest.mark.anyio
SignIn = Callable[[User], Awaitable[Browser]]
CANARY = "kNRi7"
PASSWORD = "correct horse battery"


@pytest.fixture
async def student(db: AsyncSession, cast: Cast) -> Student:
    for user in (cast.secretary, cast.principal, cast.stranger):
        user.password_hash = await hash_password(PASSWORD)
    await db.flush()
    return await factories.make_student(db, cast.school)


@pytest.fixture
def edit(cast: Cast, student: Student) -> str:
    return f"/schools/{cast.school.slug}/students/{student.id}/edit"


async def send_too_late(browser: Browser, page: str, post_to: str = "", **typed: Any) -> Page:
    """The form of the page is filled and sent after the session has ended."""
    form = (await browser.get(page)).form("main form[method=post]") | typed
    browser.client.cookies.delete("session")
    headers = {"referer": f"http://127.0.0.1{page}"}
    return await browser.post(post_to or page, form, headers=headers)


async def sign_in_on(browser: Browser, page: Page, user: User, password: str = PASSWORD) -> Page:
    return await browser.post("/login", page.form("main form.stack") | {"email": user.email, "password": password})


async def test_the_form_is_still_there(sign_in: SignIn, cast: Cast, edit: str) -> None:
    browser = await sign_in(cast.secretary)
    page = await send_too_late(browser, edit, neighborhood=CANARY)
    assert page.status == 401
    assert "what you wrote is in the form again" in page.text
    assert CANARY not in page.response.text
    wrong = await sign_in_on(browser, page, cast.secretary, "wrong")
    assert wrong.status == 422
    answer = await sign_in_on(browser, wrong, cast.secretary)
    assert (answer.status, answer.location) == (303, f"{edit}?draft=continue")
    again = await browser.get(answer.location)
    form = again.form("main form.measure")
    assert form["neighborhood"] == CANARY
    saved = await browser.post(edit, form)
    assert saved.status == 303
    assert not (await browser.get(edit)).all("#draft")


async def test_whoever_else_signs_in_finds_nothing_of_it(
    sign_in: SignIn, cast: Cast, edit: str, db: AsyncSession
) -> None:
    for other in (cast.principal, cast.stranger):
        browser = await sign_in(cast.secretary)
        page = await send_too_late(browser, edit, neighborhood=CANARY)
        answer = await sign_in_on(browser, page, other)
        assert (answer.status, answer.location) == (303, "/schools")
        await enter_user(db, other.id)
        await enter_school(db, cast.school.id)
        assert await db.scalar(select(func.count()).select_from(Draft)) == 0


async def test_whoever_may_no_longer_enter_keeps_nothing_there(
    sign_in: SignIn, cast: Cast, edit: str, db: AsyncSession
) -> None:
    browser = await sign_in(cast.secretary)
    page = await send_too_late(browser, edit, neighborhood=CANARY)
    await enter_school(db, cast.school.id)
    membership = await db.scalar(select(SchoolMembership).where(SchoolMembership.user_id == cast.secretary.id))
    assert membership is not None
    membership.is_active = False
    await db.flush()
    assert (await sign_in_on(browser, page, cast.secretary)).location == "/schools"


async def test_a_new_student_is_still_there(sign_in: SignIn, cast: Cast, student: Student) -> None:
    browser = await sign_in(cast.secretary)
    new = f"/schools/{cast.school.slug}/students/new"
    page = await send_too_late(browser, new, new.removesuffix("/new"), first_name=CANARY)
    answer = await sign_in_on(browser, page, cast.secretary)
    assert answer.location == f"{new}?draft=continue"
    assert (await browser.get(answer.location)).form("#registration")["first_name"] == CANARY


async def test_a_section_that_was_edited_in_its_place(sign_in: SignIn, cast: Cast, student: Student) -> None:
    """The script sends it once more, as a page of its own."""
    browser = await sign_in(cast.secretary)
    section = f"/schools/{cast.school.slug}/students/{student.id}/sections/contact/edit"
    form = (await browser.get(section, headers=FRAGMENT)).form("form") | {"neighborhood": CANARY}
    browser.client.cookies.delete("session")
    quick = await browser.post(section, form, headers=FRAGMENT)
    assert (quick.status, quick.response.text, quick.location) == (401, "", "")
    answer = await sign_in_on(browser, await browser.post(section, form), cast.secretary)
    assert answer.location == f"{section}?draft=continue"
    again = (await browser.get(answer.location)).form("main form.is-editing")
    assert again["neighborhood"] == CANARY
    from_there = {"referer": f"http://127.0.0.1{answer.location}"}
    await browser.post(f"/schools/{cast.school.slug}/views/columns/students", {"columns": "group"}, headers=from_there)
    assert (await browser.get(answer.location)).all("#draft")
    assert (await browser.post(section, again, headers=from_there)).status == 303
    assert not (await browser.get(answer.location)).all("#draft")


async def test_a_choice_in_the_address_comes_along(sign_in: SignIn, cast: Cast, student: Student) -> None:
    browser = await sign_in(cast.secretary)
    documents = f"/schools/{cast.school.slug}/students/{student.id}/documents"
    page = await send_too_late(browser, f"{documents}?kind=sisben", documents, note=CANARY)
    answer = await sign_in_on(browser, page, cast.secretary)
    assert answer.location == f"{documents}?kind=sisben&draft=continue"


async def test_files_and_what_nobody_typed_are_not_carried(sign_in: SignIn, cast: Cast, edit: str) -> None:
    browser = await sign_in(cast.secretary)
    form = (await browser.get(edit)).form("main form.measure")
    browser.client.cookies.delete("session")
    without_key = {name: value for name, value in form.items() if name != "once"}
    big = {"file": ("copia.pdf", PDF + bytes(2_000_000), "application/pdf")}
    answers = [await browser.post(edit, without_key), await browser.post(edit, form, files=big)]
    assert [(answer.status, answer.location) for answer in answers] == [(303, "/login")] * 2


@pytest.mark.parametrize("text", ["", "x", "eHh4", "ñ"])
async def test_what_was_not_sealed_here_is_not_taken(
    sign_in: SignIn, cast: Cast, student: Student, anyone: Browser, text: str
) -> None:
    answer = await anyone.post("/login", {"email": cast.secretary.email, "password": PASSWORD, "typed": text})
    assert (answer.status, answer.location) == (303, "/schools")


async def test_what_is_carried_is_not_readable(sign_in: SignIn, cast: Cast, edit: str) -> None:
    browser = await sign_in(cast.secretary)
    page = await send_too_late(browser, edit, neighborhood=CANARY)
    text = page.form("main form.stack")["typed"]
    assert re.fullmatch(r"[\w=-]{100,}", text)
