"""The codes of new groups, as the continuation of those in use: A, B, C …, 1, 2, 3 … or 601, 602 …"""

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from portal.catalogs.codes import Grade

BETWEEN = re.compile(r"[,;\s]+")
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class InUse:
    """A code that a group of the year has, and where."""

    grade: Grade
    campus_id: UUID
    code: str


@dataclass(frozen=True)
class Series:
    """A way of counting groups: which number a code stands for in a grade, if it is of this kind, and back."""

    number: Callable[[str, Grade], int | None]
    code: Callable[[int, Grade], str]


def proposed(in_use: Iterable[InUse], grade: Grade, campus_id: UUID, count: int) -> list[str]:
    """So many codes for new groups of the grade at the campus.

    They go on from the last there, in whatever shift, since people say "6th C" without naming it. A grade without
    groups is counted as the campus counts its others, and a campus without any as the school does.
    """
    known = list(in_use)
    at_campus = [each for each in known if each.campus_id == campus_id]
    here = [each for each in at_campus if each.grade == grade]
    series = _usual_series(here or at_campus or known)
    taken = {each.code.upper() for each in here}
    last = max((series.number(code, grade) or 0 for code in taken), default=0)
    return [series.code(number, grade) for number in range(last + 1, last + 1 + count)]


def typed(text: str | None) -> list[str]:
    """The codes of a line such as ``A, B, C``."""
    return [code for code in BETWEEN.split((text or "").strip()) if code]


def repeated(codes: Collection[str]) -> list[str]:
    """The codes that the line names more than once."""
    return sorted({code for code in codes if list(codes).count(code) > 1})


def _letter_number(code: str, _grade: Grade) -> int | None:
    return LETTERS.index(code) + 1 if len(code) == 1 and code in LETTERS else None


def _letter(number: int, _grade: Grade) -> str:
    rounds, position = divmod(number - 1, len(LETTERS))
    return LETTERS[position] + (str(rounds + 1) if rounds else "")


def _number_behind_grade(code: str, grade: Grade) -> int | None:
    found = re.fullmatch(rf"{max(grade.value, 0)}(\d\d)", code)
    return int(found[1]) if found else None


def _behind_grade(number: int, grade: Grade) -> str:
    return f"{max(grade.value, 0)}{number:02}"


def _plain_number(code: str, _grade: Grade) -> int | None:
    return int(code) if re.fullmatch(r"\d{1,3}", code) else None


def _padded(number: int, _grade: Grade) -> str:
    return f"{number:02}"


def _plain(number: int, _grade: Grade) -> str:
    return str(number)


_SERIES = (
    Series(_letter_number, _letter),
    Series(_number_behind_grade, _behind_grade),
    Series(lambda code, grade: _plain_number(code, grade) if code.startswith("0") else None, _padded),
    Series(_plain_number, _plain),
)


def _usual_series(known: Collection[InUse]) -> Series:
    """The one that most of these codes belong to; letters where there is nothing to go by."""

    def fitting(series: Series) -> int:
        return sum(series.number(each.code.upper(), each.grade) is not None for each in known)

    return max(_SERIES, key=fitting)
