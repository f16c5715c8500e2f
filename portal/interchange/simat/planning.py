"""Comparing each row of a SIMAT file with the school's records. Pure: it reads and writes nothing."""

from collections import Counter
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
from portal.interchange.simat.places import Places
from portal.interchange.simat.plan import Changes, Plan, PlannedRow, Taken
from portal.interchange.simat.record import SimatStudent
from portal.interchange.simat.records import Records
from portal.interchange.simat.rows import ReadRow
from portal.web.i18n import N_

_DELETED = N_("This pupil is in the recycle bin and is left there. Restore the record first if the pupil is back.")
_WITHDRAWN = N_("This pupil was withdrawn here and stays so. Enroll the pupil again if the pupil is back.")
_TRANSFERRED = N_("This pupil was transferred to another school and stays so.")
_ENROLLMENT_DELETED = N_("This pupil's enrollment is in the recycle bin and is left there. Restore it first.")
_SAME_PUPIL = N_("Line %(line)s is about the same pupil of this school. Leave one of the two.")
_GROUP_FULL = N_("The group %(group)s has %(capacity)s places, and all are taken. The pupil is enrolled all the same.")


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
