"""Answers to questions: a page by key, the exact count, what each choice would leave, and all rows of a question.

Nothing is skipped by offset, so page 200 costs what page 1 does. A list takes two statements, however many rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam
from sqlalchemy.ext.asyncio import AsyncSession, async_scoped_session

from portal.lists.asking import Question
from portal.lists.filters import NOTHING, Option, Several
from portal.lists.statements import Kind, ids_of, number_of, overview_of, page_of, tally_of


@dataclass(frozen=True)
class Listing:
    """A page of rows. ``total`` match the question, ``everyone`` counts all that this person may see.

    ``before`` and ``after`` are the marks of the pages around it, None where there is none.
    """

    rows: Sequence[Row[Any]]
    total: int
    everyone: int
    overview: Row[Any]
    before: UUID | None
    after: UUID | None


@dataclass(frozen=True)
class Desk:
    """Where a list is asked: the session, the school, and whether only the rows of a person's own groups are seen.

    ``values`` are parameters that the list's own expressions have, such as the year.
    """

    session: AsyncSession | async_scoped_session[AsyncSession]
    school_id: UUID
    own_only: bool = False
    values: dict[str, Any] = field(default_factory=dict)

    async def listing(self, question: Question) -> Listing:
        """The page that the question asks for."""
        rows, earlier, later = await self._page(question)
        overview = await self._overview(question)
        # A search has counted what it found, and finds at least its first page if anything.
        total = overview.total if overview.total is not None else rows[0].total if rows else 0
        return Listing(
            rows=rows,
            total=total,
            everyone=total if overview.everyone is None else overview.everyone,
            overview=overview,
            before=rows[0].id if rows and earlier else None,
            after=rows[-1].id if rows and later else None,
        )

    async def number(self, question: Question) -> int:
        """How many rows match the question."""
        kind = replace(Kind.counting(question, own_only=self.own_only), tabs=None)
        number: int = (await self.session.execute(number_of(kind), self._parameters(question))).scalar_one()
        return number

    async def options(self, question: Question, several: Several) -> list[Option]:
        """The choices of a filter, each with how many rows it would leave, whatever is chosen of them now."""
        kind = Kind.counting(question, own_only=self.own_only, but=several.name)
        row = (await self.session.execute(tally_of(kind, several), self._parameters(question))).one()
        counts = {NOTHING if value is None else str(value): number for value, number in row.counts or ()}
        return several.options(question.values.get(several.name, ()), row, counts)

    async def all_rows(self, question: Question, ids: Sequence[UUID] | None = None) -> list[Row[Any]]:
        """All rows of a question with its columns, in its order; with ``ids`` those among them."""
        kind = Kind.of(question.unplaced(), own_only=self.own_only)
        statement, parameters = page_of(kind), self._parameters(question)
        if ids is not None:
            statement = statement.where(statement.selected_columns.id.in_(bindparam("picked", expanding=True)))
            parameters["picked"] = list(ids)
        return list(await self.session.execute(statement, parameters))

    async def all_ids(self, question: Question, among: Sequence[UUID] | None = None) -> list[UUID]:
        """The ids of all rows of a question, in its order; with ``among`` only those."""
        kind = Kind.of(question.unplaced(), own_only=self.own_only)
        statement, parameters = ids_of(kind), self._parameters(question)
        if among is not None:
            statement = statement.where(question.of.source.model.id.in_(bindparam("picked", expanding=True)))
            parameters["picked"] = list(among)
        return list(await self.session.scalars(statement, parameters))

    async def ids_of_page(self, question: Question) -> list[UUID]:
        """The ids of the page that the question stands at."""
        rows, _earlier, _later = await self._page(question)
        return [row.id for row in rows]

    async def _page(self, question: Question) -> tuple[list[Row[Any]], bool, bool]:
        """The rows, whether there are earlier ones, whether there are later ones."""
        start = "before" if question.before else "after" if question.after else "letter" if question.letter else ""
        size = question.of.size
        if start:
            rows = await self._rows(question, start)
            if start == "before" and len(rows) > size:
                return rows[-size:], True, True
            if start != "before" and rows:
                return rows[:size], True, len(rows) > size
        # The first: also where less than a page stands before the mark, nothing behind it, or nothing is marked.
        rows = await self._rows(question, "")
        return rows[:size], False, len(rows) > size

    async def _rows(self, question: Question, start: str) -> list[Row[Any]]:
        kind = Kind.of(question, own_only=self.own_only, start=start, size=question.of.size)
        rows = list(await self.session.execute(page_of(kind), self._parameters(question)))
        return rows[::-1] if start == "before" else rows

    async def _overview(self, question: Question) -> Row[Any]:
        kind = Kind.counting(question, own_only=self.own_only)
        row: Row[Any] = (await self.session.execute(overview_of(kind), self._parameters(question))).one()
        return row

    def _parameters(self, question: Question) -> dict[str, Any]:
        """The values; those that a statement has no place for are left aside by SQLAlchemy."""
        letter = question.letter.lower()
        falls = bool(question.order) and question.order[0].descending
        return {
            "school": self.school_id,
            "mark": question.before or question.after,
            # Downwards from M begins with the last name in M, which is what stands before N.
            "letter": chr(ord(letter) + 1) if letter and falls else letter,
            **self.values,
            **question.binds,
        }
