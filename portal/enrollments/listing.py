"""The list of enrollments: one page by key, and what stands around it. Two questions, whatever the number of rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, Select, cast, distinct, func, or_, select, tuple_
from sqlalchemy.dialects.postgresql import JSONB, JSONPATH

from portal.catalogs.codes import EnrollmentStatus as Status
from portal.db.repository import same
from portal.enrollments.filters import EnrollmentFilter
from portal.enrollments.models import Enrollment
from portal.enrollments.repository import EnrollmentRepository
from portal.groups.models import Group
from portal.schools.models import Campus
from portal.students.models import Student
from portal.web.lists import page_by_key
from portal.years.models import SchoolYear

PAGE = 50
# When it got its status: the last line of its history that led from one to another. ISO texts in UTC sort by time.
_STEPS = func.jsonb_path_query_array(Enrollment.status_history, cast("$[*] ? (@.from != @.to)", JSONPATH), type_=JSONB)
SINCE: ColumnElement[str] = func.coalesce(_STEPS[-1]["at"].astext, "").collate("C")


@dataclass(frozen=True)
class Listing:
    """A page of enrollments; ``counts`` are those of each status that the other filters leave."""

    rows: Sequence[Row[Any]]
    counts: dict[Status, int]
    offers: Row[Any]
    before: UUID | None
    after: UUID | None


async def list_enrollments(
    enrollments: EnrollmentRepository, asked: EnrollmentFilter, *, current_year: UUID | None, time_zone: str
) -> Listing:
    """The page that the filter asks for."""
    question = _Question(enrollments, asked, asked.year_id(current_year), datetime.now(ZoneInfo(time_zone)))
    rows, earlier, later = await question.page()
    offers = (await enrollments.session.execute(question.overview())).one()
    return Listing(
        rows=rows,
        counts={Status(status): number for status, number in (offers.counts or {}).items()},
        offers=offers,
        before=rows[0].id if rows and earlier else None,
        after=rows[-1].id if rows and later else None,
    )


@dataclass(frozen=True)
class _Question:
    enrollments: EnrollmentRepository
    asked: EnrollmentFilter
    year_id: UUID | None
    now: datetime

    async def page(self) -> tuple[list[Row[Any]], bool, bool]:
        """The rows, whether there are earlier ones, whether there are later ones."""
        start = "before" if self.asked.before else "after" if self.asked.after else ""
        return await page_by_key(self._rows, start, PAGE)

    async def _rows(self, start: str) -> list[Row[Any]]:
        keys = self._keys()
        backwards = self.asked.descending != (start == "before")
        statement = (
            self._joined(
                select(
                    Enrollment.id,
                    Enrollment.number,
                    Enrollment.grade,
                    Enrollment.status,
                    Enrollment.outcome,
                    Enrollment.status_history,
                    SINCE.label("since"),
                    Group.code.label("group_code"),
                    SchoolYear.name.label("year_name"),
                    Student.first_surname,
                    Student.second_surname,
                    Student.first_name,
                    Student.middle_names,
                )
            )
            .where(*self._narrowed())
            .order_by(*(key.desc() if backwards else key.asc() for key in keys))
            .limit(PAGE + 1)
        )
        if self.asked.status:
            statement = statement.where(Enrollment.status == self.asked.status)
        if start and (mark := self.asked.before or self.asked.after):
            statement = statement.where(self._behind(mark, keys, backwards=backwards))
        rows = list(await self.enrollments.session.execute(statement))
        return rows[::-1] if start == "before" else rows

    def overview(self) -> Select[Any]:
        """One row: how many of each status, and what the enrollments of the year offer to filter by."""
        by_status = (
            self._joined(select(Enrollment.status, func.count().label("number")))
            .where(*self._narrowed())
            .group_by(Enrollment.status)
            .subquery()
        )
        school = self.enrollments.school_id
        names = [
            select(func.jsonb_object_agg(kind.id, kind.name)).where(kind.school_id == school).scalar_subquery()
            for kind in (SchoolYear, Campus)
        ]
        return (
            select(
                select(func.jsonb_object_agg(by_status.c.status, by_status.c.number)).scalar_subquery().label("counts"),
                names[0].label("years"),
                names[1].label("campuses"),
                func.array_agg(distinct(Enrollment.grade)).label("grades"),
                func.array_agg(distinct(Enrollment.shift)).label("shifts"),
                func.array_agg(distinct(Enrollment.outcome)).label("outcomes"),
                func.array_agg(distinct(Group.code)).label("codes"),
            )
            .select_from(Enrollment)
            .outerjoin(Group, same(Enrollment, Group, Enrollment.group_id))
            .where(*self._scope())
        )

    def _joined(self, statement: Any) -> Any:
        return (
            statement.select_from(Enrollment)
            .join(Student, same(Enrollment, Student, Enrollment.student_id))
            .join(SchoolYear, same(Enrollment, SchoolYear, Enrollment.year_id))
            .outerjoin(Group, same(Enrollment, Group, Enrollment.group_id))
        )

    def _scope(self) -> list[ColumnElement[bool]]:
        """What this person may see of the year."""
        seen: list[ColumnElement[bool]] = self.enrollments.seen()
        return [*seen, Enrollment.year_id == self.year_id] if self.year_id else seen

    def _narrowed(self) -> list[ColumnElement[bool]]:
        """Those that the filters leave, whatever their status."""
        asked, conditions = self.asked, self._scope()
        columns = {
            Enrollment.grade: asked.grade,
            Group.code: asked.group,
            func.coalesce(Group.campus_id, Enrollment.campus_id): asked.campus,
            func.coalesce(Group.shift, Enrollment.shift): asked.shift,
            Enrollment.outcome: asked.outcome,
        }
        conditions += [column.in_(values) for column, values in columns.items() if values]
        conditions += [_has(word) for word in asked.words]
        if moment := asked.waiting_before(self.now):
            conditions += [moment.astimezone(UTC).isoformat() >= SINCE, SINCE != ""]
        return conditions

    def _keys(self) -> list[ColumnElement[Any]]:
        """What the list is sorted by: never null, and with the id never equal."""
        first: dict[str, Any] = {"name": Student.sort_name, "number": Enrollment.number, "since": SINCE}
        return [first[self.asked.sort], Enrollment.id]

    def _behind(self, mark: UUID, keys: Sequence[ColumnElement[Any]], *, backwards: bool) -> ColumnElement[bool]:
        """Behind the mark in the order of reading. It is found by id: no address holds a name."""
        at = (
            select(*(key.label(f"key_{number}") for number, key in enumerate(keys)))
            .select_from(Enrollment)
            .join(Student, same(Enrollment, Student, Enrollment.student_id))
            .where(Enrollment.school_id == self.enrollments.school_id, Enrollment.id == mark)
            .cte("mark")
        )
        here, there = tuple_(*keys), tuple_(*(select(key).scalar_subquery() for key in at.c))
        return here < there if backwards else here > there


def _has(word: str) -> ColumnElement[bool]:
    """The word stands in the name, the document (its dots aside) or the number of the enrollment."""
    bare = word.replace(".", "")
    folded = select(func.fold(_anywhere(bare if bare.isdecimal() else word))).scalar_subquery()
    return or_(Student.search_text.like(folded), Enrollment.number.like(_anywhere(word)))


def _anywhere(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
