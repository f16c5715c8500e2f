"""Questions asked of guardians."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_scoped_session

from portal.catalogs.codes import ONE_NUMBER, DocumentType
from portal.catalogs.text import folded
from portal.db.repository import SchoolRepository, same
from portal.enrollments.models import GIVES_WAY, Enrollment
from portal.groups.models import Group
from portal.guardians.models import Guardian, StudentGuardian
from portal.students.models import Student
from portal.students.repository import visible_students
from portal.web.reading import search_words

# Also of rows that were read before a lock was waited for.
AS_STORED = {"populate_existing": True}
# Guardian → the students that they also answer for.
Wards = dict[UUID, list[Any]]
MOST_FOUND = 8
# What a person writes between the digits of a telephone.
BETWEEN_DIGITS = " .-()+"


@dataclass(frozen=True)
class Child:
    """A student of a guardian: what the guardian is to them, and where they sit this year."""

    tie: StudentGuardian
    student: Student
    enrollment: Enrollment | None
    group: Group | None


class GuardianRepository(SchoolRepository[Guardian]):
    """The guardians of a school; for a teacher, only those of the pupils in the groups that they lead."""

    model_type = Guardian

    def __init__(
        self, session: AsyncSession | async_scoped_session[AsyncSession], school_id: UUID, *, led_by: UUID | None = None
    ) -> None:
        """``led_by`` is the teacher whose groups are looked at, None for the whole school."""
        self.led_by = led_by
        super().__init__(session, school_id)

    def living(self) -> Any:
        """The guardians that this person may see."""
        return visible_guardians(self.school_id, self.led_by)

    async def locked(self, guardian_id: UUID) -> Guardian | None:
        """The guardian as stored now, held until the transaction ends: of two who save at once, one waits and sees."""
        statement = self.living().where(Guardian.id == guardian_id).with_for_update(of=Guardian)
        return (await self.session.scalars(statement, execution_options=AS_STORED)).one_or_none()

    def with_words(self, words: Iterable[str]) -> Any:
        """Those who have every word in their names, document or telephones."""
        return self.living().where(*map(_has, words))

    async def search(self, typed: str) -> list[Row[Any]]:
        """The first few, by name, that have every typed word in their names, document or telephones."""
        words = search_words(typed)
        if not words:
            return []
        statement = (
            self.with_words(words)
            .with_only_columns(
                Guardian.id,
                Guardian.full_name,
                Guardian.first_name,
                Guardian.first_surname,
                Guardian.document_type,
                Guardian.document_number,
                Guardian.phone,
            )
            .order_by(Guardian.sort_name, Guardian.id)
            .limit(MOST_FOUND)
        )
        return list(await self.session.execute(statement))

    async def with_document(self, kind: DocumentType, number: str, *, but: UUID | None = None) -> Guardian | None:
        """Another living guardian with this document; RC, TI and CC are one number in the course of a life."""
        kinds = ONE_NUMBER if kind in ONE_NUMBER else (kind,)
        statement = SchoolRepository.living(self).where(
            Guardian.document_number == number, Guardian.document_type.in_(kinds)
        )
        if but is not None:
            statement = statement.where(Guardian.id != but)
        return (await self.session.scalars(statement.limit(1))).first()

    async def wards_of(self, guardian_ids: Iterable[UUID], *, but: UUID | None = None) -> Wards:
        """The living students (``id``, ``full_name``) of each of these guardians, without the one at hand."""
        statement = (
            select(StudentGuardian.guardian_id, Student.id, Student.full_name)
            .join(Student, same(StudentGuardian, Student, StudentGuardian.student_id))
            .where(
                StudentGuardian.school_id == self.school_id,
                StudentGuardian.guardian_id.in_(list(guardian_ids)),
                Student.deleted_at.is_(None),
            )
            .order_by(Student.sort_name)
        )
        if but is not None:
            statement = statement.where(Student.id != but)
        wards: Wards = {}
        for row in await self.session.execute(statement):
            wards.setdefault(row.guardian_id, []).append(row)
        return wards

    async def children_of(self, guardian_id: UUID, year_id: UUID | None) -> list[Child]:
        """The students of one guardian that this person may see, by name, each with their place in the year."""
        statement = (
            select(StudentGuardian, Student, Enrollment, Group)
            .join(Student, same(StudentGuardian, Student, StudentGuardian.student_id))
            .outerjoin(
                Enrollment,
                and_(
                    Enrollment.school_id == Student.school_id,
                    Enrollment.student_id == Student.id,
                    Enrollment.year_id == year_id,
                    Enrollment.deleted_at.is_(None),
                    Enrollment.status.not_in(GIVES_WAY),
                ),
            )
            .outerjoin(Group, same(Enrollment, Group, Enrollment.group_id))
            .where(
                StudentGuardian.school_id == self.school_id,
                StudentGuardian.guardian_id == guardian_id,
                Student.id.in_(self._visible_students()),
            )
            .order_by(Student.sort_name, Student.id)
        )
        return [Child(*row) for row in await self.session.execute(statement)]

    def _visible_students(self) -> Any:
        return visible_students(self.school_id, self.led_by).with_only_columns(Student.id)


def visible_guardians(school_id: Any, led_by: Any = None) -> Select[Any]:
    """The living guardians of a school; with ``led_by`` those of the pupils in the groups that this teacher leads."""
    statement = select(Guardian).where(Guardian.school_id == school_id, Guardian.deleted_at.is_(None))
    if led_by is None:
        return statement
    pupils = visible_students(school_id, led_by).with_only_columns(Student.id)
    of_pupils = select(StudentGuardian.guardian_id).where(
        StudentGuardian.school_id == school_id, StudentGuardian.student_id.in_(pupils)
    )
    return statement.where(Guardian.id.in_(of_pupils))


def _has(word: str) -> ColumnElement[bool]:
    """A word stands in a name or the document; digits may also be those of a telephone, however it was written."""
    found = Guardian.search_text.contains(folded(word), autoescape=True)
    if not word.isdecimal():
        return found
    phones = func.coalesce(Guardian.phone, "") + "|" + func.coalesce(Guardian.phone_2, "")
    return found | func.translate(phones, BETWEEN_DIGITS, "").contains(word, autoescape=True)
