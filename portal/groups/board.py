"""The board of a year: grade × group, with the seats that are taken, asked for and free, so that one look shows where
there is room."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Self
from uuid import UUID

from portal.catalogs.codes import Grade, Shift
from portal.web.i18n import _, ngettext
from portal.web.pages import query
from portal.web.reading import parse_id


@dataclass(frozen=True)
class Seats:
    """Seats that are taken, asked for, and there."""

    taken: int
    waiting: int
    capacity: int

    @classmethod
    def together(cls, many: "Iterable[Seats]") -> "Seats":
        """All of these as one."""
        each = list(many)
        return cls(sum(s.taken for s in each), sum(s.waiting for s in each), sum(s.capacity for s in each))

    @property
    def free(self) -> int:
        """What is left when all who wait are let in; below zero where that cannot be."""
        return self.capacity - self.taken - self.waiting

    @property
    def room(self) -> str:
        """In a word: ``over`` (more than the seats), ``full``, ``short`` (too many wait), ``empty``, ``free``."""
        if self.taken > self.capacity:
            return "over"
        if self.taken == self.capacity and self.capacity:
            return "full"
        if self.free < 0:
            return "short"
        return "empty" if not self.taken and not self.waiting else "free"

    @property
    def room_label(self) -> str:
        """The same for people, with its number."""
        if self.room == "over":
            number = self.taken - self.capacity
            return ngettext("%(num)s too many", "%(num)s too many", number) % {"num": number}
        if self.room == "full":
            return _("full")
        if self.room == "short":
            return _("%(num)s short") % {"num": -self.free}
        words = _("empty") if self.room == "empty" else ngettext("%(num)s free", "%(num)s free", self.free)
        return words if self.room == "empty" else words % {"num": self.free}


@dataclass(frozen=True)
class BoardGroup:
    """A group on the board."""

    id: UUID
    name: str
    code: str
    campus_name: str
    shift: Shift
    lead_teacher: str | None
    seats: Seats


@dataclass(frozen=True)
class BoardGrade:
    """A line of the board: the groups of a grade, and what they have together."""

    grade: Grade
    groups: Sequence[BoardGroup]

    @property
    def only_campus(self) -> str | None:
        """Where all its groups are, if they are at one campus: said once."""
        campuses = {group.campus_name for group in self.groups}
        return campuses.pop() if len(campuses) == 1 else None

    @property
    def seats(self) -> Seats:
        """Those of all its groups."""
        return Seats.together(group.seats for group in self.groups)


@dataclass(frozen=True)
class BoardFilter:
    """Which part of the board is asked for."""

    campus_id: UUID | None = None
    shift: Shift | None = None

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> Self:
        """From the address; what cannot be read asks for nothing."""
        shift = next((each for each in Shift if each.value == asked.get("shift")), None)
        return cls(parse_id(asked.get("campus")), shift)

    def takes(self, row: Any) -> bool:
        """Whether a group is among those."""
        return self.campus_id in (None, row.campus_id) and self.shift in (None, row.shift)

    def address(self, **changes: Any) -> str:
        """The query of this filter with something changed."""
        now = {"campus": self.campus_id or "", "shift": self.shift.value if self.shift else ""}
        return query(now, **changes)


@dataclass(frozen=True)
class Board:
    """What the page shows: the grades that the filter leaves, and what there is to filter by."""

    asked: BoardFilter
    grades: Sequence[BoardGrade]
    campuses: Mapping[UUID, str]
    shifts: Sequence[Shift]
    is_blank: bool

    @classmethod
    def of(cls, rows: Sequence[Any], asked: BoardFilter) -> Self:
        """From ``GroupRepository.with_seats``, which come in the order of the grades."""
        shown = (row for row in rows if asked.takes(row))
        return cls(
            asked=asked,
            grades=[
                BoardGrade(grade, [_group(row) for row in those])
                for grade, those in groupby(shown, key=lambda row: row.grade)
            ],
            campuses=dict(sorted({row.campus_id: row.campus_name for row in rows}.items(), key=lambda each: each[1])),
            shifts=[shift for shift in Shift if any(row.shift == shift for row in rows)],
            is_blank=not rows,
        )

    @property
    def seats(self) -> Seats:
        """Those of the year, or of the part that is shown."""
        return Seats.together(grade.seats for grade in self.grades)

    @property
    def number_of_groups(self) -> int:
        """How many are shown."""
        return sum(len(grade.groups) for grade in self.grades)

    @property
    def without_room(self) -> int:
        """In how many grades nobody more can be let in."""
        return sum(grade.seats.free <= 0 for grade in self.grades)

    @property
    def names_campuses(self) -> bool:
        """Whether it must be said of each group where it is."""
        return len(self.campuses) > 1 and self.asked.campus_id is None

    @property
    def campus_label(self) -> str:
        """Which campuses are shown."""
        chosen = self.campuses.get(self.asked.campus_id) if self.asked.campus_id else None
        return chosen or _("All campuses")

    @property
    def shift_label(self) -> str:
        """Which shifts are shown."""
        return str(self.asked.shift.label) if self.asked.shift else _("All shifts")


def _group(row: Any) -> BoardGroup:
    return BoardGroup(
        id=row.id,
        name=f"{row.grade.label} {row.code}",
        code=row.code,
        campus_name=row.campus_name,
        shift=row.shift,
        lead_teacher=row.lead_teacher,
        seats=Seats(row.taken, row.waiting, row.capacity),
    )
