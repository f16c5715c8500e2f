"""Writes the history: whatever a session changes of an audited record becomes one event, in the same transaction.

Each flush is looked at, and what it changes is kept with the session. Just before the commit everything that the
transaction did to one record is written as one event: its first old values beside its last new ones. What a savepoint
takes back is forgotten. Nothing has to be called for it, so nothing can be forgotten; statements that go past the
session's objects (an import's thousands of rows) are refused unless whoever runs them says that they are ``recorded``.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Table, insert, inspect, select, text
from sqlalchemy.event import listens_for
from sqlalchemy.ext.asyncio import AsyncSession, async_scoped_session
from sqlalchemy.orm import NO_VALUE, ORMExecuteState, Session, SessionTransaction

from portal.audit.models import Action, AuditEvent, Channel
from portal.db.base import Audited, Base, new_id
from portal.db.tenancy import setting_of_school

# An option of statements: whoever runs it has recorded what it changes, or it changes nothing that is told.
RECORDED = {"recorded": True}
# After so many events other requests have their turn: an import tells of tens of thousands.
AT_ONCE = 1_000
# What every table has for the machine's sake.
_UNTOLD = frozenset(
    (
        *("school_id", "id", "version", "form_digest", "created_at", "updated_at"),
        *("deleted_at", "deletion_id", "deleted_by_id"),
    )
)

Values = dict[str, Any]
AnySession = AsyncSession | async_scoped_session[AsyncSession]


class NotRecorded(Exception):
    """A statement changes an audited table past the session's objects, and nobody has recorded what it does."""


@dataclass(frozen=True)
class Origin:
    """From where a transaction's changes come."""

    channel: Channel = Channel.COMMAND
    actor_id: UUID | None = None
    address: str | None = None
    request_id: str | None = None


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

    @property
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

    @property
    def fields(self) -> dict[str, list[Any]]:
        """Field → [old, new] of what differs; a JSON object's keys are fields of their own."""
        before, after = _flat(self.model, self.before or {}), _flat(self.model, self.after or {})
        return {
            name: [old, new]
            for name in (*before, *(name for name in after if name not in before))
            if (old := before.get(name)) != (new := after.get(name))
        }


@dataclass
class _Notebook:
    """What a session's transaction has changed so far."""

    origin: Origin = field(default_factory=Origin)
    change_id: UUID = field(default_factory=new_id)
    undoes_id: UUID | None = None
    changes: dict[tuple[str, UUID], Change] = field(default_factory=dict)
    savepoints: dict[SessionTransaction, dict[tuple[str, UUID], Change]] = field(default_factory=dict)

    def add(self, change: Change) -> None:
        key = (_table(change.model).name, change.entity_id)
        known = self.changes.get(key)
        self.changes[key] = known.then(change) if known else change


def comes_from(session: AnySession, origin: Origin) -> None:
    """Say from where this session's changes come; a command's, while nothing is said."""
    _notebook(session).origin = origin


def comes_through(session: AnySession, channel: Channel) -> None:
    """Say by which way the changes come; who asked for them, and from where, stays."""
    notebook = _notebook(session)
    notebook.origin = replace(notebook.origin, channel=channel)


def actor_of(session: AnySession) -> UUID | None:
    """Who changes things in this session; None for a command."""
    return _notebook(session).origin.actor_id


def change_id_of(session: AnySession) -> UUID:
    """The id under which all that this transaction changes is told."""
    return _notebook(session).change_id


def tables_changed(session: AnySession) -> set[str]:
    """The audited tables that this transaction has changed so far, what is not flushed yet included."""
    pending = (*session.new, *session.deleted, *(row for row in session.dirty if session.is_modified(row)))
    told = {table for (table, _id), change in _notebook(session).changes.items() if change.action}
    return told | {_table(type(row)).name for row in pending if isinstance(row, Audited)}


def channel_of(session: AnySession) -> Channel:
    """By which way this session's changes come."""
    return _notebook(session).origin.channel


def undoes(session: AnySession, change_id: UUID) -> None:
    """Say that what this transaction changes takes that change back."""
    _notebook(session).undoes_id = change_id


def record(
    session: AnySession,
    model: type[Audited],
    school_id: UUID,
    rows: Iterable[tuple[UUID, Values | None, Values | None, int | None]],
) -> None:
    """Tell of rows that a statement changes past the session's objects: id, columns before, after, and the new version.

    Of columns that both leave out nothing is told; None stands for no row.
    """
    notebook = _notebook(session)
    for entity_id, before, after, version in rows:
        notebook.add(Change(model, school_id, entity_id, before, after, version))


# --- What the session tells ------------------------------------------------------------------------------------------


@listens_for(Session, "before_flush")
def _know_what_was(session: Session, _context: Any, _instances: Any) -> None:
    """Read the old values of columns that are overwritten without having been loaded."""
    for row in session.dirty:
        if isinstance(row, Audited) and (names := _overwritten_unseen(row)):
            table = _table(type(row))
            keys = (column == inspect(row).identity[at] for at, column in enumerate(table.primary_key))
            old = session.connection().execute(select(*(table.c[name] for name in names)).where(*keys)).mappings().one()
            session.info.setdefault("unseen", {})[row] = dict(old)


@listens_for(Session, "after_flush")
def _note_what_changed(session: Session, _context: Any) -> None:
    unseen = session.info.pop("unseen", {})
    rows = (*((row, True) for row in session.new), *((row, False) for row in (*session.dirty, *session.deleted)))
    for row, is_new in rows:
        if isinstance(row, Audited):
            after = _values(row)
            before = None if is_new else after | _old_values(row) | unseen.get(row, {})
            if row in session.deleted:
                _add(session, row, before, None)
            elif before != after:
                _add(session, row, before, after)


