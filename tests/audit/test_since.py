"""What was saved since a form was shown: the history leads back to the record as it was seen."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from portal.audit.notebook import Origin
from portal.audit.past import before
from portal.audit.recording import comes_from
from portal.audit.since import _since, last_saving
from portal.catalogs.codes import EnrollmentStatus, Gender, Grade
from portal.db.tenancy import enter_school
from portal.enrollments.models import Enrollment
from portal.guardians.forms import TiedGuardian, TiedGuardianForm
from portal.guardians.models import Guardian, StudentGuardian
from portal.students.models import Student
from tests import factories
from tests.factories import Cast

pytestmark = pytest.mark.anyio
SOMEBODY = "01a1ff25-d4dc-77fb-91c4-89a1f078cc6c"


@pytest.fixture
async def student(db: AsyncSession, cast: Cast) -> Student:
    return await factories.make_student(db, cast.school, phone="1", simat={"RES": "A"})


@pytest.fixture
async def office(
    connection: AsyncConnection, db: AsyncSession, cast: Cast, student: Student
) -> AsyncIterator[AsyncSession]:
    """A session whose commits are told, as the principal's."""
    async with AsyncSession(connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as session:
        comes_from(session, Origin(actor_id=cast.principal.id))
        await enter_school(session, student.school_id)
        yield session


async def save(office: AsyncSession, row: Student, **values: Any) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    await office.commit()
    await enter_school(office, row.school_id)


async def seen(office: AsyncSession, row: Student, version: int) -> Any:
    return (await _since(office, [row], [version], lambda past: past)).shown


def test_old_values_become_again_what_columns_hold() -> None:
    changes: dict[str, list[Any]] = {
        "gender": ["M", "F"],
        "birth_date": ["2014-05-06", None],
        "user_id": [SOMEBODY, None],
        "eps": [None, "Sura"],
    }
    past = before(Student(gender=Gender.F, eps="Sura", phone="1"), changes)
    assert (past.gender, past.birth_date, past.user_id, past.eps) == (
        Gender.M,
        date(2014, 5, 6),
        UUID(SOMEBODY),
        None,
    )
    assert past.phone == "1"
    enrollment = before(Enrollment(), {"grade": [5, 6], "status": ["draft", "active"]})
    assert (enrollment.grade, enrollment.status) == (Grade(5), EnrollmentStatus.DRAFT)


def test_the_keys_of_a_json_column_come_and_go() -> None:
    row = Student(simat={"RES": "B", "CAB_FAMILIA": "S", "BEN_VET_FP": "N"})
    past = before(row, {"simat.RES": ["A", "B"], "simat.CAB_FAMILIA": [None, "S"], "simat.INS_FAMILIAR": ["7", None]})
    assert past.simat == {"RES": "A", "BEN_VET_FP": "N", "INS_FAMILIAR": "7"}
    assert row.simat == {"RES": "B", "CAB_FAMILIA": "S", "BEN_VET_FP": "N"}
    assert before(past, {"simat.RES": [None, "A"]}).simat == {"BEN_VET_FP": "N", "INS_FAMILIAR": "7"}


async def test_each_version_that_was_seen_is_found_again(office: AsyncSession, student: Student, cast: Cast) -> None:
    row = await office.get_one(Student, (student.school_id, student.id))
    for phone, simat in (("2", {"RES": "A"}), ("3", {"RES": "B"}), ("4", {})):
        await save(office, row, phone=phone, simat=simat)
    found = [await seen(office, row, version) for version in (1, 2, 3)]
    assert [(past.phone, past.simat) for past in found] == [
        ("1", {"RES": "A"}),
        ("2", {"RES": "A"}),
        ("3", {"RES": "B"}),
    ]
    since = await _since(office, [row], [1], lambda past: past)
    news = since.news(["phone", "address", "simat"], row)
    assert {name: saving.before.phone for name, saving in news.items()} == {"phone": "3", "simat": "3"}
    assert {(saving.by, saving.is_mine) for saving in news.values()} == {(cast.principal.full_name, True)}
    last = await last_saving(office, [row])
    assert last is not None
    assert last.by == cast.principal.full_name


async def test_a_transaction_may_raise_the_version_by_more_than_one(office: AsyncSession, student: Student) -> None:
    row = await office.get_one(Student, (student.school_id, student.id))
    row.phone = "2"
    await office.flush()
    row.address = "Calle 2"
    await save(office, row, phone="3")
    assert row.version > 2
    await save(office, row, phone="4")
    past = await seen(office, row, row.version - 1)
    assert (past.phone, past.address) == ("3", "Calle 2")


async def test_what_is_older_than_the_history_is_not_made_up(office: AsyncSession, student: Student) -> None:
    """The first event known of the row is not the one after the version that was seen."""
    row = await office.get_one(Student, (student.school_id, student.id))
    await save(office, row, phone="2")
    await save(office, row, phone="3")
    assert await seen(office, row, 0) is None
    assert await seen(office, row, 9) is None
    assert (await seen(office, row, 1)).phone == "1"


@pytest.mark.parametrize(("guardian", "tie"), [(1, 1), (2, 1), (1, 2), (7, 31), (400, 3)])
def test_one_number_carries_the_versions_of_both(guardian: int, tie: int) -> None:
    form = TiedGuardianForm()
    form.seen_version = TiedGuardian(Guardian(version=guardian), StudentGuardian(version=tie)).version
    assert form.seen_versions == (guardian, tie)
