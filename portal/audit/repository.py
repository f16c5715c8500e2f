"""Questions asked of a school's history besides its lists. Events write themselves, and are only read here."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import exists, select

from portal.audit.models import AuditEvent
from portal.db.repository import SchoolRepository


class EventRepository(SchoolRepository[AuditEvent]):
    """The events of a school."""

    model_type = AuditEvent

    async def since(self, event_id: UUID, entity: str, entity_id: UUID) -> Sequence[AuditEvent]:
        """An event of a record and all that came after it, the oldest first; nothing where it is no event of it.

        The id alone is not the record: a school and its settings have the same.
        """
        of_it = AuditEvent.entity == entity, AuditEvent.entity_id == entity_id
        statement = self.living().where(*of_it, AuditEvent.id >= event_id).order_by(AuditEvent.id)
        events = (await self.session.scalars(statement)).all()
        return events if events and events[0].id == event_id else ()

    async def is_told_of(self, entity: str, entity_id: UUID) -> bool:
        """Whether the history knows the record, also one that is gone."""
        told = self.living().where(AuditEvent.entity_id == entity_id, AuditEvent.entity == entity)
        return bool(await self.session.scalar(select(exists(told))))
