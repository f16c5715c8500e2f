"""What belongs to two records of one person, read at once: the enrollments, ties and files that a merge moves."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from portal.attachments.models import Attachment
from portal.catalogs.codes import AttachmentKind, EntityType
from portal.catalogs.codes import EnrollmentStatus as Status
from portal.duplicates.kinds import People
from portal.enrollments.models import GIVES_WAY, Enrollment
from portal.guardians.models import StudentGuardian

# Of two enrollments of one year, the one that usually stays comes first: what the school certifies, then who sits.
WEIGHT = (
    Status.COMPLETED,
    Status.ACTIVE,
    Status.WITHDRAWN,
    Status.SUBMITTED,
    Status.RETURNED,
    Status.DRAFT,
)


@dataclass(frozen=True)
class YearTwice:
    """A year in which both records have an enrollment that stands: one pupil has one, so that one of them goes."""

    of_survivor: Enrollment
    of_other: Enrollment

    @property
    def both(self) -> tuple[Enrollment, Enrollment]:
        """The survivor's first."""
        return self.of_survivor, self.of_other

    @property
    def year_id(self) -> UUID:
        """The year."""
        return self.of_survivor.year_id

    @property
    def is_hopeless(self) -> bool:
        """Whether neither can go: both are what the school certifies."""
        return all(each.status == Status.COMPLETED for each in self.both)

    @property
    def choices(self) -> list[Enrollment]:
        """Those that can stay, the usual one first: a completed one cannot go."""
        completed = [each for each in self.both if each.status == Status.COMPLETED]
        return completed or sorted(self.both, key=lambda each: WEIGHT.index(each.status))


@dataclass
class Belongings:
    """The rows of both records, by whose they are."""

    survivor_id: UUID
    other_id: UUID
    enrollments: list[Enrollment] = field(default_factory=list)
    ties: list[StudentGuardian] = field(default_factory=list)
    files: list[Attachment] = field(default_factory=list)

    def enrollments_of(self, student_id: UUID) -> list[Enrollment]:
        """All of one, deleted ones too."""
        return [each for each in self.enrollments if each.student_id == student_id]

    @property
    def years_twice(self) -> list[YearTwice]:
        """The years in which both have an enrollment that stands."""
        mine, theirs = (
            {each.year_id: each for each in self.enrollments_of(student_id) if stands(each)}
            for student_id in (self.survivor_id, self.other_id)
        )
        return [YearTwice(mine[year_id], theirs[year_id]) for year_id in mine if year_id in theirs]

    def ties_of(self, column: str, person_id: UUID) -> list[StudentGuardian]:
        """The ties of a student or of a guardian, in the order of calling."""
        return [tie for tie in self.ties if getattr(tie, column) == person_id]

    def shared(self, column: str) -> list[tuple[StudentGuardian, StudentGuardian]]:
        """Ties of both to one and the same person: the survivor's, and the other's, which stays where it is."""
        far = "guardian_id" if column == "student_id" else "student_id"
        mine = {getattr(tie, far): tie for tie in self.ties_of(column, self.survivor_id)}
        theirs = self.ties_of(column, self.other_id)
        return [(mine[getattr(tie, far)], tie) for tie in theirs if getattr(tie, far) in mine]

    @property
    def photos(self) -> dict[UUID, Attachment]:
        """The photo of each, by whose it is."""
        return {
            each.entity_id: each for each in self.files if each.kind == AttachmentKind.PHOTO and not each.deleted_at
        }


def stands(enrollment: Enrollment) -> bool:
    """Whether it leaves no room for another in its year."""
    return enrollment.deleted_at is None and enrollment.status not in GIVES_WAY


async def belongings(
    session: AsyncSession, school_id: UUID, kind: People, survivor_id: UUID, other_id: UUID, *, hold: bool = False
) -> Belongings:
    """All of both; ``hold`` them until the transaction ends, each table in the order of its ids."""
    ids = (survivor_id, other_id)
    rows = Belongings(survivor_id, other_id)
    if kind is People.STUDENTS:
        rows.ties = await _rows(session, school_id, StudentGuardian, StudentGuardian.student_id.in_(ids), hold=hold)
        rows.enrollments = await _rows(session, school_id, Enrollment, Enrollment.student_id.in_(ids), hold=hold)
        mine = (Attachment.entity_type == EntityType.STUDENT, Attachment.entity_id.in_(ids))
        rows.files = await _rows(session, school_id, Attachment, *mine, hold=hold)
    else:
        rows.ties = await _rows(session, school_id, StudentGuardian, StudentGuardian.guardian_id.in_(ids), hold=hold)
    rows.ties.sort(key=lambda tie: (not tie.is_primary, tie.contact_order, tie.id))
    return rows


async def _rows(session: AsyncSession, school_id: UUID, model: Any, *where: Any, hold: bool) -> list[Any]:
    statement = select(model).where(model.school_id == school_id, *where).order_by(model.id)
    statement = statement.options(*(joinedload(getattr(model, name)) for name in _NAMED.get(model, ())))
    if hold:
        statement = statement.with_for_update(of=model)
    return list(await session.scalars(statement.execution_options(populate_existing=True)))


# What is told of a row.
_NAMED: dict[Any, tuple[str, ...]] = {StudentGuardian: ("guardian", "student"), Enrollment: ("year", "group")}
