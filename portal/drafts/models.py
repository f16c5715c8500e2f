"""A form that was begun and not saved."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db.base import Base, SchoolScoped, now

KEPT_FOR = timedelta(days=7)
LONGEST_ADDRESS = 300


class Draft(SchoolScoped, Base):
    """What a person has typed into the form of a page, sealed. Row security shows it to nobody else."""

    __tablename__ = "drafts"
    __table_args__ = (
        UniqueConstraint("school_id", "user_id", "address"),
        Index("ix_drafts_user_id", "user_id"),
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    address: Mapped[str] = mapped_column(String(LONGEST_ADDRESS), doc="The page with the form: a path of ids.")
    content: Mapped[bytes]
    begun_at: Mapped[datetime] = mapped_column(default=now, server_default=text("now()"))
    updated_at: Mapped[datetime] = mapped_column(default=now, server_default=text("now()"))
