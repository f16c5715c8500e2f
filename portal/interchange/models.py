"""Imports: each run is kept with its file, its counts and the rows that were left out."""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.catalogs.codes import Code
from portal.db.base import Base, SchoolScoped, Versioned, coded, within_school
from portal.web.i18n import lazy

if TYPE_CHECKING:
    from portal.accounts.models import User


class ImportStatus(Code):
    """How far a run has come."""

    PREVIEW = "preview", lazy("Not applied yet")
    APPLIED = "applied", lazy("Applied")


class RowOutcome(Code):
    """What a row of the file does, or did."""

    NEW = "new", lazy("New")
    CHANGED = "changed", lazy("Changed")
    UNCHANGED = "unchanged", lazy("Unchanged")
    WRONG = "wrong", lazy("Wrong")
    LISTED = "listed", lazy("Not touched")


class ImportRun(SchoolScoped, Versioned, Base):
    """One file that somebody brought, and what came of it."""

    __tablename__ = "import_runs"
    __table_args__ = (Index("ix_import_runs_school_id_created_at", "school_id", "created_at"),)

    kind: Mapped[str] = mapped_column(String(20), default="simat", server_default="simat")
    file_name: Mapped[str] = mapped_column(String(200))
    file_sha256: Mapped[bytes]
    content: Mapped[bytes] = mapped_column(deferred=True, doc="The file itself, compressed with zlib.")
    status: Mapped[ImportStatus] = mapped_column(coded(ImportStatus, "status"), default=ImportStatus.PREVIEW)
    year_name: Mapped[str] = mapped_column(String(20))
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'"))
    unrecognized: Mapped[list[str]] = mapped_column(default=list, server_default=text("'[]'"))
    fingerprint: Mapped[bytes] = mapped_column(doc="Of the plan that was shown; applying refuses another.")
    uploaded_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    applied_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    applied_at: Mapped[datetime | None]

    uploaded_by: Mapped["User | None"] = relationship(lazy="raise", viewonly=True, foreign_keys=[uploaded_by_id])
    applied_by: Mapped["User | None"] = relationship(lazy="raise", viewonly=True, foreign_keys=[applied_by_id])


class ImportRow(SchoolScoped, Base):
    """A line of the file that has something to tell: what it makes, changes, or why it is wrong."""

    __tablename__ = "import_rows"
    __table_args__ = (
        within_school("run_id", "import_runs", ondelete="CASCADE"),
        Index("ix_import_rows_run", "school_id", "run_id", "outcome", "line"),
        CheckConstraint("line > 0", name="line"),
    )

    run_id: Mapped[UUID]
    line: Mapped[int] = mapped_column(Integer)
    outcome: Mapped[RowOutcome] = mapped_column(coded(RowOutcome, "outcome"))
    name: Mapped[str] = mapped_column(String(300))
    problems: Mapped[list[dict[str, Any]]] = mapped_column(default=list, server_default=text("'[]'"))
    changes: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'"))
    raw: Mapped[list[str]] = mapped_column(default=list, server_default=text("'[]'"))
