"""The demo's buttons on the sign-in page: where the demo is on, and nowhere else."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts import passwords
from portal.accounts.demo_accounts import DEMO_ACCOUNTS, DEMO_PASSWORD
from tests.factories import Cast
from tests.pages import Browser

pytestmark = pytest.mark.anyio


@pytest.fixture
async def demo_is_on(app: Litestar) -> AsyncIterator[None]:
    before = app.state.settings
    app.state.settings = replace(before, demo=True)
    yield
    app.state.settings = before


async def test_without_the_demo_there_are_no_buttons_and_no_password(anyone: Browser) -> None:
    page = await anyone.get("/login")
    assert page.all("#demo") == []
    assert DEMO_PASSWORD not in page.response.text


@pytest.mark.usefixtures("demo_is_on")
async def test_each_demo_account_has_a_button(anyone: Browser) -> None:
    page = await anyone.get("/login")
    emails = [button.attributes["value"] for button in page.all("section button[name=email]")]
    assert emails == [account["email"] for account in DEMO_ACCOUNTS]
    assert page.texts("section button")[0] == "Go in as Marta Gaviria, secretary"


@pytest.mark.usefixtures("demo_is_on")
async def test_a_button_signs_in_and_leads_where_the_person_wanted(
    anyone: Browser, db: AsyncSession, cast: Cast
) -> None:
    cast.secretary.email = "secretaria@demo.example"
    cast.secretary.password_hash = await passwords.hash_password(DEMO_PASSWORD)
    await db.flush()
    page = await anyone.get("/login?next=/schools/somewhere")
    answer = await anyone.post("/login", page.form("section form") | {"email": cast.secretary.email})
    assert (answer.status, answer.location) == (303, "/schools/somewhere")
