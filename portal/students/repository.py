"""Questions asked of students."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from portal.catalogs.codes import ONE_NUMBER, DocumentType
from portal.catalogs.documents import same_document_key
from portal.db.repository import SchoolRepository, same
from portal.enrollments.models import Enrollment
from portal.groups.models import Group
from portal.groups.repository import SEATED, led_now
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
        return visible_students(self.school_id, self.led_by)

    async def with_document(self, kind: DocumentType, number: str, *, but: UUID | None = None) -> Student | None:
        """Another living student with this document; RC, TI and CC are one number in the course of a life."""
        kinds = ONE_NUMBER if kind in ONE_NUMBER else (kind,)
        statement = SchoolRepository.living(self).where(
            Student.document_number == number, Student.document_type.in_(kinds)
        )
        if but is not None:
            statement = statement.where(Student.id != but)
        return (await self.session.scalars(statement.limit(1))).first()

    async def by_document(self, numbers: Collection[str]) -> dict[tuple[str, str], Student]:
        """The living students whose documents have one of these numbers, by ``same_document_key``."""
        statement = SchoolRepository.living(self).where(Student.document_number.in_(numbers))
        found = await self.session.scalars(statement)
        return {same_document_key(each.document_type, each.document_number): each for each in found}

    async def by_per_id(self, per_ids: Collection[str]) -> dict[str, Student]:
        """The living students who have one of these numbers of SIMAT's."""
        statement = SchoolRepository.living(self).where(Student.per_id.in_(per_ids))
        return {each.per_id: each for each in await self.session.scalars(statement)} if per_ids else {}

    async def locked(self, student_id: UUID, *load: Any) -> Student | None:
        """The student as stored now, held until the transaction ends: of two who save at once, one waits and sees."""
        statement = self.living().where(Student.id == student_id).options(*load).with_for_update(of=Student)
        return (await self.session.scalars(statement, execution_options={"populate_existing": True})).one_or_none()

    async def picked(self, student_ids: Sequence[UUID], *, lock: bool = False) -> list[Student]:
        """These, in this order; ``lock`` holds them until the transaction ends, in one order for everybody."""
        statement = self.living().where(Student.id.in_(student_ids)).order_by(Student.id)
        if lock:
            statement = statement.with_for_update(of=Student)
        found = {
            each.id: each
            for each in await self.session.scalars(statement, execution_options={"populate_existing": lock})
        }
        return [found[each] for each in student_ids if each in found]

    async def with_per_id(self, per_id: str, *, but: UUID) -> Student | None:
        """Another living student with this number of SIMAT's."""
        statement = SchoolRepository.living(self).where(Student.per_id == per_id, Student.id != but)
        return (await self.session.scalars(statement.limit(1))).first()


def visible_students(school_id: Any, led_by: Any = None) -> Select[Any]:
    """The living students of a school; with ``led_by`` those of a group that this teacher leads now."""
    statement = select(Student).where(Student.school_id == school_id, Student.deleted_at.is_(None))
    if led_by is None:
        return statement
    is_led = (
        select(Enrollment.id)
        .join(Group, same(Enrollment, Group, Enrollment.group_id))
        .where(
            Enrollment.school_id == school_id,
            Enrollment.student_id == Student.id,
            Enrollment.status.in_(SEATED),
            Enrollment.deleted_at.is_(None),
            Group.deleted_at.is_(None),
            *led_now(Group, led_by),
        )
        .exists()
    )
    return statement.where(is_led)
