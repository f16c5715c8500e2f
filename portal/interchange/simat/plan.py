"""What applying a SIMAT file would do: each row against the school's records. Pure: it reads and writes nothing."""

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from portal.catalogs.codes import EnrollmentStatus
from portal.enrollments.moves import OFFICIAL_SOURCES
from portal.interchange.models import RowOutcome
from portal.interchange.problems import Details, Problem, Severity
from portal.interchange.simat.anexo import SimatFile
from portal.interchange.simat.differences import attribute_changes, plain, student_changes
from portal.interchange.simat.doubles import doubles_among
from portal.interchange.simat.matching import Pupils
from portal.interchange.simat.places import Places, PlannedCampus, PlannedGroup
from portal.interchange.simat.record import SimatStudent
from portal.interchange.simat.records import Records
from portal.interchange.simat.rows import ReadRow
from portal.web.i18n import N_
from portal.years.models import SchoolYear

Changes = dict[str, tuple[Any, Any]]

# What a run says in figures: all rows, those of each outcome, those with a warning, and what is made for them.
COUNTED = ("rows", *(outcome.value for outcome in RowOutcome), "warning", "campuses", "groups")

_DELETED = N_("This pupil is in the recycle bin and is left there. Restore the record first if the pupil is back.")
_WITHDRAWN = N_("This pupil was withdrawn here and stays so. Enroll the pupil again if the pupil is back.")
_TRANSFERRED = N_("This pupil was transferred to another school and stays so.")
_ENROLLMENT_DELETED = N_("This pupil's enrollment is in the recycle bin and is left there. Restore it first.")
_SAME_PUPIL = N_("Line %(line)s is about the same pupil of this school. Leave one of the two.")
_GROUP_FULL = N_("The group %(group)s has %(capacity)s places, and all are taken. The pupil is enrolled all the same.")


@dataclass
class Taken:
    """A pupil whose row can be applied: as in the file, as in the records if known there, and their place."""

    student: SimatStudent
    kept: Row[Any] | None
    enrollment: Row[Any] | None
    campus: PlannedCampus
    group: PlannedGroup
    changes: Changes = field(default_factory=dict)

    @property
    def enters_group(self) -> bool:
        """Whether the pupil takes a seat that was not theirs before."""
        return self.kept is None or not self.changes.keys().isdisjoint(("status", "group"))

    @property
    def leaves_group(self) -> UUID | None:
        """The group in which the pupil leaves a seat."""
        if self.enrollment is None or self.enrollment.status is not EnrollmentStatus.ACTIVE:
            return None
        return self.enrollment.group_id if "group" in self.changes else None


@dataclass
class PlannedRow:
    """What a row of the file would do; ``taken`` is None for one that is wrong or that is left as it is here."""

    row: ReadRow
    outcome: RowOutcome
    problems: list[Problem]
    taken: Taken | None = None

    @property
    def line(self) -> int:
        """Where it stands in the file."""
        return self.row.line

    @property
    def changes(self) -> Changes:
        """What becomes of a known pupil's record."""
        return self.taken.changes if self.taken else {}

    @property
    def has_warning(self) -> bool:
        """Whether it is worth a look though it is taken."""
        return self.taken is not None and any(not problem.is_wrong for problem in self.problems)


@dataclass
class Plan:
    """Everything that applying a file would do, and its fingerprint: another one means that the records changed."""

    file: SimatFile
    year: SchoolYear
    rows: list[PlannedRow]
    new_campuses: list[PlannedCampus]
    new_groups: list[PlannedGroup]

    @cached_property
    def counts(self) -> dict[str, int]:
        """The figures of COUNTED."""
        counts = Counter(row.outcome.value for row in self.rows)
        counts["rows"] = len(self.rows)
        counts["warning"] = sum(row.has_warning for row in self.rows)
        counts["campuses"] = len(self.new_campuses)
        counts["groups"] = len(self.new_groups)
        return {name: counts[name] for name in COUNTED}

    @property
    def writes(self) -> bool:
        """Whether applying would write anything."""
        return bool(self.counts["new"] or self.counts["changed"])

    def of(self, outcome: RowOutcome) -> list[PlannedRow]:
        """The rows of an outcome, in the order of the file."""
        return [row for row in self.rows if row.outcome is outcome]

    @property
    def new(self) -> list[Taken]:
        """The pupils that the school does not know."""
        return [row.taken for row in self.of(RowOutcome.NEW) if row.taken]

    @property
    def changed(self) -> list[Taken]:
        """The pupils whose record or enrollment differs."""
        return [row.taken for row in self.of(RowOutcome.CHANGED) if row.taken]

    @cached_property
    def fingerprint(self) -> bytes:
        """The same for the same file over records that are the same where it touches them."""
        digest = hashlib.sha256(f"{self.year.id} {len(self.rows)}".encode())
        for row in self.rows:
            said = [
                row.line,
                row.outcome.value,
                str(row.taken.kept.id) if row.taken and row.taken.kept else "",
                str(row.taken.enrollment.id) if row.taken and row.taken.enrollment else "",
                [[name, old, new] for name, (old, new) in row.changes.items()],
                [problem.reason for problem in row.problems],
            ]
            digest.update(json.dumps(said, ensure_ascii=False).encode())
        for group in self.new_groups:
            digest.update(f"{group.grade.value} {group.shift.value} {group.code}".encode())
        return digest.digest()


