"""Thousands of rows in a few statements: the rows travel as one JSON parameter, and PostgreSQL takes them apart.

COPY would be quicker still, and PostgreSQL refuses it under row security.
"""

import json
from collections.abc import Collection, Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, Text, bindparam, cast, column, func, insert, select, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from portal.audit.recording import RECORDED, record
from portal.db.base import Audited

# A statement of this many rows ends far below the statement timeout, and its parameter is a few megabytes.
AT_ONCE = 2_000

Rows = Sequence[dict[str, Any]]


async def insert_rows(session: AsyncSession, model: Any, rows: Rows) -> None:
    """Insert the rows, which all have the same keys; every other column takes its database default."""
    for some in _in_turn(rows):
        names = list(some[0])
        source = _recordset(model.__table__, names)
        await session.execute(
            insert(model.__table__).from_select(names, select(source), include_defaults=False),
            {"rows": _json(some)},
            execution_options=RECORDED,
        )
        if issubclass(model, Audited):
            record(session, model, some[0]["school_id"], ((row["id"], None, row, 1) for row in some))


async def update_rows(
    session: AsyncSession, model: Any, school_id: UUID, rows: Rows, *, joined: Collection[str] = ()
) -> int:
    """Change the rows of a school and raise their versions; gives how many there were.

    Each row has ``id``, the ``version`` that was seen, and new values, of which None means "as it was". A row that has
    another version by now is left alone and not counted. ``joined`` columns are JSON that is added to what is there:
    keys to an object, entries to a list.
    """
    table, changed = model.__table__, 0
    for some in _in_turn(rows):
        names = list(some[0])
        source = _recordset(table, names)
        values = {
            name: table.c[name].op("||")(source.c[name])
            if name in joined
            else func.coalesce(source.c[name], table.c[name])
            for name in names
            if name not in ("id", "version")
        }
        statement = (
            update(table)
            .values(**values, version=table.c.version + 1, updated_at=func.now())
            .where(table.c.school_id == school_id, table.c.id == source.c.id, table.c.version == source.c.version)
            .returning(table.c.id)
        )
        before = await _stored(session, table, school_id, some)
        written = (await session.execute(statement, {"rows": _json(some)}, execution_options=RECORDED)).scalars().all()
        if issubclass(model, Audited):
            given = {row["id"]: row for row in some}
            record(session, model, school_id, (_change(before[each], given[each], joined) for each in written))
        changed += len(written)
    return changed


async def _stored(session: AsyncSession, table: Any, school_id: UUID, rows: Rows) -> dict[UUID, dict[str, Any]]:
    """The rows' columns as they are before, with those that say whose histories tell of them."""
    names = dict.fromkeys((*rows[0], *(name for name in ("student_id", "guardian_id") if name in table.c)))
    ids = [row["id"] for row in rows]
    statement = select(*(table.c[name] for name in names)).where(table.c.school_id == school_id, table.c.id.in_(ids))
    return {row["id"]: dict(row) for row in (await session.execute(statement)).mappings()}


def _change(before: dict[str, Any], given: dict[str, Any], joined: Collection[str]) -> Any:
    """What ``record`` is told of a row that was updated as ``update_rows`` does it."""
    kept = {name: value for name, value in given.items() if value is not None and name != "version"}
    added = {name: before[name] | kept[name] for name in joined if isinstance(kept.get(name), dict)}
    return before["id"], before, before | kept | added, before["version"] + 1


def _in_turn(rows: Rows) -> Iterator[Rows]:
    for start in range(0, len(rows), AT_ONCE):
        yield rows[start : start + AT_ONCE]


def _recordset(table: Any, names: list[str]) -> Any:
    rows = cast(bindparam("rows", type_=Text), JSONB)
    columns = [column(name, Integer if name == "version" else table.c[name].type) for name in names]
    return func.jsonb_to_recordset(rows).table_valued(*columns).render_derived(name="given", with_types=True)


def _json(rows: Rows) -> str:
    return json.dumps(rows, ensure_ascii=False, default=str)
