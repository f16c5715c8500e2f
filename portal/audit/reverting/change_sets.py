"""All that one press of a button changed: whether it can be taken back, by whom, and until when."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.access import Access
from portal.accounts.permissions import Permission
from portal.audit.models import Action, AuditEvent, Channel
from portal.catalogs.codes import EnrollmentStatus as Status
from portal.enrollments import moves
from portal.web.errors import Conflict, Forbidden
from portal.web.i18n import _
from portal.web.pages import UNDO_FOR

# Whose right a change is, and so its undoing; what is not named here is not undone.
PERMISSIONS = {
    "schools": Permission.SETTINGS_WRITE,
    "school_settings": Permission.SETTINGS_WRITE,
    "school_memberships": Permission.SETTINGS_WRITE,
    "campuses": Permission.SETTINGS_WRITE,
    "school_years": Permission.YEARS_WRITE,
    "academic_periods": Permission.YEARS_WRITE,
    "groups": Permission.YEARS_WRITE,
    "guardians": Permission.STUDENTS_WRITE,
    "students": Permission.STUDENTS_WRITE,
    "student_guardians": Permission.STUDENTS_WRITE,
    "enrollments": Permission.STUDENTS_WRITE,
    "attachments": Permission.STUDENTS_WRITE,
}
_WRITTEN_AGAIN = ("school_years", "academic_periods", "campuses", "groups", "student_guardians")
# What a change of group writes: the coordinator's task, too.
_PLACE = {"grade", "group_id", "campus_id", "shift"}


class CannotUndo(Conflict):
    """It stays as it is; the message says why."""


@dataclass(frozen=True)
class ChangeSet:
    """The events of one transaction in one school, in their order; there is at least one."""

    id: UUID
    events: Sequence[AuditEvent]
    is_undone: bool

    def of(self, entity: str, *actions: Action) -> list[AuditEvent]:
        """What was done like that to the records of a table."""
        return [event for event in self.events if event.entity == entity and event.action in actions]

    def made(self, entity: str) -> set[UUID]:
        """The records of a table that it made."""
        return {event.entity_id for event in self.of(entity, Action.CREATED)}


@dataclass(frozen=True)
class Later:
    """What was done after a change set: to its records, and to what belongs to its students and guardians."""

    records: Collection[UUID]
    people: Collection[UUID]


async def find(session: AsyncSession, school_id: UUID, change_id: UUID) -> ChangeSet | None:
    """The change set of this school with this id."""
    here = AuditEvent.school_id == school_id
    statement = select(AuditEvent).where(here, AuditEvent.change_id == change_id).order_by(AuditEvent.id)
    events = (await session.scalars(statement)).all()
    return ChangeSet(change_id, events, bool(await undone(session, school_id, [change_id]))) if events else None


async def undone(session: AsyncSession, school_id: UUID, change_ids: Collection[UUID]) -> set[UUID]:
    """Those of these change sets that were taken back already."""
    statement = select(AuditEvent.undoes_id).where(
        AuditEvent.school_id == school_id, AuditEvent.undoes_id.in_(change_ids)
    )
    return {each for each in await session.scalars(statement.distinct()) if each}


async def done_since(session: AsyncSession, school_id: UUID, changes: ChangeSet) -> Later:
    """What was done since the change set."""
    ids = {event.entity_id for event in changes.events}
    columns = AuditEvent.entity_id, AuditEvent.student_id, AuditEvent.guardian_id
    statement = select(*columns).where(
        AuditEvent.school_id == school_id,
        AuditEvent.id > changes.events[-1].id,
        or_(*(column.in_(ids) for column in columns)),
    )
    rows = (await session.execute(statement)).all()
    records = {row.entity_id for row in rows}
    people = {person for row in rows for person in (row.student_id, row.guardian_id) if person}
    return Later(records & ids, people & ids)


def may_undo(event: AuditEvent, access: Access) -> bool:
    """Whether this person may take back such a change: their own, or anybody's for whoever reads the whole history."""
    permission = _permission(event)
    is_theirs = event.actor_id == access.user_id or access.may(Permission.AUDIT_READ)
    return permission is not None and is_theirs and access.may(permission)


def is_open(event: AuditEvent, at: datetime) -> bool:
    """Whether it was done on a page, and not too long ago."""
    return event.channel == Channel.WEB and at - event.at <= UNDO_FOR


def refuse(changes: ChangeSet, access: Access, at: datetime) -> None:
    """Raise Forbidden or CannotUndo where the change set cannot be taken back by this person, or at all any more."""
    if any(event.entity not in PERMISSIONS or _is_for_good(event) for event in changes.events):
        raise CannotUndo(_("This cannot be undone here. What it did can be changed again on its own page."))
    if not all(may_undo(event, access) for event in changes.events):
        raise Forbidden
    if any(event.channel != Channel.WEB for event in changes.events):
        raise CannotUndo(_("Only what was done on the portal's pages can be undone, no file of SIMAT and no command."))
    if not all(is_open(event, at) for event in changes.events):
        raise CannotUndo(_("This cannot be undone any more. Undo exists for 15 minutes."))


def _permission(event: AuditEvent) -> Permission | None:
    if event.entity == "attachments" and not (event.student_id or event.guardian_id):
        return Permission.SETTINGS_WRITE
    if event.entity == "enrollments" and event.action == Action.CHANGED:
        return _permission_of_move(event)
    return PERMISSIONS.get(event.entity)


def _permission_of_move(event: AuditEvent) -> Permission:
    if status := event.changes.get("status"):
        arrow = moves.TABLE.get((Status(status[0]), Status(status[1]))) or moves.TABLE.get(
            (Status(status[1]), Status(status[0]))
        )
        return arrow.permission if arrow else Permission.ENROLLMENTS_WRITE
    return Permission.GROUPS_CHANGE if set(event.changes) <= _PLACE else Permission.ENROLLMENTS_WRITE


def _is_for_good(event: AuditEvent) -> bool:
    """A new school, two records that became one, a roll-over: what has its own page for going back, or none."""
    if event.action == Action.REMOVED:
        return event.entity not in _WRITTEN_AGAIN
    return "merged_into_id" in event.changes or (event.entity == "schools" and event.action != Action.CHANGED)
