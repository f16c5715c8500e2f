"""The words in which a school's history tells of files. What a sensitive one is, only those learn who may see it."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select

from portal.accounts.permissions import Permission
from portal.attachments.models import Attachment
from portal.audit.models import AuditEvent
from portal.audit.telling import Named, Names, Told
from portal.audit.values import Value, coded
from portal.catalogs.codes import AttachmentKind, EntityType
from portal.students.models import Student
from portal.students.repository import visible_students
from portal.web.i18n import _, lazy


def _is_sensitive(event: AuditEvent, names: Names) -> bool:
    """Also what nobody can tell any more."""
    kinds = {
        kind for kind in (*event.changes.get("kind", ()), *(names.parts(event.entity, event.entity_id) or ())) if kind
    }
    return not kinds or any(AttachmentKind(kind).is_sensitive for kind in kinds)


def _name(event: AuditEvent, names: Names) -> str:
    """What it is, and whose."""
    kind = names.of(event.entity, event.entity_id)
    whose = names.of("students", event.student_id) or names.of("guardians", event.guardian_id)
    return _("“%(document)s” of %(name)s") % {"document": kind, "name": whose} if whose and kind else kind


def _seen(school_id: UUID, led_by: UUID | None) -> Select[Any]:
    pupils = visible_students(school_id, led_by).with_only_columns(Student.id)
    files = select(Attachment.id).where(Attachment.school_id == school_id)
    return files if led_by is None else files.where(Attachment.entity_id.in_(pupils))


ATTACHMENT = Told(
    model=Attachment,
    kind=lazy("Documents"),
    thing=lazy("the document %(name)s"),
    fields={
        "kind": Value(lazy("Document"), coded(AttachmentKind)),
        "file_name": Value(lazy("File")),
        "note": Value(lazy("Note")),
        "entity_type": Value(lazy("Belongs to"), coded(EntityType)),
        "entity_id": Value(lazy("Whose"), lambda _kept: ""),
    },
    whose=("student", "guardian"),
    read=Permission.SENSITIVE_READ,
    seen=_seen,
    named=Named(
        ask=lambda school_id: select(Attachment.id, func.jsonb_build_array(Attachment.kind)).where(
            Attachment.school_id == school_id
        ),
        words=lambda kind: str(AttachmentKind(kind).label),
    ),
    name=_name,
    hides=_is_sensitive,
)
