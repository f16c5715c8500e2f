"""Giving out seats: a group is never overfull because two people were quick, and nobody deadlocks over two groups."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from portal.groups.models import Group
from portal.groups.repository import GroupRepository
from portal.web.errors import Conflict
from portal.web.i18n import _, ngettext


class NoSeat(Conflict):
    """The group has fewer free seats than are wanted; the message says how many there are."""

    def __init__(self, group: Group, *, free: int, wanted: int) -> None:
        """``free`` is below zero in a group that is overfull already."""
        self.group, self.free, self.wanted = group, free, wanted
        if wanted == 1:
            words = _("%(group)s is full: all of its %(capacity)d seats are taken. Choose another group.")
        else:
            words = ngettext(
                "%(group)s has %(free)d free seat, and %(wanted)d are needed. Choose another, or fewer students.",
                "%(group)s has %(free)d free seats, and %(wanted)d are needed. Choose another, or fewer students.",
                max(free, 0),
            )
        super().__init__(
            words % {"group": group.label, "capacity": group.capacity, "free": max(free, 0), "wanted": wanted}
        )


async def hold_seats(session: AsyncSession, school_id: UUID, wanted: Mapping[UUID, int]) -> None:
    """See to it that each of these groups has so many free seats until the transaction ends.

    Ask before the enrollments that take them are written. Whoever wants seats of the same group at the same moment
    waits, so that of twenty who want the last one exactly one gets it; the groups are locked in one order.
    Raises NoSeat for the first that lacks any, LookupError for a group that is not there.
    """
    groups = GroupRepository(session, school_id)
    for group_id in sorted(wanted):
        group = await groups.locked(group_id)
        if group is None:
            raise LookupError(group_id)
        free = group.capacity - await groups.taken_seats(group_id)
        if free < wanted[group_id]:
            raise NoSeat(group, free=free, wanted=wanted[group_id])
