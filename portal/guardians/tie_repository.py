"""Questions asked of what guardians are to students."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, joinedload

from portal.db.repository import SchoolRepository
from portal.guardians.models import Guardian, StudentGuardian
from portal.guardians.repository import AS_STORED


class TieRepository(SchoolRepository[StudentGuardian]):
    """What the guardians of a school are to its students."""

    model_type = StudentGuardian

    async def of_student(self, student_id: UUID) -> list[StudentGuardian]:
        """A student's as stored now, each with its guardian: the primary one, then others in the order of calling."""
        statement = (
            self.living()
            .join(StudentGuardian.guardian)
            .where(StudentGuardian.student_id == student_id, Guardian.deleted_at.is_(None))
            .options(joinedload(StudentGuardian.guardian))
            .order_by(StudentGuardian.is_primary.desc(), StudentGuardian.contact_order, StudentGuardian.id)
        )
        return list(await self.session.scalars(statement, execution_options=AS_STORED))

    async def locked(self, tie_id: UUID) -> StudentGuardian | None:
        """The tie and its guardian as stored now, held until the transaction ends: of two who save, one waits."""
        statement = (
            self.living()
            .join(StudentGuardian.guardian)
            .where(StudentGuardian.id == tie_id, Guardian.deleted_at.is_(None))
            .options(contains_eager(StudentGuardian.guardian))
            .with_for_update()
        )
        return (await self.session.scalars(statement, execution_options=AS_STORED)).one_or_none()

    async def between(self, student_id: UUID, guardian_id: UUID) -> StudentGuardian | None:
        """What this guardian is to this student, if anything."""
        statement = self.living().where(
            StudentGuardian.student_id == student_id, StudentGuardian.guardian_id == guardian_id
        )
        return (await self.session.scalars(statement)).one_or_none()

    async def primary_of(self, student_id: UUID) -> StudentGuardian | None:
        """The student's primary one."""
        statement = self.living().where(StudentGuardian.student_id == student_id, StudentGuardian.is_primary)
        return (await self.session.scalars(statement, execution_options=AS_STORED)).one_or_none()

    async def of_guardian(self, guardian_id: UUID) -> list[StudentGuardian]:
        """What a guardian is to students, deleted ones too, each with its student; in one order for whoever locks."""
        statement = (
            self.living()
            .where(StudentGuardian.guardian_id == guardian_id)
            .options(joinedload(StudentGuardian.student))
            .order_by(StudentGuardian.student_id)
        )
        return list(await self.session.scalars(statement, execution_options=AS_STORED))

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
