"""Campuses: add, edit, close, and remove what nothing uses."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from litestar import Litestar
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.models import User
from portal.db.base import new_id, now
from portal.db.tenancy import enter_school
from portal.schools.campus_repository import CampusRepository
from portal.schools.models import Campus
from tests.factories import Cast, make_campus, make_enrollment, make_group, make_student
from tests.pages import FORGED, FRAGMENT, Browser
from tests.queries import counted

pytestmark = pytest.mark.anyio
SignIn = Callable[[User], Awaitable[Browser]]


def address(cast: Cast, rest: str = "") -> str:
    return f"/schools/{cast.school.slug}/campuses{rest}"


def typed(cast: Cast, **given: Any) -> dict[str, Any]:
    code = f"{cast.school.dane_code}02"
    return {
        "id": str(new_id()),
        "name": "Sede Sur",
        "dane_code": code,
        "zone": "rural",
        "address": "Vereda Sur",
    } | given


async def named(db: AsyncSession, cast: Cast, name: str) -> list[Campus]:
    await enter_school(db, cast.school.id)
    return list(await db.scalars(select(Campus).where(Campus.school_id == cast.school.id, Campus.name == name)))


async def test_a_campus_is_added_once_for_each_form(db: AsyncSession, cast: Cast, sign_in: SignIn) -> None:
    browser, form = await sign_in(cast.principal), typed(cast)
    assert set(form) <= set((await browser.get(address(cast, "/new"))).form())
    for _time in range(2):
        answer = await browser.post(address(cast, "/new"), form)
        assert (answer.status, answer.location) == (303, address(cast))
    assert (await browser.post(address(cast, "/new"), form | {"address": "Otra"})).status == 409
    campus, *others = await named(db, cast, "Sede Sur")
    await browser.post(address(cast, f"/{campus.id}/closing"))
    assert (await browser.post(address(cast, "/new"), form)).status == 303
    assert (campus.dane_code, campus.zone, others) == (form["dane_code"], "rural", [])


@pytest.mark.parametrize(
    ("changed", "blamed"),
    [
        ({"name": "", "zone": "moon"}, {"name", "zone"}),
        ({"dane_code": "10500100123"}, {"dane_code"}),
        ({"dane_code": "99999999999901"}, {"dane_code"}),
        ({"dane_code": "1050010012340x"}, {"dane_code"}),
    ],
)
async def test_what_is_wrong_is_said_and_kept(
    db: AsyncSession, cast: Cast, sign_in: SignIn, changed: dict[str, Any], blamed: set[str]
) -> None:
    browser, form = await sign_in(cast.principal), typed(cast, **changed)
    page = await browser.post(address(cast, "/new"), form)
    assert page.status == 422
    assert {str(link.attributes["href"]).lstrip("#") for link in page.all("#errors a")} == blamed
    assert page.one("#dane_code").attributes["value"] == form["dane_code"]
    fragment = await browser.post(address(cast, "/new"), form, headers=FRAGMENT)
    assert (fragment.status, fragment.is_fragment) == (422, True)
    assert await named(db, cast, "Sede Sur") == []


async def test_names_and_codes_belong_to_one_campus(db: AsyncSession, cast: Cast, sign_in: SignIn) -> None:
    await make_campus(db, cast.school, name="Séde  sur".replace("  ", " "), dane_code=f"{cast.school.dane_code}02")
    page = await (await sign_in(cast.principal)).post(address(cast, "/new"), typed(cast))
    assert page.status == 422
    assert {link.attributes["href"] for link in page.all("#errors a")} == {"#name", "#dane_code"}


async def test_a_code_from_before_is_not_judged_anew(db: AsyncSession, cast: Cast, sign_in: SignIn) -> None:
    browser, path = await sign_in(cast.principal), address(cast, f"/{cast.campus.id}/edit")
    form = (await browser.get(path)).form("form#campus")
    assert not form["dane_code"].startswith(str(cast.school.dane_code))
    assert (await browser.post(path, form | {"name": "Sede Central"})).status == 303
    assert len(await named(db, cast, "Sede Central")) == 1


async def test_who_saves_later_sees_both_versions(cast: Cast, sign_in: SignIn) -> None:
    browser, path = await sign_in(cast.principal), address(cast, f"/{cast.campus.id}/edit")
    form = (await browser.get(path)).form("form#campus")
    await browser.post(path, form | {"address": "Calle 1"})
    page = await browser.post(path, form | {"address": "Calle 2"})
    assert page.status == 409
    assert (await browser.post(path, page.form())).status == 303


async def test_a_closed_campus_is_not_offered_until_it_opens_again(
    db: AsyncSession, cast: Cast, sign_in: SignIn
) -> None:
    browser, path = await sign_in(cast.principal), address(cast, f"/{cast.campus.id}")
    offered = CampusRepository(db, cast.school.id)
    assert (await browser.post(f"{path}/closing")).status == 303
    await enter_school(db, cast.school.id)
    assert await offered.options() == []
    page = await browser.get(address(cast))
    assert page.one(".notices form").attributes["action"] == f"{path}/opening"
    assert page.texts(f"#campus-{cast.campus.id} .tone-grey") == ["Closed campus"]
    assert (await browser.post(f"{path}/opening")).status == 303
    await enter_school(db, cast.school.id)
    assert len(await offered.options()) == 1


async def test_a_campus_that_nothing_uses_is_removed(db: AsyncSession, cast: Cast, sign_in: SignIn) -> None:
    campus = await make_campus(db, cast.school, name="Sede Vieja")
    browser, path = await sign_in(cast.principal), address(cast, f"/{campus.id}/deletion")
    assert "Removing it cannot be undone." in (await browser.get(path)).text
    assert (await browser.post(path)).status == 303
    assert await named(db, cast, "Sede Vieja") == []


async def test_a_campus_with_groups_stays_and_they_are_named(db: AsyncSession, cast: Cast, sign_in: SignIn) -> None:
    for code in "BCDEFG":
        await make_group(db, cast.school, year=cast.year, campus=cast.campus, code=code)
    browser, path = await sign_in(cast.principal), address(cast, f"/{cast.campus.id}/deletion")
    page = await browser.get(path)
    assert "6th B (2026), 6th C (2026), 6th D (2026), 6th E (2026), 6th F (2026) and 2 more." in page.text
    assert page.all(f"form[action='{path}']") == []
    answer = await browser.post(path, headers=FRAGMENT)
    assert (answer.status, answer.is_fragment) == (409, True)
    assert len(await named(db, cast, cast.campus.name)) == 1


async def test_what_is_in_the_bin_keeps_it_too(db: AsyncSession, cast: Cast, sign_in: SignIn) -> None:
    campus = await make_campus(db, cast.school)
    group = await make_group(db, cast.school, year=cast.year, campus=campus, deleted_at=now())
    await make_enrollment(db, await make_student(db, cast.school), group=group, deleted_at=now())
    answer = await (await sign_in(cast.principal)).post(address(cast, f"/{campus.id}/deletion"))
    assert answer.status == 409
    assert "1 group in the recycle bin belongs to it. 1 enrollment names it." in answer.text


async def test_the_list_counts_the_groups_of_the_year_in_few_queries(
    app: Litestar, db: AsyncSession, cast: Cast, sign_in: SignIn
) -> None:
    await make_campus(db, cast.school, name="Sede Vacía")
    browser = await sign_in(cast.principal)
    with counted(app) as statements:
        page = await browser.get(address(cast))
    assert page.texts("tbody .num") == ["1", "0"]
    assert len(statements) <= 5, statements


async def test_consecutives_that_are_not_the_schools_are_marked(db: AsyncSession, cast: Cast, sign_in: SignIn) -> None:
    browser, code = await sign_in(cast.principal), str(cast.school.dane_code)
    await named(db, cast, cast.campus.name)
    cast.campus.dane_code = f"{code}01"
    none = await make_campus(db, cast.school, name="Sin código", dane_code=None)
    assert (await browser.get(address(cast))).all("main .note, tbody .tone-amber") == []
    settings = f"/schools/{cast.school.slug}/settings/school"
    form = (await browser.get(settings)).form("#school")
    assert (await browser.post(settings, form | {"dane_code": "205001000777"})).status == 303
    page = await browser.get(address(cast))
    assert "The consecutive of 1 campus does not begin with the school's DANE code, 205001000777." in page.text
    assert page.texts(f"#campus-{cast.campus.id} .tone-amber") == ["Not the school's"]
    assert page.all(f"#campus-{none.id} .tone-amber") == []


async def test_what_is_wrong_in_an_edit_is_said_and_kept(db: AsyncSession, cast: Cast, sign_in: SignIn) -> None:
    browser, path = await sign_in(cast.principal), address(cast, f"/{cast.campus.id}/edit")
    form = (await browser.get(path)).form("form#campus") | {"name": "", "dane_code": "12"}
    for headers in ({}, FRAGMENT):
        page = await browser.post(path, form, headers=headers)
        assert (page.status, page.is_fragment) == (422, bool(headers))
        assert {link.attributes["href"] for link in page.all("#errors a")} == {"#name", "#dane_code"}
        assert page.one("#dane_code").attributes["value"] == "12"
    assert len(await named(db, cast, cast.campus.name)) == 1


@pytest.mark.parametrize("rest", ["/new", "/{id}/edit", "/{id}/closing", "/{id}/opening", "/{id}/deletion"])
async def test_nobody_else_may(cast: Cast, sign_in: SignIn, rest: str) -> None:
    path = address(cast, rest.format(id=cast.campus.id))
    assert (await (await sign_in(cast.stranger)).post(path)).status == 404
    assert (await (await sign_in(cast.coordinator)).post(path)).status == 403
    assert (await (await sign_in(cast.principal)).post(path, headers=FORGED)).status == 403
