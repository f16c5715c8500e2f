"""An undo while it is done: what it takes back, for whom, and what became of each record so far."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.access import Access
from portal.audit import recording
from portal.audit.models import Action, AuditEvent
from portal.audit.reverting.change_sets import ChangeSet, Later
from portal.audit.reverting.fields import columns_of
from portal.db.base import SoftDeleted, new_id
from portal.recycle_bin.repository import BinRepository
from portal.web.i18n import _


@dataclass(frozen=True)
class Kept:
    """A record that stays as it is, as a whole or in some fields, and why."""

    event: AuditEvent
    why: str
    fields: Sequence[str] = ()


@dataclass
class Task:
    """One undo. What goes to the bin by it goes there under one id, to come back together."""

    session: AsyncSession
    access: Access
    at: datetime
    changes: ChangeSet
    later: Later
    deletion_id: UUID = field(default_factory=new_id)
    done: list[AuditEvent] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)

    @property
    def by(self) -> UUID:
        """Who undoes."""
        return self.access.user_id

    @property
    def school_id(self) -> UUID:
        """Whose school it is."""
        assert self.access.school is not None, "a guard has let them in"
        return self.access.school.id

    @property
    def bin(self) -> BinRepository:
        """The school's records, in the bin and out of it."""
        return BinRepository(self.session, self.school_id)

    def keep(self, event: AuditEvent, why: str, fields: Sequence[str] = ()) -> None:
        """Leave the record as it is; the reason is told."""
        self.kept.append(Kept(event, why, fields))

    def finish(self, event: AuditEvent, later: Sequence[str] = ()) -> None:
        """The record is as it was before, but for the fields that have later values."""
        if later:
            self.keep(event, changed_since(), later)
        if len(later) < len(event.changes) or not later:
            self.done.append(event)

    async def held(self, model: Any, events: Sequence[AuditEvent], *load: Any) -> list[tuple[AuditEvent, Any]]:
        """The living rows of these events as they stand now, held in the order of their ids; who is gone stays so."""
        key: Any = getattr(model, "id", None)
        here: Any = getattr(model, "school_id", key) == self.school_id
        statement = select(model).where(here).options(*load).with_for_update(of=model)
        if key is not None:
            statement = statement.where(key.in_({event.entity_id for event in events})).order_by(key)
        found = await self.session.scalars(statement.execution_options(populate_existing=True)) if events else ()
        rows = {getattr(row, "id", self.school_id): row for row in found}
        pairs = []
        for event in events:
            row = rows.get(event.entity_id)
            if row is None or (isinstance(row, SoftDeleted) and row.deleted_at is not None):
                self.keep(event, _("It was deleted since."))
            else:
                pairs.append((event, row))
        return pairs

    async def write_again(self, model: Any, event: AuditEvent, **otherwise: Any) -> None:
        """Write a row that was removed for good with the values that it had, under its old id."""
        values = columns_of(model, event.changes) | otherwise
        keys = {"school_id": self.school_id, "id": event.entity_id}
        version = {"version": (event.version or 0) + 1} if "version" in model.__table__.c else {}
        recording.record(
            self.session, model, self.school_id, [(event.entity_id, None, keys | values, version.get("version"))]
        )
        statement = insert(model.__table__).values(keys | values | version)
        await self.session.execute(statement, execution_options=recording.RECORDED)
        self.done.append(event)


def changed_since() -> str:
    """Why a later value stays."""
    return _("It was changed again since; the later values stay.")


def of(changes: ChangeSet, entity: str) -> list[AuditEvent]:
    """The changed records of a table."""
    return changes.of(entity, Action.CHANGED)
