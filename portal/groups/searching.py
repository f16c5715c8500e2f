"""Finding groups by typed words: their code, who leads them, or where they are."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Integer, case, func, literal, or_, select

from portal.accounts.models import User
from portal.groups.models import Group
from portal.schools.models import Campus
from portal.students.searching import SCHOOL, anywhere, beginning, parameters

__all__ = ["conditions", "kinds", "parameters", "rank"]


def kinds(words: Sequence[str]) -> int:
    """How many words there are: they are all of one kind."""
    return len(words)


def conditions(number: int) -> list[ColumnElement[bool]]:
    """Of a group that the search finds: every word stands somewhere, in any order."""
    return [_has(f"word_{each}") for each in range(number)]


def rank(number: int) -> ColumnElement[int]:
    """The lower, the earlier it comes: codes that begin with a word first."""
    ranks = [case((func.fold(Group.code).like(beginning(f"word_{each}")), 0), else_=1) for each in range(number)]
    return sum(ranks[1:], ranks[0]) if ranks else literal(0, Integer)


def _has(name: str) -> ColumnElement[bool]:
    campuses = select(Campus.id).where(Campus.school_id == SCHOOL, func.fold(Campus.name).like(anywhere(name)))
    leads = select(User.id).where(User.id == Group.lead_teacher_id, func.fold(User.full_name).like(anywhere(name)))
    return or_(
        func.fold(Group.code).like(anywhere(name)),
        Group.campus_id.in_(campuses),
        leads.correlate(Group).exists(),
    )
