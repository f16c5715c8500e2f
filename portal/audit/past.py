"""A row as it once was: read back from its history, one event after another."""

from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Date, DateTime, Enum, Numeric, Table, Time, Uuid
from sqlalchemy.types import TypeEngine

from portal.db.base import NumberCode


class Past:
    """A row with the former values of some columns; whatever else is asked of it, the row answers."""

    def __init__(self, row: Any, former: dict[str, Any]) -> None:
        """``row`` may itself be one of the past."""
        self._row = row
        self._former = former

    def __getattr__(self, name: str) -> Any:
        """The former value, else the row's."""
        return self._former[name] if name in self._former else getattr(self._row, name)


def before(row: Any, changes: dict[str, list[Any]]) -> Past:
    """The row before an event with these ``changes``."""
    columns = _table(row).c
    former: dict[str, Any] = {}
    for field, (old, _new) in changes.items():
        name, _dot, key = field.partition(".")
        if key:
            whole = former.get(name, getattr(row, name)) or {}
            former[name] = {inner: value for inner, value in whole.items() if inner != key}
            if old is not None:
                former[name][key] = old
        elif name in columns:
            former[name] = typed(columns[name].type, old)
    return Past(row, former)


def typed(kind: TypeEngine[Any], plain: Any) -> Any:
    """The value that a column of this ``kind`` holds, from the plain JSON that an event keeps of it."""
    if plain is None:
        return None
    if isinstance(kind, Enum) and kind.enum_class is not None:
        return kind.enum_class(plain)
    if isinstance(kind, NumberCode):
        return kind.enum(plain)
    read = next((read for base, read in _READ.items() if isinstance(kind, base)), None)
    return read(plain) if read else plain


_READ: dict[type[TypeEngine[Any]], Callable[[Any], Any]] = {
    Uuid: UUID,
    Numeric: lambda plain: Decimal(str(plain)),
    DateTime: datetime.fromisoformat,
    Date: date.fromisoformat,
    Time: time.fromisoformat,
}


def _table(row: Any) -> Table:
    table: Table = row.__table__
    return table
