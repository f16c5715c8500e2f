"""Questions asked of the imports of a school."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import joinedload, undefer
from sqlalchemy.sql.base import ExecutableOption

from portal.db.repository import SchoolRepository
from portal.interchange.models import ImportRow, ImportRun, RowOutcome

# What a page may ask for: the outcomes, and the rows that are taken with a warning.
FILTERS = ("wrong", "new", "changed", "same", "listed", "warning")
_OUTCOMES = {"same": RowOutcome.UNCHANGED} | {outcome.value: outcome for outcome in RowOutcome}
_TAKEN = (RowOutcome.NEW, RowOutcome.CHANGED, RowOutcome.UNCHANGED)


class ImportRepository(SchoolRepository[ImportRun]):
    """The runs of a school and their rows."""

    model_type = ImportRun

    async def latest(self, limit: int = 50) -> Sequence[ImportRun]:
        """The last runs, newest first, with who brought and applied them."""
        statement = self.living().options(*_people()).order_by(ImportRun.created_at.desc(), ImportRun.id.desc())
        return (await self.session.scalars(statement.limit(limit))).all()

    async def with_people(self, run_id: UUID) -> ImportRun | None:
        """A run with who brought and applied it."""
        return await self.find(run_id, *_people())

    async def with_content(self, run_id: UUID) -> ImportRun | None:
        """A run with its file."""
        return await self.find(run_id, undefer(ImportRun.content), *_people())

    async def rows(self, run_id: UUID, only: str, *, after: int = 0, limit: int | None = 50) -> Sequence[Row[Any]]:
        """The rows of one of FILTERS from a line of the file on, in the order of the file."""
        columns = (
            ImportRow.line,
            ImportRow.outcome,
            ImportRow.name,
            ImportRow.problems,
            ImportRow.changes,
            ImportRow.raw,
        )
        statement = select(*columns).where(
            ImportRow.school_id == self.school_id, ImportRow.run_id == run_id, ImportRow.line > after
        )
        return list(await self.session.execute(_filtered(statement, only).order_by(ImportRow.line).limit(limit)))


def _people() -> tuple[ExecutableOption, ...]:
    return joinedload(ImportRun.uploaded_by), joinedload(ImportRun.applied_by)


def _filtered(statement: Select[Any], only: str) -> Select[Any]:
    if only == "warning":
        return statement.where(ImportRow.outcome.in_(_TAKEN), func.jsonb_array_length(ImportRow.problems) > 0)
    return statement.where(ImportRow.outcome == _OUTCOMES[only])
