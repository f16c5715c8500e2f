"""What was saved since a form was shown: the history leads back from the row as it stands to the one that was seen."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Row, select, tuple_

from portal.accounts.models import User
from portal.audit.models import AuditEvent
from portal.audit.notebook import AnySession
from portal.audit.past import before
from portal.audit.recording import actor_of
from portal.web.forms import Form
from portal.web.i18n import _
from portal.web.meanwhile import Saving, Since, merge

# Far more than anybody saves while somebody else types.
MOST = 200


async def catch_up(session: AnySession, form: Form, *rows: Any, view: Callable[..., Any] = lambda row: row) -> None:
    """Bring a form that was filled in up to what others have saved since it was shown.

    ``rows`` are what it writes into, locked; ``view`` makes of them what the form is filled from, where that is more
    than a row. Raises Conflict where both changed the same. Call it before ``validate``: what others saved and what was
    typed must be right together.
    """
    now = view(*rows)
    if form.is_older_than(now):
        merge(form, now, await _since(session, rows, form.seen_versions, view))


async def last_saving(session: AnySession, rows: Sequence[Any]) -> Saving | None:
    """Who saved any of the rows last, where the history knows it."""
    events = await _events(session, rows, at_most=1) if rows else []
    return _saving(events[0], session, None) if events else None


async def _since(session: AnySession, rows: Sequence[Any], seen: Sequence[int], view: Callable[..., Any]) -> Since:
    """``seen`` are the versions of the rows that the form showed.

    A transaction may raise a version by more than one, and by what nobody needs to be told; between two events there is
    only one state. That all of them are told is known when one is as old as the form, or follows it at once: rows may
    be older than the history.
    """
    states, savings = list(rows), []
    events = await _events(session, rows, at_most=MOST)
    for event in events:
        at = _which(rows, event)
        if event.version > seen[at]:
            states[at] = before(states[at], event.changes)
            savings.append(_saving(event, session, view(*states)))
    is_told = all(_is_told(row, version, events) for row, version in zip(rows, seen, strict=True))
    return Since(tuple(savings), shown=view(*states) if is_told else None)


def _is_told(row: Any, seen: int, events: Sequence[Row[Any]]) -> bool:
    """Whether the events tell all that happened to the row since the version that was seen."""
    told = [event.version for event in events if event.entity == row.__tablename__]
    return seen == row.version or (0 < seen < row.version and any(version <= seen + 1 for version in told))


async def _events(session: AnySession, rows: Sequence[Any], *, at_most: int) -> list[Row[Any]]:
    """The newest events of the rows, the newest first: versions tell the order of each, whatever the clocks say."""
    of_rows = [(row.__tablename__, _id(row)) for row in rows]
    statement = (
        select(
            *(AuditEvent.entity, AuditEvent.entity_id, AuditEvent.version, AuditEvent.changes),
            *(AuditEvent.at, AuditEvent.actor_id, User.full_name),
        )
        .outerjoin(User, User.id == AuditEvent.actor_id)
        .where(
            AuditEvent.school_id == _school_id(rows[0]),
            AuditEvent.entity_id.in_([entity_id for _table, entity_id in of_rows]),
            tuple_(AuditEvent.entity, AuditEvent.entity_id).in_(of_rows),
            AuditEvent.version.is_not(None),
        )
        .order_by(AuditEvent.id.desc())
        .limit(at_most)
    )
    return sorted(await session.execute(statement), key=lambda event: event.version, reverse=True)


def _saving(event: Row[Any], session: AnySession, earlier: Any) -> Saving:
    is_mine = event.actor_id is not None and event.actor_id == actor_of(session)
    return Saving(event.full_name or _("Somebody"), event.at, is_mine, earlier)


def _which(rows: Sequence[Any], event: Row[Any]) -> int:
    return next(at for at, row in enumerate(rows) if (row.__tablename__, _id(row)) == (event.entity, event.entity_id))


def _id(row: Any) -> Any:
    return getattr(row, "id", None) or row.school_id


def _school_id(row: Any) -> Any:
    return getattr(row, "school_id", None) or row.id
