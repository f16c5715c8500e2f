"""What the list of students can be sorted by: never null, whatever is not recorded comes behind all that is."""

from datetime import date
from enum import Enum
from typing import Any

from sqlalchemy import Date, Integer, case, func, literal, literal_column, type_coerce

from portal.catalogs.codes import EnrollmentStatus, Gender, Shift
from portal.lists.terms import Term
from portal.students.list_source import CAMPUS, GROUP, GUARDIAN, PLACE
from portal.students.models import Student

# Sorts behind everything that has a value.
LAST = "~"
LAST_DAY = date(9999, 12, 31)


def text_or_last(expression: Any, *needs: str) -> tuple[Term]:
    """By the letters of a text, as they are kept."""
    return (Term(func.coalesce(expression, LAST).collate("C"), needs),)


def words_or_last(expression: Any, *needs: str) -> tuple[Term]:
    """By words, accents and case aside."""
    return text_or_last(func.fold(expression), *needs)


def day_or_last(expression: Any, *needs: str) -> tuple[Term]:
    """By a day."""
    return (Term(func.coalesce(expression, literal(LAST_DAY, Date)), needs),)


def rank_of(codes: type[Enum], expression: Any, *needs: str) -> tuple[Term]:
    """In the order of an enumeration, such as the life of an enrollment."""
    ranks = {code.value: rank for rank, code in enumerate(codes)}
    return (Term(case(ranks, value=expression, else_=len(ranks)), needs),)


# Grade, then code, the latter's numbers by value: ``106 00000000000000000601``. Grades begin at -2, hence 100.
_grade = func.to_char(type_coerce(PLACE.c.grade, Integer) + 100, "FM000")
_grade_and_code = _grade + " " + func.coalesce(func.lpad(GROUP.c.code, 20, "0"), LAST)

DOCUMENT = (Term(func.lpad(Student.document_number, 20, "0").collate("C")),)
GROUPS = text_or_last(_grade_and_code, "group")
GRADE = text_or_last(_grade, "place")
SHIFT = rank_of(Shift, PLACE.c.shift, "place")
CAMPUSES = words_or_last(CAMPUS.c.name, "campus")
STATUS = rank_of(EnrollmentStatus, PLACE.c.status, "place")
GUARDIANS = text_or_last(GUARDIAN.c.sort_name, "guardian")
PHONE = text_or_last(GUARDIAN.c.phone, "guardian")
BORN = day_or_last(Student.birth_date)
# The youngest were born last; who has no birth date comes behind all.
_days_before = type_coerce(literal_column("DATE '9999-12-31'") - Student.birth_date, Integer)
AGE = (Term(func.coalesce(_days_before, 9_999_999)),)
GENDER = rank_of(Gender, Student.gender)
NUMBER = text_or_last(PLACE.c.number, "place")
ENTERED = day_or_last(PLACE.c.starts_on, "place")
STRATUM = (Term(func.coalesce(Student.stratum, 99)),)
REGISTERED = (Term(Student.created_at),)
