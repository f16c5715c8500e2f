"""The members as a list: found, narrowed, sorted, taken along."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.controllers import members as controller
from portal.accounts.member_list import COLUMNS, MEMBERS
from portal.accounts.models import Invitation, User
from portal.db.base import now
from portal.db.tenancy import enter_school
from tests import factories
from tests.exports import FORMULA, assert_no_formula, exported_csv
from tests.factories import Cast
from tests.pages import FRAGMENT, Browser, Page
from tests.paging import FEW, rows_in_turn
from tests.queries import counted

pytestmark = pytest.mark.anyio
SignIn = Callable[[User], Awaitable[Browser]]


@pytest.fixture
def at(cast: Cast) -> str:
    return f"/schools/{cast.school.slug}/members"


@pytest.fixture
async def principal(sign_in: SignIn, cast: Cast) -> Browser:
    return await sign_in(cast.principal)


def names(page: Page) -> set[str]:
    assert page.status == 200, page.text
    return set(page.texts("tbody .name"))


async def invite(db: AsyncSession, cast: Cast, name: str, *, days: int) -> User:
    """Somebody without a password, whose link is good for so many days."""
    user = await factories.make_member(db, cast.school, "viewer", full_name=name, password_hash=None)
    await enter_school(db, cast.school.id)
    expires = now() + timedelta(days=days)
    db.add(Invitation(school_id=cast.school.id, user_id=user.id, token_hash=name.encode(), expires_at=expires))
    await db.flush()
    return user


async def test_filters_narrow_and_members_are_found(principal: Browser, at: str, db: AsyncSession, cast: Cast) -> None:
    await invite(db, cast, "Íngrid Waits", days=3)
    await invite(db, cast, "Olga Late", days=-1)
    for query, expected in (
        ("role=teacher", {cast.teacher.full_name}),
        ("role=teacher&role=secretary", {cast.teacher.full_name, cast.secretary.full_name}),
        ("state=invited", {"Íngrid Waits"}),
        ("state=expired", {"Olga Late"}),
        ("state=out", set()),
        ("role=viewer&state=in", {cast.viewer.full_name}),
        ("q=ingrid+waits", {"Íngrid Waits"}),
        (f"q={cast.teacher.email}", {cast.teacher.full_name}),
        ("q=%25", set()),
        ("since-to=2020-01-01", set()),
    ):
        assert names(await principal.get(f"{at}?{query}")) == expected, query
    assert cast.teacher.full_name not in names(await principal.get(f"{at}?without=groups"))
    fragment = await principal.get(f"{at}?q=olga", headers=FRAGMENT)
    assert fragment.is_fragment
    assert fragment.one("[data-announce]").attributes["data-announce"] == "1 member"
    choices = (await principal.get(f"{at}/choices/role")).texts("label")
    assert choices[:2] == ["Principal 1", "Secretary 1"]
    assert "Viewer 3" in choices
    assert "No member fits" in (await principal.get(f"{at}?q=zzzz")).text


async def test_each_is_said_what_they_are_and_whether_they_can_come_in(
    principal: Browser, at: str, db: AsyncSession, cast: Cast
) -> None:
    await invite(db, cast, "Íngrid Waits", days=3)
    page = await principal.get(at)
    assert page.texts("h1") == ["Members 6"]
    rows = dict(zip(page.texts("tbody tr .name"), page.texts("tbody tr"), strict=True))
    assert "Invited" in rows["Íngrid Waits"]
    assert "· you" in rows[cast.principal.full_name]
    assert f"6th {cast.group.code}" in rows[cast.teacher.full_name]


@pytest.mark.parametrize("first", [column.key for column in COLUMNS])
async def test_every_column_sorts_with_another_behind_it_and_turns_both_ways(
    principal: Browser, at: str, db: AsyncSession, cast: Cast, monkeypatch: pytest.MonkeyPatch, first: str
) -> None:
    monkeypatch.setattr(controller, "MEMBERS", replace(MEMBERS, size=FEW))
    for number in range(3):
        await invite(db, cast, f"Waits {number}", days=number - 1)
    for sort in (f"{first},-name", f"-{first},roles", f"-state,{first}"):
        assert len(await rows_in_turn(principal, at, f"sort={sort}")) == 8


async def test_the_columns_that_are_shown_are_exported_without_formulas(
    principal: Browser, at: str, db: AsyncSession, cast: Cast
) -> None:
    await invite(db, cast, FORMULA, days=3)
    await assert_no_formula(principal, at)
    lines = await exported_csv(principal, at, of="?columns=roles,state&role=teacher")
    assert lines == [["Name", "Roles", "State"], [cast.teacher.full_name, "Teacher", "Has access"]]


async def test_only_who_may_set_the_school_up_sees_them(sign_in: SignIn, at: str, cast: Cast) -> None:
    for role, status in (("principal", 200), ("secretary", 403), ("teacher", 403), ("viewer", 403), ("stranger", 404)):
        browser = await sign_in(getattr(cast, role))
        for address in (at, f"{at}/export", f"{at}/choices/role"):
            assert (await browser.get(address)).status == status, (role, address)


@pytest.mark.parametrize("several", [1, 12])
async def test_the_list_costs_five_queries(
    app: Litestar, principal: Browser, at: str, db: AsyncSession, cast: Cast, several: int
) -> None:
    for number in range(several):
        await invite(db, cast, f"Waits {number}", days=1)
    with counted(app) as queries:
        assert (await principal.get(f"{at}?q=a")).status == 200
    assert len(queries) <= 5, queries
