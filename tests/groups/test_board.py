"""The board of a year: where there is room, at one look."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.models import User
from portal.catalogs.codes import EnrollmentStatus as Status
from portal.catalogs.codes import Grade, Shift, YearStatus
from portal.groups.board import Seats
from portal.groups.models import Group
from tests import factories
from tests.factories import Cast
from tests.pages import Browser, Page
from tests.queries import counted

pytestmark = pytest.mark.anyio
SignIn = Callable[[User], Awaitable[Browser]]


@pytest.fixture
def at(cast: Cast) -> str:
    return f"/schools/{cast.school.slug}/years/{cast.year.id}"


async def make_filled(db: AsyncSession, cast: Cast, *statuses: Status, **given: Any) -> Group:
    group = await factories.make_group(
        db, cast.school, year=cast.year, campus=given.pop("campus", cast.campus), **given
    )
    for status in statuses:
        await factories.make_enrollment(db, await factories.make_student(db, cast.school), group=group, status=status)
    return group


def said(page: Page, group: Group) -> str:
    return page.texts(f"#group-{group.id}")[0]


async def test_each_group_says_its_seats_and_its_room_in_words(
    app: Litestar, sign_in: SignIn, cast: Cast, at: str, db: AsyncSession
) -> None:
    a, w = Status.ACTIVE, Status.SUBMITTED
    over = await make_filled(db, cast, a, a, capacity=1, code="A", shift=Shift.AFTERNOON)
    full = await make_filled(db, cast, a, capacity=1, code="B")
    short = await make_filled(db, cast, a, w, w, capacity=2, code="C")
    roomy = await make_filled(db, cast, a, w, Status.WITHDRAWN, Status.RETURNED, capacity=5, code="D")
    browser = await sign_in(cast.viewer)
    with counted(app) as queries:
        page = await browser.get(at)
    assert len(queries) <= 5, "\n".join(queries)
    assert said(page, cast.group) == f"6th {cast.group.code} 0 / 35 empty Morning · {cast.teacher.full_name}"
    assert said(page, over) == "6th A 2 / 1 1 too many Afternoon · nobody leads it"
    assert "1 / 1 full" in said(page, full)
    assert "1 / 2 1 short" in said(page, short)
    assert "1 / 5 3 free" in said(page, roomy)
    assert all(page.all(f"#group-{group.id} svg.icon") for group in (over, full, short, cast.group))
    assert page.all(f"#group-{over.id} .b-over")


async def test_grades_and_the_year_are_summed(sign_in: SignIn, cast: Cast, at: str, db: AsyncSession) -> None:
    await make_filled(db, cast, Status.ACTIVE, Status.ACTIVE, capacity=1, grade=Grade.TRANSICION)
    await make_filled(db, cast, Status.SUBMITTED, capacity=10)
    page = await (await sign_in(cast.secretary)).get(at)
    assert page.texts("tbody > tr > th .strong") == ["Transición", "6th"]
    assert page.texts("tbody > tr > td:nth-of-type(2)") == ["1 short", "44 free"]
    assert page.texts(".figures b") == ["2", "1", "43", "1"]
    assert page.texts("tfoot td")[:2] == ["3 groups · 2 of 46 seats taken", "43"]


async def test_it_is_narrowed_by_campus_and_shift(sign_in: SignIn, cast: Cast, at: str, db: AsyncSession) -> None:
    other = await factories.make_campus(db, cast.school, name="La Esperanza")
    group = await make_filled(db, cast, campus=other, shift=Shift.AFTERNOON, grade=Grade.FIRST)
    browser = await sign_in(cast.coordinator)
    page = await browser.get(f"{at}?campus={other.id}")
    assert (page.texts("tbody > tr > th .strong"), page.texts("tfoot td")[0]) == (
        ["1st"],
        "1 group · 0 of 35 seats taken",
    )
    assert "La Esperanza" not in said(page, group)
    assert (await browser.get(f"{at}?shift=morning")).texts("tbody > tr > th .strong") == ["6th"]
    page = await browser.get(f"{at}?shift=morning&campus={other.id}")
    assert page.texts("main .blank h2") == ["No group fits"]
    assert (await browser.get(f"{at}?shift=x&campus=y")).texts("tbody > tr > th .strong") == ["1st", "6th"]


async def test_the_menu_leads_to_the_board_of_the_current_year(sign_in: SignIn, cast: Cast) -> None:
    page = await (await sign_in(cast.coordinator)).get(f"/schools/{cast.school.slug}/groups")
    assert page.texts("h1") == ["School year 2026"]
    assert page.texts(".side-nav [aria-current]") == ["Groups"]


async def test_a_school_without_a_year_is_led_to_the_list_of_years(sign_in: SignIn, cast: Cast) -> None:
    answer = await (await sign_in(cast.stranger)).get(f"/schools/{cast.other_school.slug}/groups")
    assert (answer.status, answer.location) == (303, f"/schools/{cast.other_school.slug}/years")


async def test_who_plans_has_the_buttons_and_who_reads_has_not(sign_in: SignIn, cast: Cast, at: str) -> None:
    page = await (await sign_in(cast.coordinator)).get(at)
    links = [str(link.attributes["href"]) for link in page.all("main .actions a")]
    history = at.replace("/years/", "/history/school_years/")
    assert [f"{at}/edit", f"{at}/periods", history, f"{at}/closing", f"{at}/groups/new"] == links
    assert page.all(f"main a[href='{at}/groups/new?grade=6']")
    viewers = await (await sign_in(cast.viewer)).get(at)
    assert viewers.all("main .actions a") == []
    assert not any("groups/new" in str(link.attributes["href"]) for link in viewers.all("main a"))


async def test_a_teacher_sees_the_groups_they_lead_now_and_no_others(
    sign_in: SignIn, cast: Cast, at: str, db: AsyncSession
) -> None:
    other = await make_filled(db, cast)
    browser = await sign_in(cast.teacher)
    page = await browser.get(at)
    assert page.all(f"#group-{cast.group.id}")
    assert page.all(f"#group-{other.id}") == []
    old = await factories.make_year(
        db, cast.school, name="2025", starts_on=date(2025, 1, 20), ends_on=date(2025, 11, 28), status=YearStatus.CLOSED
    )
    led = await factories.make_group(db, cast.school, year=old, campus=cast.campus, lead_teacher_id=cast.teacher.id)
    page = await browser.get(f"/schools/{cast.school.slug}/years/{old.id}")
    assert page.all(f"#group-{led.id}") == []
    assert page.texts("main .blank h2") == ["You lead no group in 2025"]


async def test_an_empty_year_says_how_groups_come(sign_in: SignIn, cast: Cast, db: AsyncSession) -> None:
    year = await factories.make_year(
        db,
        cast.school,
        name="2027",
        starts_on=date(2027, 1, 18),
        ends_on=date(2027, 11, 26),
        status=YearStatus.PLANNING,
    )
    page = await (await sign_in(cast.secretary)).get(f"/schools/{cast.school.slug}/years/{year.id}")
    assert page.texts("main .blank h2") == ["The year has no groups yet"]
    assert any(str(link.attributes["href"]).endswith("/deletion") for link in page.all("main .actions a"))


@pytest.mark.parametrize(
    ("seats", "room"),
    [
        (Seats(0, 0, 0), "empty"),
        (Seats(0, 1, 0), "short"),
        (Seats(1, 0, 0), "over"),
        (Seats(5, 3, 5), "full"),
        (Seats(4, 1, 5), "free"),
    ],
)
async def test_the_room_of_seats(seats: Seats, room: str) -> None:
    assert seats.room == room
