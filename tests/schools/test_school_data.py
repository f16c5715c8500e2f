"""A school's own data: its principal and the administrator edit it."""

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.models import User
from portal.db.tenancy import enter_school
from tests.factories import Cast
from tests.pages import FORGED, FRAGMENT, Browser

pytestmark = pytest.mark.anyio
SignIn = Callable[[User], Awaitable[Browser]]


def address(cast: Cast) -> str:
    return f"/schools/{cast.school.slug}/settings/school"


@pytest.mark.parametrize("role", ["principal", "superuser"])
async def test_it_is_corrected(db: AsyncSession, cast: Cast, sign_in: SignIn, role: str) -> None:
    browser = await sign_in(getattr(cast, role))
    form = (await browser.get(address(cast))).form()
    form |= {"name": "Colegio Nuevo Nombre", "nit": "9005550141", "phone": "604 555 01 10", "calendar": "B"}
    answer = await browser.post(address(cast), form)
    assert (answer.status, answer.location) == (303, f"/schools/{cast.school.slug}/settings")
    await db.refresh(cast.school)
    assert (cast.school.name, cast.school.nit, cast.school.phone) == (
        "Colegio Nuevo Nombre",
        "900555014-1",
        "6045550110",
    )
    assert (await browser.get(address(cast))).form()["nit"] == "900.555.014-1"


async def test_what_is_wrong_is_said_and_kept(db: AsyncSession, cast: Cast, sign_in: SignIn) -> None:
    browser = await sign_in(cast.principal)
    form = (await browser.get(address(cast))).form()
    wrong = {"name": "", "dane_code": cast.other_school.dane_code, "municipality_code": "Nowhere", "sector": "x"}
    page = await browser.post(address(cast), form | wrong)
    assert page.status == 422
    assert {link.attributes["href"] for link in page.all("#errors a")} == {f"#{name}" for name in wrong}
    assert page.one("#municipality_code").attributes["value"] == "Nowhere"
    fragment = await browser.post(address(cast), form | wrong, headers=FRAGMENT)
    assert (fragment.status, fragment.is_fragment) == (422, True)
    name = cast.school.name
    await db.refresh(cast.school)
    assert cast.school.name == name


async def test_who_saves_later_sees_both_versions(db: AsyncSession, cast: Cast, sign_in: SignIn) -> None:
    browser = await sign_in(cast.principal)
    mine, theirs = (await browser.get(address(cast))).form(), (await browser.get(address(cast))).form()
    await browser.post(address(cast), theirs | {"address": "Calle 1"})
    page = await browser.post(address(cast), mine | {"address": "Calle 2"})
    assert page.status == 409
    assert {"Calle 1", "Calle 2"} <= {node.attributes["value"] for node in page.all("input[name=address]")}
    assert (await browser.post(address(cast), page.form())).status == 303
    await db.refresh(cast.school)
    assert cast.school.address == "Calle 2"


async def test_a_time_zone_from_elsewhere_stays(db: AsyncSession, cast: Cast, sign_in: SignIn) -> None:
    await enter_school(db, cast.school.id)
    cast.school.time_zone = "Europe/Madrid"
    await db.flush()
    browser = await sign_in(cast.principal)
    form = (await browser.get(address(cast))).form()
    assert form["time_zone"] == "Europe/Madrid"
    assert (await browser.post(address(cast), form)).status == 303


async def test_nobody_else_may(cast: Cast, sign_in: SignIn) -> None:
    assert (await (await sign_in(cast.stranger)).get(address(cast))).status == 404
    for person in (cast.secretary, cast.coordinator, cast.teacher, cast.viewer):
        browser = await sign_in(person)
        assert (await browser.get(address(cast))).status == 403
        assert (await browser.post(address(cast), {"name": "x"})).status == 403
    assert (await (await sign_in(cast.principal)).post(address(cast), {}, headers=FORGED)).status == 403
