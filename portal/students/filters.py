"""What is asked of the list of students: read from an address, and written into addresses again.

Whatever an address says is answered: values that mean nothing are ignored.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self
from uuid import UUID

from litestar.datastructures import MultiDict

from portal.catalogs.codes import EnrollmentStatus, Grade, Shift
from portal.schools.rules import CustomField
from portal.students.own_filters import OwnFilter
from portal.web.lists import known_codes
from portal.web.reading import parse_ids, search_words, typed_query

SORTS = ("name", "document", "group", "status")
NOT_ENROLLED = "none"
NO_GUARDIAN = "none"


@dataclass(frozen=True)
class StudentFilter:
    """Which students, in which order, from where on. ``status`` may hold NOT_ENROLLED, ``group`` holds codes.

    ``own`` has a filter for each of the school's own fields, whether it wants something or not.
    """

    q: str = ""
    grade: tuple[Grade, ...] = ()
    group: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    campus: tuple[UUID, ...] = ()
    shift: tuple[Shift, ...] = ()
    guardian: tuple[str, ...] = ()
    own: tuple[OwnFilter, ...] = ()
    sort: str = "name"
    descending: bool = False
    after: UUID | None = None
    before: UUID | None = None
    letter: str = ""

    @classmethod
    def of(cls, sent: MultiDict[str], fields: tuple[CustomField, ...] = ()) -> Self:
        """The filter that an address asks for, in a school with these fields of its own."""
        sort = sent.get("sort", "").strip()
        letter = sent.get("letter", "")[:1].upper()
        by_name = sort.lstrip("-") in ("", "name")
        return cls(
            q=typed_query(sent.get("q")),
            grade=known_codes(sent.getall("grade", []), Grade),
            group=tuple(filter(None, (typed_query(code, 20) for code in dict.fromkeys(sent.getall("group", []))))),
            status=tuple(value for value in dict.fromkeys(sent.getall("status", [])) if value in _STATUSES),
            campus=parse_ids(sent.getall("campus", [])),
            shift=known_codes(sent.getall("shift", []), Shift),
            guardian=(NO_GUARDIAN,) if sent.get("guardian") == NO_GUARDIAN else (),
            own=tuple(OwnFilter.of(field, sent) for field in fields),
            sort=sort.lstrip("-") if sort.lstrip("-") in SORTS else "name",
            descending=sort.startswith("-"),
            after=next(iter(parse_ids([sent.get("after", "")])), None),
            before=next(iter(parse_ids([sent.get("before", "")])), None),
            letter=letter if by_name and "A" <= letter <= "Z" else "",
        )

    @cached_property
    def words(self) -> tuple[str, ...]:
        """What a student must have, in any order."""
        return search_words(self.q)

    @property
    def narrows(self) -> bool:
        """Whether it asks for fewer than all students."""
        return bool(self.q or self.guardian or self.asks_enrollment or any(each.narrows for each in self.own))

    @property
    def asks_enrollment(self) -> bool:
        """Whether it asks for something that only an enrollment tells."""
        return bool(self.grade or self.group or self.status or self.campus or self.shift)

    @cached_property
    def params(self) -> dict[str, Any]:
        """The filter as parameters of an address, for ``pages.query``; the place in the list is left out."""
        sort = f"{'-' if self.descending else ''}{self.sort}"
        return {
            "q": self.q,
            "grade": [str(grade.value) for grade in self.grade],
            "group": list(self.group),
            "status": list(self.status),
            "campus": [str(campus) for campus in self.campus],
            "shift": [shift.value for shift in self.shift],
            "guardian": list(self.guardian),
            **{name: value for each in self.own for name, value in each.params.items()},
            "sort": "" if sort == "name" else sort,
        }


_STATUSES = {status.value for status in EnrollmentStatus} | {NOT_ENROLLED}
