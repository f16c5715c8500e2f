"""Questions asked of guardians, and of what they are to students."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select
from sqlalchemy.orm import contains_eager, joinedload

from portal.catalogs.codes import ONE_NUMBER, DocumentType
from portal.catalogs.documents import normalised_number
from portal.catalogs.text import folded
from portal.db.repository import SchoolRepository
from portal.guardians.models import Guardian, StudentGuardian
from portal.students.models import Student

# Guardian → the students that they also answer for.
Wards = dict[UUID, list[Any]]
MOST_FOUND = 8


class GuardianRepository(SchoolRepository[Guardian]):
    """The guardians of a school."""

    model_type = Guardian

    async def search(self, typed: str) -> list[Row[Any]]:
        """The first few, by name, that have every typed word in their names, document or phones."""
        words = [normalised_number(word).lower() if word[:1].isdigit() else word for word in folded(typed).split()]
        if not any(words):
            return []
        statement = (
            select(
                Guardian.id,
                Guardian.full_name,
                Guardian.first_name,
                Guardian.first_surname,
                Guardian.document_type,
                Guardian.document_number,
                Guardian.phone,
            )
            .where(Guardian.school_id == self.school_id, Guardian.deleted_at.is_(None))
            .where(*(Guardian.search_text.contains(word, autoescape=True) for word in words if word))
            .order_by(Guardian.sort_name, Guardian.id)
            .limit(MOST_FOUND)
        )
        return list(await self.session.execute(statement))

    async def with_document(self, kind: DocumentType, number: str, *, but: UUID | None = None) -> Guardian | None:
        """Another living guardian with this document; RC, TI and CC are one number in the course of a life."""
        kinds = ONE_NUMBER if kind in ONE_NUMBER else (kind,)
        statement = self.living().where(Guardian.document_number == number, Guardian.document_type.in_(kinds))
        if but is not None:
            statement = statement.where(Guardian.id != but)
        return (await self.session.scalars(statement.limit(1))).first()

    async def wards_of(self, guardian_ids: Iterable[UUID], *, but: UUID | None = None) -> Wards:
        """The living students (``id``, ``full_name``) of each of these guardians, without the one at hand."""
        statement = (
            select(StudentGuardian.guardian_id, Student.id, Student.full_name)
            .join(
                Student,
                (Student.school_id == StudentGuardian.school_id) & (Student.id == StudentGuardian.student_id),
            )
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


class TieRepository(SchoolRepository[StudentGuardian]):
    """What the guardians of a school are to its students."""

    model_type = StudentGuardian

    async def of_student(self, student_id: UUID) -> list[StudentGuardian]:
        """A student's, each with its guardian: the primary first, then in the order in which they are called."""
        statement = (
            self.living()
            .join(StudentGuardian.guardian)
            .where(StudentGuardian.student_id == student_id, Guardian.deleted_at.is_(None))
            .options(joinedload(StudentGuardian.guardian))
            .order_by(StudentGuardian.is_primary.desc(), StudentGuardian.contact_order, StudentGuardian.id)
        )
        return list(await self.session.scalars(statement))

    async def locked(self, tie_id: UUID) -> StudentGuardian | None:
        """The tie and its guardian as stored now, held until the transaction ends: of two who save, one waits."""
        statement = (
            self.living()
            .join(StudentGuardian.guardian)
            .where(StudentGuardian.id == tie_id)
            .options(contains_eager(StudentGuardian.guardian))
            .with_for_update()
        )
        return (await self.session.scalars(statement, execution_options={"populate_existing": True})).one_or_none()

    async def between(self, student_id: UUID, guardian_id: UUID) -> StudentGuardian | None:
        """What this guardian is to this student, if anything."""
        statement = self.living().where(
            StudentGuardian.student_id == student_id, StudentGuardian.guardian_id == guardian_id
        )
        return (await self.session.scalars(statement)).one_or_none()

    async def primary_of(self, student_id: UUID) -> StudentGuardian | None:
        """The student's primary one."""
        statement = self.living().where(StudentGuardian.student_id == student_id, StudentGuardian.is_primary)
        return (await self.session.scalars(statement)).one_or_none()

    async def of_guardian(self, guardian_id: UUID) -> list[StudentGuardian]:
        """What a guardian is to students, deleted ones too, each with its student; in one order for whoever locks."""
        statement = (
            self.living()
            .where(StudentGuardian.guardian_id == guardian_id)
            .options(joinedload(StudentGuardian.student))
            .order_by(StudentGuardian.student_id)
        )
        return list(await self.session.scalars(statement, execution_options={"populate_existing": True}))

    async def forget_claims(self, student_id: UUID, *, since: UUID | None = None) -> None:
        """A primary guardian was chosen: those in the bin who gave way (``since`` a deletion) come back as others."""
        statement = self.living().where(
            StudentGuardian.student_id == student_id, StudentGuardian.gave_way_in.is_not(None)
        )
        if since is not None:
            statement = statement.where(StudentGuardian.gave_way_in > since)
        for tie in await self.session.scalars(statement):
            tie.gave_way_in = None

    async def last_contact_order(self, student_id: UUID) -> int:
        """The place of the student's last guardian in the order of calling, 0 where there is none."""
        statement = select(func.max(StudentGuardian.contact_order)).where(
            StudentGuardian.school_id == self.school_id, StudentGuardian.student_id == student_id
        )
        return int(await self.session.scalar(statement) or 0)
