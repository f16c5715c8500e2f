"""Questions asked of merges, and of the records that can be made one."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from portal.catalogs.text import folded
from portal.duplicates.candidates import by_number, by_sound
from portal.duplicates.described import Described
from portal.duplicates.kinds import People
from portal.duplicates.likeness import Likeness
from portal.merging.models import Merge
from portal.web.reading import search_words

MOST_FOUND = 8


class MergeRepository:
    """The merges of a school, and its records as far as they are merged."""

    def __init__(self, session: AsyncSession, school_id: UUID) -> None:
        """Look only at this school's rows."""
        self.session, self.school_id = session, school_id

    async def find(self, merge_id: UUID, *, hold: bool = False) -> Merge | None:
        """The merge; ``hold`` it until the transaction ends, so that it is undone once."""
        statement = select(Merge).where(Merge.school_id == self.school_id, Merge.id == merge_id)
        held = statement.with_for_update() if hold else statement
        return (await self.session.scalars(held, execution_options={"populate_existing": hold})).one_or_none()

    async def people(self, kind: People, ids: Sequence[UUID]) -> list[Any]:
        """The records with these ids, in their order, deleted ones too."""
        model = kind.model
        statement = select(model).where(model.school_id == self.school_id, model.id.in_(ids))
        found = {row.id: row for row in await self.session.scalars(statement)}
        return [found[each] for each in ids if each in found]

    async def alike(self, kind: People, person: Any) -> list[Any]:
        """The living records that are like this one, the likeliest first."""
        model, described = kind.model, Described.of(person)
        wanted = by_number(model, described) + by_sound(model, described)
        found = Likeness.student if kind is People.STUDENTS else Likeness.guardian
        rows = [row for where in wanted for row in await self._living(model, where)]
        alike = {row.id: found(row, described) for row in rows if row.id != person.id}
        likely = [like for like in alike.values() if like.is_worth_a_look]
        return [like.kept for like in sorted(likely, key=lambda like: not like.is_likely)][:MOST_FOUND]

    async def search(self, kind: People, typed: str, *, but: UUID) -> list[Any]:
        """The first living records, by name, that have every typed word in their names or document."""
        model = kind.model
        words = search_words(typed)
        if not words:
            return []
        found = (model.search_text.contains(folded(word), autoescape=True) for word in words)
        return await self._living(model, *found, model.id != but)

    async def _living(self, model: Any, *where: Any) -> list[Any]:
        statement = (
            select(model)
            .where(model.school_id == self.school_id, model.deleted_at.is_(None), *where)
            .order_by(model.sort_name, model.id)
            .limit(MOST_FOUND)
        )
        return list(await self.session.scalars(statement))
