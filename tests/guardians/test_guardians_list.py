"""The list of guardians: found by name, document or telephone, each with their children."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.models import User
from portal.db.base import now
from portal.guardians.models import Guardian
from portal.lists.declaring import PAGE
from tests import factories
from tests.exports import FORMULA, assert_no_formula, exported_csv
from tests.factories import Cast
from tests.pages import FRAGMENT, Browser, Page
from tests.queries import counted

pytestmark = pytest.mark.anyio
SignIn = Callable[[User], Awaitable[Browser]]


@pytest.fixture
def at(cast: Cast) -> str:
    return f"/schools/{cast.school.slug}/guardians"


@pytest.fixture
async def secretary(sign_in: SignIn, cast: Cast) -> Browser:
    return await sign_in(cast.secretary)


def names(page: Page) -> list[str]:
    assert page.status == 200, page.text
    return [node.text() for node in page.all("tbody .name")]


async def make_named(db: AsyncSession, cast: Cast, surname: str, **given: Any) -> Guardian:
    bare = {"first_name": "Ana", "second_surname": None, "middle_names": None}
    return await factories.make_guardian(db, cast.school, first_surname=surname, **bare | given)


async def test_a_row_shows_document_telephone_and_all_children(
    secretary: Browser, at: str, db: AsyncSession, cast: Cast
) -> None:
    mother = await factories.make_guardian(db, cast.school, document_number="43000111")
    for name in ("Samuel", "Ana"):
        child = await factories.make_student(db, cast.school, first_name=name, middle_names=None)
        await factories.make_tie(db, child, mother)
    gone = await factories.make_student(db, cast.school, first_name="Gone", deleted_at=now())
    await factories.make_tie(db, gone, mother)
    page = await secretary.get(at)
    cells = page.texts(f"#guardian-{mother.id} td:not(.pick)")
    assert cells[0].startswith("LC Castaño Ríos, Luz Marina")
    assert cells[1:] == ["CC 43.000.111", "310 555 0148", "Ana Núñez and Samuel Núñez", "2"]
    assert page.one(f"#guardian-{mother.id} a.name").attributes["href"] == f"{at}/{mother.id}"
    assert page.texts("h1") == ["Guardians 1"]


@pytest.mark.parametrize(
    "typed", ["marina castano", "43.000.111", "310 555 0148", "310-5550148", "604 444 1122", "RÍOS lu"]
)
async def test_they_are_found_by_name_document_or_any_telephone(
    secretary: Browser, at: str, db: AsyncSession, cast: Cast, typed: str
) -> None:
    await factories.make_guardian(db, cast.school, document_number="43000111", phone_2="604 444 11 22 / casa")
    await make_named(db, cast, "Other", phone=None)
    found = await secretary.get(at, params={"q": typed}, headers=FRAGMENT)
    assert found.is_fragment
    assert names(found) == ["Castaño Ríos, Luz Marina"]
    assert found.one("[data-announce]").attributes["data-announce"] == "1 guardian"
    assert found.all("mark")
    assert found.response.headers["hx-replace-url"].startswith(f"{at}?q=")


@pytest.mark.parametrize("typed", ["zzz", "%", "_", "\\", "'", "\x00", "0" * 200])
async def test_what_means_nobody_breaks_nothing(
    secretary: Browser, at: str, db: AsyncSession, cast: Cast, typed: str
) -> None:
    await make_named(db, cast, "Someone")
    page = await secretary.get(at, params={"q": typed})
    assert page.status == 200
    assert names(page) in ([], ["Someone, Ana"])


async def test_an_empty_list_says_what_to_do(sign_in: SignIn, at: str, cast: Cast) -> None:
    assert "There are no guardians yet" in (await (await sign_in(cast.secretary)).get(at)).text
    assert "There are no guardians to see" in (await (await sign_in(cast.viewer)).get(at)).text
    assert "No guardian fits" in (await (await sign_in(cast.viewer)).get(f"{at}?q=zzz")).text


async def test_deleted_ones_and_those_of_other_schools_are_not_listed(
    secretary: Browser, at: str, db: AsyncSession, cast: Cast
) -> None:
    await make_named(db, cast, "Kept")
    await make_named(db, cast, "Binned", deleted_at=now())
    await factories.make_guardian(db, cast.other_school, first_surname="Elsewhere")
    assert names(await secretary.get(at)) == ["Kept, Ana"]


@pytest.mark.parametrize("sort", ["", "-name"])
async def test_pages_forth_and_back_show_everybody_once(
    secretary: Browser, at: str, db: AsyncSession, cast: Cast, sort: str
) -> None:
    for number in range(PAGE * 2 + 3):
        await make_named(db, cast, ("Ávila", "Zapata", "Álvarez")[number % 3], document_number=f"{50000000 + number}")
    page = await secretary.get(at, params={"sort": sort})
    forth = [page]
    while following := page.all("nav.pager a[rel=next]"):
        page = await secretary.get(at + str(following[0].attributes["href"]))
        forth.append(page)
    ids = [node.attributes["id"] for page in forth for node in page.all("tbody tr")]
    assert (len(forth), len(ids), len(set(ids))) == (3, PAGE * 2 + 3, PAGE * 2 + 3)
    listed = [name for page in forth for name in names(page)]
    assert listed == sorted(listed, key=lambda name: name.replace("Á", "A"), reverse=bool(sort))
    back = page
    while before := back.all("nav.pager a[rel=prev]"):
        back = await secretary.get(at + str(before[0].attributes["href"]))
    assert names(back) == names(forth[0])


async def test_a_teacher_sees_the_guardians_of_own_pupils_and_of_them_only_those_children(
    sign_in: SignIn, at: str, db: AsyncSession, cast: Cast
) -> None:
    own = await factories.make_student(db, cast.school, first_name="Own", middle_names=None)
    other = await factories.make_student(db, cast.school, first_name="Other", middle_names=None)
    await factories.make_enrollment(db, own, group=cast.group)
    mother = await factories.make_guardian(db, cast.school, of=own)
    await factories.make_tie(db, other, mother)
    await make_named(db, cast, "Stranger")
    page = await (await sign_in(cast.teacher)).get(at)
    assert names(page) == ["Castaño Ríos, Luz Marina"]
    assert page.texts(f"#guardian-{mother.id} td:not(.pick)")[3:] == ["Own Núñez", "1"]
    assert page.texts("h1") == ["Guardians 1"]
    lines = await exported_csv(await sign_in(cast.teacher), at)
    assert [line[-2:] for line in lines] == [["Students", "How many"], ["Own Núñez", "1"]]


async def test_they_are_exported_as_they_are_shown_and_begin_no_formula(
    secretary: Browser, at: str, db: AsyncSession, cast: Cast
) -> None:
    await make_named(db, cast, "Botero", phone="300 111 22 33", occupation=FORMULA)
    await make_named(db, cast, "Ávila", document_number="43000222")
    assert (await secretary.get(at)).texts(".picks button") == ["Export", "CSV"]
    await assert_no_formula(secretary, at, of="?columns=occupation")
    lines = await exported_csv(secretary, at, of="?columns=phone&sort=-name&q=300")
    assert lines[0] == ["Guardian", "Phone"]
    assert lines[1][0] == "Botero, Ana"


async def test_who_may_open_it(sign_in: SignIn, at: str, cast: Cast, anyone: Browser) -> None:
    for role, status in (("viewer", 200), ("coordinator", 200), ("teacher", 200), ("stranger", 404)):
        browser = await sign_in(getattr(cast, role))
        assert (await browser.get(at)).status == status
        assert (await browser.get(f"{at}/export")).status == status
    assert (await anyone.get(at)).location.startswith("/login")


@pytest.mark.parametrize("several", [1, 20])
async def test_the_list_costs_five_queries(
    app: Litestar, secretary: Browser, at: str, db: AsyncSession, cast: Cast, several: int
) -> None:
    for number in range(several):
        student = await factories.make_student(db, cast.school)
        await factories.make_guardian(db, cast.school, of=student, document_number=f"{50000000 + number}")
    with counted(app) as queries:
        assert (await secretary.get(f"{at}?q=luz")).status == 200
    assert len(queries) <= 5, queries


@pytest.mark.parametrize("column", ["document", "phone", "email"])
async def test_what_is_not_recorded_comes_last_whichever_way(
    secretary: Browser, at: str, db: AsyncSession, cast: Cast, column: str
) -> None:
    written = {"document_number": "43000111", "phone": "3105550148", "email": "luz@correo.example"}
    blank = {"document_type": None, **dict.fromkeys(written)}
    await make_named(db, cast, "Blanco", **blank)
    await make_named(db, cast, "Escrito", **written)
    for sort in (column, f"-{column}"):
        found = names(await secretary.get(f"{at}?sort={sort}"))
        assert [name.split(",")[0] for name in found] == ["Escrito", "Blanco"], sort


async def test_those_without_students_are_found_and_counted(
    secretary: Browser, at: str, db: AsyncSession, cast: Cast
) -> None:
    alone = await make_named(db, cast, "Solano")
    left = await make_named(db, cast, "Quedada")
    gone = await factories.make_student(db, cast.school, deleted_at=now())
    child = await factories.make_student(db, cast.school)
    await factories.make_tie(db, gone, left)
    await factories.make_tie(db, child, await make_named(db, cast, "Castaño"))
    page = await secretary.get(f"{at}?without=students")
    assert {row.attributes["id"] for row in page.all("#rows tr")} == {f"guardian-{each.id}" for each in (alone, left)}
    labels = (await secretary.get(f"{at}/choices/without")).texts("main fieldset label")
    assert "Students 2" in labels
