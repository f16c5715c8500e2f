"""A group as its page shows it: who sits there, who asks to, and how many seats are left."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from litestar import Request

from portal.accounts.access import Access
from portal.accounts.permissions import Permission
from portal.catalogs.codes import EnrollmentStatus
from portal.catalogs.people import age_on
from portal.groups.board import Seats
from portal.groups.models import Group
from portal.groups.repository import SEATED
from portal.web.i18n import _, today
from portal.web.pages import url_for


@dataclass(frozen=True)
class Move:
    """A button over the ticked pupils."""

    label: str
    icon: str
    href: str


@dataclass(frozen=True)
class GroupPage:
    """The group and the rows of ``EnrollmentRepository.in_group``."""

    group: Group
    rows: Sequence[Any]

    @property
    def seats(self) -> Seats:
        """Taken, asked for, and there."""
        return Seats(
            taken=sum(row.status in SEATED for row in self.rows),
            waiting=sum(row.status == EnrollmentStatus.SUBMITTED for row in self.rows),
            capacity=self.group.capacity,
        )

    def age(self, row: Any) -> str:
        """Whole years today, empty without a birth date."""
        return str(age_on(row.birth_date, today())) if row.birth_date else ""

    def moves(self, request: Request[Any, Any, Any], access: Access) -> list[Move]:
        """What can be done with the ticked pupils by this person."""
        offered = (
            (Permission.GROUPS_CHANGE, "group_changes.new", _("Change of group"), "arrows-diff"),
            (Permission.ENROLLMENTS_APPROVE, "completions.new", _("Complete the year"), "flag"),
        )
        return [
            Move(label, icon, url_for(request, route))
            for permission, route, label, icon in offered
            if access.may(permission)
        ]
