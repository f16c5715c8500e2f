"""The periods of a year, edited as one table."""

from collections.abc import Awaitable, Callable
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.models import User
from portal.db.tenancy import enter_school
from portal.years.models import AcademicPeriod, SchoolYear
from tests import factories
from tests.factories import Cast
from tests.pages import FORGED, FRAGMENT, Browser, Page

pytestmark = pytest.mark.anyio
SignIn = Callable[[User], Awaitable[Browser]]
Rows = list[tuple[int, str, date, date, Decimal]]


@pytest.fixture
async def periods(db: AsyncSession, cast: Cast) -> list[AcademicPeriod]:
    """Two halves of the year."""
    made = [
        AcademicPeriod(
            school_id=cast.school.id,
            year_id=cast.year.id,
            ordinal=ordinal,
            name=f"Periodo {ordinal}",
            starts_on=first,
            ends_on=last,
            weight=Decimal(50),
        )
        for ordinal, first, last in (
            (1, date(2026, 1, 19), date(2026, 6, 12)),
            (2, date(2026, 7, 6), date(2026, 11, 27)),
        )
    ]
    await enter_school(db, cast.school.id)
    db.add_all(made)
    await db.flush()
    return made


@pytest.fixture
def here(cast: Cast) -> str:
    return f"/schools/{cast.school.slug}/years/{cast.year.id}/periods"


@pytest.fixture
async def coordinator(sign_in: SignIn, cast: Cast, periods: list[AcademicPeriod]) -> Browser:
    return await sign_in(cast.coordinator)


async def kept(db: AsyncSession, year: SchoolYear) -> list[AcademicPeriod]:
    await enter_school(db, year.school_id)
    statement = select(AcademicPeriod).where(AcademicPeriod.year_id == year.id).order_by(AcademicPeriod.ordinal)
    return list(await db.scalars(statement, execution_options={"populate_existing": True}))


def errors(page: Page) -> dict[str, str]:
    return {str(link.attributes["href"]): link.text() for link in page.all("#errors a")}


async def test_the_table_shows_what_is_kept(coordinator: Browser, here: str) -> None:
    page = await coordinator.get(here)
    form = page.form("#periods")
    shown = [form[f"p0-{name}"] for name in ("ordinal", "name", "starts_on", "ends_on", "weight")]
    assert shown == ["1", "Periodo 1", "19/1/2026", "12/6/2026", "50"]
    assert page.texts("tfoot td")[0] == "100"


async def test_two_periods_change_places(
    coordinator: Browser, here: str, db: AsyncSession, cast: Cast, periods: list[AcademicPeriod]
) -> None:
    form = (await coordinator.get(here)).form("#periods")
    first = {name: form[f"p0-{name}"] for name in ("ordinal", "starts_on", "ends_on")}
    second = {name: form[f"p1-{name}"] for name in first}
    swapped = {f"p0-{name}": value for name, value in second.items()} | {f"p1-{n}": value for n, value in first.items()}
    assert (await coordinator.post(here, form | swapped)).status == 303
    one, two = await kept(db, cast.year)
    assert [(one.id, one.starts_on), (two.id, two.starts_on)] == [
        (periods[1].id, date(2026, 1, 19)),
        (periods[0].id, date(2026, 7, 6)),
    ]


async def test_a_border_moves_into_what_was_the_next_period(
    coordinator: Browser, here: str, db: AsyncSession, cast: Cast
) -> None:
    form = (await coordinator.get(here)).form("#periods")
    moved = {"p0-ends_on": "31/7/2026", "p1-starts_on": "3/8/2026", "p0-weight": "40,5", "p1-weight": "59.5 %"}
    assert (await coordinator.post(here, form | moved)).status == 303
    assert [(row.starts_on, row.ends_on, row.weight) for row in await kept(db, cast.year)] == [
        (date(2026, 1, 19), date(2026, 7, 31), Decimal("40.5")),
        (date(2026, 8, 3), date(2026, 11, 27), Decimal("59.5")),
    ]


async def test_a_row_is_added_and_one_removed_without_a_script(
    coordinator: Browser, here: str, db: AsyncSession, cast: Cast, periods: list[AcademicPeriod]
) -> None:
    form = (await coordinator.get(here)).form("#periods") | {"p0-name": "First"}
    page = await coordinator.post(here, form | {"add": "1"})
    assert page.status == 200
    form = page.form("#periods")
    assert (form["p0-name"], form["p2-ordinal"], form["p2-name"]) == ("First", "3", "")
    page = await coordinator.post(here, form | {"remove": "p1-", "p2-name": "Second"})
    form = page.form("#periods")
    assert [name for name in form if name.endswith("-name")] == ["p0-name", "p2-name"]
    assert [row.name for row in await kept(db, cast.year)] == ["Periodo 1", "Periodo 2"]
    filled = {"p2-starts_on": "15/6/2026", "p2-ends_on": "27/11/2026", "p2-weight": "50", "p2-ordinal": "2"}
    assert (await coordinator.post(here, form | filled)).status == 303
    one, two = await kept(db, cast.year)
    assert [(one.id, one.name), (two.name, two.starts_on)] == [
        (periods[0].id, "First"),
        ("Second", date(2026, 6, 15)),
    ]


