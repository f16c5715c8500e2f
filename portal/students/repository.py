"""Questions asked of students."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from portal.catalogs.codes import ONE_NUMBER, DocumentType
from portal.db.repository import SchoolRepository
from portal.enrollments.models import Enrollment
from portal.groups.models import Group
from portal.groups.repository import SEATED
from portal.students.models import Student


class StudentRepository(SchoolRepository[Student]):
    """The students of a school; for a teacher, only those of the groups that they lead."""

    model_type = Student

    def __init__(self, session: AsyncSession, school_id: UUID, *, led_by: UUID | None = None) -> None:
        """``led_by`` is the teacher whose groups are looked at, None for the whole school."""
        self.led_by = led_by
        super().__init__(session, school_id)

    def living(self) -> Any:
        """The students that this person may see."""
        statement = super().living()
        return statement if self.led_by is None else statement.where(self._is_led())

    def _is_led(self) -> Any:
        return (
            select(Enrollment.id)
            .join(Group, (Group.school_id == Enrollment.school_id) & (Group.id == Enrollment.group_id))
            .where(
                Enrollment.school_id == self.school_id,
                Enrollment.student_id == Student.id,
                Enrollment.status.in_(SEATED),
                Enrollment.deleted_at.is_(None),
                Group.lead_teacher_id == self.led_by,
                Group.deleted_at.is_(None),
            )
            .exists()
        )

    async def with_document(self, kind: DocumentType, number: str, *, but: UUID | None = None) -> Student | None:
        """Another living student with this document; RC, TI and CC are one number in the course of a life."""
        kinds = ONE_NUMBER if kind in ONE_NUMBER else (kind,)
        statement = SchoolRepository.living(self).where(
            Student.document_number == number, Student.document_type.in_(kinds)
        )
        if but is not None:
            statement = statement.where(Student.id != but)
        return (await self.session.scalars(statement.limit(1))).first()
