"""The list of enrollments of a year: tabs, filters, search, order, pages."""

from datetime import date, timedelta
from urllib.parse import quote

import pytest
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncSession

from portal.catalogs.codes import AttachmentKind, Grade, Outcome, Shift, YearStatus
from portal.catalogs.codes import EnrollmentStatus as Status
from portal.db.base import new_id, now
from portal.enrollments import moves
from portal.enrollments.controllers import listing
from portal.enrollments.list_columns import COLUMNS
from portal.enrollments.models import Enrollment
from portal.schools.rules import ChecklistItem
from tests import factories
from tests.enrollments.conftest import SignIn, Waiting, ask_for_papers
from tests.factories import Cast
from tests.pages import FRAGMENT, Page
from tests.paging import rows_in_turn, show_few
from tests.queries import counted

pytestmark = pytest.mark.anyio


@pytest.fixture
def address(cast: Cast) -> str:
    return f"/schools/{cast.school.slug}/enrollments"


def rows_of(page: Page) -> list[str | None]:
    return [row.attributes["id"] for row in page.all("#rows > tr")]


def row_ids(*enrollments: Enrollment) -> list[str]:
    return [f"enrollment-{each.id}" for each in enrollments]


async def sit(db: AsyncSession, cast: Cast, **given: object) -> Enrollment:
    """A pupil with an enrollment; names and such go to the pupil, the rest to the enrollment."""
    names = {key: given.pop(key) for key in ("first_surname", "document_number") if key in given}
    student = await factories.make_student(db, cast.school, **names)
    return await factories.make_enrollment(db, student, **{"group": cast.group} | given)  # type: ignore[arg-type]


async def give_back(db: AsyncSession, cast: Cast, enrollment: Enrollment, ago: timedelta = timedelta()) -> Enrollment:
    reason = "The group is the wrong one."
    moves.move(enrollment, Status.RETURNED, by=cast.principal.id, at=now() - ago, reason=reason)
    await db.flush()
    return enrollment


async def test_the_tabs_count_each_status_and_choose_it(
    sign_in: SignIn, cast: Cast, db: AsyncSession, waiting: Waiting, address: str
) -> None:
    waits, back, sits = await waiting(), await give_back(db, cast, await waiting()), await sit(db, cast)
    browser = await sign_in(cast.secretary)
    page = await browser.get(address)
    assert set(rows_of(page)) == set(row_ids(waits, back, sits))
    assert page.texts(".tabs a") == ["All 3", "To review 1", "Returned to you 1", "Active 1"]
    page = await browser.get(f"{address}?status=returned")
    assert rows_of(page) == row_ids(back)
    assert "The group is the wrong one." in page.text
    fragment = await browser.get(f"{address}?status=returned&q=&sort=name", headers=FRAGMENT)
    assert fragment.is_fragment
    assert fragment.response.headers["hx-replace-url"] == f"{address}?status=returned"
    page = await browser.get(f"{address}?status=nonsense&after=x&before=1&year=2&grade=99x&waiting=-1&sort=up")
    assert (await browser.get(f"{address}?waiting=9999-12-31")).status == 200
    assert page.status == 200
    assert len(rows_of(page)) == 3
    assert "Returned 1" in (await (await sign_in(cast.viewer)).get(address)).texts(".tabs a")


async def test_the_year_is_the_current_one_unless_another_is_asked_for(
    sign_in: SignIn, cast: Cast, db: AsyncSession, address: str
) -> None:
    year = await factories.make_year(
        db, cast.school, name="2025", starts_on=date(2025, 1, 20), ends_on=date(2025, 12, 1), status=YearStatus.CLOSED
    )
    group = await factories.make_group(db, cast.school, year=year, campus=cast.campus)
    here, then = await sit(db, cast), await sit(db, cast, group=group)
    browser = await sign_in(cast.secretary)
    assert rows_of(await browser.get(address)) == row_ids(here)
    page = await browser.get(f"{address}?year={year.id}")
    assert rows_of(page) == row_ids(then)
    assert page.one("select[name=year] option[selected]").text() == "2025"
    assert set(rows_of(await browser.get(f"{address}?year=all"))) == set(row_ids(here, then))
    assert rows_of(await browser.get(f"{address}?year={new_id()}")) == []