async def test_a_row_left_empty_is_none(coordinator: Browser, here: str, db: AsyncSession, cast: Cast) -> None:
    page = await coordinator.post(here, (await coordinator.get(here)).form("#periods") | {"add": "1"})
    assert (await coordinator.post(here, page.form("#periods"))).status == 303
    assert len(await kept(db, cast.year)) == 2


async def test_everything_wrong_is_said_at_once_beside_its_cell(
    coordinator: Browser, here: str, db: AsyncSession, cast: Cast
) -> None:
    form = (await coordinator.get(here)).form("#periods")
    wrong = {
        "p0-name": "",
        "p0-starts_on": "1/1/2026",
        "p0-weight": "101",
        "p1-ordinal": "1",
        "p1-starts_on": "5/6/2026",
        "p1-ends_on": "31/11/2026",
    }
    for headers in ({}, FRAGMENT):
        page = await coordinator.post(here, form | wrong, headers=headers)
        assert (page.status, page.is_fragment) == (422, bool(headers))
        said = errors(page)
        assert "cannot be empty" in said["#p0-name"]
        assert "Outside the year, which goes from 19 Jan 2026 to 27 Nov 2026." in said["#p0-starts_on"]
        assert "from 0 to 100" in said["#p0-weight"]
        assert "Another period has this number." in said["#p1-ordinal"]
        assert "does not exist" in said["#p1-ends_on"]
        assert {name: page.form("#periods")[name] for name in wrong} == wrong
        assert page.all("#p1-ends_on-error")
    assert [row.name for row in await kept(db, cast.year)] == ["Periodo 1", "Periodo 2"]


async def test_a_period_may_weigh_nothing_as_the_schools_usual_ones_may(
    coordinator: Browser, here: str, db: AsyncSession, cast: Cast
) -> None:
    form = (await coordinator.get(here)).form("#periods")
    assert (await coordinator.post(here, form | {"p0-weight": "0", "p1-weight": "100"})).status == 303
    assert [row.weight for row in await kept(db, cast.year)] == [0, 100]


@pytest.mark.parametrize(
    ("sent", "field", "words"),
    [
        ({"p1-starts_on": "12/6/2026"}, "#p1-starts_on", "It must begin after Periodo 1 ends, on 12/6/2026."),
        ({"p0-ordinal": "3"}, "#p0-starts_on", "It must begin after Periodo 2 ends, on 27/11/2026."),
        ({"p0-ends_on": "19/1/2026"}, "#p0-ends_on", "The last day must be after the first."),
        ({"p0-weight": "40"}, "#p1-weight", "The weights must sum to 100; they sum to 90."),
        ({"p0-ordinal": "0"}, "#p0-ordinal", "Numbers begin with 1."),
    ],
)
async def test_one_thing_wrong(coordinator: Browser, here: str, sent: dict[str, str], field: str, words: str) -> None:
    page = await coordinator.post(here, (await coordinator.get(here)).form("#periods") | sent)
    assert page.status == 422
    assert list(errors(page)) == [field]
    assert words in errors(page)[field]


async def test_of_two_editors_the_second_sees_what_the_first_saved(
    coordinator: Browser, here: str, db: AsyncSession, cast: Cast
) -> None:
    form = (await coordinator.get(here)).form("#periods")
    assert (await coordinator.post(here, form | {"p0-name": "Primero"})).status == 303
    page = await coordinator.post(here, form | {"p0-name": "Uno"})
    assert page.status == 409
    assert "saved this year or its periods (" in page.text
    assert "1. Primero: 19 Jan 2026 – 12 Jun 2026, 50 %" in page.text
    assert (await kept(db, cast.year))[0].name == "Primero"
    assert page.form("#periods")["p0-name"] == "Uno"
    assert (await coordinator.post(here, page.form("#periods"))).status == 303
    assert (await kept(db, cast.year))[0].name == "Uno"


async def test_the_same_table_sent_twice_is_no_conflict(coordinator: Browser, here: str) -> None:
    form = (await coordinator.get(here)).form("#periods") | {"p0-name": "Primero"}
    assert [(await coordinator.post(here, form)).status for _ in range(2)] == [303, 303]


async def test_only_those_who_plan_write(
    sign_in: SignIn, cast: Cast, here: str, db: AsyncSession, periods: list[AcademicPeriod]
) -> None:
    sent = {"p0-name": "X", "version": "1"}
    for person in (cast.teacher, cast.viewer):
        assert (await (await sign_in(person)).post(here, sent)).status == 403
    assert (await (await sign_in(cast.stranger)).post(here, sent)).status == 404
    assert (await (await sign_in(cast.coordinator)).post(here, sent, headers=FORGED)).status == 403
    elsewhere = here.replace(cast.school.slug, cast.other_school.slug)
    assert (await (await sign_in(cast.stranger)).post(elsewhere, sent)).status == 404
    assert len(await kept(db, cast.year)) == 2


async def test_a_year_without_periods_begins_with_a_row(sign_in: SignIn, cast: Cast, db: AsyncSession) -> None:
    year = await factories.make_year(
        db, cast.school, name="2028", starts_on=date(2028, 1, 17), ends_on=date(2028, 11, 24), status="planning"
    )
    page = await (await sign_in(cast.coordinator)).get(f"/schools/{cast.school.slug}/years/{year.id}/periods")
    assert page.form("#periods")["p0-ordinal"] == "1"
