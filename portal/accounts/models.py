"""Users, their memberships of schools, their sessions, and the sign-in attempts that a throttle counts."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db.base import Audited, Base, Identified, SchoolScoped, Timestamped, Versioned

if TYPE_CHECKING:
    from portal.schools.models import School


class User(Identified, Versioned, Base):
    """A person who signs in; may belong to many schools."""

    __tablename__ = "users"
    __table_args__ = (Index("uq_users_email", func.lower(text("email")), unique=True),)

    email: Mapped[str] = mapped_column(String(254))
    full_name: Mapped[str] = mapped_column(String(200))
    password_hash: Mapped[str | None]
    is_active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    is_superuser: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    locale: Mapped[str | None] = mapped_column(String(5))
    theme: Mapped[str] = mapped_column(String(5), default="auto", server_default="auto")
    single_keys: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    email_verified_at: Mapped[datetime | None]
    totp_secret: Mapped[str | None]
    google_subject: Mapped[str | None] = mapped_column(unique=True)

    @property
    def has_way_in(self) -> bool:
        """Whether they can sign in; an invited person who has chosen no password yet cannot."""
        return self.password_hash is not None or self.google_subject is not None


class SchoolMembership(SchoolScoped, Versioned, Audited, Base):
    """A user's roles in a school."""

    __tablename__ = "school_memberships"
    __table_args__ = (
        UniqueConstraint("school_id", "user_id"),
        CheckConstraint(
            "jsonb_typeof(roles) = 'array' AND "
            """roles <@ '["principal","secretary","coordinator","teacher","viewer"]'""",
            name="roles",
        ),
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    roles: Mapped[list[str]]
    is_active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))

    school: Mapped["School"] = relationship(lazy="raise", viewonly=True)
    user: Mapped[User] = relationship(lazy="raise", viewonly=True)


class Invitation(SchoolScoped, Versioned, Audited, Base):
    """A person who was asked into a school and has not chosen a password yet.

    The user and the membership stand already; the link that is handed to the person lets them choose a password, once,
    until it expires. Only the hash of its secret is kept.
    """

    __tablename__ = "invitations"
    __table_args__ = (Index("ix_invitations_invited_by_id", "invited_by_id"),)

    untold = frozenset(("token_hash",))

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[bytes]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    invited_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))

    user: Mapped[User] = relationship(lazy="raise", viewonly=True, foreign_keys=[user_id])


class UserSession(Identified, Base):
    """A browser that is signed in: the hash of its token, never the token."""

    __tablename__ = "user_sessions"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    device: Mapped[str] = mapped_column(String(200), default="", server_default="")
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    last_seen_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    expires_at: Mapped[datetime]

    user: Mapped[User] = relationship(lazy="raise", viewonly=True)


class SignInAttempt(Identified, Timestamped, Base):
    """A failed sign-in, kept for as long as the throttle looks back.

    The e-mail is kept as a keyed hash, so that the table tells nobody who has tried.
    """

    __tablename__ = "sign_in_attempts"
    __table_args__ = (
        Index("ix_sign_in_attempts_email_hash_created_at", "email_hash", "created_at"),
        Index("ix_sign_in_attempts_address_created_at", "address", "created_at"),
    )

    email_hash: Mapped[bytes]
    address: Mapped[str] = mapped_column(String(45))
