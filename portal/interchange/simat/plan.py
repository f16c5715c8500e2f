"""What applying a SIMAT file would do: each row against the school's records. Pure: it reads and writes nothing."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from portal.catalogs.codes import EnrollmentStatus, Grade, Shift
from portal.catalogs.documents import same_document_key
from portal.db.base import new_id
from portal.interchange.models import RowOutcome
from portal.interchange.problems import Details, Problem, Severity
from portal.interchange.simat.anexo import SimatFile
from portal.interchange.simat.differences import attribute_changes, plain, student_changes
from portal.interchange.simat.record import SimatStudent
from portal.interchange.simat.records import Records
from portal.interchange.simat.rows import ReadRow
from portal.web.i18n import N_
from portal.years.models import SchoolYear

# A pupil enrolled in one of these is officially enrolled now: SIMAT is the register, and the file is from it.
ENTERS = (EnrollmentStatus.DRAFT, EnrollmentStatus.SUBMITTED, EnrollmentStatus.RETURNED)
USUAL_CAPACITY, LARGEST_CAPACITY = 40, 200

Changes = dict[str, tuple[Any, Any]]

_DELETED = N_("This pupil is in the recycle bin and is left there. Restore the record first if the pupil is back.")
_WITHDRAWN = N_("This pupil was withdrawn here and stays so. Enroll the pupil again if the pupil is back.")
_TRANSFERRED = N_("This pupil was transferred to another school and stays so.")
_ENROLLMENT_DELETED = N_("This pupil's enrollment is in the recycle bin and is left there. Restore it first.")
_TWO_PUPILS = N_("The PER_ID is %(person)s's, and the document is %(other)s's. Correct one of the two.")
_SAME_PUPIL = N_("Line %(line)s is about the same pupil of this school. Leave one of the two.")
_GROUP_FULL = N_("The group %(group)s has %(capacity)s places, and all are taken. The pupil is enrolled all the same.")


@dataclass
class PlannedGroup:
    """A group that the file names: one of the school's, or one to make."""

    id: UUID
    campus_id: UUID
    grade: Grade
    shift: Shift
    code: str
    capacity: int
    is_new: bool = False
    entering: int = 0


@dataclass
class PlannedCampus:
    """A campus that the file names: one of the school's, or one to make."""

    id: UUID
    dane_code: str
    is_new: bool = False


