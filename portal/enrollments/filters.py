"""What is asked of the list of enrollments: read from an address, and written into addresses again.

Whatever an address says is answered: values that mean nothing are ignored.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Self
from uuid import UUID

from litestar.datastructures import MultiDict

from portal.catalogs.codes import EnrollmentStatus, Grade, Outcome, Shift
from portal.web.lists import known_codes
from portal.web.reading import parse_date, parse_id, parse_ids, typed_query

SORTS = ("name", "number", "since")
EVERY_YEAR = "all"
MOST_WORDS = 8
LONGEST_WAIT = 3650


@dataclass(frozen=True)
class EnrollmentFilter:
    """Which enrollments, in which order, from where on. ``year`` is an id, EVERY_YEAR, or empty for the current one.

    ``group`` holds codes. ``waiting`` is a number of days or a date: since then at least they have their status.
    """

    q: str = ""
    year: str = ""
    status: EnrollmentStatus | None = None
    grade: tuple[Grade, ...] = ()
    group: tuple[str, ...] = ()
    campus: tuple[UUID, ...] = ()
    shift: tuple[Shift, ...] = ()
    outcome: tuple[Outcome, ...] = ()
    waiting: str = ""
    sort: str = "name"
    descending: bool = False
    after: UUID | None = None
    before: UUID | None = None

    @classmethod
    def of(cls, sent: MultiDict[str]) -> Self:
        """The filter that an address asks for."""
        sort, year = sent.get("sort", "").strip(), sent.get("year", "")
        status = known_codes(sent.getall("status", []), EnrollmentStatus)
        return cls(
            q=typed_query(sent.get("q")),
            year=EVERY_YEAR if year == EVERY_YEAR else str(parse_id(year) or ""),
            status=status[0] if status else None,
            grade=known_codes(sent.getall("grade", []), Grade),
            group=tuple(filter(None, (typed_query(code, 20) for code in dict.fromkeys(sent.getall("group", []))))),
            campus=parse_ids(sent.getall("campus", [])),
            shift=known_codes(sent.getall("shift", []), Shift),
            outcome=known_codes(sent.getall("outcome", []), Outcome),
            waiting=_wait(sent.get("waiting", "").strip()),
            sort=sort.lstrip("-") if sort.lstrip("-") in SORTS else "name",
            descending=sort.startswith("-"),
            after=parse_id(sent.get("after")),
            before=parse_id(sent.get("before")),
        )

    @property
    def words(self) -> list[str]:
        """What must stand in the name, the document or the number, in any order."""
        return self.q.split()[:MOST_WORDS]

    @property
    def narrows(self) -> bool:
        """Whether it asks for fewer than all enrollments of the year with the status."""
        return bool(self.q or self.grade or self.group or self.campus or self.shift or self.outcome or self.waiting)

    @property
    def params(self) -> dict[str, Any]:
        """The filter as parameters of an address, for ``pages.query``; the place in the list is left out."""
        sort = f"{'-' if self.descending else ''}{self.sort}"
        return {
            "q": self.q,
            "year": self.year,
            "status": self.status.value if self.status else "",
            "grade": [str(grade.value) for grade in self.grade],
            "group": list(self.group),
            "campus": [str(campus) for campus in self.campus],
            "shift": [shift.value for shift in self.shift],
            "outcome": [outcome.value for outcome in self.outcome],
            "waiting": self.waiting,
            "sort": "" if sort == "name" else sort,
        }

    def year_id(self, current: UUID | None) -> UUID | None:
        """The year that is asked for, None for all of them."""
        if self.year == EVERY_YEAR:
            return None
        return parse_id(self.year) or current

    def waiting_before(self, now: datetime) -> datetime | None:
        """The moment since when at least they have their status; ``now`` is on the school's clock."""
        if not self.waiting:
            return None
        if self.waiting.isdecimal():
            return (now - timedelta(days=int(self.waiting))).astimezone(UTC)
        day = date.fromisoformat(self.waiting)
        return datetime.combine(day, time.max, now.tzinfo).astimezone(UTC)


def _wait(text: str) -> str:
    if text.isdecimal() and len(text) <= len(str(LONGEST_WAIT)):
        return str(int(text)) if 0 < int(text) <= LONGEST_WAIT else ""
    day = parse_date(text)
    return day.isoformat() if day else ""
