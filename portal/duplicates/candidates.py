"""Who may be like a person: what the database finds by its indexes, to be judged afterwards."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, UnaryExpression, and_, or_

from portal.duplicates.described import Described
from portal.duplicates.slips import numbers_near

# Behind every sign that a key of sounds has.
LAST = "\x7f"


def by_number(model: Any, person: Described) -> list[ColumnElement[bool]]:
    """The number, and those that one slip makes of it."""
    if not person.document_number:
        return []
    return [model.document_number.in_(sorted({person.document_number, *numbers_near(person.document_number)}))]


def first(candidates: Sequence[ColumnElement[bool]]) -> list[UnaryExpression[bool]]:
    """An order in which these come before all others: homonyms, however many, do not crowd out the same number."""
    return [or_(*candidates).desc().nulls_last()] if candidates else []


def by_sound(model: Any, person: Described) -> list[ColumnElement[bool]]:
    """A surname and a first name that sound alike: as they stand, with the surnames swapped, in each other's field."""
    surname, first_name, second_surname, _ = person.heard.values()
    pairs = dict.fromkeys(
        (f"{last}|{first.split()[0]}")
        for last, first in ((surname, first_name), (second_surname, first_name), (first_name, surname))
        if last and first
    )
    return [and_(model.sound_key >= key, model.sound_key < key + LAST) for key in pairs]
