"""Finding students by typed words: where a word may stand, and who comes first.

Expressions over bound parameters, so that a statement is built once for each kind of question and kept: what changes
its text is ``kinds``, and the words themselves come as ``parameters``. Besides them they need ``school``.

Each word is compared with all texts of the school, which lie side by side in the indexes made by ``search_index``:
docs/performance.md says why that is the quickest way under row security.
"""

from collections.abc import Sequence
from enum import Enum, auto
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    ScalarSelect,
    Select,
    Text,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
)

from portal.db.repository import same
from portal.enrollments.models import Enrollment
from portal.guardians.models import Guardian, StudentGuardian
from portal.students.models import Student

# Shorter words stand in the names of nearly all guardians, shorter runs of digits in many telephones.
TELLING_LETTERS = 3
TELLING_DIGITS = 6
# What a person writes between the digits of a telephone.
BETWEEN_DIGITS = " .-()+"

SCHOOL: BindParameter[Any] = bindparam("school")


class Kind(Enum):
    """What a word may be: a part of the student's own names and numbers, of a guardian's too, or any number."""

    OWN = auto()
    NAME = auto()
    NUMBER = auto()


Kinds = tuple[Kind, ...]


def kinds(words: Sequence[str]) -> Kinds:
    """What of the words changes the text of the SQL."""
    return tuple(map(_kind_of, words))


def parameters(words: Sequence[str]) -> dict[str, str]:
    """The words for the expressions below, each as a pattern that means only itself."""
    return {f"word_{number}": _escaped(word) for number, word in enumerate(words)}


def conditions(words: Kinds) -> list[ColumnElement[bool]]:
    """Of a student whom the search finds: every word stands somewhere, in any order.

    That is in the names, the document or the PER_ID; in what a guardian is called or has for a number; or it is the
    number of an enrollment.
    """
    return [_has(f"word_{number}", kind) for number, kind in enumerate(words)]


def rank(words: Kinds) -> ColumnElement[int]:
    """The lower, the earlier a student comes: words that begin their names before those inside, guardians' last."""
    ranks = [_rank_of(f"word_{number}") for number in range(len(words))]
    return sum(ranks[1:], ranks[0]) if ranks else literal(0, Integer)


def anywhere(name: str) -> ScalarSelect[str]:
    """The pattern of a text that has the word in it."""
    return _pattern("%", name)


def beginning(name: str) -> ScalarSelect[str]:
    """The pattern of a text that begins with the word."""
    return _pattern("", name)


def beginning_a_part(name: str) -> ScalarSelect[str]:
    """The pattern of a text, with a blank before it, that has a part which begins with the word."""
    return _pattern("% ", name)


def _kind_of(word: str) -> Kind:
    if word.isdecimal() and len(word) >= TELLING_DIGITS:
        return Kind.NUMBER
    return Kind.NAME if len(word) >= TELLING_LETTERS else Kind.OWN


def _has(name: str, kind: Kind) -> ColumnElement[bool]:
    found = [Student.search_text.like(anywhere(name))]
    if kind is not Kind.OWN:
        found.append(Student.id.in_(_wards(name, kind)))
    if kind is Kind.NUMBER:
        found.append(Student.id.in_(_enrolled(name)))
    return or_(*found)


def _wards(name: str, kind: Kind) -> Select[Any]:
    """The students of the guardians who have the word in their names, document or telephones, however written."""
    found = [Guardian.search_text.like(anywhere(name))]
    if kind is Kind.NUMBER:
        phones = (Guardian.phone, Guardian.phone_2)
        found += [func.translate(phone, BETWEEN_DIGITS, "").like(anywhere(name)) for phone in phones]
    return (
        select(StudentGuardian.student_id)
        .join(Guardian, same(StudentGuardian, Guardian, StudentGuardian.guardian_id))
        .where(
            StudentGuardian.school_id == SCHOOL,
            Guardian.school_id == SCHOOL,
            Guardian.deleted_at.is_(None),
            or_(*found),
        )
    )


def _enrolled(name: str) -> Select[Any]:
    """The student with this enrollment, ``2026-00042`` or ``2025-2026-00042``; signs were taken out of the word."""
    digits = bindparam(name, type_=Text)
    year, both = func.left(digits, 4), func.left(digits, 4) + "-" + func.substr(digits, 5, 4)
    numbers = (year + "-" + func.substr(digits, 5), both + "-" + func.substr(digits, 9))
    return select(Enrollment.student_id).where(
        Enrollment.school_id == SCHOOL, Enrollment.number.in_(numbers), Enrollment.deleted_at.is_(None)
    )


def _rank_of(name: str) -> ColumnElement[int]:
    return case(
        (Student.sort_name.like(beginning(name)), 0),  # the surname begins with it
        ((" " + Student.search_text).like(beginning_a_part(name)), 1),  # another name or the document does
        (Student.search_text.like(anywhere(name)), 2),
        else_=3,  # a guardian's, or an enrollment's
    )


def _pattern(before: str, name: str) -> ScalarSelect[str]:
    """Folded by the database, as the records were, and once: a sub-select is not run again for each row."""
    return select(before + func.fold(bindparam(name, type_=Text)) + "%").scalar_subquery()


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
