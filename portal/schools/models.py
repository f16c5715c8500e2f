"""Schools, their settings and their campuses."""

from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.catalogs.codes import Calendar, Sector, Zone
from portal.db.base import Audited, Base, CreatedOnce, Identified, SchoolScoped, Versioned, coded


class School(Identified, CreatedOnce, Versioned, Audited, Base):
    """An educational institution: the tenant that every record belongs to."""

    __tablename__ = "schools"
    __table_args__ = (
        CheckConstraint("slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'", name="slug"),
        CheckConstraint("dane_code ~ '^[0-9]{12}$'", name="dane_code"),
    )

    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    short_name: Mapped[str | None] = mapped_column(String(60))
    nit: Mapped[str | None] = mapped_column(String(12))
    dane_code: Mapped[str | None] = mapped_column(String(12), unique=True)
    resolution: Mapped[str | None] = mapped_column(String(120))
    sector: Mapped[Sector] = mapped_column(coded(Sector, "sector"), default=Sector.PUBLIC)
    calendar: Mapped[Calendar] = mapped_column(coded(Calendar, "calendar"), default=Calendar.A)
    municipality_code: Mapped[str | None] = mapped_column(String(5))
    address: Mapped[str | None] = mapped_column(String(200))
    phone: Mapped[str | None] = mapped_column(String(40))
    email: Mapped[str | None] = mapped_column(String(254))
    time_zone: Mapped[str] = mapped_column(String(60), default="America/Bogota", server_default="America/Bogota")
    is_active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))

    @property
    def title(self) -> str:
        """The name that fits a menu."""
        return self.short_name or self.name


class SchoolSettings(Versioned, Audited, Base):
    """What a school decides for itself, one row a school; validated before it is written."""

    __tablename__ = "school_settings"

    school_id: Mapped[UUID] = mapped_column(ForeignKey("schools.id", ondelete="CASCADE"), primary_key=True)
    data: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'"))


class Campus(SchoolScoped, CreatedOnce, Versioned, Audited, Base):
    """A place where the school teaches; its DANE consecutive has 14 digits."""

    __tablename__ = "campuses"
    __table_args__ = (
        CheckConstraint("dane_code ~ '^[0-9]{14}$'", name="dane_code"),
        UniqueConstraint("school_id", "dane_code"),
        Index("ix_campuses_school_id_name", "school_id", "name"),
    )

    name: Mapped[str] = mapped_column(String(120))
    dane_code: Mapped[str | None] = mapped_column(String(14))
    zone: Mapped[Zone] = mapped_column(coded(Zone, "zone"), default=Zone.URBAN)
    address: Mapped[str | None] = mapped_column(String(200))
    is_active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))

    def fits(self, school_code: str | None) -> bool:
        """Whether its consecutive begins with the school's code, as DANE's do; what is not known fits."""
        return not self.dane_code or not school_code or self.dane_code.startswith(school_code)
