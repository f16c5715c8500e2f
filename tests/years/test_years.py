"""A coordinator plans a school year: the list, a new one, its days, and what speaks against them."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest
from litestar import Litestar
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.models import SchoolMembership, User
from portal.catalogs.codes import YearStatus
from portal.db.tenancy import enter_school
from portal.groups.models import Group
from portal.years.models import AcademicPeriod, SchoolYear
from tests import factories
from tests.conftest import Committing
from tests.factories import Cast
from tests.pages import FORGED, FRAGMENT, Browser
from tests.queries import counted

pytestmark = pytest.mark.anyio
SignIn = Callable[[User], Awaitable[Browser]]
NEXT = {"name": "2027", "starts_on": "18/1/2027", "ends_on": "26/11/2027", "periods": "none"}


@pytest.fixture
def at(cast: Cast) -> str:
    return f"/schools/{cast.school.slug}/years"


@pytest.fixture
async def coordinator(sign_in: SignIn, cast: Cast) -> Browser:
    return await sign_in(cast.coordinator)


async def years_of(db: AsyncSession, cast: Cast) -> list[SchoolYear]:
    await enter_school(db, cast.school.id)
    rows = await db.scalars(
        select(SchoolYear).order_by(SchoolYear.starts_on), execution_options={"populate_existing": True}
    )
    return list(rows)


async def rows_of(db: AsyncSession, model: Any, year: SchoolYear) -> list[Any]:
    await enter_school(db, year.school_id)
    return list(await db.scalars(select(model).where(model.year_id == year.id).order_by(model.id)))


async def make_period(db: AsyncSession, year: SchoolYear, number: int, first: date, last: date) -> AcademicPeriod:
    await enter_school(db, year.school_id)
    period = AcademicPeriod(
        school_id=year.school_id,
        year_id=year.id,
        ordinal=number,
        name=f"Periodo {number}",
        starts_on=first,
        ends_on=last,
    )
    db.add(period)
    await db.flush()
    return period


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


# --- A new year -----------------------------------------------------------------------------------------------------


async def test_a_new_year_is_suggested_fifty_two_weeks_later(coordinator: Browser, at: str) -> None:
    form = (await coordinator.get(f"{at}/new")).form("#year")
    assert (form["name"], form["starts_on"], form["ends_on"]) == ("2027", "18/1/2027", "26/11/2027")
    assert (form["periods"], form["copy_groups"]) == ("usual", "y")
    assert "copy_leads" not in form


async def test_it_takes_over_periods_moved_and_groups_without_their_leads(
    coordinator: Browser, at: str, cast: Cast, db: AsyncSession
) -> None:
    await make_period(db, cast.year, 1, date(2026, 1, 19), date(2026, 6, 12))
    await make_period(db, cast.year, 2, date(2026, 7, 6), date(2026, 11, 27))
    form = (await coordinator.get(f"{at}/new")).form("#year")
    assert form["periods"] == "last"
    answer = await coordinator.post(f"{at}/new", form)
    _, year = await years_of(db, cast)
    assert (answer.status, answer.location) == (303, f"{at}/{year.id}")
    assert (year.status, year.name) == (YearStatus.PLANNING, "2027")
    periods = await rows_of(db, AcademicPeriod, year)
    assert [(period.ordinal, period.starts_on, period.ends_on) for period in periods] == [
        (1, date(2027, 1, 18), date(2027, 6, 11)),
        (2, date(2027, 7, 5), date(2027, 11, 26)),
    ]
    [group] = await rows_of(db, Group, year)
    assert (group.grade, group.shift, group.code, group.capacity, group.campus_id, group.lead_teacher_id) == (
        cast.group.grade,
        cast.group.shift,
        cast.group.code,
        35,
        cast.campus.id,
        None,
    )


async def test_lead_teachers_come_along_when_asked_for(
    coordinator: Browser, at: str, cast: Cast, db: AsyncSession
) -> None:
    await coordinator.post(f"{at}/new", NEXT | {"copy_groups": "y", "copy_leads": "y"})
    [group] = await rows_of(db, Group, (await years_of(db, cast))[1])
    assert group.lead_teacher_id == cast.teacher.id


async def test_who_teaches_here_no_more_leads_no_group_of_the_new_year(
    coordinator: Browser, at: str, cast: Cast, db: AsyncSession
) -> None:
    await enter_school(db, cast.school.id)
    membership = await db.scalars(select(SchoolMembership).where(SchoolMembership.user_id == cast.teacher.id))
    membership.one().is_active = False
    await db.flush()
    await coordinator.post(f"{at}/new", NEXT | {"copy_groups": "y", "copy_leads": "y"})
    [group] = await rows_of(db, Group, (await years_of(db, cast))[1])
    assert group.lead_teacher_id is None


async def test_groups_of_a_closed_campus_stay_behind_and_it_is_said(
    coordinator: Browser, at: str, cast: Cast, db: AsyncSession
) -> None:
    closed = await factories.make_campus(db, cast.school, name="La Esperanza", is_active=False)
    await factories.make_group(db, cast.school, year=cast.year, campus=closed)
    said = "1 group is left out, since its campus is closed: La Esperanza."
    assert said in (await coordinator.get(f"{at}/new")).text
    answer = await coordinator.post(f"{at}/new", NEXT | {"copy_groups": "y"})
    assert said in (await coordinator.get(answer.location)).text
    [group] = await rows_of(db, Group, (await years_of(db, cast))[1])
    assert group.code == cast.group.code


async def test_the_schools_usual_periods_are_spread_evenly(
    coordinator: Browser, at: str, cast: Cast, db: AsyncSession
) -> None:
    await coordinator.post(f"{at}/new", NEXT | {"periods": "usual"})
    periods = await rows_of(db, AcademicPeriod, (await years_of(db, cast))[1])
    assert [(period.name, period.weight) for period in periods] == [(f"Periodo {n}", 25) for n in (1, 2, 3, 4)]
    assert (periods[0].starts_on, periods[-1].ends_on) == (date(2027, 1, 18), date(2027, 11, 26))
    gaps = {(after.starts_on - before.ends_on).days for before, after in itertools.pairwise(periods)}
    assert gaps == {1}


async def test_the_same_form_twice_makes_one_year(coordinator: Browser, at: str, cast: Cast, db: AsyncSession) -> None:
    form = (await coordinator.get(f"{at}/new")).form("#year")
    answers = [await coordinator.post(f"{at}/new", form) for _ in range(2)]
    assert [answer.status for answer in answers] == [303, 303]
    assert len(await years_of(db, cast)) == 2


async def test_the_same_form_with_other_content_is_never_told_that_it_is_saved(
    coordinator: Browser, at: str, cast: Cast, db: AsyncSession
) -> None:
    form = (await coordinator.get(f"{at}/new")).form("#year")
    await coordinator.post(f"{at}/new", form)
    for changed in ({"name": "2028"}, {"ends_on": "25/11/2027"}, {"periods": "none"}, {"copy_leads": "y"}):
        answer = await coordinator.post(f"{at}/new", form | changed)
        assert answer.status == 409
        assert "This form has opened a year already" in answer.text
    assert [year.name for year in await years_of(db, cast)] == ["2026", "2027"]


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({}, {"#name": "cannot be empty", "#starts_on": "cannot be empty", "#ends_on": "cannot be empty"}),
        ({"name": "x" * 13, "starts_on": "31/2/2027"}, {"#name": "at most 12", "#starts_on": "does not exist"}),
        ({**NEXT, "starts_on": "26/11/2027", "ends_on": "18/1/2027"}, {"#ends_on": "must be after the first"}),
        ({**NEXT, "name": "2026"}, {"#name": "There is a year of this name already: 19 Jan 2026 to 27 Nov 2026."}),
        (
            {**NEXT, "starts_on": "20/11/2026"},
            {"#starts_on": "overlap with the year 2026 (19 Jan 2026 to 27 Nov 2026)."},
        ),
        ({**NEXT, "starts_on": "1/1/2025"}, {"#ends_on": "overlap with the year 2026"}),
        ({**NEXT, "ends_on": "21/1/2027", "periods": "usual"}, {"#periods": "too short"}),
    ],
)
async def test_a_wrong_year_says_everything_and_keeps_what_was_typed(
    coordinator: Browser, at: str, cast: Cast, db: AsyncSession, sent: dict[str, str], wrong: dict[str, str]
) -> None:
    for headers in ({}, FRAGMENT):
        answer = await coordinator.post(f"{at}/new", sent, headers=headers)
        assert (answer.status, answer.is_fragment) == (422, bool(headers))
        said = {str(link.attributes["href"]): link.text() for link in answer.all("#errors a")}
        for field, words in wrong.items():
            assert words in said[field]
        form = answer.form("#year")
        assert {name: form[name] for name in sent} == sent
    assert [year.name for year in await years_of(db, cast)] == ["2026"]


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
    assert "30/11/2026" in answer.text
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


# --- Who may, and races ---------------------------------------------------------------------------------------------


async def test_only_those_who_plan_write(sign_in: SignIn, cast: Cast, at: str, db: AsyncSession) -> None:
    for path in (f"{at}/new", f"{at}/{cast.year.id}/edit", f"{at}/{cast.year.id}/deletion"):
        for person in (cast.teacher, cast.viewer):
            assert (await (await sign_in(person)).post(path, NEXT)).status == 403
        assert (await (await sign_in(cast.stranger)).post(path, NEXT)).status == 404
        assert (await (await sign_in(cast.secretary)).post(path, NEXT, headers=FORGED)).status == 403
    elsewhere = f"/schools/{cast.other_school.slug}/years/{cast.year.id}/edit"
    assert (await (await sign_in(cast.stranger)).post(elsewhere, NEXT)).status == 404
    assert [year.name for year in await years_of(db, cast)] == ["2026"]


async def test_of_two_who_add_the_same_days_at_once_one_is_told(committing: Committing) -> None:
    async with committing.session() as session:
        cast = await factories.make_cast(session)
    at = f"/schools/{cast.school.slug}/years/new"
    async with committing.browser(cast.coordinator) as browser:
        answers = await asyncio.gather(
            browser.post(at, NEXT), browser.post(at, NEXT | {"name": "2027 B", "starts_on": "1/2/2027"})
        )
    assert sorted(answer.status for answer in answers) == [303, 422]
    refused = next(answer for answer in answers if answer.status == 422)
    assert "overlap with the year 2027" in refused.one("#errors").text()
