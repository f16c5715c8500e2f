"""Finding enrollments by typed words: what the student is called, their document, or the enrollment's number.

Like ``students.searching``, over the student who stands beside the row as ``STUDENT``.
"""

from collections.abc import Sequence
from typing import cast

from sqlalchemy import ColumnElement, FromClause, Integer, Table, case, func, literal, or_, select

from portal.enrollments.models import Enrollment
from portal.students.models import Student
from portal.students.searching import SCHOOL, anywhere, beginning, beginning_a_part, parameters

__all__ = ["STUDENT", "conditions", "kinds", "parameters", "rank"]

STUDENT: FromClause = cast(Table, Student.__table__).alias("student_of_it")


def kinds(words: Sequence[str]) -> int:
    """How many words there are: they are all of one kind."""
    return len(words)


def conditions(number: int) -> list[ColumnElement[bool]]:
    """Of an enrollment that the search finds: every word stands somewhere, in any order."""
    return [_has(f"word_{each}") for each in range(number)]


def rank(number: int) -> ColumnElement[int]:
    """The lower, the earlier it comes: words that begin the student's names before those inside."""
    ranks = [_rank_of(f"word_{each}") for each in range(number)]
    return sum(ranks[1:], ranks[0]) if ranks else literal(0, Integer)


def _has(name: str) -> ColumnElement[bool]:
    students = select(Student.id).where(Student.school_id == SCHOOL, Student.search_text.like(anywhere(name)))
    # The dashes of a number that is typed were taken out of the word.
    return or_(Enrollment.student_id.in_(students), func.translate(Enrollment.number, "-", "").like(anywhere(name)))


def _rank_of(name: str) -> ColumnElement[int]:
    return case(
        (STUDENT.c.sort_name.like(beginning(name)), 0),  # the surname begins with it
        ((" " + STUDENT.c.search_text).like(beginning_a_part(name)), 1),  # another name or the document does
        else_=2,
    )
