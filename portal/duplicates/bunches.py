"""Whom of a school it is worth comparing: those who share a key, and nobody with everybody.

A key is something that two records of one person have in common: the number, the sound of the names with the date of
birth, a number without one of its digits (two numbers that one slip makes of each other have such a one in common).
"""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, Text, cast, func, literal, select, union_all

from portal.duplicates.described import NAME_PARTS
from portal.duplicates.kinds import People
from portal.duplicates.slips import SHORTEST_COMPARED
from portal.guardians.models import Guardian
from portal.students.models import Student

MOST_BUNCHES = 5_000
# Between the parts of a key, where no name and no number has it.
AND = "#"


def bunches(school_id: UUID, kind: People) -> Select[Any]:
    """The ids under each key that more than one record has."""
    people = _living(school_id, kind)
    of_kind = _keys_of_students if kind is People.STUDENTS else _keys_of_guardians
    keys = union_all(*_keys_of_all(people), *of_kind(people)).subquery()
    return (
        select(func.array_agg(keys.c.id).label("ids")).group_by(keys.c.key).having(func.count() > 1).limit(MOST_BUNCHES)
    )


def _living(school_id: UUID, kind: People) -> Any:
    model = kind.model
    parts = [
        func.split_part(model.sound_key, "|", at, type_=Text).label(name) for at, name in enumerate(NAME_PARTS, start=1)
    ]
    own = (model.birth_date,) if model is Student else (Guardian.phone, Guardian.phone_2, Guardian.email)
    return (
        select(model.id, model.document_number, model.sound_key, *own, *parts)
        .where(model.school_id == school_id, model.deleted_at.is_(None))
        .cte(kind.value)
    )


def _keys_of_all(people: Any) -> list[Select[Any]]:
    columns = people.c
    number = columns.document_number
    at = func.generate_series(1, func.length(number)).table_valued("at").render_derived()
    brief = columns.first_surname + "|" + columns.first_name
    return [
        _key(people, "number", number).where(number.is_not(None)),
        _key(people, "sound", columns.sound_key),
        _key(people, "slip", _without(number, at.c.at), brief)
        .select_from(people.join(at, literal(True)))
        .where(
            func.length(number) >= SHORTEST_COMPARED,
            # Of equal neighbours it is the same, whichever is left out.
            func.substr(number, at.c.at, 1) != func.substr(number, at.c.at + 1, 1),
        ),
        _key(people, "slip", number, brief).where(func.length(number) >= SHORTEST_COMPARED - 1),
    ]


def _keys_of_students(people: Any) -> list[Select[Any]]:
    """The sound of any surname and any given name, in either order, with the day of birth."""
    columns = people.c
    day = cast(columns.birth_date, String)
    born = columns.birth_date.is_not(None)
    return [
        _key(people, "born", day, *_in_order(last, first)).where(born, last != "", first != "")
        for last in (columns.first_surname, columns.second_surname)
        for first in (columns.first_name, columns.middle_names)
    ]


def _keys_of_guardians(people: Any) -> list[Select[Any]]:
    """The sound of surname and first name, with a telephone or an e-mail address."""
    columns = people.c
    brief = _in_order(columns.first_surname, columns.first_name)
    return [
        _key(people, "reached", func.lower(reached), *brief).where(reached.is_not(None))
        for reached in (columns.phone, columns.phone_2, columns.email)
    ]


def _key(people: Any, name: str, *parts: Any) -> Select[Any]:
    """Hashed, since numbers are counted faster than texts; whom chance brings together is judged all the same."""
    key: ColumnElement[str] = literal(name)
    for part in parts:
        key = key + AND + part
    return select(people.c.id, func.hashtextextended(key, 0).label("key"))


def _in_order(one: Any, other: Any) -> tuple[Any, Any]:
    return func.least(one, other), func.greatest(one, other)


def _without(number: Any, at: Any) -> Any:
    return func.left(number, at - 1, type_=Text) + func.substr(number, at + 1, type_=Text)
