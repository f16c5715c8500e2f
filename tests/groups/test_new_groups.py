"""Opening groups, as many of a kind as are needed at once."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.models import User
from portal.catalogs.codes import Grade, Shift
from portal.db.base import new_id, now
from portal.db.tenancy import enter_school
from portal.groups.codes import InUse, proposed
from portal.groups.models import Group
from tests import factories
from tests.conftest import Committing
from tests.factories import Cast
from tests.pages import FORGED, FRAGMENT, Browser

pytestmark = pytest.mark.anyio
SignIn = Callable[[User], Awaitable[Browser]]
HERE, THERE = UUID(int=1), UUID(int=2)


@pytest.fixture
def at(cast: Cast) -> str:
    return f"/schools/{cast.school.slug}/years/{cast.year.id}/groups/new"


@pytest.fixture
async def coordinator(sign_in: SignIn, cast: Cast) -> Browser:
    return await sign_in(cast.coordinator)


def three(cast: Cast, **other: str) -> dict[str, str]:
    """3 groups of grade 6 at the campus, mornings, 35 seats."""
    usual = {"count": "3", "grade": "6", "campus_id": str(cast.campus.id), "shift": "morning", "capacity": "35"}
    return usual | {"codes": "A, B, C"} | other


async def codes(db: AsyncSession, cast: Cast) -> list[str]:
    await enter_school(db, cast.school.id)
    found = await db.scalars(select(Group.code).where(Group.id != cast.group.id).order_by(Group.code))
    return list(found)


# --- The codes that are proposed ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("in_use", "expected"),
    [
        ([], ["A", "B"]),
        ([InUse(Grade.SIXTH, HERE, "A"), InUse(Grade.SIXTH, HERE, "C")], ["D", "E"]),
        ([InUse(Grade.SIXTH, HERE, "1"), InUse(Grade.SIXTH, HERE, "2")], ["3", "4"]),
        ([InUse(Grade.SIXTH, HERE, "01")], ["02", "03"]),
        ([InUse(Grade.SIXTH, HERE, "601"), InUse(Grade.SIXTH, HERE, "602")], ["603", "604"]),
        # A grade without groups is counted as the campus counts its others.
        ([InUse(Grade.FIFTH, HERE, "501"), InUse(Grade.FIFTH, HERE, "502")], ["601", "602"]),
        # Another campus has its own count; only its way of counting is taken where there is no other.
        ([InUse(Grade.SIXTH, THERE, "1"), InUse(Grade.SIXTH, THERE, "2")], ["1", "2"]),
        ([InUse(Grade.SIXTH, HERE, "a")], ["B", "C"]),
        ([InUse(Grade.SIXTH, HERE, "Z")], ["A2", "B2"]),
        ([InUse(Grade.SIXTH, HERE, "Los Andes")], ["A", "B"]),
    ],
)
async def test_codes_go_on_from_those_in_use(in_use: list[InUse], expected: list[str]) -> None:
    assert proposed(in_use, Grade.SIXTH, HERE, 2) == expected


async def test_the_form_looks_ahead_without_writing(
    coordinator: Browser, at: str, cast: Cast, db: AsyncSession
) -> None:
    await factories.make_group(db, cast.school, year=cast.year, campus=cast.campus, code="A")
    asked = f"{at}?grade=6&count=3&campus_id={cast.campus.id}&shift=morning&codes=typed"
    for headers in ({}, FRAGMENT):
        page = await coordinator.get(asked, headers=headers)
        assert (page.status, page.is_fragment) == (200, bool(headers))
        form = page.form("#new-groups")
        assert (form["codes"], form["count"], form["capacity"]) == ("B, C, D", "3", "35")
    assert await codes(db, cast) == ["A"]


async def test_the_only_campus_is_chosen_already(coordinator: Browser, at: str, cast: Cast) -> None:
    form = (await coordinator.get(f"{at}?grade=6")).form("#new-groups")
    assert (form["campus_id"], form["grade"], form["codes"]) == (str(cast.campus.id), "6", "A")


# --- Opening them ---------------------------------------------------------------------------------------------------


async def test_three_groups_at_once(coordinator: Browser, at: str, cast: Cast, db: AsyncSession) -> None:
    answer = await coordinator.post(at, three(cast))
    assert (answer.status, answer.location) == (303, at.removesuffix("/groups/new"))
    page = await coordinator.get(answer.location)
    assert "The groups 6th A, 6th B and 6th C were opened." in page.text
    assert await codes(db, cast) == ["A", "B", "C"]
    group = (await db.scalars(select(Group).where(Group.code == "B"))).one()
    assert (group.grade, group.shift, group.capacity, group.year_id) == (Grade.SIXTH, Shift.MORNING, 35, cast.year.id)


async def test_without_codes_the_proposed_ones_are_taken(
    coordinator: Browser, at: str, cast: Cast, db: AsyncSession
) -> None:
    assert (await coordinator.post(at, three(cast, codes=""))).status == 303
    assert await codes(db, cast) == ["A", "B", "C"]


async def test_a_code_in_use_stops_all_of_them(coordinator: Browser, at: str, cast: Cast, db: AsyncSession) -> None:
    await factories.make_group(db, cast.school, year=cast.year, campus=cast.campus, code="B")
    answer = await coordinator.post(at, three(cast))
    assert answer.status == 422
    assert "There is a group B already in this grade, campus and shift." in answer.one("#errors").text()
    assert await codes(db, cast) == ["B"]
    assert (await coordinator.post(at, three(cast, shift="afternoon"))).status == 303


async def test_the_same_form_twice_opens_them_once(coordinator: Browser, at: str, cast: Cast, db: AsyncSession) -> None:
    sent = three(cast, id=str(new_id()))
    assert [(await coordinator.post(at, sent)).status for _ in range(2)] == [303, 303]
    assert await codes(db, cast) == ["A", "B", "C"]


@pytest.mark.parametrize("changed", [{"codes": "D, E, F"}, {"capacity": "30"}, {"count": "2", "codes": ""}])
async def test_the_same_form_with_other_content_is_never_told_that_it_is_saved(
    coordinator: Browser, at: str, cast: Cast, db: AsyncSession, changed: dict[str, str]
) -> None:
    sent = three(cast, id=str(new_id()))
    await coordinator.post(at, sent)
    for headers in ({}, FRAGMENT):
        answer = await coordinator.post(at, sent | changed, headers=headers)
        assert answer.status == 409
        assert "This form has opened groups already" in answer.text
    assert await codes(db, cast) == ["A", "B", "C"]


async def test_proposed_codes_do_not_make_it_another_form(
    coordinator: Browser, at: str, cast: Cast, db: AsyncSession
) -> None:
    sent = three(cast, id=str(new_id()), codes="")
    assert [(await coordinator.post(at, sent)).status for _ in range(2)] == [303, 303]
    assert await codes(db, cast) == ["A", "B", "C"]


async def test_a_form_whose_first_group_was_deleted_since_opens_no_other(
    coordinator: Browser, at: str, cast: Cast, db: AsyncSession
) -> None:
    sent = three(cast, id=str(new_id()))
    await coordinator.post(at, sent)
    await enter_school(db, cast.school.id)
    (await db.scalars(select(Group).where(Group.code == "A", Group.id != cast.group.id))).one().deleted_at = now()
    await db.flush()
    assert (await coordinator.post(at, sent)).status == 303
    assert await codes(db, cast) == ["A", "B", "C"]


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({"grade": "", "shift": "", "capacity": "", "campus_id": ""}, ["#grade", "#campus_id", "#shift", "#capacity"]),
        ({"count": "31", "codes": ""}, ["#count"]),
        ({"count": "0"}, ["#count"]),
        ({"capacity": "201", "codes": "A, B"}, ["#capacity", "#codes"]),
        ({"codes": "A, A, B"}, ["#codes"]),
        ({"grade": "12", "campus_id": str(HERE)}, ["#grade", "#campus_id"]),
        ({"count": "1", "codes": "x" * 21}, ["#codes"]),
    ],
)
async def test_a_wrong_form_says_everything_and_opens_nothing(
    coordinator: Browser, at: str, cast: Cast, db: AsyncSession, sent: dict[str, str], wrong: list[str]
) -> None:
    await factories.make_campus(db, cast.school)
    for headers in ({}, FRAGMENT):
        answer = await coordinator.post(at, three(cast, **sent), headers=headers)
        assert (answer.status, answer.is_fragment) == (422, bool(headers))
        assert [link.attributes["href"] for link in answer.all("#errors a")] == wrong
        kept = answer.form("#new-groups")
        assert {name: kept[name] for name in ("count", "capacity", "codes")} == {
            name: three(cast, **sent)[name] for name in ("count", "capacity", "codes")
        }
    assert await codes(db, cast) == []


async def test_only_those_who_plan_open_groups(sign_in: SignIn, cast: Cast, at: str, db: AsyncSession) -> None:
    for person in (cast.teacher, cast.viewer):
        assert (await (await sign_in(person)).post(at, three(cast))).status == 403
    assert (await (await sign_in(cast.stranger)).post(at, three(cast))).status == 404
    assert (await (await sign_in(cast.coordinator)).post(at, three(cast), headers=FORGED)).status == 403
    elsewhere = at.replace(cast.school.slug, cast.other_school.slug)
    assert (await (await sign_in(cast.stranger)).post(elsewhere, three(cast))).status == 404
    assert await codes(db, cast) == []


async def test_of_two_who_open_the_same_codes_at_once_one_is_told(committing: Committing) -> None:
    async with committing.session() as session:
        cast = await factories.make_cast(session)
    at = f"/schools/{cast.school.slug}/years/{cast.year.id}/groups/new"
    async with committing.browser(cast.coordinator) as browser:
        answers = await asyncio.gather(browser.post(at, three(cast)), browser.post(at, three(cast, codes="C, D, E")))
    assert sorted(answer.status for answer in answers) == [303, 422]
    refused = next(answer for answer in answers if answer.status == 422)
    assert "There is a group C already" in refused.one("#errors").text()
    async with committing.session() as session:
        assert len(await codes(session, cast)) == 3


async def test_one_form_sent_ten_times_at_once_opens_its_groups_once(committing: Committing) -> None:
    async with committing.session() as session:
        cast = await factories.make_cast(session)
    at, sent = f"/schools/{cast.school.slug}/years/{cast.year.id}/groups/new", three(cast, id=str(new_id()), codes="")
    async with committing.browser(cast.coordinator) as browser:
        answers = await asyncio.gather(*[browser.post(at, sent) for _time in range(10)])
    assert {(answer.status, answer.location) for answer in answers} == {(303, at.removesuffix("/groups/new"))}
    async with committing.session() as session:
        assert await codes(session, cast) == ["A", "B", "C"]
