"""Attachments: the files of students, guardians, enrollments and schools, in one table."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from advanced_alchemy.types import FileObject, StoredObject
from sqlalchemy import CheckConstraint, Dialect, ForeignKey, Index, SmallInteger, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.catalogs.codes import AttachmentKind, EntityType
from portal.db.base import Audited, Base, CreatedOnce, SchoolScoped, SoftDeleted, Timestamped, coded

if TYPE_CHECKING:
    from portal.accounts.models import User

# The name under which the application registers where files are kept (``attachments.stores``).
STORAGE = "attachments"


class StoredFile(StoredObject):
    """Where a file is; without one NULL, which the library's own type would keep as JSON's null."""

    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """JSONB."""
        return dialect.type_descriptor(JSONB(none_as_null=True))

    def __repr__(self) -> str:
        """Asked for by Alembic, which has no application, and so no storage either."""
        return "StoredFile()"


class Attachment(SchoolScoped, SoftDeleted, CreatedOnce, Timestamped, Audited, Base):
    """A file of a record, which is named by its type and id: no foreign key can name four tables.

    A student has one photo and a school one logo at a time: the new one takes the place of the old one. Deleting sets a
    date; the file itself stays until the record goes for good.
    """

    __tablename__ = "attachments"
    __table_args__ = (
        Index(
            "ix_attachments_entity",
            "school_id",
            "entity_type",
            "entity_id",
            "kind",
            postgresql_where=text("deleted_at IS NULL"),
        ),
        Index(
            "uq_attachments_picture",
            "school_id",
            "entity_type",
            "entity_id",
            "kind",
            unique=True,
            postgresql_where=text("deleted_at IS NULL AND kind IN ('photo', 'logo')"),
        ),
        Index("ix_attachments_uploaded_by_id", "uploaded_by_id"),
        CheckConstraint("size > 0", name="size"),
    )

    untold = frozenset(
        ("file", "thumbnail", "content_type", "size", "sha256", "width", "height", "received_at", "uploaded_by_id")
    )

    entity_type: Mapped[EntityType] = mapped_column(coded(EntityType, "entity_type"))
    entity_id: Mapped[UUID]
    kind: Mapped[AttachmentKind] = mapped_column(coded(AttachmentKind, "kind"))
    # Written before the row, never by a listener after the commit: a row says that its file is stored.
    file: Mapped[FileObject] = mapped_column(StoredFile(backend=STORAGE))
    thumbnail: Mapped[FileObject | None] = mapped_column(StoredFile(backend=STORAGE), doc="Of pictures, 96 px square.")
    file_name: Mapped[str] = mapped_column(String(200), doc="As the person named it, without its path.")
    content_type: Mapped[str] = mapped_column(String(100), doc="As its content says.")
    size: Mapped[int] = mapped_column(doc="In bytes.")
    sha256: Mapped[bytes]
    width: Mapped[int | None] = mapped_column(SmallInteger, doc="In pixels, of pictures.")
    height: Mapped[int | None] = mapped_column(SmallInteger)
    note: Mapped[str | None] = mapped_column(String(300))
    received_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    uploaded_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))

    uploaded_by: Mapped["User | None"] = relationship(lazy="raise", viewonly=True)

    @classmethod
    def told_with(cls, values: Mapping[str, Any]) -> dict[str, UUID | None]:
        """The history of the student or guardian whose file it is."""
        return {
            f"{kind.value}_id": values["entity_id"]
            for kind in (EntityType.STUDENT, EntityType.GUARDIAN)
            if values["entity_type"] == kind
        }
