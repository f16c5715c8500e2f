"""Is this student here already? Asked while a new one is being written, and once more before they are registered."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, or_, select

from portal.duplicates.candidates import by_number, by_sound, first
from portal.duplicates.described import Described
from portal.duplicates.likeness import Likeness
from portal.enrollments.models import GIVES_WAY, Enrollment
from portal.groups.models import Group
from portal.students.models import Student
from portal.students.repository import StudentRepository

SHOWN_AT_MOST = 5
LOOKED_AT_AT_MOST = 200


async def likenesses(
    students: StudentRepository, person: Described, year_id: UUID | None = None, *, in_bin: bool = False
) -> list[Likeness]:
    """The students that the person may be, the same document first, then the likely ones. One query, or none.

    Each comes with the enrollment that it has in the year. ``in_bin`` also looks at who was deleted; in the place of a
    record that was made one with another stands that other.
    """
    by_documents = by_number(Student, person)
    if person.per_id:
        by_documents.append(Student.per_id == person.per_id)
    candidates = [*by_documents, *by_sound(Student, person)]
    if not candidates:
        return []

    statement = (
        _students(students.school_id, year_id)
        .where(or_(*candidates))
        .order_by(*first(by_documents), Student.sort_name, Student.id)
        .limit(LOOKED_AT_AT_MOST)
    )
    if not in_bin:
        statement = statement.where(or_(Student.deleted_at.is_(None), Student.merged_into_id.is_not(None)))
    rows = (await students.session.execute(statement)).all()
    alike = [like for like in (Likeness.student(row, person) for row in rows) if like.is_worth_a_look]
    alike = await _with_survivors(students, alike, year_id)
    shown = [like for like in alike if in_bin or not like.is_in_bin]
    return sorted(shown, key=lambda like: (not like.is_taken, not like.is_likely, like.is_in_bin))[:SHOWN_AT_MOST]


async def _with_survivors(
    students: StudentRepository, alike: Sequence[Likeness], year_id: UUID | None
) -> list[Likeness]:
    """Each living record once: where one was made one with another, that other, with what both had."""
    while merged := {like.kept.merged_into_id for like in alike if like.kept.merged_into_id}:
        survivors = await _by_id(students, merged, year_id)
        alike = [
            replace(like, kept=survivors[like.kept.merged_into_id]) if like.kept.merged_into_id in survivors else like
            for like in alike
            if like.kept.merged_into_id is None or like.kept.merged_into_id in survivors
        ]
    best: dict[UUID, Likeness] = {}
    for like in sorted(alike, key=lambda like: (not like.is_taken, not like.is_likely)):
        best.setdefault(like.kept.id, like)
    return list(best.values())


async def _by_id(students: StudentRepository, ids: Collection[UUID], year_id: UUID | None) -> dict[UUID, Row[Any]]:
    statement = _students(students.school_id, year_id).where(Student.id.in_(ids))
    return {row.id: row for row in await students.session.execute(statement)}


def _students(school_id: UUID, year_id: UUID | None) -> Any:
    this_year: ColumnElement[bool] = and_(
        Enrollment.school_id == Student.school_id,
        Enrollment.student_id == Student.id,
        Enrollment.year_id == year_id,
        Enrollment.deleted_at.is_(None),
        Enrollment.status.not_in(GIVES_WAY),
    )
    return (
        select(
            Student.id,
            Student.document_type,
            Student.document_number,
            Student.per_id,
            Student.first_surname,
            Student.second_surname,
            Student.first_name,
            Student.middle_names,
            Student.full_name,
            Student.birth_date,
            Student.deleted_at,
            Student.merged_into_id,
            Enrollment.id.label("enrollment_id"),
            Enrollment.grade,
            Enrollment.status,
            Group.code.label("group_code"),
        )
        .outerjoin(Enrollment, this_year)
        .outerjoin(Group, and_(Group.school_id == Enrollment.school_id, Group.id == Enrollment.group_id))
        .where(Student.school_id == school_id)
    )
