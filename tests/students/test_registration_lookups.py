"""While a new student is being written: who looks like them, and which guardian is here already."""

from collections.abc import Awaitable, Callable
from datetime import date

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.models import User
from portal.db.base import now
from portal.guardians.models import Guardian
from portal.students.models import Student
from tests import factories
from tests.factories import Cast
from tests.pages import FRAGMENT, Browser

pytestmark = pytest.mark.anyio
ANGELA = {"first_surname": "NUNEZ", "first_name": "angela", "birth_date": "3/3/2016", "document_number": "1150000000"}


@pytest.fixture
async def secretary(sign_in: Callable[[User], Awaitable[Browser]], cast: Cast) -> Browser:
    return await sign_in(cast.secretary)


@pytest.fixture
def at(cast: Cast) -> str:
    return f"/schools/{cast.school.slug}/students"


@pytest.fixture
async def samuel(db: AsyncSession, cast: Cast) -> Student:
    return await factories.make_student(db, cast.school, first_name="Samuel", middle_names=None)


@pytest.fixture
async def mother(db: AsyncSession, cast: Cast, samuel: Student) -> Guardian:
    return await factories.make_guardian(db, cast.school, of=samuel, document_number="43555210")


async def test_who_looks_alike_appears_while_typing(secretary: Browser, at: str, db: AsyncSession, cast: Cast) -> None:
    there = await factories.make_student(db, cast.school, birth_date=date(2016, 3, 3))
    await factories.make_enrollment(db, there, group=cast.group)
    answer = await secretary.post(f"{at}/new/likenesses", ANGELA, headers=FRAGMENT)
    assert answer.is_fragment
    assert answer.all("form") == []
    (article,) = answer.all("article")
    assert "Ángela Sofía Núñez Castaño" in article.text()
    assert f"6th {cast.group.code}, active" in " ".join(article.text().split())
    assert answer.texts("article li") == ["The same names", "The same date of birth"]
    record, enrollment = (link.attributes["href"] for link in answer.all("article a"))
    assert (record, enrollment) == (f"{at}/{there.id}", f"{at}/{there.id}/enrollments/new")
    answer.one("input[name=not_duplicate]")


async def test_whoever_lies_in_the_recycle_bin_is_brought_back_from_there(
    secretary: Browser, at: str, db: AsyncSession, cast: Cast
) -> None:
    number = ANGELA["document_number"]
    deleted = await factories.make_student(db, cast.school, document_number=number, deleted_at=now())
    answer = await secretary.post(f"{at}/new/likenesses", ANGELA | {"document_type": "RC"}, headers=FRAGMENT)
    assert "in the recycle bin" in answer.text
    (way,) = answer.all("article a")
    assert way.attributes["href"] == f"/schools/{cast.school.slug}/bin/students/{deleted.id}/restoration"
    answer.one("input[name=not_duplicate]")


async def test_nobody_alike_is_said_too(secretary: Browser, at: str) -> None:
    answer = await secretary.post(f"{at}/new/likenesses", ANGELA, headers=FRAGMENT)
    assert answer.all("article") == []
    assert answer.text


@pytest.mark.parametrize("typed", ["castano luz", "43.555.210", "310 555 0148", "3105550148"])
async def test_a_guardian_is_found_by_name_document_or_phone(
    secretary: Browser, at: str, mother: Guardian, typed: str
) -> None:
    answer = await secretary.post(f"{at}/new/guardians", {"guardian-q": typed}, headers=FRAGMENT)
    assert answer.is_fragment
    assert answer.one("button[name=guardian-id]").attributes["value"] == str(mother.id)
    assert "Luz Marina Castaño Ríos" in answer.text
    assert "CC 43.555.210" in answer.text
    assert "Samuel Núñez Castaño" in answer.text


async def test_without_a_script_a_guardian_is_found_and_taken_by_plain_buttons(
    secretary: Browser, at: str, mother: Guardian
) -> None:
    typed = ANGELA | {"gender": "F", "enrollment-grade": "6", "enrollment-note": "hola"}
    opened = await secretary.get(f"{at}/new")
    find = next(node for node in opened.all("button[formaction]") if "Find" in node.text())

    found = await secretary.post(str(find.attributes["formaction"]), opened.form() | typed | {"guardian-q": "luz"})
    assert (found.status, found.is_fragment) == (200, False)
    assert found.all("#errors") == []
    assert found.form().items() >= typed.items()
    assert found.form()["id"] == opened.form()["id"]

    take = found.one("button[name=guardian-id]")
    taken = await secretary.post(
        str(take.attributes["formaction"]), found.form() | {"guardian-id": take.attributes["value"]}
    )
    assert taken.form()["guardian-id"] == str(mother.id)
    assert taken.form().items() >= typed.items()
    assert taken.all("#guardian-q") == []

    change = taken.one("button[name=guardian-change]")
    changed = await secretary.post(str(change.attributes["formaction"]), taken.form() | {"guardian-change": "1"})
    assert "guardian-id" not in changed.form()
    changed.one("#guardian-q")


async def test_enter_in_the_box_looks_for_the_guardian_and_registers_nobody(
    secretary: Browser, at: str, mother: Guardian
) -> None:
    answer = await secretary.post(at, {"guardian-q": "luz", "then": "enter"})
    assert answer.status == 200
    assert answer.all("#errors") == []
    answer.one("button[name=guardian-id]")


async def test_whoever_looks_for_a_guardian_and_takes_none_is_asked(
    secretary: Browser, at: str, mother: Guardian
) -> None:
    answer = await secretary.post(at, ANGELA | {"guardian-q": "luz", "then": "submit"})
    assert answer.status == 422
    assert answer.one("#errors a[href='#guardian-q']")
    answer.one("button[name=guardian-id]")


async def test_nobody_is_found_in_another_school(secretary: Browser, at: str, db: AsyncSession, cast: Cast) -> None:
    await factories.make_guardian(db, cast.other_school, first_name="Luz")
    answer = await secretary.post(f"{at}/new/guardians", {"guardian-q": "luz"}, headers=FRAGMENT)
    assert answer.all("button") == []
    assert "Nobody was found" in answer.text