async def test_filters_narrow_together_and_can_be_taken_away(
    sign_in: SignIn, cast: Cast, db: AsyncSession, waiting: Waiting, address: str
) -> None:
    campus = await factories.make_campus(db, cast.school, name="Campus North")
    other = await factories.make_group(
        db, cast.school, year=cast.year, campus=campus, grade=Grade.FIRST, shift=Shift.AFTERNOON
    )
    sixth, first = await sit(db, cast), await sit(db, cast, group=other)
    done = await sit(db, cast, status=Status.COMPLETED, outcome=Outcome.PROMOTED)
    asks = await waiting(group=other, grade=Grade.FIRST)
    browser = await sign_in(cast.secretary)
    for query, expected in (
        ("grade=1", [first, asks]),
        ("grade=1&grade=6", [sixth, first, done, asks]),
        (f"group={other.code}&status=active", [first]),
        (f"campus={campus.id}", [first, asks]),
        ("shift=morning", [sixth, done]),
        ("outcome=promoted", [done]),
        ("grade=1&shift=morning", []),
    ):
        page = await browser.get(f"{address}?{query}")
        assert set(rows_of(page)) == set(row_ids(*expected)), query
    page = await browser.get(f"{address}?grade=1&campus={campus.id}")
    assert page.texts(".filters .chip") == ["Grade: 1st", "Campus: Campus North"]
    chip = page.all(".filters .chip a")[0].attributes["href"]
    assert set(rows_of(await browser.get(address + str(chip)))) == set(row_ids(first, asks))
    assert "No enrollment fits" in (await browser.get(f"{address}?grade=11")).text


async def test_what_waits_too_long_is_found(
    sign_in: SignIn, cast: Cast, db: AsyncSession, waiting: Waiting, address: str
) -> None:
    old = await give_back(db, cast, await waiting(), ago=timedelta(days=8))
    fresh = await give_back(db, cast, await waiting(), ago=timedelta(days=2))
    browser = await sign_in(cast.secretary)
    assert rows_of(await browser.get(f"{address}?waiting=7")) == row_ids(old)
    assert set(rows_of(await browser.get(f"{address}?waiting=1"))) == set(row_ids(old, fresh))
    day = (now() - timedelta(days=5)).date()
    page = await browser.get(f"{address}?waiting={day}")
    assert rows_of(page) == row_ids(old)
    assert page.texts(".filters .chip")[0].startswith("Since ")
    assert rows_of(await browser.get(f"{address}?sort=since")) == row_ids(old, fresh)
    assert rows_of(await browser.get(f"{address}?sort=-since")) == row_ids(fresh, old)


async def test_search_by_name_document_or_number(sign_in: SignIn, cast: Cast, db: AsyncSession, address: str) -> None:
    zapata = await sit(db, cast, first_surname="Zapata", document_number="1020304050")
    await sit(db, cast)
    browser = await sign_in(cast.secretary)
    for typed in ("zapáta", "angela zap", "1.020.304.050", "20304", zapata.number, zapata.number[-5:]):
        page = await browser.get(f"{address}?q={quote(typed)}")
        assert rows_of(page) == row_ids(zapata), typed
    assert rows_of(await browser.get(f"{address}?q=%25")) == []


@pytest.mark.parametrize("sort", ["name", "-name", "number", "-since"])
async def test_pages_turn_forward_and_back_with_few_questions(
    app: Litestar, sign_in: SignIn, cast: Cast, waiting: Waiting, address: str, sort: str
) -> None:
    for _ in range(103):
        await waiting(represented=False)
    browser = await sign_in(cast.secretary)
    with counted(app) as queries:
        pages = [await browser.get(f"{address}?sort={sort}")]
    assert len(queries) <= 5
    while later := pages[-1].all(".pager a[rel=next]"):
        pages.append(await browser.get(address + str(later[0].attributes["href"])))
    seen = [row for page in pages for row in rows_of(page)]
    assert [len(rows_of(page)) for page in pages] == [50, 50, 3]
    assert len(set(seen)) == 103
    back = await browser.get(address + str(pages[2].one(".pager a[rel=prev]").attributes["href"]))
    assert rows_of(back) == rows_of(pages[1])
    start = await browser.get(address + str(back.one(".pager a[rel=prev]").attributes["href"]))
    assert rows_of(start) == rows_of(pages[0])
    assert not start.all(".pager a[rel=prev]")


async def test_a_teacher_sees_only_who_sits_in_the_own_groups(
    sign_in: SignIn, cast: Cast, db: AsyncSession, waiting: Waiting, address: str
) -> None:
    other_group = await factories.make_group(db, cast.school, year=cast.year, campus=cast.campus)
    mine, other, asking = await sit(db, cast), await sit(db, cast, group=other_group), await waiting()
    browser = await sign_in(cast.teacher)
    page = await browser.get(address)
    assert rows_of(page) == row_ids(mine)
    assert page.texts(".picks button") == ["Export", "CSV"]
    assert (await browser.get(f"{address}/{mine.id}")).status == 200
    for hidden in (other, asking):
        assert (await browser.get(f"{address}/{hidden.id}")).status == 404


