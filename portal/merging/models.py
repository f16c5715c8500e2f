"""What a merge of two records changed, so that it can be undone to the letter."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db.base import Base, CreatedOnce, SchoolScoped, Timestamped, coded
from portal.duplicates.kinds import People


class Merge(SchoolScoped, CreatedOnce, Timestamped, Base):
    """Two records of one person made one: the survivor, and the other, which went to the bin under this merge's id.

    Made when it was done; ``fields`` and ``moved`` hold every value that it wrote beside the one that stood there.
    """

    __tablename__ = "merges"
    __table_args__ = (
        Index("ix_merges_survivor", "school_id", "survivor_id"),
        Index("ix_merges_other", "school_id", "other_id"),
    )

    kind: Mapped[People] = mapped_column(coded(People, "people"))
    survivor_id: Mapped[UUID]
    other_id: Mapped[UUID]
    fields: Mapped[dict[str, Any]] = mapped_column(
        default=dict, server_default=text("'{}'"), doc="The survivor's columns: name → [before, after]."
    )
    moved: Mapped[list[dict[str, Any]]] = mapped_column(
        default=list,
        server_default=text("'[]'"),
        doc="Rows that belong to them: table, id, and columns: name → [before, after].",
    )
    done_by_id: Mapped[UUID | None] = mapped_column(doc="A user; no foreign key, as in histories.")
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[UUID | None]
