"""A class whose pupils a secretary picks in the list."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.models import User
from portal.db.base import now
from portal.db.tenancy import enter_school
from portal.enrollments import moves
from portal.enrollments.models import Enrollment
from portal.students.models import Student
from tests import factories
from tests.factories import Cast
from tests.pages import Browser

# Who may not, and what they are answered.
REFUSED = [("stranger", 404), ("coordinator", 403), ("teacher", 403), ("viewer", 403)]
SignIn = Callable[[User], Awaitable[Browser]]


@pytest.fixture
async def pupils(db: AsyncSession, cast: Cast) -> list[Student]:
    """Three pupils of the group, in the order of their names, and a fourth without an enrollment."""
    made = [
        await factories.make_student(db, cast.school, first_surname=surname, zone=None)
        for surname in ("Ávila", "Botero", "Castro", "Díaz")
    ]
    for student in made[:3]:
        enrollment = await factories.make_enrollment(db, student, group=cast.group, starts_on=cast.year.starts_on)
        enrollment.status_history = [moves.entry(None, enrollment.status, by=cast.principal.id, at=now())]
    await db.flush()
    return made


@pytest.fixture
def students(cast: Cast) -> str:
    return f"/schools/{cast.school.slug}/students"


@pytest.fixture
async def secretary(sign_in: SignIn, cast: Cast) -> Browser:
    return await sign_in(cast.secretary)


def picked(*rows: Student, **more: str) -> dict[str, Any]:
    """What the list's form sends when these are ticked."""
    return {"which": "ticked", "of": "?", "id": [str(row.id) for row in rows], **more}


async def stored(db: AsyncSession, row: Any) -> Any:
    """The row as it stands now."""
    await enter_school(db, row.school_id)
    await db.refresh(row)
    return row


async def enrollment_of(db: AsyncSession, student: Student) -> Enrollment:
    """The only enrollment of a student, as it stands now."""
    await enter_school(db, student.school_id)
    rows = await db.scalars(select(Enrollment.id).where(Enrollment.student_id == student.id))
    return await db.get_one(Enrollment, (student.school_id, rows.one()), populate_existing=True)
