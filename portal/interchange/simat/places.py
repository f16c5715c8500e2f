"""The campuses and groups that a file names: the school's own, or ones to make."""

from dataclasses import dataclass
from uuid import UUID

from portal.catalogs.codes import Grade, Shift
from portal.db.base import new_id
from portal.interchange.simat.record import SimatStudent
from portal.interchange.simat.records import Records

USUAL_CAPACITY, LARGEST_CAPACITY = 40, 200


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


class Places:
    """Finds a pupil's campus and group, or plans new ones."""

    def __init__(self, records: Records) -> None:
        """Begin with those of the school."""
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
        """The campus with the pupil's CONS_SEDE."""
        code = student.campus_code
        return self.campuses.setdefault(code, PlannedCampus(new_id(), code, is_new=True))

    def group(self, student: SimatStudent, campus: PlannedCampus) -> PlannedGroup:
        """The group of the pupil's campus, grade and shift with their GRUPO."""
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
        """What the school's campus is known by."""
        return self._campus_codes.get(campus_id) if campus_id else None

    def group_code(self, group_id: UUID | None) -> str | None:
        """The code of the school's group."""
        return self._group_codes.get(group_id) if group_id else None
