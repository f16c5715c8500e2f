"""The likely duplicates among all records of a school, the likeliest first: who shares a key is judged.

In a bunch of many under one key, each is compared with the next few only: the work grows with the school, not with its
square.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CompoundSelect, Text, Uuid, any_, cast, false, literal, null, select, true, union_all
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.ext.asyncio import AsyncSession

from portal.duplicates.bunches import bunches
from portal.duplicates.described import Described
from portal.duplicates.kinds import People
from portal.duplicates.marks import Marks
from portal.duplicates.models import TwoPeople

# Of a bunch under one key each is compared with so many that follow.
NEIGHBOURS = 5


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


def _bunches_and_decisions(school_id: UUID) -> CompoundSelect[Any]:
    """Rows of kind, is_decided, ids: each bunch of a kind, and each two of them who were called two people."""
    of_kinds = ((kind, bunches(school_id, kind).subquery()) for kind in People)
    decided = select(cast(TwoPeople.kind, Text), true(), array([TwoPeople.one_id, TwoPeople.other_id]))
    return union_all(
        *(
            select(literal(kind.value).label("kind"), false().label("is_decided"), bunch.c.ids)
            for kind, bunch in of_kinds
        ),
        decided.where(TwoPeople.school_id == school_id),
    )


def _pairs_among(found: Iterable[Sequence[UUID]]) -> set[tuple[UUID, UUID]]:
    """Each with the few that follow, in the order of ids."""
    return {
        (one, other)
        for ids in (sorted(set(bunch)) for bunch in found)
        for at, one in enumerate(ids)
        for other in ids[at + 1 : at + 1 + NEIGHBOURS]
    }


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


def _likely(alike: Iterable[tuple[Any, Any]], kind: People) -> list[Pair]:
    pairs = (Pair(one, other, Marks(Described.of(other), Described.of(one))) for one, other in alike)
    likely = (pair for pair in pairs if is_likely(pair.marks, kind))
    return sorted(likely, key=lambda pair: (-pair.strength, pair.one.sort_name, pair.one.id, pair.other.id))
