"""What a transaction does to one record: its columns before and after, and what is told of the difference."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import Table

from portal.audit.models import Action
from portal.db.base import Audited

# What every table has for the machine's sake.
UNTOLD = frozenset(
    (
        *("school_id", "id", "version", "form_digest", "created_at", "updated_at"),
        *("deleted_at", "deletion_id", "deleted_by_id"),
    )
)

Values = dict[str, Any]


@dataclass(frozen=True)
class Change:
    """What a transaction has done to a record so far: its columns before and after, None where there is no row."""

    model: type[Audited]
    school_id: UUID
    entity_id: UUID
    before: Values | None
    after: Values | None
    version: int | None = None

    def then(self, later: "Change") -> "Change":
        """Both in one: the columns as they first were, and as they last became. Either may know only some of them."""
        before = None if self.before is None else (later.before or {}) | self.before
        after = None if later.after is None else (self.after or {}) | later.after
        return replace(later, before=before, after=after)

    @cached_property
    def action(self) -> Action | None:
        """What happened, None where nothing is left of it."""
        was, stands = self.before is not None, self.after is not None
        was_alive, is_alive = (not (values or {}).get("deleted_at") for values in (self.before, self.after))
        match was, stands:
            case False, True:
                return Action.CREATED
            case True, False:
                return Action.REMOVED
            case True, True if was_alive and not is_alive:
                return Action.DELETED
            case True, True if is_alive and not was_alive:
                return Action.RESTORED
            case True, True if self.fields:
                return Action.CHANGED
        return None

    @cached_property
    def fields(self) -> dict[str, list[Any]]:
        """Field → [old, new] of what differs; a JSON object's keys are fields of their own."""
        before, after = _told(self.model, self.before or {}), _told(self.model, self.after or {})
        return {
            name: [old, new]
            for name in (*before, *(name for name in after if name not in before))
            if (old := before.get(name)) != (new := after.get(name))
        }


def table_of(model: Any) -> Table:
    """The table of a model, or of a row."""
    table: Table = model.__table__
    return table


def plain(value: Any) -> Any:
    """A value as JSON keeps it."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (date, datetime, time)):
        return value.isoformat()
    if isinstance(value, (UUID, Decimal)):
        return str(value)
    return value


def _told(model: type[Audited], values: Values) -> Values:
    told: Values = {}
    table = table_of(model)
    for name, value in values.items():
        if name in UNTOLD or name in model.untold or table.c[name].computed is not None:
            continue
        if isinstance(value, dict):
            told |= {f"{name}.{key}": plain(inner) for key, inner in value.items()}
        elif value is not None:
            told[name] = plain(value)
    return told
