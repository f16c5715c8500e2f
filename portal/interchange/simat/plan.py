"""What applying a SIMAT file would do: row by row, in figures, and under a fingerprint."""

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from portal.catalogs.codes import EnrollmentStatus
from portal.interchange.models import RowOutcome
from portal.interchange.problems import Problem
from portal.interchange.simat.anexo import SimatFile
from portal.interchange.simat.places import PlannedCampus, PlannedGroup
from portal.interchange.simat.record import SimatStudent
from portal.interchange.simat.rows import ReadRow
from portal.years.models import SchoolYear

Changes = dict[str, tuple[Any, Any]]

# What a run says in figures: all rows, those of each outcome, those with a warning, and what is made for them.
COUNTED = ("rows", *(outcome.value for outcome in RowOutcome), "warning", "campuses", "groups")


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
