"""A search finds a student by whatever somebody knows of them, and the likeliest stands first."""

from typing import Any

import pytest
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncSession

from portal.db.base import now
from portal.students.models import Student
from tests import factories
from tests.factories import Cast
from tests.pages import FRAGMENT, Browser, Page
from tests.queries import counted
from tests.students.test_listing import SignIn

pytestmark = pytest.mark.anyio


@pytest.fixture
def at(cast: Cast) -> str:
    return f"/schools/{cast.school.slug}/students"


@pytest.fixture
async def secretary(sign_in: SignIn, cast: Cast) -> Browser:
    return await sign_in(cast.secretary)


async def make_named(db: AsyncSession, cast: Cast, name: str, **given: Any) -> Student:
    """``Surname Surname, First Middle``."""
    surnames, names = (part.split() for part in name.split(", "))
    parts = {
        "first_surname": surnames[0],
        "second_surname": " ".join(surnames[1:]) or None,
        "first_name": names[0],
        "middle_names": " ".join(names[1:]) or None,
    }
    return await factories.make_student(db, cast.school, **parts | given)


def names(page: Page) -> list[str]:
    assert page.status == 200, page.text
    return [node.text() for node in page.all("tbody .name")]


# --- What finds a student ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    ["castaño luz", "RIOS marina", "gela luz", "luz 1023456789", "nunez 43.123.456", "3105550148", "3125550149"],
)
async def test_a_guardian_finds_the_child(
    secretary: Browser, at: str, db: AsyncSession, cast: Cast, typed: str
) -> None:
    student = await make_named(db, cast, "Núñez Castaño, Ángela", document_number="1023456789")
    await factories.make_guardian(
        db,
        cast.school,
        of=student,
        first_name="Luz",
        middle_names="Marina",
        first_surname="Ríos",
        second_surname="Castaño",
        document_number="43123456",
        phone="310 555 0148",
        phone_2="312-555-0149",
    )
    await make_named(db, cast, "Núñez Castaño, Mateo")
    page = await secretary.get(at, params={"q": typed})
    assert names(page) == ["Núñez Castaño, Ángela"]
    assert "1 student" in page.text


async def test_every_child_of_a_guardian_is_found_and_each_once(
    secretary: Browser, at: str, db: AsyncSession, cast: Cast
) -> None:
    ana, beto = await make_named(db, cast, "Zea, Ana"), await make_named(db, cast, "Zea, Beto")
    mother = await factories.make_guardian(db, cast.school, of=ana, first_name="Yolanda", first_surname="Quiroga")
    aunt = await factories.make_guardian(db, cast.school, first_name="Yolanda", first_surname="Quiroga")
    await factories.make_tie(db, beto, mother)
    await factories.make_tie(db, ana, aunt, is_primary=False)
    page = await secretary.get(f"{at}?q=yolanda+quiroga")
    assert names(page) == ["Zea, Ana", "Zea, Beto"]
    assert "2 students" in page.text


async def test_a_deleted_guardian_and_one_of_another_school_find_nobody(
    secretary: Browser, at: str, db: AsyncSession, cast: Cast
) -> None:
    student = await make_named(db, cast, "Zea, Ana")
    await factories.make_guardian(db, cast.school, of=student, first_name="Yolanda", deleted_at=now())
    other = await factories.make_student(db, cast.other_school)
    await factories.make_guardian(db, cast.other_school, of=other, first_name="Yolanda")
    assert names(await secretary.get(f"{at}?q=yolanda")) == []


async def test_two_letters_are_not_looked_for_among_guardians(
    secretary: Browser, at: str, db: AsyncSession, cast: Cast
) -> None:
    student = await make_named(db, cast, "Zea, Ana")
    await factories.make_guardian(db, cast.school, of=student, first_name="Lu", first_surname="Quiroga")
    assert names(await secretary.get(f"{at}?q=lu")) == []
    assert names(await secretary.get(f"{at}?q=an")) == ["Zea, Ana"]


async def test_codes_find_a_student(secretary: Browser, at: str, db: AsyncSession, cast: Cast) -> None:
    ana, beto = await make_named(db, cast, "Zea, Ana", per_id="7001234"), await make_named(db, cast, "Zea, Beto")
    await factories.make_enrollment(db, ana, group=cast.group, number="2026-00041")
    await factories.make_enrollment(db, beto, group=cast.group, number="2025-2026-00042")
    for typed, found in {
        "2026-00041": "Zea, Ana",
        "202600041": "Zea, Ana",
        "2025-2026-00042": "Zea, Beto",
        "7001234": "Zea, Ana",
        "7.001.234": "Zea, Ana",
    }.items():
        assert names(await secretary.get(at, params={"q": typed})) == [found], typed
    assert names(await secretary.get(at, params={"q": "2026-0004"})) == []


