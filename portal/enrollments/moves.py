"""The life of an enrollment: which status may follow which, who may say so, and the only code that changes one.

    draft → submitted → active → completed
              ↑   ↓        ↓ ↑
            returned     withdrawn
                         transferred
    draft | submitted | returned → cancelled

What the table does not name is refused. ``status_history`` is appended to and never rewritten: an undo goes back along
an arrow within 15 minutes, and is a line of its own.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any
from uuid import UUID

from portal.accounts.permissions import Permission
from portal.catalogs.codes import EnrollmentStatus as Status
from portal.catalogs.codes import Grade, Outcome, Shift, WithdrawalReason
from portal.enrollments.models import Enrollment
from portal.web.errors import Conflict
from portal.web.i18n import _, lazy
from portal.web.pages import UNDO_FOR


class MoveRefused(Conflict):
    """The enrollment cannot go there from where it is; the message says why."""


@dataclass(frozen=True)
class Need:
    """Something without which a move makes no sense."""

    is_met: Callable[[Enrollment, str | None], bool]
    message: Any


REASON = Need(lambda enrollment, reason: bool(reason), lazy("Say why."))
CAUSE = Need(lambda enrollment, reason: enrollment.withdrawal_reason is not None, lazy("Choose why."))
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
WITHDRAW = Move(Status.ACTIVE, Status.WITHDRAWN, Permission.ENROLLMENTS_WRITE, (CAUSE, END))
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
# How an enrollment may begin: asked for, waiting for review after a transfer, or active out of a file of SIMAT or a
# roll-over.
BEGINNINGS = frozenset({Status.DRAFT, Status.SUBMITTED, Status.ACTIVE})
# SIMAT's file is official: what still waits here becomes active by it, without the review.
OFFICIAL_SOURCES = frozenset({Status.DRAFT, Status.SUBMITTED, Status.RETURNED})

# The columns that an event may carry along, and how each is read back out of the history's JSON.
_CARRIED: dict[str, Callable[[Any], Any]] = {
    "group_id": UUID,
    "campus_id": UUID,
    "shift": Shift,
    "grade": Grade,
    "starts_on": date.fromisoformat,
    "ends_on": date.fromisoformat,
    "outcome": Outcome,
    "withdrawal_reason": WithdrawalReason,
    "destination_name": str,
    "destination_dane_code": str,
    "counterpart_school_id": UUID,
    "counterpart_id": UUID,
}


def move(
    enrollment: Enrollment,
    to: Status,
    *,
    by: UUID,
    at: datetime,
    reason: str | None = None,
    on: date | None = None,
    batch: UUID | None = None,
    **changes: Any,
) -> None:
    """Take the enrollment to a status together with the columns that change along, and write both into its history.

    ``changes`` are columns of ``_CARRIED``, such as ``ends_on`` of a withdrawal; what they were is kept, so that an
    undo puts it back. ``reason`` is what a person wrote. ``on`` is the day from which it counts, where no column says
    it. ``batch`` is one id for all that was done by one press of a button.
    Raises MoveRefused, having changed nothing, when the table names no such move or something that it needs is missing.
    Whether ``by`` may do it is asked by the guards, with the table's permissions.
    """
    named = arrow(enrollment.status, to)
    was = _carry(enrollment, changes)
    missing = [str(need.message) for need in named.needs if not need.is_met(enrollment, reason)]
    if missing:
        _put_back(enrollment, was)
        raise MoveRefused(" ".join(missing))
    became = _values(enrollment, was)
    line = entry(enrollment.status, to, by=by, at=at, reason=reason, on=on, was=was, became=became, batch=batch)
    _append(enrollment, line)
    _arrive(enrollment, to, at)


def arrow(source: Status, target: Status) -> Move:
    """The move between two statuses. Raises MoveRefused when the table names none."""
    named = TABLE.get((source, target))
    if named is None:
        raise MoveRefused(
            _("An enrollment that is “%(status)s” cannot become “%(wanted)s”.")
            % {"status": str(source.label).lower(), "wanted": str(target.label).lower()}
        )
    return named


def begin(
    enrollment: Enrollment,
    status: Status = Status.DRAFT,
    *,
    by: UUID,
    at: datetime,
    reason: str | None = None,
    batch: UUID | None = None,
) -> None:
    """Give a new enrollment its first status. Raises MoveRefused where an enrollment cannot begin."""
    if status not in BEGINNINGS or enrollment.status_history:
        raise MoveRefused(_("An enrollment cannot begin as “%(status)s”.") % {"status": str(status.label).lower()})
    _append(enrollment, entry(None, status, by=by, at=at, reason=reason, batch=batch))
    _arrive(enrollment, status, at)


def official(before: Status | None, *, by: UUID | None, at: datetime, reason: str) -> dict[str, Any]:
    """The columns of an enrollment that SIMAT's file makes active, new or waiting here, for writing many at once.

    ``status``, and in ``status_history`` the line to be added. Raises MoveRefused for one that the file may not revive.
    """
    if before is not None and before not in OFFICIAL_SOURCES:
        raise MoveRefused(
            _("An enrollment that is “%(status)s” stays as it is.") % {"status": str(before.label).lower()}
        )
    return {
        "status": Status.ACTIVE,
        "status_history": [entry(before, Status.ACTIVE, by=by, at=at, reason=reason)],
    }


def remember(
    enrollment: Enrollment, what: str, *, by: UUID, at: datetime, batch: UUID | None = None, **changes: Any
) -> None:
    """Write an event that changes no status, such as a change of group, with the columns that it changes."""
    was = _carry(enrollment, changes)
    became, status = _values(enrollment, was), enrollment.status
    _append(enrollment, entry(status, status, by=by, at=at, reason=what, was=was, became=became, batch=batch))


def undoable(enrollment: Enrollment, at: datetime) -> dict[str, Any] | None:
    """The last line of the history, if what it tells can still be undone at that moment; else None.

    A beginning cannot be undone (it is deleted), and neither can an undo, nor what is older than 15 minutes, nor what
    came past the table, out of a file of SIMAT.
    """
    last: dict[str, Any] = enrollment.status_history[-1] if enrollment.status_history else {}
    if not last or last["from"] is None or "undoes" in last:
        return None
    source, target = Status(last["from"]), Status(last["to"])
    if "was" not in last if source == target else (source, target) not in TABLE:
        return None
    return last if at - datetime.fromisoformat(last["at"]) <= UNDO_FOR else None


def undo_permission(line: Mapping[str, Any]) -> Permission:
    """Whose right it is to undo what a line tells: theirs who may do it, and for a change of group theirs."""
    source, target = Status(line["from"]), Status(line["to"])
    if source != target:
        return TABLE[source, target].permission
    return Permission.GROUPS_CHANGE if target == Status.ACTIVE else Permission.ENROLLMENTS_WRITE


def undo(enrollment: Enrollment, *, by: UUID, at: datetime, batch: UUID | None = None) -> None:
    """Take back what the last line of the history tells, and write that down as a line of its own.

    The caller has locked the enrollment and asked whether a seat is free, where it returns to one.
    Raises MoveRefused when there is nothing that can be undone.
    """
    line = undoable(enrollment, at)
    if line is None:
        raise MoveRefused(
            _("This cannot be undone any more. Undo exists for 15 minutes, until something else is done.")
        )
    was = _carry(enrollment, before(line))
    became, source, target = _values(enrollment, was), Status(line["to"]), Status(line["from"])
    undone = entry(source, target, by=by, at=at, was=was, became=became, batch=batch)
    _append(enrollment, undone | {"undoes": line["at"]})
    # Whoever comes back into the queue keeps the place that they had in it.
    enrollment.status = target


def before(line: Mapping[str, Any]) -> dict[str, Any]:
    """The columns as they were before what a line tells; only those that changed."""
    return _read(line.get("was", {}))


def after(line: Mapping[str, Any]) -> dict[str, Any]:
    """The same columns as they became."""
    return _read(line.get("became", {}))


def entry(
    source: Status | None,
    target: Status,
    *,
    by: UUID | None,
    at: datetime,
    reason: str | None = None,
    on: date | None = None,
    was: Mapping[str, Any] | None = None,
    became: Mapping[str, Any] | None = None,
    batch: UUID | None = None,
) -> dict[str, Any]:
    """A line of ``status_history``: plain JSON, the moment in UTC; nobody stands for a command.

    ``from``, ``to``, ``at``, ``by``, ``reason``; ``on`` where it counts from another day; where columns changed along,
    ``was`` and ``became``: what they were before, and after; where several enrollments were changed at once,
    ``batch``. An undo's line also has ``undoes``: the ``at`` of the undone.
    """
    line: dict[str, Any] = {
        "from": source.value if source else None,
        "to": target.value,
        "at": at.astimezone(UTC).isoformat(),
        "by": str(by) if by else None,
        "reason": reason,
    }
    if on:
        line["on"] = on.isoformat()
    if was:
        line["was"] = {name: _plain(value) for name, value in was.items()}
        line["became"] = {name: _plain(value) for name, value in (became or {}).items()}
    if batch:
        line["batch"] = str(batch)
    return line


def _arrive(enrollment: Enrollment, status: Status, at: datetime) -> None:
    enrollment.status = status
    if status == Status.SUBMITTED:
        enrollment.submitted_at = at


def _carry(enrollment: Enrollment, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Write the columns; gives what those that really change were before."""
    unknown = set(changes) - set(_CARRIED)
    assert not unknown, f"the history cannot give back {unknown}"
    was = {name: getattr(enrollment, name) for name, value in changes.items() if getattr(enrollment, name) != value}
    _put_back(enrollment, changes)
    return was


def _values(enrollment: Enrollment, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(enrollment, name) for name in names}


def _read(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: None if value is None else _CARRIED[name](value) for name, value in values.items()}


def _put_back(enrollment: Enrollment, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(enrollment, name, value)


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    return value if value is None or isinstance(value, (str, int)) else str(value)


def _append(enrollment: Enrollment, line: dict[str, Any]) -> None:
    # A new list: SQLAlchemy does not see what is appended to the old one.
    enrollment.status_history = [*(enrollment.status_history or []), line]
