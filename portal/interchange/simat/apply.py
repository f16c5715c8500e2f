"""Writes what a plan says, in the transaction at hand: a dozen statements, whatever the number of pupils."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from portal.catalogs.codes import EnrollmentStatus, Zone
from portal.db.base import new_id
from portal.enrollments.models import Enrollment
from portal.groups.models import Group
from portal.interchange.bulk import insert_rows, update_rows
from portal.interchange.models import RowOutcome
from portal.interchange.simat.plan import Plan, PlannedCampus, PlannedRow
from portal.interchange.simat.records import STUDENT_FIELDS
from portal.schools.models import Campus
from portal.students.models import Student
from portal.web.i18n import _
from portal.years.models import SchoolYear

# Fields of an enrollment that a change of any of them rewrites together.
_PLACE = frozenset({"campus", "grade", "shift", "group"})


class RecordsChanged(Exception):
    """Somebody saved a record between the plan and its writing: nothing of the plan may stand."""


async def apply_plan(session: AsyncSession, school_id: UUID, plan: Plan, *, by: UUID | None) -> None:
    """Write the plan's new and changed rows; wrong and listed ones are left out.

    Raises RecordsChanged when a record is not what the plan saw; the caller rolls back.
    """
    writing = _Writing(session, school_id, plan, by)
    await writing.places()
    await writing.students()
    await writing.enrollments()


class _Writing:
    def __init__(self, session: AsyncSession, school_id: UUID, plan: Plan, by: UUID | None) -> None:
        self._session = session
        self._school_id = school_id
        self._plan = plan
        self._by = str(by) if by else None
        self._at = datetime.now(UTC).isoformat(timespec="seconds")
        self._new = plan.of(RowOutcome.NEW)
        self._changed = plan.of(RowOutcome.CHANGED)
        self._student_ids = {row.line: new_id() for row in self._new}

    async def places(self) -> None:
        """The campuses and groups that the file names and the school has not."""
        await insert_rows(self._session, Campus, [self._campus(campus) for campus in self._plan.new_campuses])
        groups = [
            {
                "school_id": self._school_id,
                "id": group.id,
                "year_id": self._plan.year.id,
                "campus_id": group.campus_id,
                "grade": group.grade,
                "shift": group.shift,
                "code": group.code,
                "capacity": group.capacity,
            }
            for group in self._plan.new_groups
        ]
        await insert_rows(self._session, Group, groups)

    async def students(self) -> None:
        """New pupils, and of known ones the fields that differ."""
        new = [
            {
                "school_id": self._school_id,
                "id": self._student_ids[row.line],
                **_fields(row),
                "simat": row.student.simat,
            }
            for row in self._new
            if row.student
        ]
        await insert_rows(self._session, Student, new)
        touched = {*STUDENT_FIELDS}
        changed = [
            {
                "id": row.kept.id,
                "version": row.kept.version,
                **_fields(row, only=row.changes),
                "simat": row.student.simat,
            }
            for row in self._changed
            if row.kept and row.student and (touched | row.student.simat.keys()) & row.changes.keys()
        ]
        await self._update(Student, changed, joined=("simat",))

    async def enrollments(self) -> None:
        """Active enrollments for whom the year has none; for the others their place in it."""
        entering = [row for row in self._new + self._changed if row.enrollment is None]
        numbers = await self._numbers(len(entering))
        new = [
            {
                "school_id": self._school_id,
                "id": new_id(),
                "number": number,
                "student_id": row.kept.id if row.kept else self._student_ids[row.line],
                "year_id": self._plan.year.id,
                **self._place(row),
                "status": EnrollmentStatus.ACTIVE,
                "status_history": [self._entry(None)],
                "simat_status": row.student.simat_status if row.student else {},
            }
            for row, number in zip(entering, numbers, strict=True)
        ]
        await insert_rows(self._session, Enrollment, new)
        await self._update(
            Enrollment,
            [self._moved(row) for row in self._changed if _enrollment_differs(row)],
            joined=("status_history", "simat_status"),
        )

    def _moved(self, row: PlannedRow) -> dict[str, Any]:
        """The enrollment's changes; entering and moving are events of its history."""
        assert row.enrollment and row.student and row.group
        events = []
        if "status" in row.changes:
            events = [self._entry(row.enrollment.status)]
        elif "group" in row.changes:
            events = [self._entry(row.enrollment.status, f" {row.changes['group'][0] or '—'} → {row.group.code}")]
        place = (
            self._place(row)
            if _PLACE & row.changes.keys()
            else dict.fromkeys(("group_id", "campus_id", "grade", "shift"))
        )
        return {
            "id": row.enrollment.id,
            "version": row.enrollment.version,
            **place,
            "status": EnrollmentStatus.ACTIVE if "status" in row.changes else None,
            "status_history": events,
            "simat_status": row.student.simat_status,
        }

    def _place(self, row: PlannedRow) -> dict[str, Any]:
        assert row.student and row.group and row.campus
        return {
            "group_id": row.group.id,
            "campus_id": row.campus.id,
            "grade": row.student.grade,
            "shift": row.student.shift,
        }

    def _entry(self, before: EnrollmentStatus | None, what: str = "") -> dict[str, Any]:
        return {
            "from": before,
            "to": EnrollmentStatus.ACTIVE,
            "at": self._at,
            "by": self._by,
            "reason": f"SIMAT{what}",
        }

    def _campus(self, campus: PlannedCampus) -> dict[str, Any]:
        name = _("Campus %(number)s") % {"number": int(campus.dane_code[-2:])}
        return {
            "school_id": self._school_id,
            "id": campus.id,
            "name": name,
            "dane_code": campus.dane_code,
            "zone": Zone.URBAN,
        }

    async def _numbers(self, count: int) -> list[str]:
        """The next enrollment numbers of the year, in a row."""
        if not count:
            return []
        year = self._plan.year
        last = await self._session.scalar(
            update(SchoolYear)
            .where(SchoolYear.school_id == self._school_id, SchoolYear.id == year.id)
            .values(last_number=SchoolYear.last_number + count)
            .returning(SchoolYear.last_number)
            .execution_options(synchronize_session=False)
        )
        assert last is not None
        return [f"{year.name}-{number:05}" for number in range(last - count + 1, last + 1)]

    async def _update(self, model: Any, rows: list[dict[str, Any]], *, joined: tuple[str, ...]) -> None:
        if await update_rows(self._session, model, self._school_id, rows, joined=joined) != len(rows):
            raise RecordsChanged


def _fields(row: PlannedRow, only: Any = None) -> dict[str, Any]:
    """The student's columns; with ``only`` the others are None, which leaves them as they are."""
    return {name: getattr(row.student, name) if only is None or name in only else None for name in STUDENT_FIELDS}


def _enrollment_differs(row: PlannedRow) -> bool:
    if row.enrollment is None or row.student is None:
        return False
    return bool((_PLACE | {"status"} | row.student.simat_status.keys()) & row.changes.keys())
