"""Questions asked of roll-overs: between which years, of which pupils, and what became of what they made."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, exists, false, func, select, true
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import aliased
from sqlalchemy.sql.selectable import LateralFromClause

from portal.accounts.models import User
from portal.attachments.models import Attachment
from portal.catalogs.codes import EntityType, RolloverStatus, YearStatus
from portal.db.base import new_id
from portal.db.repository import SchoolRepository, same
from portal.enrollments.models import GIVES_WAY, Enrollment
from portal.groups.models import Group
from portal.groups.repository import SEATED
from portal.rollovers.models import Rollover, RolloverChoice
from portal.schools.models import Campus
from portal.students.models import Student
from portal.years.models import SchoolYear


@dataclass(frozen=True)
class Frame:
    """The closing year, the year that its pupils go on to, if there is one, and the roll-over, once it was begun.

    ``before`` is the year before the closing one: whoever asks for a year that is only planned means that one.
    """

    closing: SchoolYear
    target: SchoolYear | None
    before: SchoolYear | None = None
    rollover: Rollover | None = None
    applied_by: str | None = None

    @property
    def is_applied(self) -> bool:
        """Whether enrollments were written by it, and not taken back."""
        return self.rollover is not None and self.rollover.status == RolloverStatus.APPLIED

    @property
    def is_undoable(self) -> bool:
        """Whether it can be taken back: while the new year is only planned."""
        return self.is_applied and self.target is not None and self.target.status == YearStatus.PLANNING


class RolloverRepository(SchoolRepository[Rollover]):
    """The roll-overs of a school."""

    model_type = Rollover

    async def frame(self, closing_id: UUID) -> Frame | None:
        """Between which years the pupils of a year go on: into the next that takes enrollments. Two queries."""
        statement = select(SchoolYear).where(SchoolYear.school_id == self.school_id).order_by(SchoolYear.starts_on)
        years = list(await self.session.scalars(statement))
        closing = next((year for year in years if year.id == closing_id), None)
        if closing is None:
            return None
        later = (year for year in years if year.starts_on > closing.starts_on and year.takes_enrollments)
        target = next(later, None)
        before = next((year for year in reversed(years) if year.starts_on < closing.starts_on), None)
        if target is None:
            return Frame(closing, None, before)
        found = (
            await self.session.execute(
                select(Rollover, User.full_name)
                .outerjoin(User, User.id == Rollover.applied_by_id)
                .where(*self._between(closing.id, target.id))
            )
        ).one_or_none()
        return Frame(closing, target, before, *(found or ()))

    async def held(self, closing_id: UUID, target: SchoolYear) -> Rollover:
        """The roll-over between two years, begun if need be; the new year is held, as it stands now.

        Whoever rolls over, or asks for an enrollment of the new year, at the same moment waits and then sees.
        """
        await self.session.refresh(target, with_for_update=True)
        await self.session.execute(
            insert(Rollover)
            .values(
                school_id=self.school_id,
                id=new_id(),
                from_year_id=closing_id,
                to_year_id=target.id,
                status=RolloverStatus.PREVIEW,
            )
            .on_conflict_do_nothing()
        )
        found = select(Rollover).where(*self._between(closing_id, target.id)).with_for_update()
        return (await self.session.scalars(found, execution_options={"populate_existing": True})).one()

    async def pupils(self, closing_id: UUID, target_id: UUID) -> list[Row[Any]]:
        """Everybody who sits in the closing year, by name: their place, what was chosen, and their place to come."""
        student, coming = _student_of_enrollment(), _places_of_student()
        is_place = (
            (coming.c.next_year_id == target_id)
            & coming.c.next_deleted_at.is_(None)
            & coming.c.next_status.not_in(GIVES_WAY)
        )
        statement = (
            select(
                Enrollment.id,
                Enrollment.student_id,
                Enrollment.grade,
                Enrollment.shift,
                Enrollment.campus_id,
                Enrollment.outcome,
                Group.code.label("group_code"),
                Campus.name.label("campus_name"),
                *student.c,
                RolloverChoice.decision.label("chosen"),
                RolloverChoice.grade.label("chosen_grade"),
                RolloverChoice.group_id.label("chosen_group_id"),
                func.coalesce(RolloverChoice.without_group, false()).label("without_group"),
                *coming.c,
            )
            .select_from(Enrollment)
            .join(student, true())
            .outerjoin(coming, is_place)
            .outerjoin(Group, same(Enrollment, Group, Enrollment.group_id))
            .outerjoin(Campus, same(Enrollment, Campus, Enrollment.campus_id))
            .outerjoin(Rollover, (Rollover.school_id == Enrollment.school_id) & self._is_between(closing_id, target_id))
            .outerjoin(
                RolloverChoice,
                (RolloverChoice.school_id == Enrollment.school_id)
                & (RolloverChoice.rollover_id == Rollover.id)
                & (RolloverChoice.enrollment_id == Enrollment.id),
            )
            .where(
                Enrollment.school_id == self.school_id,
                Enrollment.year_id == closing_id,
                Enrollment.status.in_(SEATED),
                Enrollment.deleted_at.is_(None),
                student.c.student_deleted_at.is_(None),
            )
            .order_by(student.c.sort_name, Enrollment.id)
        )
        return list(await self.session.execute(statement))

    async def made_by(self, rollover_id: UUID) -> list[Row[Any]]:
        """The enrollments that a roll-over made and that are still there, by name; ``is_touched`` says who changed."""
        student = _student_of_enrollment()
        statement = (
            select(
                Enrollment.id,
                Enrollment.number,
                Enrollment.status,
                *student.c,
                (~is_untouched()).label("is_touched"),
            )
            .select_from(Enrollment)
            .join(student, true())
            .where(
                Enrollment.school_id == self.school_id,
                Enrollment.rollover_id == rollover_id,
                Enrollment.deleted_at.is_(None),
                student.c.student_deleted_at.is_(None),
            )
            .order_by(student.c.sort_name, Enrollment.id)
        )
        return list(await self.session.execute(statement))

    def _between(self, closing_id: UUID, target_id: UUID) -> list[ColumnElement[bool]]:
        return [Rollover.school_id == self.school_id, self._is_between(closing_id, target_id)]

    def _is_between(self, closing_id: UUID, target_id: UUID) -> ColumnElement[bool]:
        return (Rollover.from_year_id == closing_id) & (Rollover.to_year_id == target_id)


# The planner must look these up one by one. Right after thousands of rows were loaded it has no statistics, takes each
# table for one row, and would compare every pupil with every other: OFFSET keeps what is inside apart, and what is not
# inside cannot lead it to a wider index.


def _student_of_enrollment() -> LateralFromClause:
    """The student of each enrollment, deleted or not."""
    names = (Student.first_surname, Student.second_surname, Student.first_name, Student.middle_names, Student.sort_name)
    student = select(*names, Student.deleted_at.label("student_deleted_at"))
    return student.where(same(Enrollment, Student, Enrollment.student_id)).offset(0).lateral()


def _places_of_student() -> LateralFromClause:
    """All enrollments of each enrollment's student, with the codes of their groups."""
    coming, group = aliased(Enrollment), aliased(Group)
    return (
        select(
            coming.id.label("next_id"),
            coming.number.label("next_number"),
            coming.grade.label("next_grade"),
            group.code.label("next_group_code"),
            coming.year_id.label("next_year_id"),
            coming.status.label("next_status"),
            coming.deleted_at.label("next_deleted_at"),
        )
        .outerjoin(group, same(coming, group, coming.group_id))
        .where(coming.school_id == Enrollment.school_id, coming.student_id == Enrollment.student_id)
        .offset(0)
        .lateral()
    )


def is_untouched() -> ColumnElement[bool]:
    """Whether nobody has changed an enrollment since it was made, or laid a paper into it."""
    has_papers = exists().where(
        Attachment.school_id == Enrollment.school_id,
        Attachment.entity_type == EntityType.ENROLLMENT,
        Attachment.entity_id == Enrollment.id,
    )
    return (Enrollment.version == 1) & (func.jsonb_array_length(Enrollment.status_history) == 1) & ~has_papers
