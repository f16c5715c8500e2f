"""What somebody decided about two records that look alike: that they are two people."""

from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.db.base import Base, SchoolScoped, Timestamped, coded
from portal.duplicates.kinds import People


class TwoPeople(SchoolScoped, Timestamped, Base):
    """Two records that are not of one person, however alike; ``one_id`` is the smaller id.

    They are of two tables by their kind, so that no foreign key names them.
    """

    __tablename__ = "two_people"
    __table_args__ = (
        Index("uq_two_people", "school_id", "one_id", "other_id", unique=True),
        CheckConstraint("one_id < other_id", name="in_order"),
    )

    kind: Mapped[People] = mapped_column(coded(People, "people"))
    one_id: Mapped[UUID]
    other_id: Mapped[UUID]
    decided_by_id: Mapped[UUID | None] = mapped_column(doc="A user; no foreign key, as in histories.")
