"""The list of school years, the days of one, and deleting one that was never used."""

from collections.abc import Awaitable, Callable
from datetime import date

import pytest
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.models import User
from portal.catalogs.codes import YearStatus
from portal.db.tenancy import enter_school
from tests import factories
from tests.factories import Cast
from tests.pages import FORGED, Browser
from tests.queries import counted
from tests.years.scene import NEXT, make_period, years_of

pytestmark = pytest.mark.anyio
SignIn = Callable[[User], Awaitable[Browser]]


# --- The list -------------------------------------------------------------------------------------------------------


async def test_the_list_counts_groups_seats_and_pupils(
    app: Litestar, coordinator: Browser, at: str, cast: Cast, db: AsyncSession
) -> None:
    await factories.make_enrollment(db, await factories.make_student(db, cast.school), group=cast.group)
    with counted(app) as queries:
        page = await coordinator.get(at)
    assert len(queries) <= 4, "\n".join(queries)
    assert page.texts(f"#year-{cast.year.id} td") == [
        "2026 19 Jan 2026 to 27 Nov 2026",
        "In progress",
        "19 Jan 2026 to 27 Nov 2026",
        "0",
        "1",
        "35",
        "1",
    ]


async def test_a_school_without_years_is_told_how_to_begin(sign_in: SignIn, cast: Cast) -> None:
    page = await (await sign_in(cast.stranger)).get(f"/schools/{cast.other_school.slug}/years")
    assert page.texts("main .blank h2") == ["There is no school year yet"]


async def test_a_viewer_reads_and_has_no_buttons(sign_in: SignIn, cast: Cast, at: str) -> None:
    page = await (await sign_in(cast.viewer)).get(at)
    assert page.status == 200
    assert page.all("main .btn") == []


# --- Its days -------------------------------------------------------------------------------------------------------


async def test_name_and_days_are_corrected(coordinator: Browser, at: str, cast: Cast, db: AsyncSession) -> None:
    form = (await coordinator.get(f"{at}/{cast.year.id}/edit")).form("#year")
    answer = await coordinator.post(f"{at}/{cast.year.id}/edit", form | {"ends_on": "4/12/2026", "name": "2026 A"})
    assert (answer.status, answer.location) == (303, f"{at}/{cast.year.id}")
    [year] = await years_of(db, cast)
    assert (year.name, year.ends_on) == ("2026 A", date(2026, 12, 4))


async def test_days_must_not_leave_a_period_outside(
    coordinator: Browser, at: str, cast: Cast, db: AsyncSession
) -> None:
    await make_period(db, cast.year, 1, date(2026, 1, 19), date(2026, 11, 27))
    form = (await coordinator.get(f"{at}/{cast.year.id}/edit")).form("#year")
    answer = await coordinator.post(f"{at}/{cast.year.id}/edit", form | {"ends_on": "20/11/2026"})
    assert answer.status == 422
    assert "Periodo 1 (19 Jan 2026 to 27 Nov 2026) would fall outside the year." in answer.one("#errors").text()
    [year] = await years_of(db, cast)
    assert year.ends_on == date(2026, 11, 27)


async def test_a_name_that_numbers_have_stays(coordinator: Browser, at: str, cast: Cast, db: AsyncSession) -> None:
    await enter_school(db, cast.school.id)
    cast.year.last_number = 3
    await db.flush()
    form = (await coordinator.get(f"{at}/{cast.year.id}/edit")).form("#year")
    answer = await coordinator.post(f"{at}/{cast.year.id}/edit", form | {"name": "2026 A"})
    assert answer.status == 422
    assert "numbers such as 2026-00001 already" in answer.one("#errors").text()


async def test_over_a_newer_save_both_versions_are_shown(
    coordinator: Browser, at: str, cast: Cast, db: AsyncSession
) -> None:
    form = (await coordinator.get(f"{at}/{cast.year.id}/edit")).form("#year")
    await coordinator.post(f"{at}/{cast.year.id}/edit", form | {"ends_on": "30/11/2026"})
    answer = await coordinator.post(f"{at}/{cast.year.id}/edit", form | {"ends_on": "4/12/2026"})
    assert answer.status == 409
    dates = [box.attributes["value"] for box in answer.all("#mix input[name=ends_on]")]
    assert dates == ["30/11/2026", "4/12/2026"]
    assert (await years_of(db, cast))[0].ends_on == date(2026, 11, 30)


async def test_nothing_of_an_archived_year_is_edited(
    coordinator: Browser, at: str, cast: Cast, db: AsyncSession
) -> None:
    old = await factories.make_year(
        db,
        cast.school,
        name="2024",
        starts_on=date(2024, 1, 15),
        ends_on=date(2024, 11, 29),
        status=YearStatus.ARCHIVED,
    )
    for part in ("edit", "periods", "groups/new"):
        answer = await coordinator.post(f"{at}/{old.id}/{part}", {"name": "x"})
        assert answer.status == 409
        assert "2024 is archived. Take it out of the archive to change it." in answer.text


# --- Deleting -------------------------------------------------------------------------------------------------------


async def test_a_year_that_was_never_used_is_deleted_after_one_question(
    coordinator: Browser, at: str, cast: Cast, db: AsyncSession
) -> None:
    answer = await coordinator.post(f"{at}/new", NEXT | {"periods": "usual"})
    question = await coordinator.get(f"{answer.location}/deletion")
    assert "The year goes for good, and its periods with it." in question.text
    assert (await coordinator.post(f"{answer.location}/deletion")).location == at
    assert [year.name for year in await years_of(db, cast)] == ["2026"]


async def test_a_year_with_groups_stays(coordinator: Browser, at: str, cast: Cast, db: AsyncSession) -> None:
    answer = await coordinator.post(f"{at}/{cast.year.id}/deletion")
    assert answer.status == 409
    assert "2026 has 1 group and 0 enrollments" in answer.text
    assert len(await years_of(db, cast)) == 1


# --- Who may ----------------------------------------------------------------------------------------------------------


async def test_only_those_who_plan_write(sign_in: SignIn, cast: Cast, at: str, db: AsyncSession) -> None:
    for path in (f"{at}/new", f"{at}/{cast.year.id}/edit", f"{at}/{cast.year.id}/deletion"):
        for person in (cast.teacher, cast.viewer):
            assert (await (await sign_in(person)).post(path, NEXT)).status == 403
        assert (await (await sign_in(cast.stranger)).post(path, NEXT)).status == 404
        assert (await (await sign_in(cast.secretary)).post(path, NEXT, headers=FORGED)).status == 403
    elsewhere = f"/schools/{cast.other_school.slug}/years/{cast.year.id}/edit"
    assert (await (await sign_in(cast.stranger)).post(elsewhere, NEXT)).status == 404
    assert [year.name for year in await years_of(db, cast)] == ["2026"]
