"""What a school's records say about the pupils and groups that a SIMAT file may touch, read in five queries."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Text, case, cast, select
from sqlalchemy.ext.asyncio import AsyncSession

from portal.catalogs.codes import EnrollmentStatus
from portal.enrollments.models import GIVES_WAY, Enrollment
from portal.groups.models import Group
from portal.groups.repository import SEATED
from portal.interchange.problems import FileRefused
from portal.schools.models import Campus
from portal.students.models import Student
from portal.web.i18n import N_
from portal.years.models import SchoolYear

# The columns of a student that an Anexo 6A fills; SimatStudent has fields of the same names.
STUDENT_FIELDS = (
    "document_type",
    "document_number",
    "document_municipality_code",
    "first_surname",
    "second_surname",
    "first_name",
    "middle_names",
    "birth_date",
    "birth_municipality_code",
    "gender",
    "country_code",
    "address",
    "municipality_code",
    "zone",
    "phone",
    "disability_code",
    "talent_code",
    "ethnicity_code",
    "victim_code",
    "per_id",
    "stratum",
    "sisben",
)

_NO_SUCH_YEAR = N_("The file is of the year %(year)s, which this school does not have. Create that year first.")
_YEAR_IS_CLOSED = N_(
    "The year %(year)s of this school is closed. A file can be imported into a planned or active year."
)


@dataclass
class Records:
    """The school as a file is compared with it."""

    year: SchoolYear
    campuses: Sequence[Row[Any]]
    groups: Sequence[Row[Any]]
    students: Sequence[Row[Any]]
    enrollments: dict[UUID, Row[Any]] = field(default_factory=dict)
    seats_taken: Counter[UUID] = field(default_factory=Counter)


async def load(session: AsyncSession, school_id: UUID, year: int) -> Records:
    """The school's records for that year. Raises FileRefused when the school has no such year, or has closed it."""
    found = await session.scalar(
        select(SchoolYear).where(SchoolYear.school_id == school_id, SchoolYear.name == str(year))
    )
    if found is None:
        raise FileRefused(_NO_SUCH_YEAR, year=year)
    if not found.takes_enrollments:
        raise FileRefused(_YEAR_IS_CLOSED, year=year)
    records = Records(
        year=found,
        campuses=(await session.execute(_campuses(school_id))).all(),
        groups=(await session.execute(_groups(school_id, found.id))).all(),
        students=(await session.execute(_students(school_id))).all(),
    )
    for enrollment in await session.execute(_enrollments(school_id, found.id)):
        records.enrollments.setdefault(enrollment.student_id, enrollment)
        if enrollment.status in SEATED and enrollment.deleted_at is None and enrollment.group_id:
            records.seats_taken[enrollment.group_id] += 1
    return records


def _campuses(school_id: UUID) -> Any:
    return select(Campus.id, Campus.dane_code, Campus.name).where(Campus.school_id == school_id).order_by(Campus.id)


def _groups(school_id: UUID, year_id: UUID) -> Any:
    return (
        select(Group.id, Group.campus_id, Group.grade, Group.shift, Group.code, Group.capacity)
        .where(Group.school_id == school_id, Group.year_id == year_id, Group.deleted_at.is_(None))
        .order_by(Group.id)
    )


def _students(school_id: UUID) -> Any:
    """All of them, the deleted ones too: a file must not make a second record of a pupil who is in the bin."""
    columns = [getattr(Student, name) for name in STUDENT_FIELDS]
    return (
        select(
            Student.id,
            Student.version,
            Student.deleted_at,
            Student.merged_into_id,
            Student.sound_key,
            _as_text(Student.simat),
            *columns,
        )
        .where(Student.school_id == school_id)
        .order_by(Student.id)
    )


def _enrollments(school_id: UUID, year_id: UUID) -> Any:
    """Of each pupil the one that counts comes first: a living one before one that gave way, cancelled ones last."""
    rank = case(
        (Enrollment.deleted_at.is_(None) & Enrollment.status.not_in(GIVES_WAY), 0),
        (Enrollment.deleted_at.is_(None) & (Enrollment.status == EnrollmentStatus.TRANSFERRED), 1),
        (Enrollment.status == EnrollmentStatus.CANCELLED, 3),
        else_=2,
    )
    return (
        select(
            Enrollment.id,
            Enrollment.version,
            Enrollment.deleted_at,
            Enrollment.student_id,
            Enrollment.status,
            Enrollment.starts_on,
            Enrollment.grade,
            Enrollment.shift,
            Enrollment.campus_id,
            Enrollment.group_id,
            _as_text(Enrollment.simat_status),
        )
        .where(Enrollment.school_id == school_id, Enrollment.year_id == year_id)
        .order_by(Enrollment.student_id, rank, Enrollment.id.desc())
    )


def _as_text(column: Any) -> Any:
    """JSON as PostgreSQL writes it: thousands of pupils have the same few objects, which are read once (``parsed``)."""
    return cast(column, Text).label(column.key)


@lru_cache(maxsize=5_000)
def parsed(text: str) -> dict[str, str]:
    """The object in such a text, to look at only."""
    attributes: dict[str, str] = json.loads(text)
    return attributes
