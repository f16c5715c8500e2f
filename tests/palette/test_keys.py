"""Single keys can be switched off, for a person and wherever they sign in (WCAG 2.1.4)."""

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.models import User
from tests.factories import Cast
from tests.pages import FORGED, Browser

pytestmark = pytest.mark.anyio
SignIn = Callable[[User], Awaitable[Browser]]


async def test_they_are_switched_off_and_on_again(cast: Cast, sign_in: SignIn) -> None:
    browser = await sign_in(cast.secretary)
    home = f"/schools/{cast.school.slug}"
    page = await browser.get(home)
    assert page.one("html").attributes.get("data-keys") is None
    assert [button.attributes["form"] for button in page.all("#shortcuts button[name=single_keys]")] == 2 * [
        page.one("#preferences").attributes["id"]
    ]

    answer = await browser.post("/preferences", {"single_keys": "off", "next": home})
    assert answer.location == home
    assert (await browser.get(home)).one("html").attributes["data-keys"] == "off"
    elsewhere = await sign_in(cast.secretary)
    assert (await elsewhere.get(home)).one("html").attributes["data-keys"] == "off"

    await browser.post("/preferences", {"single_keys": "on", "next": home})
    assert (await browser.get(home)).one("html").attributes.get("data-keys") is None


@pytest.mark.parametrize("sent", [{"single_keys": "maybe"}, {"single_keys": ""}, {"theme": "dark"}])
async def test_nothing_else_switches_them(db: AsyncSession, cast: Cast, sign_in: SignIn, sent: dict[str, str]) -> None:
    await (await sign_in(cast.secretary)).post("/preferences", sent)
    await db.refresh(cast.secretary)
    assert cast.secretary.single_keys


async def test_another_site_does_not(db: AsyncSession, cast: Cast, sign_in: SignIn) -> None:
    answer = await (await sign_in(cast.secretary)).post("/preferences", {"single_keys": "off"}, headers=FORGED)
    assert answer.status == 403
    await db.refresh(cast.secretary)
    assert cast.secretary.single_keys
