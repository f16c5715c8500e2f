"""Is this person here already?"""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from portal.catalogs.codes import DocumentType
from portal.db.base import now
from portal.duplicates.described import Described
from portal.duplicates.likeness import Likeness
from portal.duplicates.slips import numbers_near
from portal.duplicates.students import likenesses
from portal.students.repository import StudentRepository
from tests import factories
from tests.factories import Cast

pytestmark = pytest.mark.anyio

ANGELA = Described(
    document_type=DocumentType.TI,
    document_number="1023456789",
    first_surname="Núñez",
    second_surname="Castaño",
    first_name="Ángela",
    middle_names="Sofía",
    birth_date=date(2016, 3, 3),
)
SOMEBODY_ELSE = Described(
    document_type=DocumentType.TI,
    document_number="1150000000",
    first_surname="Zapata",
    first_name="Zoila",
    birth_date=date(2010, 1, 1),
)


@pytest.fixture
async def angela(db: AsyncSession, cast: Cast) -> StudentRepository:
    """A school with Ángela in it, in a group of the year."""
    student = await factories.make_student(
        db,
        cast.school,
        document_number="1023456789",
        birth_date=date(2016, 3, 3),
        per_id="88001",
        **{name: getattr(ANGELA, name) for name in ("first_surname", "second_surname", "first_name", "middle_names")},
    )
    await factories.make_enrollment(db, student, group=cast.group)
    return StudentRepository(db, cast.school.id)


async def only(students: StudentRepository, person: Described, cast: Cast) -> Likeness:
    (likeness,) = await likenesses(students, person, cast.year.id)
    return likeness


@pytest.mark.parametrize("kind", [DocumentType.RC, DocumentType.TI, DocumentType.CC])
async def test_a_registration_an_identity_card_and_a_citizenship_card_are_one_document(
    angela: StudentRepository, cast: Cast, kind: DocumentType
) -> None:
    person = replace(SOMEBODY_ELSE, document_type=kind, document_number="1023456789")
    likeness = await only(angela, person, cast)
    assert likeness.marks.same_document
    assert likeness.is_likely


async def test_the_same_number_under_another_type_is_likely_but_not_the_same_document(
    angela: StudentRepository, cast: Cast
) -> None:
    likeness = await only(
        angela, replace(SOMEBODY_ELSE, document_type=DocumentType.NUIP, document_number="1023456789"), cast
    )
    assert not likeness.marks.same_document
    assert likeness.is_likely


async def test_simats_number_of_the_person_is_enough(angela: StudentRepository, cast: Cast) -> None:
    assert (await only(angela, replace(SOMEBODY_ELSE, per_id="88001"), cast)).is_likely


@pytest.mark.parametrize(
    "typed",
    [
        {"first_surname": "NUNEZ", "second_surname": None, "first_name": "angela", "middle_names": None},
        {"first_surname": "Nuñez", "second_surname": "castano"},
    ],
)
async def test_names_without_their_accents_and_the_birth_date_are_enough(
    angela: StudentRepository, cast: Cast, typed: dict[str, Any]
) -> None:
    likeness = await only(angela, replace(ANGELA, document_number="1150000000", **typed), cast)
    assert likeness.is_likely
    assert likeness.marks.same_names
    assert likeness.marks.same_birth_date
    assert (likeness.kept.grade, likeness.kept.group_code) == (cast.group.grade, cast.group.code)


@pytest.mark.parametrize("number", ["1023456798", "1023456780", "102345678", "10234567899", "1032456789"])
async def test_one_slip_in_the_number_is_found(angela: StudentRepository, cast: Cast, number: str) -> None:
    likeness = await only(angela, replace(ANGELA, document_number=number, birth_date=date(2016, 3, 30)), cast)
    assert likeness.marks.near_number
    assert likeness.is_likely


async def test_a_homonym_born_on_another_day_is_shown_and_stops_nobody(angela: StudentRepository, cast: Cast) -> None:
    homonym = replace(ANGELA, document_number="1150000000", birth_date=date(2011, 7, 20))
    assert not (await only(angela, homonym, cast)).is_likely


async def test_a_twin_with_the_next_number_is_shown_and_stops_nobody(angela: StudentRepository, cast: Cast) -> None:
    twin = replace(ANGELA, document_number="1023456780", first_name="Samuel", middle_names=None)
    assert not (await only(angela, twin, cast)).is_likely


async def test_who_has_only_a_near_number_is_not_shown(angela: StudentRepository, cast: Cast) -> None:
    assert await likenesses(angela, replace(SOMEBODY_ELSE, document_number="1023456780"), cast.year.id) == []


async def test_other_schools_and_the_bin_are_not_looked_at(
    angela: StudentRepository, db: AsyncSession, cast: Cast
) -> None:
    same = {"document_number": "1990000001", "first_name": "Zoila", "first_surname": "Zapata"}
    person = replace(SOMEBODY_ELSE, document_number="1990000001")
    await factories.make_student(db, cast.other_school, **same)
    await factories.make_student(db, cast.school, **same, deleted_at=now())
    assert await likenesses(angela, person, cast.year.id) == []


async def test_a_person_of_whom_nothing_is_known_is_like_nobody(angela: StudentRepository) -> None:
    assert await likenesses(angela, Described()) == []


def test_near_numbers_are_few_and_never_the_number_itself() -> None:
    near = set(numbers_near("1023456789"))
    assert "1023456789" not in near
    assert len(near) < 250
    assert set(numbers_near("12345")) == set()
    assert set(numbers_near("1" * 1_000_000)) == set()
