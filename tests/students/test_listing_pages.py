"""Turning the pages of the list: by key, in every order, to the last row and back, without a gap or a repetition."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.models import User
from portal.catalogs.codes import EnrollmentStatus, Gender, Grade
from portal.db.base import now
from portal.db.tenancy import enter_school
from portal.lists.declaring import PAGE
from portal.students.models import Student
from tests import factories
from tests.factories import Cast
from tests.pages import Browser, Page

pytestmark = pytest.mark.anyio
ORDERS = ("name", "document", "group", "status")


@pytest.fixture
def at(cast: Cast) -> str:
    return f"/schools/{cast.school.slug}/students"


@pytest.fixture
async def secretary(sign_in: Callable[[User], Awaitable[Browser]], cast: Cast) -> Browser:
    return await sign_in(cast.secretary)


@pytest.fixture
async def many(db: AsyncSession, cast: Cast) -> list[Student]:
    """Two pages and a bit: most have the same name, a third no enrollment, some no group."""
    first: dict[str, Any] = {"year": cast.year, "campus": cast.campus, "grade": Grade.FIRST}
    tenth = await factories.make_group(db, cast.school, code="10", **first)
    ninth = await factories.make_group(db, cast.school, code="9", **first)
    statuses = list(EnrollmentStatus)
    students = []
    for number in range(2 * PAGE + 7):
        surname = "Núñez" if number % 5 else "ABMZ"[number % 4] + "vila"
        student = await factories.make_student(db, cast.school, first_surname=surname)
        students.append(student)
        if number % 3:
            group = (cast.group, tenth, ninth)[number % 7 % 3]
            status = statuses[number % len(statuses)]
            placed = {"group_id": None} if number % 11 == 0 else {}
            await factories.make_enrollment(db, student, group=group, status=status, **placed)
    return students


def ids(page: Page) -> list[str]:
    assert page.status == 200
    return [str(row.attributes["id"]) for row in page.all("tbody tr")]


def link(page: Page, rel: str) -> str | None:
    found = page.all(f".pager a[rel={rel}]")
    return str(found[0].attributes["href"]) if found else None


@pytest.mark.parametrize("order", [f"{sign}{name}" for name in ORDERS for sign in ("", "-")])
async def test_pages_forth_and_back_show_everybody_once(
    secretary: Browser, at: str, many: list[Student], order: str
) -> None:
    address: str | None = f"?sort={order}"
    pages = []
    while address:
        page = await secretary.get(at + address)
        pages.append(ids(page))
        address, back = link(page, "next"), link(page, "prev")
    assert [len(rows) for rows in pages] == [PAGE, PAGE, 7]
    assert sorted(row for rows in pages for row in rows) == sorted(f"student-{student.id}" for student in many)
    for rows in reversed(pages[:-1]):
        page = await secretary.get(at + str(back))
        assert ids(page) == rows
        back = link(page, "prev")
    assert back is None


async def test_groups_are_in_the_order_of_their_numbers_and_nobody_without_one_is_lost(
    secretary: Browser, at: str, many: list[Student], cast: Cast
) -> None:
    async def in_turn(sort: str) -> list[str]:
        address, groups = f"?columns=group&sort={sort}", []
        while address:
            page = await secretary.get(at + address)
            groups += [row.css("td")[-1].text() for row in page.all("tbody tr")]
            address = link(page, "next") or ""
        return list(dict.fromkeys(groups))

    sixth = f"6th {cast.group.code}"
    assert await in_turn("group") == ["1st 9", "1st 10", "1st", sixth, "6th", ""]
    assert await in_turn("-group") == [sixth, "6th", "1st 10", "1st 9", "1st", ""]


BLANK_OR_NOT = {
    "own_phone": {"phone": "310 555 0148"},
    "email": {"email": "luz@correo.example"},
    "stratum": {"stratum": 0},
    "birth_date": {"birth_date": date(2012, 2, 29)},
    "age": {"birth_date": date(2012, 2, 29)},
    "gender": {"gender": Gender.F},
}


@pytest.mark.parametrize(("column", "written"), BLANK_OR_NOT.items())
async def test_what_is_not_recorded_comes_last_whichever_way(
    secretary: Browser, at: str, db: AsyncSession, cast: Cast, column: str, written: dict[str, Any]
) -> None:
    blank = await factories.make_student(db, cast.school, **dict.fromkeys(written))
    other = await factories.make_student(db, cast.school, **written)
    for sort in (column, f"-{column}"):
        page = await secretary.get(f"{at}?sort={sort}&columns={column}")
        assert ids(page) == [f"student-{other.id}", f"student-{blank.id}"], sort


async def test_names_are_sorted_without_their_accents(
    secretary: Browser, at: str, db: AsyncSession, cast: Cast
) -> None:
    for surname in ("Zapata", "Ávila", "Nuñez", "Avila", "Ñungo", "Nunez"):
        await factories.make_student(db, cast.school, first_surname=surname, second_surname=None)
    rows = (await secretary.get(at)).texts("tbody .name")
    assert [row.split(",")[0] for row in rows][2:] == ["Nuñez", "Nunez", "Ñungo", "Zapata"]
    assert {row.split(",")[0] for row in rows[:2]} == {"Avila", "Ávila"}


async def test_a_letter_leads_to_the_names_from_it_on(secretary: Browser, at: str, many: list[Student]) -> None:
    page = await secretary.get(at)
    letters = {node.text(): str(node.attributes["href"]) for node in page.all(".letters a")}
    page = await secretary.get(at + letters["M"])
    assert page.texts("tbody .name")[0].startswith("Mvila")
    assert page.texts(".letters [aria-current]") == ["M"]
    assert "50 of 107" in page.text
    assert (await secretary.get(f"{at}?letter=B&sort=-name")).texts("tbody .name")[0].startswith("Bvila")
    assert (await secretary.get(f"{at}?sort=group")).all(".letters") == []


async def test_before_a_letter_the_page_is_never_short(secretary: Browser, at: str, many: list[Student]) -> None:
    page = await secretary.get(f"{at}?letter=B")
    before = await secretary.get(at + str(link(page, "prev")))
    assert ids(before) == ids(await secretary.get(at))
    assert "1–50 of 107" in before.text


async def test_a_place_that_is_gone_is_still_a_place(
    secretary: Browser, at: str, many: list[Student], db: AsyncSession, cast: Cast
) -> None:
    second = link(await secretary.get(at), "next")
    expected = ids(await secretary.get(at + str(second)))
    await enter_school(db, cast.school.id)
    marked = next(student for student in many if str(student.id) in str(second))
    marked.deleted_at = now()
    await db.flush()
    assert ids(await secretary.get(at + str(second))) == expected


async def test_an_unknown_place_is_the_beginning(
    secretary: Browser, at: str, many: list[Student], db: AsyncSession, cast: Cast
) -> None:
    foreign = await factories.make_student(db, cast.other_school)
    start = ids(await secretary.get(at))
    for query in (f"after={foreign.id}", f"before={foreign.id}", f"sort=name&after={cast.school.id}"):
        assert ids(await secretary.get(f"{at}?{query}")) == start


async def test_links_keep_what_was_asked_and_hold_no_names(secretary: Browser, at: str, many: list[Student]) -> None:
    page = await secretary.get(f"{at}?q=nunez&sort=-document")
    turned = str(link(page, "next"))
    assert turned.startswith("?q=nunez&sort=-document&after=")
    heads = {node.text(): str(node.attributes["href"]) for node in page.all("thead a")}
    assert heads["Document"] == "?q=nunez&sort=document"
    assert heads["Student"] == "?q=nunez&sort=name"  # without a word on it the best finds come first
    assert page.one("th[aria-sort]").attributes["aria-sort"] == "descending"
