"""What the list of students can be sorted by: never null, and what is not recorded comes last, whichever way."""

from datetime import date
from enum import Enum
from typing import Any

from sqlalchemy import Date, Integer, case, func, literal, literal_column, type_coerce

from portal.catalogs.codes import EnrollmentStatus, Gender, Shift
from portal.lists.terms import Term
from portal.students.list_source import CAMPUS, GROUP, GUARDIAN, PLACE
from portal.students.models import Student

# The last of all signs: behind every text.
LAST = chr(0x10FFFF)


def text_or_last(expression: Any, *needs: str) -> tuple[Term]:
    """By the letters of a text, as they are kept."""
    return (Term(_text(expression, LAST), needs, falling=_text(expression, "")),)


def words_or_last(expression: Any, *needs: str) -> tuple[Term]:
    """By words, accents and case aside."""
    return text_or_last(func.fold(expression), *needs)


def day_or_last(expression: Any, *needs: str) -> tuple[Term]:
    """By a day."""
    last, first = (func.coalesce(expression, literal(day, Date)) for day in (date.max, date.min))
    return (Term(last, needs, falling=first),)


def number_or_last(expression: Any, highest: int) -> tuple[Term]:
    """By a number that is neither negative nor higher than the highest."""
    return (Term(func.coalesce(expression, highest + 1), falling=func.coalesce(expression, -1)),)


def rank_of(codes: type[Enum], expression: Any, *needs: str) -> tuple[Term]:
    """In the order of an enumeration, such as the life of an enrollment."""
    ranks = {code.value: rank for rank, code in enumerate(codes)}
    last, first = (case(ranks, value=expression, else_=blank) for blank in (len(ranks), -1))
    return (Term(last, needs, falling=first),)


def _text(expression: Any, blank: str) -> Any:
    return func.coalesce(expression, blank).collate("C")


DOCUMENT = (Term(func.lpad(Student.document_number, 20, "0").collate("C")),)
# Grades begin at -2, hence 100.
GRADE = text_or_last(func.to_char(type_coerce(PLACE.c.grade, Integer) + 100, "FM000"), "place")
# The numbers of codes by value: ``00000000000000000601``.
GROUPS = (*GRADE, *text_or_last(func.lpad(GROUP.c.code, 20, "0"), "group"))
SHIFT = rank_of(Shift, PLACE.c.shift, "place")
CAMPUSES = words_or_last(CAMPUS.c.name, "campus")
STATUS = rank_of(EnrollmentStatus, PLACE.c.status, "place")
GUARDIANS = text_or_last(GUARDIAN.c.sort_name, "guardian")
PHONE = text_or_last(GUARDIAN.c.phone, "guardian")
BORN = day_or_last(Student.birth_date)
# The youngest were born last.
_days_before = type_coerce(literal_column("DATE '9999-12-31'") - Student.birth_date, Integer)
AGE = number_or_last(_days_before, 9_999_999)
GENDER = rank_of(Gender, Student.gender)
NUMBER = text_or_last(PLACE.c.number, "place")
ENTERED = day_or_last(PLACE.c.starts_on, "place")
STRATUM = number_or_last(Student.stratum, 6)
REGISTERED = (Term(Student.created_at),)
