"""Questions asked of merges, and of the records that can be made one."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, false, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.models import User
from portal.catalogs.text import folded
from portal.duplicates.candidates import by_number, by_sound, first
from portal.duplicates.described import Described
from portal.duplicates.kinds import People
from portal.duplicates.likeness import Likeness
from portal.merging.models import Merge
from portal.web.reading import search_words

MOST_FOUND = 8
# So many are compared, of those whose number or names are near.
LOOKED_AT_AT_MOST = 200
PAGE = 50


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

    async def listing(self, *, after: UUID | None = None) -> list[Row[Any]]:
        """A page of merges, the latest first, with the names of both and of who did it; one more tells of others."""
        names = [_name_of(Merge.survivor_id, "survivor"), _name_of(Merge.other_id, "other")]
        statement = (
            select(Merge.id, Merge.kind, Merge.survivor_id, Merge.created_at, Merge.undone_at, *names)
            .add_columns(User.full_name.label("done_by"))
            .outerjoin(User, User.id == Merge.done_by_id)
            .where(Merge.school_id == self.school_id)
            .order_by(Merge.id.desc())
            .limit(PAGE + 1)
        )
        return list(await self.session.execute(statement if after is None else statement.where(Merge.id < after)))

    async def people(self, kind: People, ids: Sequence[UUID]) -> list[Any]:
        """The records with these ids, in their order, deleted ones too."""
        model = kind.model
        statement = select(model).where(model.school_id == self.school_id, model.id.in_(ids))
        found = {row.id: row for row in await self.session.scalars(statement)}
        return [found[each] for each in ids if each in found]

    async def alike(self, kind: People, person: Any) -> list[Any]:
        """The living records that are like this one, the likeliest first."""
        model, described = kind.model, Described.of(person)
        by_documents = by_number(model, described)
        wanted = or_(false(), *by_documents, *by_sound(model, described))
        judged = Likeness.student if kind is People.STUDENTS else Likeness.guardian
        where = (wanted, model.id != person.id)
        rows = await self._living(model, *where, first=first(by_documents), most=LOOKED_AT_AT_MOST)
        alike = [like for like in (judged(row, described) for row in rows) if like.is_worth_a_look]
        return [like.kept for like in sorted(alike, key=lambda like: not like.is_likely)][:MOST_FOUND]

    async def search(self, kind: People, typed: str, *, but: UUID) -> list[Any]:
        """The first living records, by name, that have every typed word in their names or document."""
        model = kind.model
        words = search_words(typed)
        if not words:
            return []
        found = (model.search_text.contains(folded(word), autoescape=True) for word in words)
        return await self._living(model, *found, model.id != but)

    async def _living(self, model: Any, *where: Any, first: Sequence[Any] = (), most: int = MOST_FOUND) -> list[Any]:
        statement = (
            select(model)
            .where(model.school_id == self.school_id, model.deleted_at.is_(None), *where)
            .order_by(*first, model.sort_name, model.id)
            .limit(most)
        )
        return list(await self.session.scalars(statement))


def _name_of(column: Any, label: str) -> Any:
    """The name of a student or a guardian: the ids of both tables are unlike any other's."""
    names = (
        select(each.model.full_name).where(each.model.school_id == Merge.school_id, each.model.id == column)
        for each in People
    )
    return func.coalesce(*(name.scalar_subquery() for name in names)).label(label)
