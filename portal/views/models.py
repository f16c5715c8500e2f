"""Views of lists that are saved, and what a person has chosen of a list."""

from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.db.base import Base, CreatedOnce, SchoolScoped, Timestamped, Versioned, within_school


class SavedView(SchoolScoped, CreatedOnce, Versioned, Base):
    """A question asked of a list, under a name: somebody's own, or without an owner everybody's of the school."""

    __tablename__ = "saved_views"
    __table_args__ = (
        Index(
            "uq_saved_views_name",
            "school_id",
            "list_name",
            "owner_id",
            func.lower(text("name")),
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
        Index("ix_saved_views_owner_id", "owner_id"),
    )

    list_name: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(60))
    query: Mapped[str] = mapped_column(String(2000), doc="As in the list's address, without the place in the list.")
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))


class ListPreference(SchoolScoped, Timestamped, Base):
    """What a person has chosen of a list; the row without a person is what the school has."""

    __tablename__ = "list_preferences"
    __table_args__ = (
        UniqueConstraint("school_id", "list_name", "user_id", postgresql_nulls_not_distinct=True),
        within_school("start_view_id", "saved_views", ondelete="SET NULL"),
        Index("ix_list_preferences_user_id", "user_id"),
        Index("ix_list_preferences_start_view", "school_id", "start_view_id"),
    )

    list_name: Mapped[str] = mapped_column(String(20))
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    columns: Mapped[list[str] | None] = mapped_column(JSONB(none_as_null=True))
    start_view_id: Mapped[UUID | None]