@listens_for(Session, "after_transaction_create")
def _remember_at_a_savepoint(session: Session, transaction: SessionTransaction) -> None:
    if transaction.nested:
        notebook = _notebook(session)
        notebook.savepoints[transaction] = dict(notebook.changes)


@listens_for(Session, "after_soft_rollback")
def _forget_what_was_taken_back(session: Session, transaction: SessionTransaction) -> None:
    notebook = _notebook(session)
    if transaction.nested:
        notebook.changes = notebook.savepoints.pop(transaction, {})
    elif transaction.parent is None:
        notebook.changes, notebook.savepoints, notebook.undoes_id = {}, {}, None


@listens_for(Session, "before_commit")
def _write(session: Session) -> None:
    notebook = _notebook(session)
    if savepoint := session.get_nested_transaction():
        # Only released: the transaction may yet be rolled back as a whole.
        notebook.savepoints.pop(savepoint, None)
        return
    session.flush()
    by_school: dict[UUID, list[Change]] = {}
    for change in notebook.changes.values():
        by_school.setdefault(change.school_id, []).append(change)
    home = session.info.get("school_id")
    for school_id, changes in by_school.items():
        _enter(session, school_id)
        for some in (changes[start : start + AT_ONCE] for start in range(0, len(changes), AT_ONCE)):
            if events := [_event(change, change.action, notebook) for change in some if change.action]:
                session.connection().execute(insert(_table(AuditEvent)), events)
    if by_school and home:
        _enter(session, home)
    notebook.changes, notebook.change_id, notebook.undoes_id = {}, new_id(), None


@listens_for(Session, "do_orm_execute")
def _refuse_what_nobody_recorded(state: ORMExecuteState) -> None:
    if not (state.is_insert or state.is_update or state.is_delete) or state.execution_options.get("recorded"):
        return
    table: Any = getattr(state.statement, "table", None)
    if table is not None and table.name in _audited_tables():
        raise NotRecorded(f"{table.name}: record() what this statement changes, and run it with RECORDED")


# --- A row's values ---------------------------------------------------------------------------------------------------


def _add(session: Session, row: Any, before: Values | None, after: Values | None) -> None:
    school_id, entity_id = _key(row)
    _notebook(session).add(Change(type(row), school_id, entity_id, before, after, getattr(row, "version", None)))


def _key(row: Any) -> tuple[UUID, UUID]:
    """The school and the id; a school's own row, and its settings, have only one of them."""
    return getattr(row, "school_id", None) or row.id, getattr(row, "id", None) or row.school_id


def _values(row: Any) -> Values:
    """The columns as they stand, as far as they are loaded."""
    known = inspect(row).dict
    return {name: known[name] for name in _table(type(row)).c.keys() if name in known}  # noqa: SIM118 - a collection


def _old_values(row: Any) -> Values:
    """The columns that a flush has overwritten, as they were."""
    histories = ((name, inspect(row).attrs[name].history) for name in _values(row))
    return {name: history.deleted[0] for name, history in histories if history.deleted}


def _overwritten_unseen(row: Any) -> list[str]:
    """The columns that are overwritten without anybody having read them: SQLAlchemy does not know what they were."""
    committed = inspect(row).committed_state
    columns = _table(type(row)).c
    return [name for name, old in committed.items() if old is NO_VALUE and name in columns]


def _flat(model: type[Audited], values: Values) -> Values:
    flat: Values = {}
    table = _table(model)
    for name, value in values.items():
        if name in _UNTOLD or name in model.untold or table.c[name].computed is not None:
            continue
        if isinstance(value, dict):
            flat |= {f"{name}.{key}": plain(inner) for key, inner in value.items()}
        elif value is not None:
            flat[name] = plain(value)
    return flat


def plain(value: Any) -> Any:
    """A value as JSON keeps it."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (date, datetime, time)):
        return value.isoformat()
    if isinstance(value, (UUID, Decimal)):
        return str(value)
    return value


# --- The event --------------------------------------------------------------------------------------------------------


def _event(change: Change, action: Action, notebook: _Notebook) -> Values:
    origin = notebook.origin
    whose = change.model.told_with({"id": change.entity_id, **(change.before or {}), **(change.after or {})})
    return {
        "school_id": change.school_id,
        "id": new_id(),
        "actor_id": origin.actor_id,
        "channel": origin.channel,
        "address": origin.address,
        "request_id": origin.request_id,
        "change_id": notebook.change_id,
        "undoes_id": notebook.undoes_id,
        "entity": _table(change.model).name,
        "entity_id": change.entity_id,
        "student_id": whose.get("student_id"),
        "guardian_id": whose.get("guardian_id"),
        "version": change.version,
        "action": action,
        "changes": change.fields,
    }


def _enter(session: Session, school_id: UUID) -> None:
    """Two schools may be written in one transaction (a transfer): each event goes to its own."""
    session.connection().execute(text(setting_of_school(school_id)))


def _notebook(session: AnySession | Session) -> _Notebook:
    if "notebook" not in session.info:
        session.info["notebook"] = _Notebook()
    notebook: _Notebook = session.info["notebook"]
    return notebook


def _table(model: Any) -> Table:
    table: Table = model.__table__
    return table


@cache
def _audited_tables() -> frozenset[str]:
    """Asked for when all models are there: with the first statement."""
    models = (mapper.class_ for mapper in Base.registry.mappers)
    return frozenset(_table(model).name for model in models if issubclass(model, Audited))
