"""Where a pupil in the file differs from the one in the records. An empty cell never does."""

from collections.abc import Mapping
from datetime import date
from enum import Enum
from typing import Any

from sqlalchemy import Row

from portal.catalogs.text import folded
from portal.interchange.simat.record import SimatStudent
from portal.interchange.simat.records import STUDENT_FIELDS, parsed

# Text that the office may have written more carefully than SIMAT, which has capitals and often no accents.
_WORDS = frozenset({"first_surname", "second_surname", "first_name", "middle_names", "address"})


def student_changes(kept: Row[Any], student: SimatStudent) -> dict[str, tuple[Any, Any]]:
    """Field by field, what is kept and what the file says: plain values, as they can be stored and shown."""
    changes = {}
    for name in STUDENT_FIELDS:
        new = getattr(student, name)
        if new is not None:
            old = getattr(kept, name)
            if new != old and not _same(name, old, new):
                changes[name] = (plain(old), plain(new))
    return changes | attribute_changes(kept.simat, student.simat)


def attribute_changes(kept_text: str, said: Mapping[str, str]) -> dict[str, tuple[Any, Any]]:
    """The same for SIMAT's other attributes, by its column names; kept as ``records`` read them."""
    kept = parsed(kept_text)
    return {column: (kept.get(column), value) for column, value in said.items() if kept.get(column) != value}


def plain(value: Any) -> Any:
    """A value as JSON has it: a code for an enumeration's member, a date as ISO."""
    match value:
        case Enum():
            return value.value
        case date():
            return value.isoformat()
        case _:
            return value


def _same(name: str, old: Any, new: Any) -> bool:
    if old is None:
        return False
    if name in _WORDS:
        # SIMAT's NUNEZ does not undo the office's Núñez; its NÚÑEZ does correct a Nunez.
        return _same_words(str(old), str(new))
    if name == "phone":
        return "".join(filter(str.isdigit, old)) == str(new)
    return False


def _same_words(old: str, new: str) -> bool:
    return old.casefold() == new.casefold() or (new.isascii() and folded(old) == folded(new))
