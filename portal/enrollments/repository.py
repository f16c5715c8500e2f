"""Questions asked of enrollments."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import Row, ScalarSelect, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased, contains_eager, joinedload

from portal.catalogs.codes import EnrollmentStatus as Status
from portal.db.repository import SchoolRepository, same
from portal.enrollments.models import GIVES_WAY, Enrollment
from portal.groups.models import Group
from portal.groups.repository import SEATED, led_now
from portal.guardians.models import Guardian, StudentGuardian
from portal.students.models import Student
from portal.years.models import SchoolYear

# Whom a group's list names: who sits there, and who asks to.
IN_A_GROUP = (*SEATED, Status.SUBMITTED, Status.RETURNED, Status.DRAFT)


def whole() -> list[Any]:
    """Load an enrollment with all that it names. A function: options configure the mappers, which need every model."""
    return [
        joinedload(relation) for relation in (Enrollment.student, Enrollment.year, Enrollment.group, Enrollment.campus)
    ]


class EnrollmentRepository(SchoolRepository[Enrollment]):
    """The enrollments of a school; for a teacher, only those of the groups that they lead."""

    model_type = Enrollment

    def __init__(self, session: AsyncSession, school_id: UUID, *, led_by: UUID | None = None) -> None:
        """``led_by`` is the teacher whose groups are looked at, None for the whole school."""
        self.led_by = led_by
        super().__init__(session, school_id)

    def living(self) -> Any:
        """The enrollments that this person may see."""
        return visible_enrollments(self.school_id, self.led_by)

    async def whole(self, enrollment_id: UUID) -> Enrollment | None:
        """The enrollment with its student, year, group and campus."""
        return await self.find(enrollment_id, *whole())

    async def locked(self, enrollment_id: UUID, *load: Any) -> Enrollment | None:
        """The enrollment as it stands now, held until the transaction ends: of two who decide, one waits and sees."""
        statement = self.living().where(Enrollment.id == enrollment_id).options(*load).with_for_update(of=Enrollment)
        return (await self.session.scalars(statement, execution_options={"populate_existing": True})).one_or_none()

    async def all_locked(self, ids: Collection[UUID]) -> list[Enrollment]:
        """These, alone, as they stand now, held until the transaction ends; in one order, so that nobody deadlocks."""
        statement = self.living().where(Enrollment.id.in_(ids)).order_by(Enrollment.id).with_for_update()
        return list(await self.session.scalars(statement, execution_options={"populate_existing": True}))

    async def active_of(self, student_id: UUID) -> list[Enrollment]:
        """The student's active ones, each with all that it names, the earliest year first."""
        statement = (
            self.living()
            .join(Enrollment.year)
            .where(Enrollment.student_id == student_id, Enrollment.status == Status.ACTIVE)
            .options(*whole())
            .order_by(SchoolYear.starts_on, Enrollment.id)
        )
        return list(await self.session.scalars(statement))

    async def record_of(self, student_id: UUID) -> list[Enrollment]:
        """All of the student's, the last year first, each with its year, group and campus."""
        statement = (
            self.living()
            .join(Enrollment.year)
            .where(Enrollment.student_id == student_id)
            .options(contains_eager(Enrollment.year), joinedload(Enrollment.group), joinedload(Enrollment.campus))
            .order_by(SchoolYear.starts_on.desc(), Enrollment.id.desc())
        )
        return list(await self.session.scalars(statement))

    async def chosen(
        self, ids: Collection[UUID], *, seated_in: UUID | None = None, lock: bool = False
    ) -> list[Enrollment]:
        """These, or who is active in a group, with all that they name, by name. ``lock`` holds them in one order."""
        statement = self.living().options(*whole()).order_by(Enrollment.id)
        if seated_in is None:
            statement = statement.where(Enrollment.id.in_(ids))
        else:
            statement = statement.where(Enrollment.group_id == seated_in, Enrollment.status == Status.ACTIVE)
        return await self._by_name(statement, lock=lock)

    async def of_students(
        self, student_ids: Collection[UUID], year_id: UUID, *, lock: bool = False
    ) -> list[Enrollment]:
        """The enrollments of these students in a year, with all that they name, by name."""
        statement = (
            self.living()
            .options(*whole())
            .where(Enrollment.student_id.in_(student_ids), Enrollment.year_id == year_id)
            .order_by(Enrollment.id)
        )
        return await self._by_name(statement, lock=lock)

    async def of_all(self, student_ids: Collection[UUID], *, lock: bool = False) -> list[Enrollment]:
        """All enrollments of these students, each with all that it names; ``lock`` holds them in one order."""
        statement = (
            self.living().options(*whole()).where(Enrollment.student_id.in_(student_ids)).order_by(Enrollment.id)
        )
        return await self._by_name(statement, lock=lock)

    async def of_batch(self, batch: UUID) -> list[Enrollment]:
        """All that one press of a button changed, with all that they name, by name; held until the transaction ends."""
        done = Enrollment.status_history.contains([{"batch": str(batch)}])
        return await self._by_name(self.living().options(*whole()).where(done).order_by(Enrollment.id), lock=True)

    async def standing(self, student_ids: Collection[UUID]) -> list[Row[Any]]:
        """The enrollments of these students that leave no room for another in their year."""
        statement = select(
            Enrollment.id, Enrollment.student_id, Enrollment.year_id, Enrollment.number, Enrollment.status
        ).where(*self.seen(), Enrollment.student_id.in_(student_ids), Enrollment.status.not_in(GIVES_WAY))
        return list(await self.session.execute(statement))

    async def _by_name(self, statement: Any, *, lock: bool) -> list[Enrollment]:
        if lock:
            statement = statement.with_for_update(of=Enrollment)
        found = await self.session.scalars(statement, execution_options={"populate_existing": lock})
        return sorted(found, key=lambda enrollment: (enrollment.student.sort_name, enrollment.id))

    async def in_group(self, group_id: UUID) -> list[Row[Any]]:
        """Who sits in the group or asks to, by name: the pupil, and whom the school calls for them."""
        statement = (
            select(
                Enrollment.id,
                Enrollment.status,
                Enrollment.student_id,
                Student.first_surname,
                Student.second_surname,
                Student.first_name,
                Student.middle_names,
                Student.document_type,
                Student.document_number,
                Student.birth_date,
                Guardian.full_name.label("guardian"),
                Guardian.phone,
            )
            .join(Student, same(Enrollment, Student, Enrollment.student_id))
            .outerjoin(
                StudentGuardian,
                (StudentGuardian.school_id == Enrollment.school_id)
                & (StudentGuardian.student_id == Enrollment.student_id)
                & StudentGuardian.is_primary,
            )
            .outerjoin(
                Guardian,
                same(StudentGuardian, Guardian, StudentGuardian.guardian_id) & Guardian.deleted_at.is_(None),
            )
            .where(*self.seen(), Enrollment.group_id == group_id, Enrollment.status.in_(IN_A_GROUP))
            .order_by(Student.sort_name, Enrollment.id)
        )
        return list(await self.session.execute(statement))

    def seen(self) -> list[Any]:
        """The conditions under which this person may see an enrollment: for questions that select columns."""
        seen = [Enrollment.school_id == self.school_id, Enrollment.deleted_at.is_(None)]
        return seen if self.led_by is None else seen + _led(self.led_by)


def visible_enrollments(school_id: Any, led_by: Any = None) -> Select[Any]:
    """The enrollments of a school that are not deleted; with ``led_by`` those in groups that this teacher leads now."""
    statement = select(Enrollment).where(Enrollment.school_id == school_id, Enrollment.deleted_at.is_(None))
    return statement if led_by is None else statement.where(*_led(led_by))


def _led(led_by: Any) -> list[Any]:
    # A teacher sees who sits in a group, while its year runs; not who asks to.
    group = aliased(Group)  # of its own, since the question around it may join groups too
    led = (
        select(group.id)
        .where(same(Enrollment, group, Enrollment.group_id), group.deleted_at.is_(None), *led_now(group, led_by))
        .exists()
    )
    return [Enrollment.status.in_(SEATED), led]


def waiting_count(school_id: Any) -> ScalarSelect[Any]:
    """How many enrollments of the school wait for review: a column for another query."""
    return (
        select(func.count())
        .where(
            Enrollment.school_id == school_id,
            Enrollment.status == Status.SUBMITTED,
            Enrollment.deleted_at.is_(None),
        )
        .scalar_subquery()
    )
