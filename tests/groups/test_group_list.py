"""The groups as a list: found, narrowed, sorted by their seats, taken along."""

from collections.abc import Awaitable, Callable
from datetime import date

import pytest
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.models import User
from portal.catalogs.codes import EnrollmentStatus, Grade, Shift, YearStatus
from portal.groups.controllers import listing
from portal.groups.listing import COLUMNS
from portal.groups.models import Group
from tests import factories
from tests.exports import FORMULA, assert_no_formula, exported_csv
from tests.factories import Cast
from tests.pages import FRAGMENT, Browser, Page
from tests.paging import rows_in_turn, show_few
from tests.queries import counted

pytestmark = pytest.mark.anyio
SignIn = Callable[[User], Awaitable[Browser]]


@pytest.fixture
def at(cast: Cast) -> str:
    return f"/schools/{cast.school.slug}/groups/list"


@pytest.fixture
async def coordinator(sign_in: SignIn, cast: Cast) -> Browser:
    return await sign_in(cast.coordinator)


async def make(db: AsyncSession, cast: Cast, code: str, **given: object) -> Group:
    return await factories.make_group(db, cast.school, year=cast.year, **{"campus": cast.campus} | given, code=code)  # type: ignore[arg-type]


async def seat(db: AsyncSession, cast: Cast, group: Group, *statuses: EnrollmentStatus) -> None:
    for status in statuses:
        await factories.make_enrollment(db, await factories.make_student(db, cast.school), group=group, status=status)


def rows(page: Page) -> list[str]:
    assert page.status == 200, page.text
    return page.texts("tbody .name")


async def test_a_row_says_who_leads_it_and_what_seats_there_are(
    coordinator: Browser, at: str, db: AsyncSession, cast: Cast
) -> None:
    group = await make(db, cast, "B", grade=Grade.FIRST, capacity=3, lead_teacher_id=None)
    active, done, asks, gone = (
        EnrollmentStatus.ACTIVE,
        EnrollmentStatus.COMPLETED,
        EnrollmentStatus.SUBMITTED,
        EnrollmentStatus.WITHDRAWN,
    )
    await seat(db, cast, group, active, done, asks, asks, gone)
    page = await coordinator.get(f"{at}?grade=1")
    cells = page.texts(f"#group-{group.id} td:not(.pick)")
    assert cells[0].startswith("1st B")
    assert cells[1:] == [str(group.shift.label), cast.campus.name, "Nobody leads it", "2", "2", "3", "-1"]
    link = page.one(f"#group-{group.id} a.name").attributes["href"]
    assert link == f"/schools/{cast.school.slug}/groups/{group.id}"
    assert (await coordinator.get(str(link))).status == 200
    board = await coordinator.get(f"/schools/{cast.school.slug}/groups")
    assert at in [each.attributes["href"] for each in board.all("main a")]


async def test_filters_narrow_and_groups_are_found(coordinator: Browser, at: str, db: AsyncSession, cast: Cast) -> None:
    north = await factories.make_campus(db, cast.school, name="Sede Ñandú")
    await make(db, cast, "01", grade=Grade.FIRST, campus=north, capacity=0)
    await make(db, cast, "02", grade=Grade.SECOND, shift=Shift.AFTERNOON, lead_teacher_id=cast.teacher.id)
    here = f"6th {cast.group.code}"
    for query, expected in (
        ("", ["1st 01", "2nd 02", here]),
        ("grade=1&grade=6", ["1st 01", here]),
        ("shift=afternoon", ["2nd 02"]),
        (f"campus={north.id}", ["1st 01"]),
        (f"lead={cast.teacher.id}&shift=afternoon", ["2nd 02"]),
        ("lead=none", ["1st 01"]),
        ("without=free", ["1st 01"]),
        ("free-to=0", ["1st 01"]),
        ("q=nandu", ["1st 01"]),
        (f"q={cast.teacher.full_name.split()[0]}&shift=afternoon", ["2nd 02"]),
        ("q=02", ["2nd 02"]),
        ("q=%25", []),
        ("sort=free,-name", ["1st 01", here, "2nd 02"]),
    ):
        assert rows(await coordinator.get(f"{at}?{query}")) == expected, query
    fragment = await coordinator.get(f"{at}?grade=1&q=", headers=FRAGMENT)
    assert fragment.is_fragment
    assert fragment.one("[data-announce]").attributes["data-announce"] == "1 group"
    assert "No group fits" in (await coordinator.get(f"{at}?q=zzzz")).text
    assert "01" not in (await coordinator.get(f"{at}/choices/grade?shift=afternoon")).texts("label")[0]


