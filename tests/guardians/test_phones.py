"""A guardian's phones, corrected where they stand in a student's record."""

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.models import User
from portal.db.tenancy import enter_school
from portal.guardians.models import Guardian, StudentGuardian
from portal.students.models import Student
from tests import factories
from tests.factories import Cast
from tests.pages import FORGED, FRAGMENT, Browser

pytestmark = pytest.mark.anyio
SignIn = Callable[[User], Awaitable[Browser]]


@pytest.fixture
async def mother(db: AsyncSession, cast: Cast) -> Guardian:
    return await factories.make_guardian(db, cast.school, phone="3105550140")


@pytest.fixture
async def tie(db: AsyncSession, cast: Cast, mother: Guardian) -> StudentGuardian:
    student: Student = await factories.make_student(db, cast.school)
    return await factories.make_tie(db, student, mother)


@pytest.fixture
def record(cast: Cast, tie: StudentGuardian) -> str:
    return f"/schools/{cast.school.slug}/students/{tie.student_id}"


@pytest.fixture
def here(record: str, tie: StudentGuardian) -> str:
    return f"{record}/guardians/{tie.id}/phones"


async def phones(db: AsyncSession, mother: Guardian) -> tuple[str | None, str | None]:
    await enter_school(db, mother.school_id)
    await db.refresh(mother)
    return mother.phone, mother.phone_2


async def test_the_number_on_the_card_leads_to_its_form(sign_in: SignIn, cast: Cast, record: str, here: str) -> None:
    card = await (await sign_in(cast.secretary)).get(record)
    link = card.one(".guardian-card .phones .edits").attributes
    assert (link["href"], link["hx-get"]) == (f"{here}/edit", f"{here}/edit")
    assert card.one(".guardian-card .calls").attributes["href"] == "tel:+573105550140"
    viewer = await (await sign_in(cast.viewer)).get(record)
    assert not viewer.all(".guardian-card .edits")
    assert "310 555 0140" in viewer.one(".guardian-card .phones").text()


async def test_in_place_just_the_numbers_are_saved_and_keep_the_focus(
    sign_in: SignIn, db: AsyncSession, cast: Cast, mother: Guardian, tie: StudentGuardian, here: str
) -> None:
    browser = await sign_in(cast.secretary)
    form = await browser.get(f"{here}/edit", headers=FRAGMENT)
    assert form.is_fragment
    assert set(form.form("form")) == {"once", "version", "phone", "phone_2"}
    answer = await browser.post(f"{here}/edit", form.form("form") | {"phone": "310 555 0148"}, headers=FRAGMENT)
    assert (answer.status, answer.is_fragment) == (200, True)
    assert answer.one(f"#phones-{tie.id}").attributes["data-announce"] == "Saved."
    assert "310 555 0148" in answer.one("[data-focus]").text()
    assert await phones(db, mother) == ("3105550148", None)
    left = await browser.get(here, headers=FRAGMENT)
    assert "data-announce" not in left.one(f"#phones-{tie.id}").attributes
    assert left.all("[data-focus]")


async def test_without_a_script_it_is_a_page(
    sign_in: SignIn, db: AsyncSession, cast: Cast, mother: Guardian, record: str, here: str
) -> None:
    browser = await sign_in(cast.secretary)
    assert (await browser.get(here)).location == f"{record}/guardians"
    sent = (await browser.get(f"{here}/edit")).form() | {"phone": "", "phone_2": "6045550172"}
    answer = await browser.post(f"{here}/edit", sent)
    assert (answer.status, answer.location) == (303, f"{record}/guardians")
    assert await phones(db, mother) == (None, "6045550172")
    assert "Saved." in (await browser.get(answer.location)).text


@pytest.mark.parametrize("headers", [{}, FRAGMENT])
async def test_what_is_no_number_comes_back(
    sign_in: SignIn, db: AsyncSession, cast: Cast, mother: Guardian, here: str, headers: dict[str, str]
) -> None:
    browser = await sign_in(cast.secretary)
    sent = (await browser.get(f"{here}/edit")).form() | {"phone": "310 555", "phone_2": "uno"}
    answer = await browser.post(f"{here}/edit", sent, headers=headers)
    assert (answer.status, answer.is_fragment) == (422, bool(headers))
    assert len(answer.all("#errors li")) == 2
    assert answer.one("input[name=phone]").attributes["value"] == "310 555"
    assert await phones(db, mother) == ("3105550140", None)


async def test_two_who_correct_them_merge_or_choose(
    sign_in: SignIn, db: AsyncSession, cast: Cast, mother: Guardian, here: str
) -> None:
    secretary, principal = await sign_in(cast.secretary), await sign_in(cast.principal)
    sent = (await secretary.get(f"{here}/edit")).form()
    await principal.post(f"{here}/edit", sent | {"phone_2": "6045550172"})
    answer = await secretary.post(f"{here}/edit", sent | {"phone": "3105550148"}, headers=FRAGMENT)
    assert f"Saved. Meanwhile {cast.principal.full_name} changed: Another phone." in answer.text
    assert await phones(db, mother) == ("3105550148", "6045550172")
    asked = await secretary.post(f"{here}/edit", sent | {"phone": "3105550149"}, headers=FRAGMENT)
    assert (asked.status, asked.texts("tbody th")) == (409, ["Mobile phone"])


async def test_only_those_who_may_write_of_this_school(
    sign_in: SignIn, db: AsyncSession, cast: Cast, mother: Guardian, here: str
) -> None:
    for role, status in (("viewer", 403), ("coordinator", 403), ("teacher", 403), ("stranger", 404)):
        browser = await sign_in(getattr(cast, role))
        assert (await browser.get(f"{here}/edit")).status == status
        assert (await browser.post(f"{here}/edit", {"phone": "3105550148"})).status == status
    forged = await (await sign_in(cast.secretary)).post(f"{here}/edit", {"phone": "3105550148"}, headers=FORGED)
    assert forged.status == 403
    assert await phones(db, mother) == ("3105550140", None)
