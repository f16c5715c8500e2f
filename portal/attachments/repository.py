"""Questions asked of attachments."""

from collections.abc import Collection
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import joinedload, with_expression

from portal.attachments.models import Attachment
from portal.catalogs.codes import AttachmentKind, EntityType
from portal.db.repository import SchoolRepository
from portal.students.models import Student

PICTURES = tuple(kind for kind in AttachmentKind if kind.is_picture)
SENSITIVE = tuple(kind for kind in AttachmentKind if kind.is_sensitive)


class AttachmentRepository(SchoolRepository[Attachment]):
    """The files of a school's records."""

    model_type = Attachment

    async def of(self, entity_type: EntityType, entity_id: UUID) -> list[Attachment]:
        """The papers of a record, pictures left out, the newest first, each with who brought it."""
        statement = (
            self.living()
            .where(
                Attachment.entity_type == entity_type,
                Attachment.entity_id == entity_id,
                Attachment.kind.not_in(PICTURES),
            )
            .options(joinedload(Attachment.uploaded_by))
            .order_by(Attachment.received_at.desc(), Attachment.id.desc())
        )
        return list(await self.session.scalars(statement))

    async def picture_of(self, entity_type: EntityType, entity_id: UUID, kind: AttachmentKind) -> Attachment | None:
        """The record's photo or logo."""
        statement = self.living().where(
            Attachment.entity_type == entity_type, Attachment.entity_id == entity_id, Attachment.kind == kind
        )
        return (await self.session.scalars(statement)).one_or_none()

    async def ever_kept(self, attachment_id: UUID) -> Attachment | None:
        """The attachment with this id, removed or not."""
        statement = select(Attachment).where(Attachment.school_id == self.school_id, Attachment.id == attachment_id)
        return (await self.session.scalars(statement)).one_or_none()

    async def history_of(self, entity_type: EntityType, entity_id: UUID) -> list[Attachment]:
        """All that was ever brought to a record, what was removed too."""
        statement = select(Attachment).where(
            Attachment.school_id == self.school_id,
            Attachment.entity_type == entity_type,
            Attachment.entity_id == entity_id,
        )
        return list(await self.session.scalars(statement))

    async def kinds_of_students(self, student_ids: Collection[UUID]) -> dict[UUID, set[AttachmentKind]]:
        """Which kinds of papers each of these students has on file: what a checklist is filled from."""
        statement = (
            select(Attachment.entity_id, Attachment.kind)
            .where(
                Attachment.school_id == self.school_id,
                Attachment.entity_type == EntityType.STUDENT,
                Attachment.entity_id.in_(student_ids),
                Attachment.deleted_at.is_(None),
            )
            .distinct()
        )
        found: dict[UUID, set[AttachmentKind]] = {}
        for row in await self.session.execute(statement):
            found.setdefault(row.entity_id, set()).add(row.kind)
        return found


def photo_of(school_id: Any, student_id: Any) -> ScalarSelect[UUID]:
    """The id of a student's photo: a column for another query."""
    return (
        select(Attachment.id)
        .where(*_of_student(school_id, student_id), Attachment.kind == AttachmentKind.PHOTO)
        .scalar_subquery()
    )


def logo_of(school_id: Any) -> ScalarSelect[UUID]:
    """The id of a school's logo: a column for another query."""
    return (
        select(Attachment.id)
        .where(
            Attachment.school_id == school_id,
            Attachment.entity_type == EntityType.SCHOOL,
            Attachment.entity_id == school_id,
            Attachment.kind == AttachmentKind.LOGO,
            Attachment.deleted_at.is_(None),
        )
        .scalar_subquery()
    )


@cache
def with_files(*, sensitive: bool = True) -> list[Any]:
    """Load students with ``photo_id`` and ``number_of_documents``, in the same query.

    ``sensitive`` says whether papers are counted that only some may read. Built once: each record asks for it.
    """
    left_out = PICTURES if sensitive else (*PICTURES, *SENSITIVE)
    papers = (
        select(func.count())
        .where(*_of_student(Student.school_id, Student.id), Attachment.kind.not_in(left_out))
        .scalar_subquery()
    )
    return [
        with_expression(Student.photo_id, photo_of(Student.school_id, Student.id)),
        with_expression(Student.number_of_documents, papers),
    ]


def _of_student(school_id: Any, student_id: Any) -> list[Any]:
    return [
        Attachment.school_id == school_id,
        Attachment.entity_type == EntityType.STUDENT,
        Attachment.entity_id == student_id,
        Attachment.deleted_at.is_(None),
    ]
