"""Writes what a plan says, in the transaction at hand: a dozen statements, whatever the number of pupils."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncSession

from portal.audit.models import Channel
from portal.audit.recording import comes_through
from portal.catalogs.codes import Zone
from portal.db.base import new_id, now
from portal.enrollments import moves
from portal.enrollments.models import Enrollment
from portal.enrollments.opening import take_numbers
from portal.groups.models import Group
from portal.interchange.bulk import insert_rows, update_rows
from portal.interchange.simat.places import PlannedCampus
from portal.interchange.simat.plan import Plan, Taken
from portal.interchange.simat.records import STUDENT_FIELDS
from portal.schools.models import Campus
from portal.students.models import Student
from portal.web.i18n import _

# Fields of an enrollment that a change of any of them rewrites together.
_PLACE = frozenset({"campus", "grade", "shift", "group"})


class RecordsChanged(Exception):
    """Somebody saved a record between the plan and its writing: nothing of the plan may stand."""


async def apply_plan(session: AsyncSession, school_id: UUID, plan: Plan, *, by: UUID | None) -> None:
    """Write the plan's new and changed rows; wrong and listed ones are left out.

    Raises RecordsChanged when a record is not what the plan saw; the caller rolls back.
    """
    comes_through(session, Channel.IMPORT)
    writing = _Writing(session, school_id, plan, by)
    await writing.places()
    await writing.students()
    await writing.enrollments()


class _Writing:
    def __init__(self, session: AsyncSession, school_id: UUID, plan: Plan, by: UUID | None) -> None:
        self._session = session
        self._school_id = school_id
        self._plan = plan
        self._by = by
        self._at = now()
        self._student_ids = {pupil.student.line: new_id() for pupil in plan.new}

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
                "id": self._student_ids[pupil.student.line],
                **{name: getattr(pupil.student, name) for name in STUDENT_FIELDS},
                "simat": pupil.student.simat,
            }
            for pupil in self._plan.new
        ]
        await insert_rows(self._session, Student, new)
        changed = [
            {
                "id": pupil.kept.id,
                "version": pupil.kept.version,
                **{name: getattr(pupil.student, name) if name in pupil.changes else None for name in STUDENT_FIELDS},
                "simat": pupil.student.simat,
            }
            for pupil in self._plan.changed
            if pupil.kept and not pupil.changes.keys().isdisjoint((*STUDENT_FIELDS, *pupil.student.simat))
        ]
        await self._update(Student, changed, joined=("simat",))

    async def enrollments(self) -> None:
        """Active enrollments for whom the year has none; for the others their place in it."""
        entering = [pupil for pupil in (*self._plan.new, *self._plan.changed) if pupil.enrollment is None]
        numbers = await take_numbers(self._session, self._plan.year, len(entering))
        new = [
            {
                "school_id": self._school_id,
                "id": new_id(),
                "number": number,
                "student_id": pupil.kept.id if pupil.kept else self._student_ids[pupil.student.line],
                "year_id": self._plan.year.id,
                **_place(pupil),
                "starts_on": self._plan.year.starts_on,
                **moves.official(None, by=self._by, at=self._at, reason="SIMAT"),
                "simat_status": pupil.student.simat_status,
            }
            for pupil, number in zip(entering, numbers, strict=True)
        ]
        await insert_rows(self._session, Enrollment, new)
        changed = [
            self._moved(pupil, pupil.enrollment)
            for pupil in self._plan.changed
            if pupil.enrollment
            and not pupil.changes.keys().isdisjoint((*_PLACE, "status", *pupil.student.simat_status))
        ]
        await self._update(Enrollment, changed, joined=("status_history", "simat_status"))

    def _moved(self, pupil: Taken, enrollment: Row[Any]) -> dict[str, Any]:
        """The enrollment's changes; entering and moving are events of its history."""
        enters, changes_place = "status" in pupil.changes, not pupil.changes.keys().isdisjoint(_PLACE)
        events: list[dict[str, Any]] = []
        if "group" in pupil.changes and not enters:
            moved = f"SIMAT: {pupil.changes['group'][0] or '—'} → {pupil.group.code}"
            events = [moves.entry(enrollment.status, enrollment.status, by=self._by, at=self._at, reason=moved)]
        return {
            "id": enrollment.id,
            "version": enrollment.version,
            **(_place(pupil) if changes_place else dict.fromkeys(_place(pupil))),
            "starts_on": self._plan.year.starts_on if enters and enrollment.starts_on is None else None,
            "status": None,
            "status_history": events,
            **(moves.official(enrollment.status, by=self._by, at=self._at, reason="SIMAT") if enters else {}),
            "simat_status": pupil.student.simat_status,
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

    async def _update(self, model: Any, rows: list[dict[str, Any]], *, joined: tuple[str, ...]) -> None:
        if await update_rows(self._session, model, self._school_id, rows, joined=joined) != len(rows):
            raise RecordsChanged


def _place(pupil: Taken) -> dict[str, Any]:
    return {
        "group_id": pupil.group.id,
        "campus_id": pupil.campus.id,
        "grade": pupil.student.grade,
        "shift": pupil.student.shift,
    }
