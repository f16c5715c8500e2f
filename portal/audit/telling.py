"""How a feature says what is told of its records: each declares its words, and ``portal.told`` puts them together.

Nothing in words is ever stored: an event keeps columns and codes, and is read in the language of whoever reads it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import Select

from portal.accounts.permissions import Permission
from portal.audit.models import AuditEvent
from portal.audit.values import Value
from portal.db.base import Audited
from portal.schools.rules import CustomField

# The kind and the id of a record whose name is wanted.
Key = tuple[str, str]


@dataclass(frozen=True)
class Named:
    """How the names of a kind of records are asked for, many at once.

    ``ask`` gives the statement of id and parts (a JSON array) in a school; ``words`` makes a name of the parts.
    """

    ask: Callable[[UUID], Select[Any]]
    words: Callable[..., str]


class Names:
    """The names that a page of events speaks of, asked for in one go (``portal.audit.looking_up``)."""

    def __init__(self, kinds: Mapping[str, Named], found: Mapping[Key, list[Any]]) -> None:
        """``found`` are the parts of names, as the database had them."""
        self._kinds, self._found = kinds, found

    def parts(self, kind: str, row_id: Any) -> list[Any] | None:
        """What the name is made of, None where the record is gone."""
        return self._found.get((kind, str(row_id)))

    def of(self, kind: str, row_id: Any) -> str:
        """The name, nothing where the record is gone."""
        parts = self.parts(kind, row_id)
        return self._kinds[kind].words(*parts) if parts is not None else ""


@dataclass(frozen=True)
class Told:
    """The words for one kind of record.

    ``thing`` names one inside a sentence, with ``%(name)s``; ``kind`` is the plural, for filters. ``fields`` are the
    columns, a JSON column's keys as ``column.key``; ``inside`` are the JSON columns whose keys nobody can list, each
    with what makes a Value of a key and the school's own fields. ``said`` gives an event's own sentence where it has
    one, ``name`` a name that needs more than the record's own row, ``hides`` whether all of an event is sensitive.
    ``whose`` are the people whose histories tell of it too. ``read`` is the right to read one, ``seen`` the ids that a
    person may see (of a school, and for a teacher).
    """

    model: type[Audited]
    kind: Any
    thing: Any
    fields: Mapping[str, Value]
    read: Permission
    named: Named | None = None
    seen: Callable[[UUID, UUID | None], Select[Any]] | None = None
    inside: Mapping[str, Callable[[str, tuple[CustomField, ...]], Value]] = field(default_factory=dict)
    said: Callable[[AuditEvent], Any] = lambda _event: None
    name: Callable[[AuditEvent, Names], str] | None = None
    hides: Callable[[AuditEvent, Names], bool] = lambda _event, _names: False
    whose: tuple[str, ...] = ()
    # Where a record is shown, and where it is edited: a route and the name of its parameter.
    shown_at: tuple[str, str] | None = None
    edited_at: tuple[str, str, Permission] | None = None

    @property
    def table(self) -> str:
        """As events name the kind."""
        name: str = self.model.__tablename__  # type: ignore[attr-defined]
        return name

    @property
    def about(self) -> str:
        """Whose history tells all of a record: a person's has also what belongs to them."""
        return {"students": "student", "guardians": "guardian"}.get(self.table, self.table)

    def value(self, column: str, own: tuple[CustomField, ...]) -> Value:
        """The words for a column or for a key inside of one; ``own`` are the school's own fields."""
        if column in self.fields:
            return self.fields[column]
        whole, _dot, key = column.partition(".")
        return self.inside[whole](key, own)

    def is_sensitive(self, column: str) -> bool:
        """Whether only those may see it who read sensitive data."""
        return column in self.model.sensitive

    def in_order(self, columns: Iterable[str]) -> list[str]:
        """The columns as forms have them; those that no list names come last."""
        places = {column: place for place, column in enumerate(self.fields)}
        return sorted(columns, key=lambda column: (places.get(column, len(places)), column))


class Tellings:
    """What every feature has declared."""

    def __init__(self, *told: Told, **named: Named) -> None:
        """``named`` are kinds that have names and no history here, such as users."""
        self.by_table = {each.table: each for each in told}
        self._named = named

    def __iter__(self) -> Iterator[Told]:
        """All of them."""
        return iter(self.by_table.values())

    def of(self, entity: str) -> Told:
        """The words for the records of a table."""
        return self.by_table[entity]

    @cached_property
    def kinds(self) -> dict[str, Named]:
        """Everything that has a name."""
        return {told.table: told.named for told in self if told.named} | self._named

    def keys_in(self, event: AuditEvent, own: tuple[CustomField, ...]) -> Iterator[Key]:
        """Whose names are needed to tell of an event."""
        told = self.of(event.entity)
        yield event.entity, str(event.entity_id)
        yield "users", str(event.actor_id)
        yield "students", str(event.student_id)
        yield "guardians", str(event.guardian_id)
        for column, values in event.changes.items():
            kind = told.value(column, own).names
            yield from ((kind, value) for value in values if kind and value)
