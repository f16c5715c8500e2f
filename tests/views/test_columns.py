"""The columns of a list: chosen, kept for the person, and named by an address that is sent to others."""

from collections.abc import Awaitable, Callable

import pytest
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.models import User
from tests import factories
from tests.factories import Cast
from tests.pages import FORGED, Browser, Page
from tests.queries import counted

pytestmark = pytest.mark.anyio
SignIn = Callable[[User], Awaitable[Browser]]
USUAL = ["Student", "Document", "Group", "Shift", "Enrollment", "Guardian", "Phone"]


@pytest.fixture
async def at(db: AsyncSession, cast: Cast) -> str:
    student = await factories.make_student(db, cast.school)
    await factories.make_enrollment(db, student, group=cast.group)
    return f"/schools/{cast.school.slug}/students"


def heads(page: Page) -> list[str]:
    assert page.status == 200, page.text
    return page.texts("thead th:not(.pick)")


def columns(cast: Cast, list_name: str = "students") -> str:
    return f"/schools/{cast.school.slug}/views/columns/{list_name}"


async def test_columns_are_kept_for_the_person_and_the_list_stays_as_it_was(
    sign_in: SignIn, at: str, cast: Cast
) -> None:
    browser = await sign_in(cast.secretary)
    page = await browser.get(f"{at}?grade=6&columns=document")
    assert heads(page) == ["Student", "Document"]
    answer = await browser.post(
        columns(cast), {"columns": ["age", "document", "nothing"], "of": "?grade=6&columns=document", "view": ""}
    )
    assert answer.location == f"{at}?grade=6"
    assert heads(await browser.get(at)) == ["Student", "Document", "Age"]
    assert heads(await browser.get(f"{at}?columns=shift,phone")) == ["Student", "Shift", "Phone"]
    assert heads(await (await sign_in(cast.principal)).get(at)) == USUAL
    await browser.post(columns(cast), {"usual": "1", "columns": ["age"]})
    assert heads(await (await sign_in(cast.secretary)).get(at)) == USUAL


async def test_the_name_always_stays(sign_in: SignIn, at: str, cast: Cast) -> None:
    browser = await sign_in(cast.secretary)
    await browser.post(columns(cast), {})
    assert heads(await browser.get(at)) == USUAL
    assert heads(await browser.get(f"{at}?columns=")) == USUAL
    assert heads(await browser.get(f"{at}?columns=name")) == ["Student"]


async def test_every_column_shows_its_value_and_sorts(
    app: Litestar, sign_in: SignIn, at: str, cast: Cast, db: AsyncSession
) -> None:
    await factories.make_student(db, cast.school)
    browser = await sign_in(cast.principal)
    page = await browser.get(at)
    keys = [str(box.attributes["value"]) for box in page.all("#columns input[name=columns]")]
    with counted(app) as queries:
        page = await browser.get(f"{at}?columns={','.join(keys)}")
    assert len(queries) <= 5
    assert len(heads(page)) == len(keys) + 1
    for key in ("name", *keys):
        for sort in (key, f"-{key}", f"status,-{key}", f"-{key},group"):
            assert len((await browser.get(f"{at}?sort={sort}&columns={key}")).all("tbody tr")) == 2, sort


async def test_sensitive_columns_are_for_those_who_may_see_them(
    sign_in: SignIn, at: str, cast: Cast, db: AsyncSession
) -> None:
    await factories.make_student(db, cast.school, eps="Canario EPS")
    address = f"{at}?columns=eps&sort=eps"
    assert "Canario" in (await (await sign_in(cast.secretary)).get(address)).text
    page = await (await sign_in(cast.viewer)).get(address)
    assert "Canario" not in page.response.text
    assert "eps" not in [box.attributes["value"] for box in page.all("#columns input")]


async def test_a_stranger_and_a_forger_keep_nothing(sign_in: SignIn, at: str, cast: Cast) -> None:
    browser = await sign_in(cast.secretary)
    assert (await browser.post(columns(cast), {"columns": "age"}, headers=FORGED)).status == 403
    assert (await browser.post(columns(cast, "nothing"), {"columns": "age"})).status == 404
    assert heads(await browser.get(at)) == USUAL
    assert (await (await sign_in(cast.stranger)).post(columns(cast), {"columns": "age"})).status == 404