async def test_the_year_is_the_current_one_unless_another_is_asked_for(
    coordinator: Browser, at: str, db: AsyncSession, cast: Cast
) -> None:
    year = await factories.make_year(
        db, cast.school, name="2025", starts_on=date(2025, 1, 20), ends_on=date(2025, 12, 1), status=YearStatus.CLOSED
    )
    await factories.make_group(db, cast.school, year=year, campus=cast.campus, code="Z")
    assert rows(await coordinator.get(at)) == [f"6th {cast.group.code}"]
    assert rows(await coordinator.get(f"{at}?year={year.id}")) == ["6th Z"]
    page = await coordinator.get(f"{at}?year=all")
    assert len(rows(page)) == 2
    assert "Year" in page.texts("thead th")
    board = await coordinator.get(f"/schools/{cast.school.slug}/years/{year.id}")
    assert f"{at}?year={year.id}" in [each.attributes["href"] for each in board.all("main a")]


@pytest.mark.parametrize("first", [column.key for column in COLUMNS if column.sort])
async def test_every_column_sorts_with_another_behind_it_and_turns_both_ways(
    coordinator: Browser, at: str, db: AsyncSession, cast: Cast, monkeypatch: pytest.MonkeyPatch, first: str
) -> None:
    show_few(monkeypatch, listing, "groups_list")
    for number in range(6):
        grade = (Grade.FIRST, Grade.SECOND)[number % 2]
        group = await make(db, cast, f"{number}", grade=grade, capacity=number % 3)
        await seat(db, cast, group, *[EnrollmentStatus.ACTIVE] * (number % 2))
    for sort in (f"{first},-campus", f"-{first},shift", f"-shift,{first}"):
        assert len(await rows_in_turn(coordinator, at, f"sort={sort}")) == 7


async def test_the_columns_that_are_shown_are_exported_without_formulas(
    coordinator: Browser, at: str, db: AsyncSession, cast: Cast
) -> None:
    campus = await factories.make_campus(db, cast.school, name=FORMULA)
    await make(db, cast, "B", campus=campus, capacity=20)
    await assert_no_formula(coordinator, at)
    lines = await exported_csv(coordinator, at, of="?columns=capacity,free&sort=capacity")
    assert lines[0] == ["Group", "Seats", "Free"]
    assert lines[1] == ["6th B", "20", "20"]


async def test_a_teacher_sees_and_exports_the_groups_that_they_lead(
    sign_in: SignIn, at: str, db: AsyncSession, cast: Cast
) -> None:
    await make(db, cast, "B", lead_teacher_id=cast.coordinator.id)
    browser = await sign_in(cast.teacher)
    assert rows(await browser.get(at)) == [f"6th {cast.group.code}"]
    assert [line[0] for line in await exported_csv(browser, at)] == ["Group", f"6th {cast.group.code}"]
    assert cast.coordinator.full_name not in (await browser.get(f"{at}/choices/lead")).text


async def test_who_may(sign_in: SignIn, at: str, cast: Cast, anyone: Browser) -> None:
    for role, status in (("viewer", 200), ("secretary", 200), ("stranger", 404)):
        browser = await sign_in(getattr(cast, role))
        assert (await browser.get(at)).status == status
        assert (await browser.get(f"{at}/export")).status == status
    assert (await anyone.get(at)).location.startswith("/login")


@pytest.mark.parametrize("several", [1, 12])
async def test_the_list_costs_five_queries(
    app: Litestar, coordinator: Browser, at: str, db: AsyncSession, cast: Cast, several: int
) -> None:
    for number in range(several):
        await make(db, cast, f"B{number}")
    with counted(app) as queries:
        assert (await coordinator.get(f"{at}?sort=free")).status == 200
    assert len(queries) <= 5, queries
