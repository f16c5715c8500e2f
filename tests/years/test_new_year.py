"""A new school year: what is suggested, what it takes over from the last one, and what speaks against it."""

import asyncio
import itertools
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.models import SchoolMembership
from portal.catalogs.codes import YearStatus
from portal.db.base import new_id
from portal.db.tenancy import enter_school
from portal.groups.models import Group
from portal.years.models import AcademicPeriod
from tests import factories
from tests.conftest import Committing
from tests.factories import Cast
from tests.pages import FRAGMENT, Browser
from tests.years.scene import NEXT, make_period, rows_of, years_of

pytestmark = pytest.mark.anyio


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
    # The form is known by its key, and when that is forgotten by the id of its year.
    known = {"key": form, "id": form | {"once": ""}}
    refusals = {"key": "This form was sent before, with other content", "id": "This form has opened a year already"}
    for changed in ({"name": "2028"}, {"ends_on": "25/11/2027"}, {"periods": "none"}, {"copy_leads": "y"}):
        for by, refusal in refusals.items():
            answer = await coordinator.post(f"{at}/new", known[by] | changed)
            assert answer.status == 409
            assert refusal in answer.text
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


async def test_one_form_sent_ten_times_at_once_opens_one_year(committing: Committing) -> None:
    async with committing.session() as session:
        cast = await factories.make_cast(session)
    at, sent = f"/schools/{cast.school.slug}/years", NEXT | {"id": str(new_id())}
    async with committing.browser(cast.coordinator) as browser:
        answers = await asyncio.gather(*[browser.post(f"{at}/new", sent) for _time in range(10)])
    assert {(answer.status, answer.location) for answer in answers} == {(303, f"{at}/{sent['id']}")}
    async with committing.session() as session:
        assert [year.name for year in await years_of(session, cast)] == ["2026", "2027"]