async def test_columns_are_those_that_matter_unless_somebody_chooses(
    sign_in: SignIn, cast: Cast, db: AsyncSession, address: str
) -> None:
    await give_back(db, cast, await sit(db, cast, status=Status.SUBMITTED))
    await sit(db, cast, status=Status.COMPLETED, outcome=Outcome.PROMOTED)
    browser = await sign_in(cast.secretary)
    for query, expected in (
        ("", ["Student", "Group", "State", "Since", "Number"]),
        ("year=all", ["Student", "Year", "Group", "State", "Since", "Number"]),
        ("status=returned", ["Student", "Group", "Since", "Number", "What must be corrected"]),
        ("status=completed", ["Student", "Group", "State", "Outcome", "Since", "Number"]),
        ("status=returned&columns=campus,number", ["Student", "Campus", "Number"]),
    ):
        assert (await browser.get(f"{address}?{query}")).texts("thead th:not(.pick)") == expected, query
    kept = {"columns": ["document", "shift"], "of": "?status=active", "view": ""}
    answer = await browser.post(f"/schools/{cast.school.slug}/views/columns/enrollments", kept)
    assert answer.location == f"{address}?status=active"
    assert (await browser.get(address)).texts("thead th:not(.pick)") == ["Student", "Document", "Shift"]


@pytest.mark.parametrize("first", [column.key for column in COLUMNS if column.sort])
async def test_every_column_sorts_with_another_behind_it_and_turns_both_ways(
    sign_in: SignIn, cast: Cast, db: AsyncSession, address: str, monkeypatch: pytest.MonkeyPatch, first: str
) -> None:
    show_few(monkeypatch, listing, "enrollments_list")
    other = await factories.make_group(db, cast.school, year=cast.year, campus=cast.campus, grade=Grade.FIRST)
    for number in range(7):
        surname = ("Ávila", "Botero")[number % 2]
        asks = await sit(db, cast, first_surname=surname, group=(cast.group, other)[number % 3 == 0])
        if number % 2:
            asks.status = Status.SUBMITTED
            await give_back(db, cast, asks, ago=timedelta(days=number))
    browser = await sign_in(cast.secretary)
    for sort in (f"{first},-name", f"-{first},status", f"-status,{first}"):
        assert len(await rows_in_turn(browser, address, f"sort={sort}")) == 7


async def test_those_without_a_group_or_a_required_paper_are_found(
    sign_in: SignIn, cast: Cast, db: AsyncSession, address: str
) -> None:
    of_sixth = ChecklistItem(AttachmentKind.IDENTITY_DOCUMENT, grades=(Grade.SIXTH,))
    await ask_for_papers(db, cast.school, of_sixth, ChecklistItem(AttachmentKind.MEDICAL))
    seen = {AttachmentKind.IDENTITY_DOCUMENT.value: True, AttachmentKind.MEDICAL.value: True}
    complete, lacks = (
        await sit(db, cast, checklist=seen),
        await sit(db, cast, checklist={AttachmentKind.IDENTITY_DOCUMENT.value: True}),
    )
    no_group = await sit(db, cast, group_id=None, grade=Grade.FIRST, checklist=seen)
    browser = await sign_in(cast.secretary)
    assert set(rows_of(await browser.get(address))) == set(row_ids(complete, lacks, no_group))
    assert rows_of(await browser.get(f"{address}?without=group")) == row_ids(no_group)
    assert rows_of(await browser.get(f"{address}?without=papers")) == row_ids(lacks)
    # What is said of health is not to be found out by looking for who lacks it.
    page = await (await sign_in(cast.viewer)).get(f"{address}?without=papers")
    assert row_ids(lacks)[0] not in rows_of(page)


async def test_the_choices_of_a_filter_are_counted_in_the_year_and_the_tab(
    sign_in: SignIn, cast: Cast, db: AsyncSession, waiting: Waiting, address: str
) -> None:
    await sit(db, cast)
    await sit(db, cast)
    await waiting()
    browser = await sign_in(cast.secretary)
    choices = await browser.get(f"{address}/choices/group?status=active")
    assert choices.texts("label") == [f"{cast.group.code} 2"]
    assert (await browser.get(f"{address}/choices/year")).status == 404


async def test_an_empty_year_says_what_to_do(sign_in: SignIn, cast: Cast, address: str) -> None:
    assert "Import from SIMAT" in (await (await sign_in(cast.secretary)).get(address)).text
    assert "There are no enrollments to see" in (await (await sign_in(cast.viewer)).get(address)).text
    assert "None in this state" in (await (await sign_in(cast.secretary)).get(f"{address}?status=draft")).text


async def test_why_pupils_left_orders_no_rows(sign_in: SignIn, cast: Cast, db: AsyncSession, address: str) -> None:
    early, late = [await sit(db, cast) for _number in range(2)]
    for enrollment, reason in ((early, "Zoster"), (late, "Asthma")):
        enrollment.status_history = [{"from": "active", "to": "withdrawn", "at": now().isoformat(), "reason": reason}]
        enrollment.status = Status.WITHDRAWN
    await db.flush()
    browser = await sign_in(cast.viewer)
    orders = [
        [row.attributes["id"] for row in (await browser.get(f"{address}?sort={sort}")).all("#rows > tr")]
        for sort in ("reason", "student")
    ]
    assert len(orders[0]) == 2
    assert orders[0] == orders[1]