def make_plan(file: SimatFile, records: Records) -> Plan:
    """Compare every row with the records of the school."""
    planner = _Planner(records)
    rows = [planner.planned(row) for row in file.rows]
    _warn_about_full_groups(rows, records)
    _warn_about_doubles(rows, records)
    used = {row.taken.group.id for row in rows if row.taken and row.taken.enters_group}
    return Plan(
        file=file,
        year=records.year,
        rows=rows,
        new_campuses=[campus for campus in planner.places.campuses.values() if campus.is_new],
        new_groups=[group for group in planner.places.groups.values() if group.is_new and group.id in used],
    )


class _Planner:
    def __init__(self, records: Records) -> None:
        self.places = Places(records)
        self._enrollments = records.enrollments
        self._pupils = Pupils(records)
        self._claimed: dict[UUID, int] = {}

    def planned(self, row: ReadRow) -> PlannedRow:
        if row.student is None:
            return PlannedRow(row, RowOutcome.WRONG, row.problems)
        kept, conflict = self._pupils.find(row.student)
        if kept is not None and conflict is None:
            first = self._claimed.setdefault(kept.id, row.line)
            if first != row.line:
                conflict = _problem(row, "NRO_DOCUMENTO", row.student.document_number, _SAME_PUPIL, line=first)
        if conflict:
            return PlannedRow(row, RowOutcome.WRONG, [*row.problems, conflict])
        return self._compared(row, row.student, kept)

    def _compared(self, row: ReadRow, student: SimatStudent, kept: Row[Any] | None) -> PlannedRow:
        enrollment = self._enrollments.get(kept.id) if kept else None
        if reason := _why_not_touched(kept, enrollment):
            told = _problem(row, "NRO_DOCUMENTO", student.document_number, reason, severity=Severity.WARNING)
            return PlannedRow(row, RowOutcome.LISTED, [*row.problems, told])
        if enrollment is not None and enrollment.status is EnrollmentStatus.CANCELLED:
            enrollment = None  # gave way; the official enrollment is another one
        student, told_of_merged = self._pupils.of_one(student, kept) if kept else (student, [])
        campus = self.places.campus(student)
        taken = Taken(student, kept, enrollment, campus, self.places.group(student, campus))
        if kept is None:
            outcome = RowOutcome.NEW
        else:
            taken.changes = student_changes(kept, student) | self._enrollment_changes(taken)
            outcome = RowOutcome.CHANGED if taken.changes else RowOutcome.UNCHANGED
        return PlannedRow(row, outcome, [*row.problems, *told_of_merged], taken)

    def _enrollment_changes(self, taken: Taken) -> Changes:
        enrollment, student = taken.enrollment, taken.student
        if enrollment is None:
            return {"status": (None, EnrollmentStatus.ACTIVE.value), "group": (None, taken.group.code)}
        if enrollment.status is EnrollmentStatus.COMPLETED:
            return {}  # the year is over for this pupil: what it was stays
        changes: Changes = {}
        if enrollment.status in OFFICIAL_SOURCES:
            changes["status"] = (enrollment.status.value, EnrollmentStatus.ACTIVE.value)
        if enrollment.campus_id != taken.campus.id:
            changes["campus"] = (self.places.campus_code(enrollment.campus_id), taken.campus.dane_code)
        for name, new in (("grade", student.grade), ("shift", student.shift)):
            if (old := getattr(enrollment, name)) != new:
                changes[name] = (plain(old), plain(new))
        if enrollment.group_id != taken.group.id:
            changes["group"] = (self.places.group_code(enrollment.group_id), taken.group.code)
        return changes | attribute_changes(enrollment.simat_status, student.simat_status)


def _why_not_touched(kept: Row[Any] | None, enrollment: Row[Any] | None) -> str | None:
    """Why a file must leave this pupil alone: somebody decided otherwise here."""
    if kept is not None and kept.deleted_at is not None:
        return _DELETED
    if enrollment is None:
        return None
    if enrollment.deleted_at is not None and enrollment.status is not EnrollmentStatus.CANCELLED:
        return _ENROLLMENT_DELETED
    return {EnrollmentStatus.WITHDRAWN: _WITHDRAWN, EnrollmentStatus.TRANSFERRED: _TRANSFERRED}.get(enrollment.status)


def _warn_about_full_groups(rows: list[PlannedRow], records: Records) -> None:
    """The register's word is taken, but the office should know which groups have more pupils than places."""
    seats = Counter(records.seats_taken)
    seats.subtract(row.taken.leaves_group for row in rows if row.taken and row.taken.leaves_group)
    for row in rows:
        if row.taken is not None and row.taken.enters_group:
            group = row.taken.group
            if seats[group.id] >= group.capacity:
                details: Details = {"group": group.code, "capacity": group.capacity}
                row.problems.append(Problem(row.line, "GRUPO", group.code, _GROUP_FULL, details, Severity.WARNING))
            seats[group.id] += 1


def _warn_about_doubles(rows: list[PlannedRow], records: Records) -> None:
    """A new pupil may be one who is here under another document."""
    if all(row.taken is None or row.taken.kept is not None for row in rows):
        return
    doubles = doubles_among(records.students, (row.taken.kept.id for row in rows if row.taken and row.taken.kept))
    for row in rows:
        if row.taken and row.taken.kept is None and (told := doubles.warning(row.taken.student)):
            row.problems.append(told)


def _problem(
    row: ReadRow, column: str, value: str, reason: str, *, severity: Severity = Severity.WRONG, **details: str | int
) -> Problem:
    return Problem(row.line, column, value, reason, details, severity)
