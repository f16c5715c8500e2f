"""What a merge writes, and what stood there: kept as plain JSON, so that it can be put back to the letter."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import Date, DateTime, Uuid
from sqlalchemy.types import Enum as EnumType

# Columns that hold a JSON object: each of its keys is a value of its own, written ``simat.RES``.
OBJECTS = ("simat", "extra_data")

Change = list[Any]  # [before, after]


class Ledger:
    """Writes values into rows, and notes each beside the one that it takes the place of."""

    def __init__(self) -> None:
        """Nothing is written yet."""
        self._written: dict[tuple[str, UUID], dict[str, Change]] = {}
        self._names: dict[UUID, str] = {}

    def write(self, row: Any, values: Mapping[str, Any]) -> None:
        """Put these values into the row; what stands there already is not noted."""
        noted = self._written.setdefault((row.__tablename__, row.id), {})
        self._names.setdefault(row.id, name_of(row))
        for path, value in values.items():
            before, after = plain(read(row, path)), plain(value)
            if before != after:
                noted[path] = [noted.get(path, [before])[0], after]
                put(row, path, value)

    def of(self, row: Any) -> dict[str, Change]:
        """What was written into one row."""
        return self._written.get((row.__tablename__, row.id), {})

    def others(self, row: Any) -> list[dict[str, Any]]:
        """What was written into all rows but this one, in the order of the writing."""
        return [
            {"table": table, "id": str(row_id), "name": self._names[row_id], "columns": columns}
            for (table, row_id), columns in self._written.items()
            if columns and (table, row_id) != (row.__tablename__, row.id)
        ]


def name_of(row: Any) -> str:
    """By what people know a row: kept with what was written, since the row may be gone when it is told."""
    if hasattr(row, "guardian_id"):
        return f"{row.guardian.full_name} – {row.student.full_name}"
    return str(next(getattr(row, name) for name in ("number", "file_name", "full_name") if hasattr(row, name)))


def read(row: Any, path: str) -> Any:
    """The value of a column, or under a key of a column that holds an object."""
    column, _dot, key = path.partition(".")
    value = getattr(row, column)
    return (value or {}).get(key) if key else value


def put(row: Any, path: str, value: Any) -> None:
    """Write such a value; an object is written anew, since a change inside of one is not seen."""
    column, _dot, key = path.partition(".")
    if key:
        whole = {**(getattr(row, column) or {}), key: value}
        value = {name: each for name, each in whole.items() if each is not None}
    setattr(row, column, value)


def plain(value: Any) -> Any:
    """A column's value as JSON keeps it."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def revived(row: Any, path: str, value: Any) -> Any:
    """A value of ``plain`` as its column has it."""
    if value is None or "." in path:
        return value
    match row.__table__.c[path].type:
        case EnumType(enum_class=kind) if kind is not None:
            return kind(value)
        case Uuid():
            return UUID(value)
        case DateTime():
            return datetime.fromisoformat(value)
        case Date():
            return date.fromisoformat(value)
    return value
