"""Writes of records whether they lie in the bin: one statement a table, however many they are."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.exc import StaleDataError

from portal.audit.recording import RECORDED, record
from portal.db.base import now


async def put_into_the_bin(
    session: AsyncSession, rows: Iterable[Any], deletion_id: UUID, *, by: UUID, at: datetime
) -> None:
    """Delete these rows, which are held as they stand."""
    await _mark(session, rows, deleted_at=at, deletion_id=deletion_id, deleted_by_id=by)


async def take_out_of_the_bin(session: AsyncSession, rows: Iterable[Any]) -> None:
    """Let these rows live again, which are held as they stand. Raises IntegrityError where a place is taken by now."""
    await _mark(session, rows, deleted_at=None, deletion_id=None, deleted_by_id=None)


async def _mark(session: AsyncSession, rows: Iterable[Any], **marks: Any) -> None:
    """Each row's version is raised, its history told, and the row at hand says what is stored."""
    await session.flush()
    by_model: dict[Any, dict[UUID, Any]] = {}
    for row in rows:
        by_model.setdefault(type(row), {})[row.id] = row
    for model, some in by_model.items():
        school_id = next(iter(some.values())).school_id
        written = {**marks, "updated_at": now()}
        changes = ((row.id, _told(row, marks), _told(row, marks) | marks, row.version + 1) for row in some.values())
        record(session, model, school_id, changes)
        statement = (
            update(model)
            .where(model.school_id == school_id, model.id.in_(some))
            .values(**written, version=model.version + 1)
            .returning(model.id, model.version)
            .execution_options(synchronize_session=False, **RECORDED)
        )
        versions = {row.id: row.version for row in await session.execute(statement)}
        if versions != {row.id: row.version + 1 for row in some.values()}:
            raise StaleDataError
        for row in some.values():
            for name, value in {**written, "version": versions[row.id]}.items():
                set_committed_value(row, name, value)


def _told(row: Any, marks: Iterable[str]) -> dict[str, Any]:
    """What the history needs: the marks, and of an enrollment whose history tells of it."""
    return {name: getattr(row, name) for name in (*marks, "student_id") if hasattr(row, name)}
