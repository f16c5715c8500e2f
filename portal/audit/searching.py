"""Finding events by whom they tell of: the names and documents of students and guardians, deleted ones too.

As the list engine asks for it: expressions over bound parameters, besides the words only ``school``.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Integer, any_, bindparam, func, literal, or_, select

from portal.audit.models import AuditEvent
from portal.catalogs.text import folded
from portal.guardians.models import Guardian
from portal.lists.declaring import SCHOOL
from portal.students.models import Student

# Of so many people the events are shown; who finds more wants another search.
_MOST_PEOPLE = 300


def kinds(words: Sequence[str]) -> int:
    """How many words: nothing else of them changes the SQL."""
    return len(words)


def parameters(words: Sequence[str]) -> dict[str, str]:
    """Each word as a pattern that means only itself."""
    return {f"word_{number}": f"%{_escaped(folded(word))}%" for number, word in enumerate(words)}


def conditions(number: int) -> list[ColumnElement[bool]]:
    """Of an event that tells of somebody in whose names and document every word stands."""
    return [
        or_(
            AuditEvent.student_id == any_(func.array(_people(Student, number))),
            AuditEvent.guardian_id == any_(func.array(_people(Guardian, number))),
        )
    ]


def rank(_number: int) -> ColumnElement[Any]:
    """None comes first: a history is read in the order of time."""
    return literal(0, Integer)


def _people(model: Any, number: int) -> Any:
    words = (model.search_text.like(bindparam(f"word_{at}")) for at in range(number))
    found = select(model.id).where(model.school_id == SCHOOL, *words)
    return found.order_by(model.id).limit(_MOST_PEOPLE).scalar_subquery()


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
