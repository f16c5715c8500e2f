"""The list of guardians: one page by key with the children of each, and its count. Two questions, however many rows.

Nothing is skipped by offset, so page 200 costs what page 1 does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Self
from uuid import UUID

from litestar.datastructures import MultiDict
from sqlalchemy import Row, func, select, tuple_
from sqlalchemy.dialects.postgresql import aggregate_order_by

from portal.db.repository import same
from portal.guardians.models import Guardian, StudentGuardian
from portal.guardians.repository import GuardianRepository
from portal.students.models import Student
from portal.students.repository import visible_students
from portal.web.lists import page_by_key
from portal.web.reading import parse_ids, search_words, typed_query

PAGE = 50


@dataclass(frozen=True)
class GuardianFilter:
    """Which guardians, in which order, from where on. Whatever an address says is answered."""

    q: str = ""
    descending: bool = False
    after: UUID | None = None
    before: UUID | None = None
    sort: ClassVar[str] = "name"

    @classmethod
    def of(cls, sent: MultiDict[str]) -> Self:
        """The filter that an address asks for."""
        return cls(
            q=typed_query(sent.get("q")),
            descending=sent.get("sort") == "-name",
            after=next(iter(parse_ids([sent.get("after", "")])), None),
            before=next(iter(parse_ids([sent.get("before", "")])), None),
        )

    @cached_property
    def words(self) -> tuple[str, ...]:
        """What a guardian must have, in any order."""
        return search_words(self.q)

    @property
    def params(self) -> dict[str, Any]:
        """The filter as parameters of an address; the place in the list is left out."""
        return {"q": self.q, "sort": "-name" if self.descending else ""}


@dataclass(frozen=True)
class Listing:
    """A page of guardians. ``total`` match the filter, ``everyone`` counts all that this person may see."""

    rows: Sequence[Row[Any]]
    total: int
    everyone: int
    before: UUID | None
    after: UUID | None


async def list_guardians(guardians: GuardianRepository, asked: GuardianFilter) -> Listing:
    """The page that the filter asks for."""
    rows, earlier, later = await _page(guardians, asked)
    total = _counted(guardians.with_words(asked.words))
    counts = (await guardians.session.execute(select(total, _counted(guardians.living())))).one()
    return Listing(
        rows=rows,
        total=counts[0],
        everyone=counts[1],
        before=rows[0].id if rows and earlier else None,
        after=rows[-1].id if rows and later else None,
    )


async def _page(guardians: GuardianRepository, asked: GuardianFilter) -> tuple[list[Row[Any]], bool, bool]:
    """The rows, whether there are earlier ones, whether there are later ones."""
    start = "before" if asked.before else "after" if asked.after else ""
    return await page_by_key(lambda start: _rows(guardians, asked, start), start, PAGE)


async def _rows(guardians: GuardianRepository, asked: GuardianFilter, start: str) -> list[Row[Any]]:
    """A page and one more, in the order of reading. The mark is found by id, deleted or not: no address has a name."""
    falls = asked.descending != (start == "before")
    found = guardians.with_words(asked.words).with_only_columns(*_SHOWN)
    if start:
        mark = asked.before or asked.after
        at = select(Guardian.sort_name).where(Guardian.school_id == guardians.school_id, Guardian.id == mark)
        here, there = tuple_(Guardian.sort_name, Guardian.id), tuple_(at.scalar_subquery(), mark)
        found = found.where(here < there if falls else here > there)
    page = found.order_by(*_in_order((Guardian.sort_name, Guardian.id), falls=falls)).limit(PAGE + 1).subquery("page")
    statement = select(page, _children_of(guardians, page)).order_by(
        *_in_order((page.c.sort_name, page.c.id), falls=falls)
    )
    rows = list(await guardians.session.execute(statement))
    return rows[::-1] if start == "before" else rows


_SHOWN = (
    Guardian.id,
    Guardian.sort_name,
    Guardian.first_name,
    Guardian.middle_names,
    Guardian.first_surname,
    Guardian.second_surname,
    Guardian.document_type,
    Guardian.document_number,
    Guardian.phone,
    Guardian.phone_2,
)


def _children_of(guardians: GuardianRepository, page: Any) -> Any:
    """First name and surname of the students that each of the page answers for, as far as this person may see them."""
    name = Student.first_name + " " + Student.first_surname
    return (
        visible_students(guardians.school_id, guardians.led_by)
        .join(StudentGuardian, same(StudentGuardian, Student, StudentGuardian.student_id))
        .where(StudentGuardian.school_id == guardians.school_id, StudentGuardian.guardian_id == page.c.id)
        .with_only_columns(func.jsonb_agg(aggregate_order_by(name, Student.sort_name)))
        .correlate(page)
        .scalar_subquery()
        .label("children")
    )


def _counted(statement: Any) -> Any:
    return select(func.count()).select_from(statement.with_only_columns(Guardian.id).subquery()).scalar_subquery()


def _in_order(keys: Sequence[Any], *, falls: bool) -> list[Any]:
    return [key.desc() if falls else key.asc() for key in keys]
