"""Giving out seats: a group is never overfull because two people were quick, and nobody deadlocks over two groups."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
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


class GroupGone(Conflict):
    """The group was deleted between the offer and the choice."""

    def __init__(self) -> None:
        """There is nothing of it left to name."""
        super().__init__(_("This group is not there any more. Choose another."))


async def hold_seats(session: AsyncSession, school_id: UUID, wanted: Mapping[UUID, int]) -> None:
    """See to it that each of these groups has so many free seats until the transaction ends.

    Ask before the enrollments that take them are written. Whoever wants seats of the same group at the same moment
    waits, so that of twenty who want the last one exactly one gets it; the groups are locked in one order.
    Raises NoSeat for the first that lacks any, GroupGone for a group that is not there any more.
    """
    held = await held_seats(session, school_id, wanted)
    for group_id in sorted(wanted):
        if group_id not in held:
            raise GroupGone
        group, free = held[group_id].group, held[group_id].free
        if free < wanted[group_id]:
            raise NoSeat(group, free=free, wanted=wanted[group_id])


@dataclass(frozen=True)
class Seats:
    """A group that nobody else gives seats of for now, and how many are free: below zero where it is overfull."""

    group: Group
    free: int


async def held_seats(session: AsyncSession, school_id: UUID, group_ids: Iterable[UUID]) -> dict[UUID, Seats]:
    """The free seats of these groups, held until the transaction ends; a group that is gone is left out."""
    return await seats_of(session, school_id, group_ids, hold=True)


async def seats_of(
    session: AsyncSession, school_id: UUID, group_ids: Iterable[UUID], *, hold: bool
) -> dict[UUID, Seats]:
    """The same, held or only looked at."""
    groups, wanted = GroupRepository(session, school_id), set(group_ids)
    if not wanted:
        return {}
    found = await (groups.all_locked(wanted) if hold else groups.among(wanted))
    # Counted after the locks: whoever held them before may have given seats out.
    taken = await groups.taken_by_group([group.id for group in found])
    return {group.id: Seats(group, group.capacity - taken.get(group.id, 0)) for group in found}
