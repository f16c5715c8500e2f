"""An enrollment that asks for a place, as the review looks at it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from portal.catalogs.codes import DocumentType, Grade, Outcome, Relationship, Shift, YearStatus
from portal.catalogs.codes import EnrollmentStatus as Status
from portal.catalogs.people import age_on
from portal.db.base import now
from portal.enrollments.papers import Paper, papers
from portal.enrollments.trail import last_line
from portal.schools.rules import SchoolRules
from portal.web.i18n import format_span


@dataclass(frozen=True)
class Candidate:
    """An enrollment that asks for a place, and what a principal wants to know about it."""

    id: UUID
    version: int
    number: str
    status: Status
    status_history: list[dict[str, Any]]
    submitted_at: datetime | None
    previous_school: str | None
    is_transfer: bool
    note: str | None
    grade: Grade
    shift: Shift | None
    campus_name: str | None

    student_id: UUID
    document_type: DocumentType
    document_number: str
    first_surname: str
    second_surname: str | None
    first_name: str
    middle_names: str | None
    full_name: str
    birth_date: date | None

    year_id: UUID
    year_name: str
    year_status: YearStatus
    year_starts_on: date

    group_id: UUID | None
    group_code: str | None
    group_grade: Grade | None
    group_year_id: UUID | None
    group_campus_id: UUID | None
    group_shift: Shift | None
    capacity: int
    taken: int

    representative: str | None
    guardian_name: str | None
    guardian_relationship: Relationship | None
    # The kinds of the student's files, and of the papers that the office has seen.
    filed: Sequence[str]
    checklist: dict[str, Any]
    last_grade: Grade | None
    last_outcome: Outcome | None
    been_here: bool
    may_be_somebody_else: bool

    @property
    def transferred_from(self) -> str | None:
        """The school of the installation from which the pupil comes."""
        return self.previous_school if self.is_transfer else None

    @property
    def was_returned(self) -> bool:
        """Whether it was sent back once, and the secretary corrected it; a return that was undone is none."""
        return last_line(self.status_history, Status.RETURNED) is not None

    @property
    def waits(self) -> str:
        """For how long, in words."""
        return format_span(now() - self.submitted_at) if self.submitted_at else ""

    @property
    def group_label(self) -> str | None:
        """How people call the group: ``6th A``."""
        return f"{self.group_grade.label} {self.group_code}" if self.group_grade is not None else None

    @property
    def free_seats(self) -> int:
        """How many seats the group has left; none without a group, less than none in an overfull one."""
        return self.capacity - self.taken

    def papers(self, rules: SchoolRules) -> list[Paper]:
        """The documents that the school asks for in the grade."""
        return papers(rules.checklist, self.grade, filed=self.filed, seen=self.checklist)

    def age_on(self, day: date) -> int | None:
        """Whole years of age on a day, None without a birth date."""
        return age_on(self.birth_date, day) if self.birth_date else None