async def test_the_number_of_a_deleted_enrollment_finds_nobody(
    secretary: Browser, at: str, db: AsyncSession, cast: Cast
) -> None:
    ana = await make_named(db, cast, "Zea, Ana")
    await factories.make_enrollment(db, ana, group=cast.group, number="2026-00041", deleted_at=now())
    assert names(await secretary.get(at, params={"q": "2026-00041"})) == []


async def test_a_teacher_finds_nobody_of_other_groups_by_their_guardians(
    sign_in: SignIn, at: str, db: AsyncSession, cast: Cast
) -> None:
    own, other = await make_named(db, cast, "Own, Ana"), await make_named(db, cast, "Other, Ana")
    await factories.make_enrollment(db, own, group=cast.group)
    for student in (own, other):
        await factories.make_guardian(db, cast.school, of=student, first_name="Yolanda")
    assert names(await (await sign_in(cast.teacher)).get(f"{at}?q=yolanda")) == ["Own, Ana"]


async def test_the_guardian_who_was_searched_is_marked(
    secretary: Browser, at: str, db: AsyncSession, cast: Cast
) -> None:
    student = await make_named(db, cast, "Zea, Ana")
    await factories.make_guardian(db, cast.school, of=student, first_name="Yolanda", phone="3105550148")
    assert "Yolanda" in (await secretary.get(f"{at}?q=yolanda")).texts("tbody mark")
    assert (await secretary.get(f"{at}?q=3105550148")).texts("tbody mark") == ["310 555 0148"]


# --- Who comes first --------------------------------------------------------------------------------------------------


@pytest.fixture
async def alike(db: AsyncSession, cast: Cast) -> None:
    """All of them have to do with "mar"."""
    await make_named(db, cast, "Zea, Ana María")
    await make_named(db, cast, "Abad, Guiomar")
    await make_named(db, cast, "Márquez, Zoila")
    await make_named(db, cast, "Marín, Ana")
    await make_named(db, cast, "Castro Marín, Ana")
    child = await make_named(db, cast, "Aaron, Bea")
    await factories.make_guardian(
        db, cast.school, of=child, first_name="Marta", first_surname="Aaron", middle_names=None, second_surname=None
    )


RANKED = [
    "Marín, Ana",  # the surname begins with it
    "Márquez, Zoila",
    "Castro Marín, Ana",  # another name does
    "Zea, Ana María",
    "Abad, Guiomar",  # inside a name
    "Aaron, Bea",  # a guardian's
]


@pytest.mark.usefixtures("alike")
async def test_names_that_begin_with_what_was_typed_come_first_and_guardians_last(secretary: Browser, at: str) -> None:
    assert names(await secretary.get(f"{at}?q=mar")) == RANKED
    assert names(await secretary.get(f"{at}?q=mar&sort=name"))[0] == "Aaron, Bea"
    assert names(await secretary.get(f"{at}?q=mar", headers=FRAGMENT)) == RANKED


@pytest.mark.usefixtures("alike")
async def test_all_words_count_in_any_order(secretary: Browser, at: str) -> None:
    for typed in ("ana mar", "mar ana"):
        assert names(await secretary.get(at, params={"q": typed})) == [
            "Marín, Ana",
            "Castro Marín, Ana",
            "Zea, Ana María",
        ]


async def test_the_best_stand_on_the_first_of_several_pages_and_nobody_is_lost(
    secretary: Browser, at: str, db: AsyncSession, cast: Cast
) -> None:
    for number in range(60):
        await make_named(db, cast, f"Aguilar, Omar {number:02}")
    await make_named(db, cast, "Zea, Marta")
    first = await secretary.get(f"{at}?q=mar")
    assert names(first)[0] == "Zea, Marta"
    assert "61 students" in first.text
    second = await secretary.get(at + str(first.one("a[rel=next]").attributes["href"]))
    assert len({*names(first), *names(second)}) == 61
    back = await secretary.get(at + str(second.one("a[rel=prev]").attributes["href"]))
    assert names(back) == names(first)


@pytest.mark.parametrize("query", ["q=mar", "q=mar+ana+zea", "q=3105550148", "q=2026-00041&grade=6&sort=-document"])
@pytest.mark.usefixtures("alike")
async def test_a_search_asks_five_questions(secretary: Browser, at: str, app: Litestar, query: str) -> None:
    with counted(app) as queries:
        await secretary.get(f"{at}?{query}")
    assert len(queries) <= 5, queries


async def test_a_place_in_a_search_that_is_gone_and_a_letter_show_a_page(
    secretary: Browser, at: str, db: AsyncSession, cast: Cast
) -> None:
    await make_named(db, cast, "Marín, Ana")
    gone = "01a1ff02-0000-7000-8000-000000000000"
    for query in (f"q=mar&after={gone}", f"q=mar&before={gone}", "q=mar&letter=A", "q=mar&sort=name&letter=M"):
        page = await secretary.get(f"{at}?{query}")
        assert names(page) == ["Marín, Ana"], query
        assert "1 student" in page.text
