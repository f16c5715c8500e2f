"""The life of an enrollment: which status may follow which, who may say so, and the only code that changes one.

    draft → submitted → active → completed
              ↑   ↓        ↓ ↑
            returned     withdrawn
                         transferred
    draft | submitted | returned → cancelled

What the table does not name is refused. ``status_history`` is appended to and never rewritten.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from portal.accounts.permissions import Permission
from portal.catalogs.codes import EnrollmentStatus as Status
from portal.enrollments.models import Enrollment
from portal.web.errors import Conflict
from portal.web.i18n import _, lazy


class MoveRefused(Conflict):
    """The enrollment cannot go there from where it is; the message says why."""


@dataclass(frozen=True)
class Need:
    """Something without which a move makes no sense."""

    is_met: Callable[[Enrollment, str | None], bool]
    message: Any


REASON = Need(lambda enrollment, reason: bool(reason), lazy("Say why."))
PLACE = Need(lambda enrollment, reason: enrollment.group_id is not None, lazy("Choose a group first."))
START = Need(lambda enrollment, reason: enrollment.starts_on is not None, lazy("Say from which day."))
END = Need(lambda enrollment, reason: enrollment.ends_on is not None, lazy("Say on which day."))
OUTCOME = Need(lambda enrollment, reason: enrollment.outcome is not None, lazy("Say how the year ended."))


@dataclass(frozen=True)
class Move:
    """One arrow of the picture above: from where, to where, whose right it is and what it needs."""

    source: Status
    target: Status
    permission: Permission
    needs: tuple[Need, ...] = ()


SUBMIT = Move(Status.DRAFT, Status.SUBMITTED, Permission.ENROLLMENTS_WRITE)
SUBMIT_AGAIN = Move(Status.RETURNED, Status.SUBMITTED, Permission.ENROLLMENTS_WRITE)
APPROVE = Move(Status.SUBMITTED, Status.ACTIVE, Permission.ENROLLMENTS_APPROVE, (PLACE, START))
RETURN = Move(Status.SUBMITTED, Status.RETURNED, Permission.ENROLLMENTS_APPROVE, (REASON,))
WITHDRAW = Move(Status.ACTIVE, Status.WITHDRAWN, Permission.ENROLLMENTS_WRITE, (REASON, END))
ENROL_AGAIN = Move(Status.WITHDRAWN, Status.ACTIVE, Permission.ENROLLMENTS_WRITE, (PLACE, START))
TRANSFER = Move(Status.ACTIVE, Status.TRANSFERRED, Permission.ENROLLMENTS_WRITE, (REASON, END))
COMPLETE = Move(Status.ACTIVE, Status.COMPLETED, Permission.ENROLLMENTS_APPROVE, (OUTCOME, END))
CANCEL_DRAFT = Move(Status.DRAFT, Status.CANCELLED, Permission.ENROLLMENTS_WRITE)
CANCEL_SUBMITTED = Move(Status.SUBMITTED, Status.CANCELLED, Permission.ENROLLMENTS_WRITE)
CANCEL_RETURNED = Move(Status.RETURNED, Status.CANCELLED, Permission.ENROLLMENTS_WRITE)

MOVES = (
    SUBMIT,
    SUBMIT_AGAIN,
    APPROVE,
    RETURN,
    WITHDRAW,
    ENROL_AGAIN,
    TRANSFER,
    COMPLETE,
    CANCEL_DRAFT,
    CANCEL_SUBMITTED,
    CANCEL_RETURNED,
)
TABLE = {(each.source, each.target): each for each in MOVES}

# While the secretary has it, what it asks for may still be written.
EDITABLE = frozenset({Status.DRAFT, Status.RETURNED})
# How an enrollment may begin: asked for, waiting for review after a transfer, or active out of a file of SIMAT.
BEGINNINGS = frozenset({Status.DRAFT, Status.SUBMITTED, Status.ACTIVE})
# SIMAT's file is official: what still waits here becomes active by it, without the review.
OFFICIAL_SOURCES = frozenset({Status.DRAFT, Status.SUBMITTED, Status.RETURNED})


def move(enrollment: Enrollment, to: Status, *, by: UUID, at: datetime, reason: str | None = None) -> None:
    """Take the enrollment to a status, and write it into its history.

    Raises MoveRefused, having changed nothing, when the table names no such move or something that it needs is missing.
    Whether ``by`` may do it is asked by the guards, with the table's permissions.
    """
    named = TABLE.get((enrollment.status, to))
    if named is None:
        raise MoveRefused(
            _("An enrollment that is “%(status)s” cannot become “%(wanted)s”.")
            % {"status": str(enrollment.status.label).lower(), "wanted": str(to.label).lower()}
        )
    missing = [str(need.message) for need in named.needs if not need.is_met(enrollment, reason)]
    if missing:
        raise MoveRefused(" ".join(missing))
    _append(enrollment, entry(enrollment.status, to, by=by, at=at, reason=reason))
    enrollment.status = to
    if to == Status.SUBMITTED:
        enrollment.submitted_at = at


def begin(enrollment: Enrollment, status: Status = Status.DRAFT, *, by: UUID, at: datetime) -> None:
    """Give a new enrollment its first status. Raises MoveRefused where an enrollment cannot begin."""
    if status not in BEGINNINGS or enrollment.status_history:
        raise MoveRefused(_("An enrollment cannot begin as “%(status)s”.") % {"status": str(status.label).lower()})
    _append(enrollment, entry(None, status, by=by, at=at))
    enrollment.status = status
    if status == Status.SUBMITTED:
        enrollment.submitted_at = at


def remember(enrollment: Enrollment, what: str, *, by: UUID, at: datetime) -> None:
    """Write an event that changes no status into the history, such as a change of group."""
    _append(enrollment, entry(enrollment.status, enrollment.status, by=by, at=at, reason=what))


def entry(
    before: Status | None, after: Status, *, by: UUID | None, at: datetime, reason: str | None = None
) -> dict[str, Any]:
    """A line of ``status_history``: plain JSON, the moment in UTC; nobody stands for a command."""
    return {
        "from": before.value if before else None,
        "to": after.value,
        "at": at.astimezone(UTC).isoformat(),
        "by": str(by) if by else None,
        "reason": reason,
    }


def targets(status: Status) -> frozenset[Status]:
    """Where an enrollment may go from a status."""
    return frozenset(each.target for each in MOVES if each.source == status)


def _append(enrollment: Enrollment, line: dict[str, Any]) -> None:
    # A new list: SQLAlchemy does not see what is appended to the old one.
    enrollment.status_history = [*(enrollment.status_history or []), line]
