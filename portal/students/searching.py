"""Finding students by typed words: where a word may stand, and who comes first.

Expressions over bound parameters, so that a statement is built once for each kind of question and kept: what changes
its text is ``kinds``, and the words themselves come as ``parameters``. Besides them they need ``school``.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Integer, ScalarSelect, Text, bindparam, case, func, literal, select

from portal.db.repository import same
from portal.guardians.models import Guardian, StudentGuardian
from portal.students.models import Student

# Of each word of a search, whether it may be the number of a telephone.
Kinds = tuple[bool, ...]

# Shorter runs of digits are found in many telephones.
TELLING_DIGITS = 6
# What a person writes between the digits of a telephone.
BETWEEN_DIGITS = " .-()+"

SCHOOL: BindParameter[Any] = bindparam("school")


def kinds(words: Sequence[str]) -> Kinds:
    """What of the words changes the text of the SQL."""
    return tuple(word.isdecimal() and len(word) >= TELLING_DIGITS for word in words)


def parameters(words: Sequence[str]) -> dict[str, str]:
    """The words for the expressions below, each as a pattern that means only itself."""
    return {f"word_{number}": _escaped(word) for number, word in enumerate(words)}


def conditions(numbers: Kinds) -> list[ColumnElement[bool]]:
    """Of a student whom the search finds: every word stands somewhere, in any order."""
    return [_has(f"word_{number}", is_number) for number, is_number in enumerate(numbers)]


def rank(numbers: Kinds) -> ColumnElement[int]:
    """The lower, the earlier a student comes: words that begin a name or the document before those inside one."""
    ranks = [_rank_of(f"word_{number}") for number in range(len(numbers))]
    return sum(ranks[1:], ranks[0]) if ranks else literal(0, Integer)


def _has(name: str, is_number: bool) -> ColumnElement[bool]:
    """A word stands in a name or the document; a number may also be that of a guardian's telephone."""
    found = Student.search_text.like(_pattern("%", name))
    if not is_number:
        return found
    phones = func.coalesce(Guardian.phone, "") + "|" + func.coalesce(Guardian.phone_2, "")
    called = (
        select(StudentGuardian.student_id)
        .join(Guardian, same(StudentGuardian, Guardian, StudentGuardian.guardian_id))
        .where(
            StudentGuardian.school_id == SCHOOL,
            Guardian.school_id == SCHOOL,
            Guardian.deleted_at.is_(None),
            func.translate(phones, BETWEEN_DIGITS, "").like(_pattern("%", name)),
        )
    )
    return found | Student.id.in_(called)


def _rank_of(name: str) -> ColumnElement[int]:
    return case(
        (Student.sort_name.like(_pattern("", name)), 0),  # the surname begins with it
        ((" " + Student.search_text).like(_pattern("% ", name)), 1),  # another name or the document does
        else_=2,
    )


def _pattern(before: str, name: str) -> ScalarSelect[str]:
    """Folded by the database, as the records were, and once: a sub-select is not run again for each row."""
    return select(before + func.fold(bindparam(name, type_=Text)) + "%").scalar_subquery()


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
