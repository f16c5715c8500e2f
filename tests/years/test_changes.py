"""The life of a year: activated, closed, archived, opened again; nothing is closed silently."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.models import User
from portal.catalogs.codes import EnrollmentStatus as Status
from portal.catalogs.codes import YearStatus
from portal.db.tenancy import enter_school
from portal.years.models import SchoolYear
from tests import factories
from tests.conftest import Committing
from tests.factories import Cast
from tests.pages import FORGED, Browser

pytestmark = pytest.mark.anyio
SignIn = Callable[[User], Awaitable[Browser]]
PLANNING, ACTIVE, CLOSED, ARCHIVED = YearStatus


async def make_next(db: AsyncSession, cast: Cast, name: str = "2027", status: YearStatus = PLANNING) -> SchoolYear:
    first, last = date(int(name), 1, 18), date(int(name), 11, 26)
    return await factories.make_year(db, cast.school, name=name, starts_on=first, ends_on=last, status=status)


async def statuses(db: AsyncSession, school_id: UUID) -> dict[str, YearStatus]:
    await enter_school(db, school_id)
    return {row.name: row.status for row in await db.execute(select(SchoolYear.name, SchoolYear.status))}


def address(cast: Cast, year: SchoolYear, change: str) -> str:
    return f"/schools/{cast.school.slug}/years/{year.id}/{change}"


@pytest.fixture
async def principal(sign_in: SignIn, cast: Cast) -> Browser:
    return await sign_in(cast.principal)


async def test_activating_says_what_closes_and_what_has_no_end_yet(
    principal: Browser, cast: Cast, db: AsyncSession
) -> None:
    for status in (Status.ACTIVE, Status.ACTIVE, Status.SUBMITTED, Status.DRAFT, Status.WITHDRAWN):
        await factories.make_enrollment(
            db, await factories.make_student(db, cast.school), group=cast.group, status=status
        )
    year = await make_next(db, cast)
    page = await principal.get(address(cast, year, "activation"))
    assert "2026 is active now and will be closed." in page.text
    assert page.texts("main .todo .n") == ["2", "1", "1"]
    assert page.texts("main .todo .state") == [
        "Active enrollments",
        "Enrollments that wait for review",
        "Enrollments not sent",
    ]
    assert f"year={cast.year.id}" in str(page.all("main .todo a")[0].attributes["href"])
    assert await statuses(db, cast.school.id) == {"2026": ACTIVE, "2027": PLANNING}


async def test_activating_closes_the_year_that_the_page_named(principal: Browser, cast: Cast, db: AsyncSession) -> None:
    year = await make_next(db, cast)
    here = address(cast, year, "activation")
    answer = await principal.post(here, (await principal.get(here)).form())
    assert (answer.status, answer.location) == (303, f"/schools/{cast.school.slug}/years/{year.id}")
    assert await statuses(db, cast.school.id) == {"2026": CLOSED, "2027": ACTIVE}


async def test_nothing_is_closed_that_the_page_did_not_name(principal: Browser, cast: Cast, db: AsyncSession) -> None:
    year = await make_next(db, cast)
    answer = await principal.post(address(cast, year, "activation"), {"closes": ""})
    assert answer.status == 409
    assert "Meanwhile 2026 was made active. Look again at what will happen." in answer.text
    assert await statuses(db, cast.school.id) == {"2026": ACTIVE, "2027": PLANNING}


async def test_a_year_is_closed_archived_and_brought_back(principal: Browser, cast: Cast, db: AsyncSession) -> None:
    year = cast.year
    for change, sent, expected in (
        ("closing", {"closes": str(year.id)}, CLOSED),
        ("archiving", {}, ARCHIVED),
        ("reopening", {}, CLOSED),
        ("reopening", {"status": "planning"}, PLANNING),
        ("activation", {}, ACTIVE),
    ):
        here = address(cast, year, change)
        assert (await principal.get(here)).status == 200
        assert (await principal.post(here, sent)).status == 303
        assert await statuses(db, cast.school.id) == {"2026": expected}


@pytest.mark.parametrize("change", ["closing", "archiving", "reopening"])
async def test_what_a_planned_year_cannot_become_is_refused(
    principal: Browser, cast: Cast, db: AsyncSession, change: str
) -> None:
    year = await make_next(db, cast)
    for answer in (
        await principal.get(address(cast, year, change)),
        await principal.post(address(cast, year, change)),
    ):
        assert answer.status == 409
        assert "2027 is planning: this is not possible now." in answer.text
    assert (await statuses(db, cast.school.id))["2027"] == PLANNING


async def test_an_old_year_becomes_active_again_only_while_no_other_is(
    principal: Browser, cast: Cast, db: AsyncSession
) -> None:
    old = await make_next(db, cast, "2025", CLOSED)
    here = address(cast, old, "reopening")
    page = await principal.get(here)
    assert "2026 is active, and only one year can be. Close it first to make 2025 active again." in page.text
    assert (await principal.post(here, {"status": "active"})).status == 409
    assert (await statuses(db, cast.school.id))["2025"] == CLOSED
    assert (await principal.post(here, {"status": "planning"})).status == 303
    assert await statuses(db, cast.school.id) == {"2025": PLANNING, "2026": ACTIVE}


async def test_only_those_who_plan_change_the_life_of_a_year(sign_in: SignIn, cast: Cast, db: AsyncSession) -> None:
    year = await make_next(db, cast)
    for change, of in (
        ("activation", year),
        ("closing", cast.year),
        ("archiving", cast.year),
        ("reopening", cast.year),
    ):
        sent, here = {"closes": str(cast.year.id)}, address(cast, of, change)
        for person in (cast.teacher, cast.viewer):
            assert (await (await sign_in(person)).post(here, sent)).status == 403
        assert (await (await sign_in(cast.stranger)).post(here, sent)).status == 404
        assert (await (await sign_in(cast.principal)).post(here, sent, headers=FORGED)).status == 403
    assert await statuses(db, cast.school.id) == {"2026": ACTIVE, "2027": PLANNING}


async def test_two_activations_at_once_leave_one_active(committing: Committing) -> None:
    async with committing.session() as session:
        cast = await factories.make_cast(session)
        years = [await make_next(session, cast, name) for name in ("2027", "2028")]
    async with committing.browser(cast.principal) as browser:
        sent = {"closes": str(cast.year.id)}
        answers = await asyncio.gather(*(browser.post(address(cast, year, "activation"), sent) for year in years))
    assert sorted(answer.status for answer in answers) == [303, 409]
    async with committing.session() as session:
        now = await statuses(session, cast.school.id)
    assert sorted(now.values()) == sorted([ACTIVE, CLOSED, PLANNING])
    refused = next(answer for answer in answers if answer.status == 409)
    active = next(name for name, status in now.items() if status == ACTIVE)
    assert f"Meanwhile {active} was made active." in refused.text


async def test_two_first_activations_at_once_leave_one_active(committing: Committing) -> None:
    """Without an active year there is no row for the second to wait for: the database alone decides."""
    async with committing.session() as session:
        cast = await factories.make_cast(session)
        cast.year.status = CLOSED
        years = [await make_next(session, cast, name) for name in ("2027", "2028")]
    async with committing.browser(cast.principal) as browser:
        answers = await asyncio.gather(
            *(browser.post(address(cast, year, "activation"), {"closes": ""}) for year in years)
        )
    assert sorted(answer.status for answer in answers) == [303, 409]
    assert "Look again at what will happen." in next(answer for answer in answers if answer.status == 409).text
