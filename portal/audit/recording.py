"""Writes the history: whatever a session changes of an audited record becomes one event, in the same transaction.

Each flush is looked at, and what it changes is kept with the session. Just before the commit everything that the
transaction did to one record is written as one event: its first old values beside its last new ones. What a savepoint
takes back is forgotten. Nothing has to be called for it, so nothing can be forgotten (``portal.audit.listening``);
statements that go past the session's objects (an import's thousands of rows) are refused unless whoever runs them says
that they are ``recorded``.
"""

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from portal.audit import listening  # noqa: F401 - from here on to every session
from portal.audit.changes import Change, Values, table_of
from portal.audit.models import Channel
from portal.audit.notebook import AnySession, Origin, notebook_of
from portal.db.base import Audited

# An option of statements: whoever runs it has recorded what it changes, or it changes nothing that is told.
RECORDED = {"recorded": True}


def comes_from(session: AnySession, origin: Origin) -> None:
    """Say from where this session's changes come; a command's, while nothing is said."""
    notebook_of(session).origin = origin


def comes_through(session: AnySession, channel: Channel) -> None:
    """Say by which way the changes come; who asked for them, and from where, stays."""
    notebook = notebook_of(session)
    notebook.origin = replace(notebook.origin, channel=channel)


def actor_of(session: AnySession) -> UUID | None:
    """Who changes things in this session; None for a command."""
    return notebook_of(session).origin.actor_id


def change_id_of(session: AnySession) -> UUID:
    """The id under which all that this transaction changes is told."""
    return notebook_of(session).change_id


def tables_changed(session: AnySession) -> set[str]:
    """The audited tables that this transaction has changed so far, what is not flushed yet included."""
    pending = (*session.new, *session.deleted, *(row for row in session.dirty if session.is_modified(row)))
    told = {table for (table, _id), change in notebook_of(session).changes.items() if change.action}
    return told | {table_of(row).name for row in pending if isinstance(row, Audited)}


def channel_of(session: AnySession) -> Channel:
    """By which way this session's changes come."""
    return notebook_of(session).origin.channel


def undoes(session: AnySession, change_id: UUID) -> None:
    """Say that what this transaction changes takes that change back."""
    notebook_of(session).undoes_id = change_id


def record(
    session: AnySession,
    model: type[Audited],
    school_id: UUID,
    rows: Iterable[tuple[UUID, Values | None, Values | None, int | None]],
) -> None:
    """Tell of rows that a statement changes past the session's objects: id, columns before, after, and the new version.

    Of columns that both leave out nothing is told; None stands for no row.
    """
    notebook = notebook_of(session)
    for entity_id, before, after, version in rows:
        notebook.add(Change(model, school_id, entity_id, before, after, version))
