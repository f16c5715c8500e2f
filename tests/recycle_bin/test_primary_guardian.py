"""A primary guardian in the bin gives way, and takes the place back unless somebody has chosen another since."""

from itertools import permutations
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from portal.db.tenancy import enter_school
from portal.guardians.models import Guardian, StudentGuardian
from portal.students.models import Student
from tests import factories
from tests.factories import Cast
from tests.pages import FRAGMENT, Browser
from tests.recycle_bin.conftest import delete

pytestmark = pytest.mark.anyio


@pytest.fixture
async def student(db: AsyncSession, cast: Cast) -> Student:
    return await factories.make_student(db, cast.school)


@pytest.fixture
async def family(db: AsyncSession, cast: Cast, student: Student) -> list[Guardian]:
    """Three guardians in the order of calling, the first one primary."""
    guardians = [await factories.make_guardian(db, cast.school, first_name=name) for name in ("Ana", "Eva", "Ida")]
    for order, guardian in enumerate(guardians, 1):
        await factories.make_tie(db, student, guardian, is_primary=order == 1, contact_order=order)
    return guardians


async def primary(db: AsyncSession, student: Student) -> Any:
    """Whose guardian the primary one is, among the living; there is one at most."""
    await enter_school(db, student.school_id)
    statement = (
        select(StudentGuardian.guardian_id)
        .join(
            Guardian,
            (Guardian.school_id == StudentGuardian.school_id) & (Guardian.id == StudentGuardian.guardian_id),
        )
        .where(StudentGuardian.student_id == student.id, StudentGuardian.is_primary, Guardian.deleted_at.is_(None))
    )
    return (await db.scalars(statement)).one_or_none()


async def back(browser: Browser, at: str, guardian: Guardian) -> None:
    assert (await browser.post(f"{at}/bin/guardians/{guardian.id}/restoration")).status == 303


async def test_the_next_to_be_called_becomes_primary_and_gives_it_back(
    secretary: Browser, db: AsyncSession, at: str, student: Student, family: list[Guardian]
) -> None:
    await delete(secretary, f"{at}/guardians/{family[0].id}")
    assert await primary(db, student) == family[1].id
    assert family[0].full_name not in (await secretary.get(f"{at}/students/{student.id}/guardians")).text
    await back(secretary, at, family[0])
    assert await primary(db, student) == family[0].id


@pytest.mark.parametrize("order", list(permutations(range(3))))
async def test_whoever_was_primary_is_so_again_in_whatever_order_they_come_back(
    secretary: Browser, db: AsyncSession, at: str, student: Student, family: list[Guardian], order: tuple[int, ...]
) -> None:
    for guardian in family:
        await delete(secretary, f"{at}/guardians/{guardian.id}")
    assert await primary(db, student) is None
    for index in order:
        await back(secretary, at, family[index])
        assert await primary(db, student) is not None
    assert await primary(db, student) == family[0].id


async def test_a_choice_that_somebody_made_meanwhile_stays(
    secretary: Browser, db: AsyncSession, at: str, student: Student, family: list[Guardian]
) -> None:
    await delete(secretary, f"{at}/guardians/{family[0].id}")
    third = await tie_of(db, student, family[2])
    path = f"{at}/students/{student.id}/guardians/{third.id}/edit"
    form = (await secretary.get(path, headers=FRAGMENT)).form("form.is-editing")
    assert (await secretary.post(path, {**form, "is_primary": "y"})).status == 303
    assert await primary(db, student) == family[2].id
    await back(secretary, at, family[0])
    assert await primary(db, student) == family[2].id


async def test_a_guardian_who_is_added_meanwhile_is_primary_and_stays_so(
    secretary: Browser, db: AsyncSession, cast: Cast, at: str, student: Student
) -> None:
    mother = await factories.make_guardian(db, cast.school, of=student)
    await delete(secretary, f"{at}/guardians/{mother.id}")
    aunt = await factories.make_guardian(db, cast.school, first_name="Olga")
    sent = {"guardian_id": str(aunt.id), "relationship": "aunt"}
    assert (await secretary.post(f"{at}/students/{student.id}/guardians", sent)).status == 303
    assert await primary(db, student) == aunt.id
    await back(secretary, at, mother)
    assert await primary(db, student) == aunt.id


async def tie_of(db: AsyncSession, student: Student, guardian: Guardian) -> StudentGuardian:
    await enter_school(db, student.school_id)
    statement = select(StudentGuardian).where(
        StudentGuardian.student_id == student.id, StudentGuardian.guardian_id == guardian.id
    )
    return (await db.scalars(statement)).one()
