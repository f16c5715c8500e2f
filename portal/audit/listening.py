"""Listens to every session: what its flushes change, and how its transactions end."""

import re
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, insert, inspect, select, text
from sqlalchemy.event import listens_for
from sqlalchemy.orm import NO_VALUE, ORMExecuteState, Session, SessionTransaction

from portal.audit.changes import Change, Values, table_of
from portal.audit.models import AuditEvent
from portal.audit.notebook import Notebook, notebook_of
from portal.db.base import Audited, Base, new_id
from portal.db.tenancy import setting_of_school

# After so many events other requests have their turn: an import tells of tens of thousands.
AT_ONCE = 1_000
_WRITING = re.compile(r'\s*(?:insert into|update|delete from|merge into|copy)\s+(?:only\s+)?"?(\w+)', re.IGNORECASE)


class NotRecorded(Exception):
    """A statement changes an audited table past the session's objects, and nobody has recorded what it does."""


# --- What is changed --------------------------------------------------------------------------------------------------


@listens_for(Session, "before_flush")
def _know_what_was(session: Session, _context: Any, _instances: Any) -> None:
    """Read the old values of columns that are overwritten without having been loaded.

    Nothing is held for it: where somebody was quicker, the row's version has changed, and its own UPDATE fails.
    """
    unseen: dict[Any, Values] = {}
    for row in session.dirty:
        if isinstance(row, Audited) and (names := _overwritten_unseen(row)):
            table = table_of(row)
            keys = (column == inspect(row).identity[at] for at, column in enumerate(table.primary_key))
            statement = select(*(table.c[name] for name in names)).where(*keys)
            unseen[row] = dict(session.connection().execute(statement).mappings().one_or_none() or {})
    # Anew each time: a flush that failed has left its own behind.
    session.info["unseen"] = unseen


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


@listens_for(Session, "do_orm_execute")
def _refuse_what_nobody_recorded(state: ORMExecuteState) -> None:
    if not state.execution_options.get("recorded") and _written_by(state) in _audited_tables():
        raise NotRecorded(f"{_written_by(state)}: record() what this statement changes, and run it with RECORDED")


# --- How it ends ------------------------------------------------------------------------------------------------------


@listens_for(Session, "after_transaction_create")
def _remember_at_a_savepoint(session: Session, transaction: SessionTransaction) -> None:
    if transaction.nested:
        notebook = notebook_of(session)
        notebook.savepoints[transaction] = dict(notebook.changes)


@listens_for(Session, "after_soft_rollback")
def _forget_what_was_taken_back(session: Session, transaction: SessionTransaction) -> None:
    if transaction.nested:
        notebook = notebook_of(session)
        notebook.changes = notebook.savepoints.pop(transaction, {})


@listens_for(Session, "before_commit")
def _write(session: Session) -> None:
    notebook = notebook_of(session)
    if savepoint := session.get_nested_transaction():
        # Only released: the transaction may yet be rolled back as a whole.
        notebook.savepoints.pop(savepoint, None)
        return
    session.flush()
    by_school = notebook.by_school()
    for school_id, changes in by_school.items():
        _enter(session, school_id)
        for start in range(0, len(changes), AT_ONCE):
            if events := [_event(each, notebook) for each in changes[start : start + AT_ONCE] if each.action]:
                session.connection().execute(insert(table_of(AuditEvent)), events)
    if by_school and (home := session.info.get("school_id")):
        _enter(session, home)


@listens_for(Session, "after_transaction_end")
def _begin_anew(session: Session, transaction: SessionTransaction) -> None:
    """However it ended, also where the session was only closed: what comes next is another change."""
    if transaction.parent is None and "notebook" in session.info:
        session.info["notebook"] = Notebook(notebook_of(session).origin)


def _event(change: Change, notebook: Notebook) -> Values:
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
        "entity": table_of(change.model).name,
        "entity_id": change.entity_id,
        "student_id": whose.get("student_id"),
        "guardian_id": whose.get("guardian_id"),
        "version": change.version,
        "action": change.action,
        "changes": change.fields,
    }


def _enter(session: Session, school_id: UUID) -> None:
    """Two schools may be written in one transaction (a transfer): each event goes to its own."""
    session.connection().execute(text(setting_of_school(school_id)))


# --- A row's values ---------------------------------------------------------------------------------------------------


def _add(session: Session, row: Any, before: Values | None, after: Values | None) -> None:
    school_id, entity_id = _key(row)
    notebook_of(session).add(Change(type(row), school_id, entity_id, before, after, getattr(row, "version", None)))


def _key(row: Any) -> tuple[UUID, UUID]:
    """The school and the id; a school's own row, and its settings, have only one of them."""
    return getattr(row, "school_id", None) or row.id, getattr(row, "id", None) or row.school_id


def _values(row: Any) -> Values:
    """The columns as they stand, as far as they are loaded."""
    known = inspect(row).dict
    return {name: known[name] for name in table_of(row).c.keys() if name in known}  # noqa: SIM118 - a collection


def _old_values(row: Any) -> Values:
    """The columns that a flush has overwritten, as they were."""
    histories = ((name, inspect(row).attrs[name].history) for name in _values(row))
    return {name: history.deleted[0] for name, history in histories if history.deleted}


def _overwritten_unseen(row: Any) -> list[str]:
    """The columns that are overwritten without anybody having read them: SQLAlchemy does not know what they were."""
    committed = inspect(row).committed_state
    columns = table_of(row).c
    return [name for name, old in committed.items() if old is NO_VALUE and name in columns]


# --- A statement's table ----------------------------------------------------------------------------------------------


def _written_by(state: ORMExecuteState) -> str | None:
    """The table that a statement writes, None for one that only reads."""
    statement: Any = state.statement
    if isinstance(statement, TextClause):
        writes = _WRITING.match(statement.text)
        return writes[1].lower() if writes else None
    if state.is_insert or state.is_update or state.is_delete:
        return getattr(getattr(statement, "table", None), "name", None)
    return None


@cache
def _audited_tables() -> frozenset[str]:
    """Asked for when all models are there: with the first statement."""
    models = (mapper.class_ for mapper in Base.registry.mappers)
    return frozenset(table_of(model).name for model in models if issubclass(model, Audited))
