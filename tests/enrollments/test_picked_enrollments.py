"""What is done with many enrollments of the list: another group, and a file."""

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from portal.enrollments.ticked import MOST_IN_AN_ADDRESS
from portal.students.models import Student
from tests import factories
from tests.enrollments.conftest import SignIn, Waiting
from tests.exports import FORMULA, assert_no_formula, exported_csv, exported_xlsx
from tests.factories import Cast

pytestmark = pytest.mark.anyio


@pytest.fixture
def address(cast: Cast) -> str:
    return f"/schools/{cast.school.slug}/enrollments"


@pytest.fixture
async def pupils(db: AsyncSession, cast: Cast) -> list[Student]:
    """Three who sit in the group, in the order of their names."""
    made = [
        await factories.make_student(db, cast.school, first_surname=surname)
        for surname in ("Ávila", "Botero", "Castro")
    ]
    for student in made:
        await factories.make_enrollment(db, student, group=cast.group, starts_on=cast.year.starts_on)
    return made


async def test_the_bar_offers_what_the_person_may_do(
    sign_in: SignIn, cast: Cast, pupils: list[Student], address: str
) -> None:
    offered = {
        role: (await (await sign_in(getattr(cast, role))).get(address)).texts(".picks button")
        for role in ("coordinator", "viewer")
    }
    assert offered == {"coordinator": ["Change group", "Export", "CSV"], "viewer": ["Export", "CSV"]}


async def test_the_picked_go_to_the_change_of_group_and_who_cannot_is_named_there(
    sign_in: SignIn, cast: Cast, pupils: list[Student], waiting: Waiting, address: str
) -> None:
    await waiting(first_surname="Zuluaga")
    browser = await sign_in(cast.coordinator)
    answer = await browser.get(f"{address}/group-change", params={"which": "all", "of": "?status=active"})
    assert answer.status == 303
    assert answer.location.count("enrollment=") == 3
    assert "Ávila" in (await browser.get(answer.location)).text
    everybody = await browser.get(f"{address}/group-change", params={"which": "page", "of": ""})
    assert everybody.location.count("enrollment=") == 4
    page = await browser.get(everybody.location)
    assert (page.status, "Zuluaga" in page.text) == (200, True)
    nobody = await browser.get(f"{address}/group-change")
    assert (await browser.get(nobody.location)).status == 200


async def test_too_many_for_a_change_of_group_are_refused_in_words(
    sign_in: SignIn, cast: Cast, waiting: Waiting, address: str
) -> None:
    for _ in range(MOST_IN_AN_ADDRESS + 1):
        await waiting(represented=False)
    answer = await (await sign_in(cast.coordinator)).get(f"{address}/group-change", params={"which": "all"})
    assert answer.status == 409
    assert "at most 140 students" in answer.text


async def test_the_columns_that_are_shown_are_exported_in_the_order_of_the_list(
    sign_in: SignIn, cast: Cast, pupils: list[Student], waiting: Waiting, address: str
) -> None:
    await waiting(first_surname="Zuluaga")
    browser = await sign_in(cast.viewer)
    asked = "?status=active&sort=-name&columns=document,starts_on"
    lines = await exported_csv(browser, address, of=asked)
    assert lines[0] == ["Student", "Document", "Enrolled from"]
    assert [line[0].split()[0] for line in lines[1:]] == ["Castro", "Botero", "Ávila"]
    assert lines[1][2] == cast.year.starts_on.isoformat()
    assert len(await exported_xlsx(browser, address, of=asked)) == 4
    # The tab is not asked for, and so all columns are the usual ones.
    assert (await exported_csv(browser, address))[0] == ["Student", "Group", "State", "Since", "Number"]
    kept = {"columns": ["shift"], "of": "", "view": ""}
    await browser.post(f"/schools/{cast.school.slug}/views/columns/enrollments", kept)
    assert (await exported_csv(browser, address))[0] == ["Student", "Shift"]


async def test_no_cell_begins_a_formula(sign_in: SignIn, cast: Cast, db: AsyncSession, address: str) -> None:
    student = await factories.make_student(db, cast.school, first_surname=FORMULA)
    await factories.make_enrollment(db, student, group=cast.group)
    await assert_no_formula(await sign_in(cast.secretary), address)


async def test_a_teacher_exports_who_sits_in_their_own_groups(
    sign_in: SignIn, cast: Cast, db: AsyncSession, pupils: list[Student], waiting: Waiting, address: str
) -> None:
    other = await factories.make_group(db, cast.school, year=cast.year, campus=cast.campus)
    await factories.make_enrollment(db, await factories.make_student(db, cast.school), group=other)
    await waiting()
    assert len(await exported_csv(await sign_in(cast.teacher), address)) == 4
    assert len(await exported_csv(await sign_in(cast.viewer), address)) == 6


@pytest.mark.parametrize(
    ("who", "export", "group"), [("stranger", 404, 404), ("teacher", 200, 403), ("viewer", 200, 403)]
)
async def test_who_may(
    sign_in: SignIn, cast: Cast, pupils: list[Student], address: str, who: str, export: int, group: int
) -> None:
    browser = await sign_in(getattr(cast, who))
    assert (await browser.get(f"{address}/export", params={"which": "all"})).status == export
    assert (await browser.get(f"{address}/group-change", params={"which": "all"})).status == group
