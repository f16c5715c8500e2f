"""The members of a school as their list shows them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.accounts.guards import initials_of
from portal.accounts.permissions import ROLE_LABELS, Role
from portal.db.base import now
from portal.web.i18n import format_list


@dataclass(frozen=True)
class Line:
    """A member: who, what they may do, which groups they lead this year, and whether they can come in."""

    id: UUID
    name: str
    initials: str
    email: str
    roles: str
    groups: str
    is_active: bool
    invited_until: datetime | None
    is_me: bool

    @property
    def waits(self) -> bool:
        """Whether they have still to choose a password."""
        return self.is_active and self.invited_until is not None

    @property
    def link_is_over(self) -> bool:
        """Whether the link that they were given leads nowhere any more."""
        return self.invited_until is not None and self.invited_until < now()


def lines(members: Sequence[Any], groups: Mapping[UUID, Sequence[str]], me: UUID) -> list[Line]:
    """``members`` are rows of ``MembershipRepository.listing``, ``groups`` the labels of the groups that each leads."""
    return [
        Line(
            id=row.id,
            name=row.full_name,
            initials=initials_of(row.full_name),
            email=row.email,
            roles=format_list(str(ROLE_LABELS[Role(role)]) for role in row.roles),
            groups=format_list(groups.get(row.user_id, ())),
            is_active=row.is_active,
            invited_until=row.invited_until,
            is_me=row.user_id == me,
        )
        for row in members
    ]
