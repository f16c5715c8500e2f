"""What this person may do with an enrollment as it stands now: the buttons and the menu of its page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from litestar import Request

from portal.accounts.access import Access
from portal.accounts.permissions import Permission
from portal.catalogs.codes import EnrollmentStatus as Status
from portal.enrollments import moves
from portal.enrollments.models import Enrollment
from portal.web.i18n import lazy
from portal.web.pages import query, url_for


@dataclass(frozen=True)
class Action:
    """Something to do, on a page of its own."""

    label: str
    icon: str
    href: str


@dataclass(frozen=True)
class Actions:
    """A button for what is done most, and the rest in a menu."""

    button: Action | None
    menu: list[Action]


@dataclass(frozen=True)
class _Possible:
    route: str
    label: Any
    icon: str
    permission: Permission
    statuses: tuple[Status, ...]


_WAITS = (Status.DRAFT, Status.SUBMITTED, Status.RETURNED)
_POSSIBLE = (
    _Possible("reenrollments.new", lazy("Enroll again"), "repeat", moves.ENROL_AGAIN.permission, (Status.WITHDRAWN,)),
    _Possible("group_changes.new", lazy("Change group"), "users", Permission.GROUPS_CHANGE, (Status.ACTIVE,)),
    _Possible("completions.new", lazy("Complete the year"), "flag", moves.COMPLETE.permission, (Status.ACTIVE,)),
    _Possible("transfers.new", lazy("Transfer"), "circle-arrow-right", moves.TRANSFER.permission, (Status.ACTIVE,)),
    _Possible("withdrawals.new", lazy("Withdraw"), "circle-minus", moves.WITHDRAW.permission, (Status.ACTIVE,)),
    _Possible("checklists.edit", lazy("Documents"), "file-text", moves.SUBMIT.permission, (Status.ACTIVE, *_WAITS)),
    _Possible("cancellations.new", lazy("Cancel the enrollment"), "circle-x", moves.CANCEL_DRAFT.permission, _WAITS),
    _Possible("enrollments.deletion", lazy("Delete"), "trash", moves.SUBMIT.permission, tuple(Status)),
)


_BUTTONS = ("reenrollments.new", "group_changes.new")


def actions(request: Request[Any, Any, Any], enrollment: Enrollment, access: Access) -> Actions:
    """What the table of moves allows from its status and the person's rights allow them."""
    possible = {
        each.route: Action(str(each.label), each.icon, _address(request, each.route, enrollment))
        for each in _POSSIBLE
        if enrollment.status in each.statuses and access.may(each.permission)
    }
    button = next((route for route in _BUTTONS if route in possible), None)
    return Actions(possible.pop(button) if button else None, list(possible.values()))


def _address(request: Request[Any, Any, Any], route: str, enrollment: Enrollment) -> str:
    path, params = _PATHS.get(route, ("enrollment_id", ""))
    of: Mapping[str, Any] = {"enrollment_id": enrollment.id, "student_id": enrollment.student_id}
    address = url_for(request, route, **({path: of[path]} if path else {}))
    return address + (query({params: enrollment.id}) if params else "")


# Where a page does not belong to the enrollment's own address: what its path names, and the parameter that names it.
_PATHS: dict[str, tuple[str, str]] = {
    "group_changes.new": ("", "enrollment"),
    "completions.new": ("", "enrollment"),
    "transfers.new": ("student_id", "enrollment"),
}
