"""From a record back to the very page of the list that it was opened from: also after an edit, and without a script."""

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.models import User
from tests import factories
from tests.factories import Cast
from tests.pages import FRAGMENT, Browser

pytestmark = pytest.mark.anyio
SignIn = Callable[[User], Awaitable[Browser]]


async def test_a_record_leads_back_to_the_page_and_row_that_it_was_opened_from(
    sign_in: SignIn, cast: Cast, db: AsyncSession
) -> None:
    student, after = [await factories.make_student(db, cast.school) for _number in range(2)]
    at, browser = f"/schools/{cast.school.slug}/students", await sign_in(cast.secretary)
    record = f"{at}/{student.id}"

    async def back() -> str:
        return str((await browser.get(record)).one("a.back").attributes["href"])

    assert await back() == f"{at}#student-{student.id}"
    await browser.get(f"{at}?q=nunez&sort=group&after={after.id}&other=1")
    left = f"{at}?q=nunez&sort=group&after={after.id}#student-{student.id}"
    assert await back() == left
    form = (await browser.get(f"{record}/edit")).form()
    assert (await browser.post(f"{record}/edit", form)).status == 303
    assert await back() == left
    await browser.get(f"{at}?q=castano&sort=", headers=FRAGMENT)
    assert await back() == f"{at}?q=castano#student-{student.id}"
    await browser.get(at)
    assert await back() == f"{at}#student-{student.id}"


async def test_what_was_searched_is_not_read_off_the_cookie_nor_believed_when_it_was_changed(
    sign_in: SignIn, cast: Cast, db: AsyncSession
) -> None:
    student = await factories.make_student(db, cast.school)
    at, browser = f"/schools/{cast.school.slug}/students", await sign_in(cast.secretary)
    await browser.get(f"{at}?q=canario")
    cookie = browser.client.cookies["place"]
    assert "canario" not in cookie
    for value in ("", "x", cookie[:-6] + "AAAAAA"):
        browser.client.cookies.set("place", value, path=at)
        page = await browser.get(f"{at}/{student.id}")
        assert page.status == 200


async def test_who_signs_in_to_the_same_browser_next_is_not_led_to_what_another_searched(
    sign_in: SignIn, cast: Cast, db: AsyncSession
) -> None:
    student = await factories.make_student(db, cast.school)
    at, searching = f"/schools/{cast.school.slug}/students", await sign_in(cast.secretary)
    await searching.get(f"{at}?q=canario")
    following = await sign_in(cast.principal)
    following.client.cookies.set("place", searching.client.cookies["place"], path=at)
    page = await following.get(f"{at}/{student.id}")
    assert page.one("a.back").attributes["href"] == f"{at}#student-{student.id}"
