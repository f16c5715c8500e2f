"""The events of a school's history: one a changed record and transaction. The application adds and reads them only."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.catalogs.codes import Code
from portal.db.base import Base, SchoolScoped, coded
from portal.web.i18n import lazy


class Action(Code):
    """What happened to a record."""

    CREATED = "created", lazy("Created")
    CHANGED = "changed", lazy("Changed")
    DELETED = "deleted", lazy("Deleted")
    RESTORED = "restored", lazy("Restored")
    # For good: a tie between a student and a guardian, an academic period …
    REMOVED = "removed", lazy("Removed")


class Channel(Code):
    """By which way a change came."""

    WEB = "web", lazy("The portal's pages")
    IMPORT = "import", lazy("A file of SIMAT")
    COMMAND = "command", lazy("A command of the installation")
    DEMO = "demo", lazy("The demo data")


class AuditEvent(SchoolScoped, Base):
    """What one transaction changed of one record.

    Its id is a UUIDv7 that is made just before the commit: events sort by it as they happened, as far as the clocks of
    several machines agree. Pages by id are steady all the same, since no event ever changes its place; where the order
    of one record's changes decides, its versions tell it.

    No foreign keys but the school's: what is told of may go, and the telling stays.
    """

    __tablename__ = "audit_events"
    __table_args__ = (
        Index("ix_audit_events_entity", "school_id", "entity_id", "id"),
        *(
            Index(
                f"ix_audit_events_{whose}",
                "school_id",
                f"{whose}_id",
                "id",
                postgresql_where=text(f"{whose}_id IS NOT NULL"),
            )
            for whose in ("student", "guardian")
        ),
        Index("ix_audit_events_change", "school_id", "change_id"),
        Index("ix_audit_events_actor", "school_id", "actor_id", "id"),
        Index("ix_audit_events_undoes", "school_id", "undoes_id", postgresql_where=text("undoes_id IS NOT NULL")),
    )

    at: Mapped[datetime] = mapped_column(server_default=text("now()"), doc="When its transaction began.")
    actor_id: Mapped[UUID | None] = mapped_column(doc="A user; None for a command.")
    channel: Mapped[Channel] = mapped_column(coded(Channel, "channel"))
    address: Mapped[str | None] = mapped_column(String(45), doc="Where the request came from.")
    request_id: Mapped[str | None] = mapped_column(String(32), doc="As in the log and on error pages.")
    change_id: Mapped[UUID] = mapped_column(doc="One for all that a transaction changed.")
    undoes_id: Mapped[UUID | None] = mapped_column(doc="The change that this one takes back.")
    entity: Mapped[str] = mapped_column(String(40), doc="The record's table.")
    entity_id: Mapped[UUID]
    student_id: Mapped[UUID | None] = mapped_column(doc="The student whose history tells it.")
    guardian_id: Mapped[UUID | None] = mapped_column(doc="The guardian whose history tells it.")
    version: Mapped[int | None] = mapped_column(doc="The record's, from this change on.")
    action: Mapped[Action] = mapped_column(coded(Action, "action"))
    changes: Mapped[dict[str, Any]] = mapped_column(
        server_default=text("'{}'"), doc="Field → [old, new], as plain JSON; of a JSON column ``column.key``."
    )
