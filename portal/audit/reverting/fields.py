"""Giving fields their old values back, as far as they still have the new ones."""

from collections.abc import Mapping, Sequence
from typing import Any

from portal.audit.changes import plain
from portal.audit.past import typed

# Fields that say one thing together: one of them is never given back without the others.
TOGETHER: Sequence[frozenset[str]] = (
    frozenset(("document_type", "document_number")),
    frozenset(("starts_on", "ends_on")),
    frozenset(("grade", "group_id", "campus_id", "shift")),
    frozenset(("simat.DPTO_EXP", "simat.MUN_EXP")),
)

Changes = Mapping[str, Sequence[Any]]


def put_back(row: Any, changes: Changes) -> list[str]:
    """Give each field that still has its new value its old one. Gives the fields that have another value by now."""
    later: list[str] = []
    for fields in _in_company(changes):
        if any(_stands(row, name) not in changes[name] for name in fields):
            later += [name for name in fields if _stands(row, name) != changes[name][0]]
        else:
            for name in fields:
                _put(row, name, changes[name][0])
    return later


def columns_of(model: Any, changes: Changes) -> dict[str, Any]:
    """The columns of a row as they were before, out of the event that tells of it."""
    columns: dict[str, Any] = {}
    for name, (old, _new) in changes.items():
        column, _dot, key = name.partition(".")
        if key:
            columns.setdefault(column, {})[key] = old
        else:
            columns[column] = typed(model.__table__.c[column].type, old)
    return columns


def _in_company(changes: Changes) -> list[list[str]]:
    """The changed fields, those that belong together in one list."""
    found = [[name for name in changes if name in together] for together in TOGETHER]
    alone = [[name] for name in changes if not any(name in together for together in TOGETHER)]
    return [fields for fields in (*found, *alone) if fields]


def _stands(row: Any, name: str) -> Any:
    column, _dot, key = name.partition(".")
    value = getattr(row, column)
    return plain((value or {}).get(key) if key else value)


def _put(row: Any, name: str, old: Any) -> None:
    column, _dot, key = name.partition(".")
    if key:
        # A new object: a change inside of one is not seen. What is empty is left out.
        whole = {**(getattr(row, column) or {}), key: old}
        setattr(row, column, {each: value for each, value in whole.items() if value is not None or each != key})
    else:
        setattr(row, column, typed(row.__table__.c[column].type, old))