@dataclass
class PlannedRow:
    """What a row of the file would do."""

    row: ReadRow
    outcome: RowOutcome
    problems: list[Problem]
    changes: Changes = field(default_factory=dict)
    student: SimatStudent | None = None
    kept: Row[Any] | None = None
    enrollment: Row[Any] | None = None
    campus: PlannedCampus | None = None
    group: PlannedGroup | None = None

    @property
    def line(self) -> int:
        """Where it stands in the file."""
        return self.row.line

    @property
    def has_warning(self) -> bool:
        """Whether it is worth a look though it is taken."""
        taken = self.outcome in (RowOutcome.NEW, RowOutcome.CHANGED, RowOutcome.UNCHANGED)
        return taken and any(not problem.is_wrong for problem in self.problems)

    @property
    def enters_group(self) -> bool:
        """Whether the pupil takes a seat that was not theirs before."""
        return self.outcome is RowOutcome.NEW or not self.changes.keys().isdisjoint(("status", "group"))

    @property
    def leaves_group(self) -> UUID | None:
        """The group in which the pupil leaves a seat."""
        if self.enrollment is None or self.enrollment.status is not EnrollmentStatus.ACTIVE:
            return None
        return self.enrollment.group_id if "group" in self.changes else None


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
        """How many rows of each outcome, and how many with a warning."""
        found = Counter(row.outcome.value for row in self.rows)
        counts = {outcome.value: found[outcome.value] for outcome in RowOutcome}
        warned = sum(row.has_warning for row in self.rows)
        return {
            "rows": len(self.rows),
            **counts,
            "warning": warned,
            "campuses": len(self.new_campuses),
            "groups": len(self.new_groups),
        }

    @property
    def writes(self) -> bool:
        """Whether applying would write anything."""
        return bool(self.counts["new"] or self.counts["changed"])

    def of(self, outcome: RowOutcome) -> list[PlannedRow]:
        """The rows of an outcome, in the order of the file."""
        return [row for row in self.rows if row.outcome is outcome]

    @cached_property
    def fingerprint(self) -> bytes:
        """The same for the same file over records that are the same where it touches them."""
        digest = hashlib.sha256(f"{self.year.id} {len(self.rows)}".encode())
        for row in self.rows:
            said = [
                row.line,
                row.outcome.value,
                str(row.kept.id) if row.kept else "",
                str(row.enrollment.id) if row.enrollment else "",
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
    used = {row.group.id for row in rows if row.group and row.enters_group}
    return Plan(
        file=file,
        year=records.year,
        rows=rows,
        new_campuses=[campus for campus in planner.places.campuses.values() if campus.is_new],
        new_groups=[group for group in planner.places.groups.values() if group.is_new and group.id in used],
    )


class _Planner:
    def __init__(self, records: Records) -> None:
        self.places = _Places(records)
        self._enrollments = records.enrollments
        self._pupils = _Pupils(records)
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
            return PlannedRow(row, RowOutcome.LISTED, [*row.problems, told], student=student, kept=kept)
        if enrollment is not None and enrollment.status is EnrollmentStatus.CANCELLED:
            enrollment = None  # gave way; the official enrollment is another one
        campus = self.places.campus(student)
        group = self.places.group(student, campus)
        planned = PlannedRow(row, RowOutcome.NEW, list(row.problems), {}, student, kept, enrollment, campus, group)
        if kept is not None:
            planned.changes = student_changes(kept, student) | self._enrollment_changes(planned)
            planned.outcome = RowOutcome.CHANGED if planned.changes else RowOutcome.UNCHANGED
        return planned

    def _enrollment_changes(self, row: PlannedRow) -> Changes:
        assert row.student and row.campus and row.group
        enrollment, student = row.enrollment, row.student
        if enrollment is None:
            return {"status": (None, EnrollmentStatus.ACTIVE.value), "group": (None, row.group.code)}
        if enrollment.status is EnrollmentStatus.COMPLETED:
            return {}  # the year is over for this pupil: what it was stays
        changes: Changes = {}
        if enrollment.status in ENTERS:
            changes["status"] = (enrollment.status.value, EnrollmentStatus.ACTIVE.value)
        if enrollment.campus_id != row.campus.id:
            changes["campus"] = (self.places.campus_code(enrollment.campus_id), row.campus.dane_code)
        for name, new in (("grade", student.grade), ("shift", student.shift)):
            if (old := getattr(enrollment, name)) != new:
                changes[name] = (plain(old), plain(new))
        if enrollment.group_id != row.group.id:
            changes["group"] = (self.places.group_code(enrollment.group_id), row.group.code)
        return changes | attribute_changes(enrollment.simat_status, student.simat_status)


class _Pupils:
    """Finds a school's pupil: by PER_ID, else by the number of the document; the living before the deleted."""

    def __init__(self, records: Records) -> None:
        self._by_person: Mapping[bool, dict[str, Row[Any]]] = {True: {}, False: {}}
        self._by_document: Mapping[bool, dict[tuple[str, str], Row[Any]]] = {True: {}, False: {}}
        for kept in records.students:
            living = kept.deleted_at is None
            if kept.per_id:
                self._by_person[living].setdefault(kept.per_id, kept)
            self._by_document[living].setdefault(same_document_key(kept.document_type, kept.document_number), kept)

    def find(self, student: SimatStudent) -> tuple[Row[Any] | None, Problem | None]:
        for living in (True, False):
            by_person = self._by_person[living].get(student.per_id) if student.per_id else None
            by_document = self._by_document[living].get(student.document_key)
            if living and by_person is not None and by_document is not None and by_person.id != by_document.id:
                names = {"person": _name(by_person), "other": _name(by_document)}
                return None, Problem(student.line, "PER_ID", student.per_id or "", _TWO_PUPILS, names)
            if by_person is not None or by_document is not None:
                return by_person if by_person is not None else by_document, None
        return None, None


class _Places:
    """The campuses and groups that the file names, made where the school has them not."""

    def __init__(self, records: Records) -> None:
        self.campuses = {
            row.dane_code: PlannedCampus(row.id, row.dane_code) for row in records.campuses if row.dane_code
        }
        self.groups = {
            (row.campus_id, row.grade, row.shift, row.code): PlannedGroup(
                row.id, row.campus_id, row.grade, row.shift, row.code, row.capacity
            )
            for row in records.groups
        }
        self._campus_codes = {row.id: row.dane_code or row.name for row in records.campuses}
        self._group_codes = {row.id: row.code for row in records.groups}
        # A spreadsheet makes 101 of 0101; that is the same group, not another one.
        self._without_zeros = {(*key[:3], key[3].lstrip("0")): group for key, group in self.groups.items()}

    def campus(self, student: SimatStudent) -> PlannedCampus:
        code = student.campus_code
        return self.campuses.setdefault(code, PlannedCampus(new_id(), code, is_new=True))

    def group(self, student: SimatStudent, campus: PlannedCampus) -> PlannedGroup:
        key = (campus.id, student.grade, student.shift, student.group_code)
        loose = (*key[:3], student.group_code.lstrip("0"))
        group = self.groups.get(key) or self._without_zeros.get(loose)
        if group is None:
            group = PlannedGroup(new_id(), *key, capacity=0, is_new=True)
            self.groups[key] = self._without_zeros[loose] = group
        if group.is_new:
            group.entering += 1
            group.capacity = min(max(USUAL_CAPACITY, group.entering), LARGEST_CAPACITY)
        return group

    def campus_code(self, campus_id: UUID | None) -> str | None:
        return self._campus_codes.get(campus_id) if campus_id else None

    def group_code(self, group_id: UUID | None) -> str | None:
        return self._group_codes.get(group_id) if group_id else None


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
    taken = Counter(records.seats_taken)
    taken.subtract(group_id for row in rows if (group_id := row.leaves_group))
    for row in rows:
        group = row.group
        if group is not None and row.enters_group:
            if taken[group.id] >= group.capacity:
                details: Details = {"group": group.code, "capacity": group.capacity}
                row.problems.append(Problem(row.line, "GRUPO", group.code, _GROUP_FULL, details, Severity.WARNING))
            taken[group.id] += 1


def _problem(
    row: ReadRow, column: str, value: str, reason: str, *, severity: Severity = Severity.WRONG, **details: str | int
) -> Problem:
    return Problem(row.line, column, value, reason, details, severity)


def _name(kept: Row[Any]) -> str:
    return " ".join(filter(None, (kept.first_name, kept.first_surname, kept.second_surname)))
