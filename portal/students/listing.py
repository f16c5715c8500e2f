"""The list of students: one page by key, and its exact count. Two questions, whatever the number of rows.

Nothing is skipped by offset, so page 200 costs what page 1 does.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from portal.students import searching
from portal.students.filters import NOT_ENROLLED, StudentFilter
from portal.students.listing_statements import PAGE, Kind, overview_of, page_of
from portal.students.repository import StudentRepository
from portal.web.lists import page_by_key


@dataclass(frozen=True)
class Listing:
    """A page of students. ``total`` match the filter, ``everyone`` counts all that this person may see."""

    rows: Sequence[Row[Any]]
    total: int
    everyone: int
    offers: Row[Any]
    before: UUID | None
    after: UUID | None


async def list_students(students: StudentRepository, asked: StudentFilter, year_id: UUID | None) -> Listing:
    """The page that the filter asks for. Enrollments are those of one year; without a year nobody has one."""
    question = _Question(students, asked, year_id)
    rows, earlier, later = await question.page()
    unsorted = replace(question.kind(), sort="name", descending=False)
    overview = (await students.session.execute(overview_of(unsorted), question.parameters())).one()
    return Listing(
        rows=rows,
        total=overview.total,
        everyone=overview.total if overview.everyone is None else overview.everyone,
        offers=overview,
        before=rows[0].id if rows and earlier else None,
        after=rows[-1].id if rows and later else None,
    )


@dataclass(frozen=True)
class _Question:
    students: StudentRepository
    asked: StudentFilter
    year_id: UUID | None

    async def page(self) -> tuple[list[Row[Any]], bool, bool]:
        """The rows, whether there are earlier ones, whether there are later ones."""
        asked = self.asked
        start = "before" if asked.before else "after" if asked.after else "letter" if asked.letter else ""
        return await page_by_key(self._rows, start, PAGE)

    async def _rows(self, start: str) -> list[Row[Any]]:
        rows = list(await self.students.session.execute(page_of(self.kind(start)), self.parameters()))
        return rows[::-1] if start == "before" else rows

    def kind(self, start: str = "") -> Kind:
        """What of the question changes the text of the SQL."""
        asked = self.asked
        narrowed_by = [name for name in ("grade", "group", "campus", "shift", "guardian") if getattr(asked, name)]
        if asked.status == (NOT_ENROLLED,):
            narrowed_by.append("unplaced")
        elif asked.status:
            narrowed_by.append("status_or_unplaced" if NOT_ENROLLED in asked.status else "status")
        return Kind(
            led=self.students.led_by is not None,
            numbers=searching.kinds(asked.words),
            narrowed_by=tuple(narrowed_by),
            sort=asked.sort,
            descending=asked.descending,
            start=start,
            own=tuple(condition for _key, condition, _value in self._own_conditions()),
            shows_own=any(each.field.in_list for each in asked.own),
        )

    def parameters(self) -> dict[str, Any]:
        """The values; those that a statement has no place for are left aside by SQLAlchemy."""
        asked = self.asked
        letter = asked.letter.lower()
        return {
            "school": self.students.school_id,
            "year": self.year_id,
            "leader": self.students.led_by,
            "mark": asked.after or asked.before,
            # Downwards from M begins with the last name in M, which is what stands before N.
            "letter": chr(ord(letter) + 1) if letter and asked.descending else letter,
            "grade": asked.grade,
            "group": asked.group,
            "campus": asked.campus,
            "shift": asked.shift,
            "status": [status for status in asked.status if status != NOT_ENROLLED],
            **searching.parameters(asked.words),
            **{f"own_key_{slot}": key for slot, (key, _condition, _value) in enumerate(self._own_conditions())},
            **{
                f"own_value_{slot}": _anywhere(value) if condition == "text" else value
                for slot, (_key, condition, value) in enumerate(self._own_conditions())
            },
        }

    def _own_conditions(self) -> list[tuple[str, str, Any]]:
        """What is asked of the school's own fields: key, condition and value."""
        return [(each.field.key, condition, value) for each in self.asked.own for condition, value in each.conditions]


def _anywhere(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
