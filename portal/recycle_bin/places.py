"""Where enrollments come back to: the one place that a student has in a year, and the seat in a group."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from portal.catalogs.codes import EnrollmentStatus as Status
from portal.enrollments.models import GIVES_WAY, Enrollment
from portal.enrollments.repository import EnrollmentRepository
from portal.groups.seats import Seats, seats_of
from portal.recycle_bin.consequences import ASKING
from portal.recycle_bin.repository import BinRepository
from portal.web.i18n import _

# Those that need a place in a group; whoever left or finished keeps the name of theirs, and takes no seat.
PLACED = (Status.ACTIVE, *ASKING)


@dataclass(frozen=True)
class Places:
    """What stands there by now: other enrollments of the same years, and the groups with their free seats."""

    standing: Mapping[tuple[UUID, UUID], Any]
    groups: Mapping[UUID, Seats]
    taken: dict[UUID, int] = field(default_factory=dict)

    def other_of_year(self, row: Enrollment) -> Any | None:
        """The living enrollment (``id``, ``number``) that the student has in the same year."""
        return None if row.status in GIVES_WAY else self.standing.get((row.student_id, row.year_id))

    def why_seatless(self, row: Enrollment) -> str | None:
        """Why the enrollment cannot go back into its group; None when it can, or needs none."""
        if row.group_id is None or row.status not in PLACED:
            return None
        if row.group_id not in self.groups:
            return _("Enrollment %(number)s: its group is not there any more.") % {"number": row.number}
        seats = self.groups[row.group_id]
        if row.status != Status.ACTIVE or seats.free > self.taken.get(row.group_id, 0):
            return None
        words = _("Enrollment %(number)s: the seat in %(group)s is taken; all %(capacity)d are.")
        return words % {"number": row.number, "group": seats.group.label, "capacity": seats.group.capacity}

    def take(self, rows: Iterable[Enrollment]) -> None:
        """Give these the seats that they had: whoever is asked about next finds them taken."""
        for row in rows:
            if row.group_id is not None and row.status == Status.ACTIVE:
                self.taken[row.group_id] = self.taken.get(row.group_id, 0) + 1


async def places_of(records: BinRepository, rows: Sequence[Enrollment], *, hold: bool) -> Places:
    """The places of these deleted enrollments; ``hold`` their groups, so that the seats stay as they are."""
    if not rows:
        return Places({}, {})
    enrollments = EnrollmentRepository(records.session, records.school_id)
    standing = await enrollments.standing({row.student_id for row in rows})
    wanted = {row.group_id for row in rows if row.group_id and row.status in PLACED}
    return Places(
        {(each.student_id, each.year_id): each for each in standing},
        await seats_of(records.session, records.school_id, wanted, hold=hold),
    )
