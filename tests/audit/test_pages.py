"""The pages of the history: whoever may read a record reads what became of it, and a principal all of the school's."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from portal.accounts.models import User
from portal.db.tenancy import enter_school
from portal.students.models import Student
from tests import factories
from tests.factories import Cast
from tests.pages import FRAGMENT, Browser
from tests.queries import counted

pytestmark = pytest.mark.anyio
SignIn = Callable[[User], Awaitable[Browser]]


@pytest.fixture
async def student(db: AsyncSession, cast: Cast) -> Student:
    student = await factories.make_student(db, cast.school, phone="3105550148", allergies="Polen")
    await factories.make_enrollment(db, student, group=cast.group, status="active")
    return student


@pytest.fixture
def root(cast: Cast) -> str:
    return f"/schools/{cast.school.slug}"


async def edit(browser: Browser, form: str, **typed: str) -> None:
    answer = await browser.post(form, (await browser.get(form)).form() | typed)
    assert answer.status == 303, answer.text


@pytest.fixture
async def changed(sign_in: SignIn, cast: Cast, root: str, student: Student) -> Student:
    """A student whose phone and allergies the secretary has changed, and then their address."""
    browser = await sign_in(cast.secretary)
    await edit(browser, f"{root}/students/{student.id}/edit", phone="3015550148", allergies="CANARY")
    await edit(browser, f"{root}/students/{student.id}/edit", address="Calle 1")
    return student


async def test_a_student_s_history_tells_who_changed_what(
    sign_in: SignIn, cast: Cast, root: str, changed: Student
) -> None:
    page = await (await sign_in(cast.secretary)).get(f"{root}/students/{changed.id}/history")
    assert page.status == 200
    newest, oldest = page.texts("#results tr[id] td:nth-child(2)")
    assert newest.startswith(f"{cast.secretary.full_name} wrote “Address” in the student record of")
    assert "310 555 0148" in oldest
    assert "CANARY" in oldest


async def test_the_school_s_history(sign_in: SignIn, cast: Cast, root: str, changed: Student) -> None:
    page = await (await sign_in(cast.principal)).get(f"{root}/audit")
    assert page.status == 200
    assert len(page.all("#results tr[id]")) == 2
