"""Everything that a page of events speaks of besides itself, asked for in one statement."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Select, String, cast, func, literal, select, union_all
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession, async_scoped_session

from portal.audit.telling import Key, Names, Tellings
from portal.schools.rules import CustomField
from portal.web.reading import parse_id

_OVERVIEW = "overview"


async def look_up(
    session: AsyncSession | async_scoped_session[AsyncSession],
    school_id: UUID,
    tellings: Tellings,
    events: Iterable[Any],
    *,
    own: tuple[CustomField, ...],
    beside: Iterable[Key] = (),
    overview: Select[Any] | None = None,
    parameters: Mapping[str, Any] | None = None,
) -> tuple[Names, dict[str, Any]]:
    """The names in ``events`` and ``beside`` them, and the one row of ``overview``, a statement with ``parameters``."""
    wanted = {key for event in events for key in tellings.keys_in(event, own)} | set(beside)
    statements = [*_names(school_id, tellings, wanted), *([_row(overview)] if overview is not None else [])]
    if not statements:
        return Names(tellings.kinds, {}), {}
    rows = (await session.execute(union_all(*statements), dict(parameters or {}))).all()
    names = {(row.kind, row.id): row.parts for row in rows if row.kind != _OVERVIEW}
    return Names(tellings.kinds, names), next((row.parts for row in rows if row.kind == _OVERVIEW), {})


def _names(school_id: UUID, tellings: Tellings, wanted: Iterable[Key]) -> Iterable[Select[Any]]:
    by_kind: dict[str, set[UUID]] = {}
    for kind, text in wanted:
        if kind in tellings.kinds and (row_id := parse_id(text)):
            by_kind.setdefault(kind, set()).add(row_id)
    for kind, ids in sorted(by_kind.items()):
        statement = tellings.kinds[kind].ask(school_id)
        key, parts = statement.selected_columns
        yield statement.where(key.in_(sorted(ids))).with_only_columns(
            literal(kind).label("kind"), cast(key, String).label("id"), parts.label("parts"), maintain_column_froms=True
        )


def _row(overview: Select[Any]) -> Select[Any]:
    row = overview.subquery()
    pairs = [part for name, column in row.c.items() for part in (literal(name), column)]
    parts = func.jsonb_build_object(*pairs, type_=JSONB).label("parts")
    return select(literal(_OVERVIEW).label("kind"), literal("").label("id"), parts)
