"""The likely duplicates among all records of a school: who shares a key is compared, and nobody with everybody.

A key is something that two records of one person have in common: the number, the sound of the names with the date of
birth, a number without one of its digits (two numbers that one slip makes of each other have such a one in common). In
a bunch of many under one key, each is compared with the next few only: the work grows with the school, not with its
square.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    CompoundSelect,
    Select,
    String,
    Text,
    Uuid,
    any_,
    cast,
    false,
    func,
    literal,
    null,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.ext.asyncio import AsyncSession

from portal.duplicates.described import NAME_PARTS, Described
from portal.duplicates.kinds import People
from portal.duplicates.likeness import Marks
from portal.duplicates.models import TwoPeople
from portal.duplicates.slips import SHORTEST_COMPARED
from portal.guardians.models import Guardian
from portal.students.models import Student

# Of a bunch under one key each is compared with so many that follow.
NEIGHBOURS = 5
MOST_BUNCHES = 5_000
# Between the parts of a key, where no name and no number has it.
AND = "#"


@dataclass(frozen=True)
class Pair:
    """Two living records that are likely to be of one person; the older one first."""

    one: Any
    other: Any
    marks: Marks

    @property
    def strength(self) -> int:
        """The more they have in common, the further up."""
        return len(self.marks.in_words) + 10 * self.marks.same_number

    @property
    def name(self) -> str:
        """Under which the pair stands in lists of its own: the ids in order, as they are decided about."""
        return f"{self.one.id}.{self.other.id}"


async def likely_pairs(session: AsyncSession, school_id: UUID) -> dict[People, list[Pair]]:
    """The likely duplicates of each kind that nobody has called two people, the likeliest first. Two queries."""
    rows = (await session.execute(_bunches_and_decisions(school_id))).all()
    alike = {
        kind: _pairs_among(row.ids for row in rows if row.kind == kind and not row.is_decided)
        - {(row.ids[0], row.ids[1]) for row in rows if row.kind == kind and row.is_decided}
        for kind in People
    }
    people = await _people(session, school_id, {each for pairs in alike.values() for pair in pairs for each in pair})
    return {kind: _likely(((people[one], people[other]) for one, other in alike[kind]), kind) for kind in People}


def is_likely(marks: Marks, kind: People) -> bool:
    """The judgement, by kind."""
    return marks.is_likely_student if kind is People.STUDENTS else marks.is_likely_guardian


def _likely(alike: Iterable[tuple[Any, Any]], kind: People) -> list[Pair]:
    pairs = (Pair(one, other, Marks(Described.of(other), Described.of(one))) for one, other in alike)
    likely = (pair for pair in pairs if is_likely(pair.marks, kind))
    return sorted(likely, key=lambda pair: (-pair.strength, pair.one.sort_name, pair.one.id, pair.other.id))


async def _people(session: AsyncSession, school_id: UUID, ids: Iterable[UUID]) -> dict[UUID, Any]:
    """Students and guardians in rows alike: what the one kind does not have is unknown there."""
    wanted = literal(list(ids), ARRAY(Uuid))  # one parameter, however many they are
    names = ("id", "full_name", "sort_name", "created_at", *Described.__dataclass_fields__)
    found = union_all(
        *(
            select(*(getattr(kind.model, name, null()).label(name) for name in names)).where(
                kind.model.school_id == school_id, kind.model.id == any_(wanted)
            )
            for kind in People
        )
    )
    return {row.id: row for row in await session.execute(found)}


def _bunches_and_decisions(school_id: UUID) -> CompoundSelect[Any]:
    """Rows of kind, is_decided, ids: each bunch of a kind, and each two of them who were called two people."""
    bunches = (_bunches(school_id, kind).subquery() for kind in People)
    decided = select(cast(TwoPeople.kind, Text), true(), array([TwoPeople.one_id, TwoPeople.other_id]))
    return union_all(
        *(
            select(literal(kind.value).label("kind"), false().label("is_decided"), bunch.c.ids)
            for kind, bunch in zip(People, bunches, strict=True)
        ),
        decided.where(TwoPeople.school_id == school_id),
    )


def _bunches(school_id: UUID, kind: People) -> Select[Any]:
    """The ids under each key that more than one record has."""
    people = _living(school_id, kind)
    of_kind = _keys_of_students if kind is People.STUDENTS else _keys_of_guardians
    keys = union_all(*_keys_of_all(people), *of_kind(people)).subquery()
    return (
        select(func.array_agg(keys.c.id).label("ids")).group_by(keys.c.key).having(func.count() > 1).limit(MOST_BUNCHES)
    )


def _pairs_among(bunches: Iterable[Sequence[UUID]]) -> set[tuple[UUID, UUID]]:
    """Each with the few that follow, in the order of ids."""
    return {
        (one, other)
        for ids in (sorted(set(bunch)) for bunch in bunches)
        for at, one in enumerate(ids)
        for other in ids[at + 1 : at + 1 + NEIGHBOURS]
    }


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
