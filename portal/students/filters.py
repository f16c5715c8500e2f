"""What is asked of the list of students: read from an address, and written into addresses again.

Whatever an address says is answered: values that mean nothing are ignored.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Any, Self
from uuid import UUID

from litestar.datastructures import MultiDict

from portal.catalogs.codes import EnrollmentStatus, Grade, Shift
from portal.web.reading import typed_query

SORTS = ("name", "document", "group", "status")
NOT_ENROLLED = "none"
NO_GUARDIAN = "none"
MOST_WORDS = 8
# Shorter runs of digits are found in many telephones.
TELLING_DIGITS = 6
# A document or a telephone typed with blanks, at its longest.
LONGEST_RUN = 11

_BETWEEN_WORDS = re.compile(r"[\s,;]+")
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NUMBER = re.compile(r"[0-9][0-9.\-]*")


@dataclass(frozen=True)
class StudentFilter:
    """Which students, in which order, from where on. ``status`` may hold NOT_ENROLLED, ``group`` holds codes."""

    q: str = ""
    grade: tuple[Grade, ...] = ()
    group: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    campus: tuple[UUID, ...] = ()
    shift: tuple[Shift, ...] = ()
    guardian: tuple[str, ...] = ()
    sort: str = "name"
    descending: bool = False
    after: UUID | None = None
    before: UUID | None = None
    letter: str = ""

    @classmethod
    def of(cls, sent: MultiDict[str]) -> Self:
        """The filter that an address asks for."""
        sort = sent.get("sort", "").strip()
        letter = sent.get("letter", "")[:1].upper()
        by_name = sort.lstrip("-") in ("", "name")
        return cls(
            q=typed_query(sent.get("q")),
            grade=_known(sent.getall("grade", []), Grade, int),
            group=tuple(filter(None, (typed_query(code, 20) for code in dict.fromkeys(sent.getall("group", []))))),
            status=tuple(value for value in dict.fromkeys(sent.getall("status", [])) if value in _STATUSES),
            campus=_ids(sent.getall("campus", [])),
            shift=_known(sent.getall("shift", []), Shift, str),
            guardian=(NO_GUARDIAN,) if sent.get("guardian") == NO_GUARDIAN else (),
            sort=sort.lstrip("-") if sort.lstrip("-") in SORTS else "name",
            descending=sort.startswith("-"),
            after=next(iter(_ids([sent.get("after", "")])), None),
            before=next(iter(_ids([sent.get("before", "")])), None),
            letter=letter if by_name and "A" <= letter <= "Z" else "",
        )

    @cached_property
    def words(self) -> tuple[str, ...]:
        """What a student must have, in any order. The digits of a number are one word, dots and blanks aside."""
        words: list[str] = []
        for word in _BETWEEN_WORDS.split(self.q):
            digits = word.replace(".", "").replace("-", "") if _NUMBER.fullmatch(word) else ""
            if digits and words and words[-1].isdecimal() and len(words[-1] + digits) <= LONGEST_RUN:
                words[-1] += digits
            elif word:
                words.append(digits or word)
        return tuple(words[:MOST_WORDS])

    @property
    def narrows(self) -> bool:
        """Whether it asks for fewer than all students."""
        return bool(self.q or self.guardian or self.asks_enrollment)

    @property
    def asks_enrollment(self) -> bool:
        """Whether it asks for something that only an enrollment tells."""
        return bool(self.grade or self.group or self.status or self.campus or self.shift)

    @property
    def from_the_start(self) -> bool:
        """Whether it asks for the first page."""
        return not (self.after or self.before or self.letter)

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
            "sort": "" if sort == "name" else sort,
        }


_STATUSES = {status.value for status in EnrollmentStatus} | {NOT_ENROLLED}


def _known(sent: Iterable[str], enum: type[Enum], kind: type[int | str]) -> tuple[Any, ...]:
    values = {kind(member.value): member for member in enum}
    found = (values.get(_as(kind, text)) for text in dict.fromkeys(sent))
    return tuple(member for member in found if member is not None)


def _as(kind: type[int | str], text: str) -> int | str:
    return int(text) if kind is int and re.fullmatch(r"-?[0-9]{1,2}", text) else text


def _ids(sent: Iterable[str]) -> tuple[UUID, ...]:
    return tuple(UUID(text) for text in dict.fromkeys(sent) if _ID.fullmatch(text))
