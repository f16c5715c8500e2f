"""The state machine: only the arrows of the table, each with what it needs, each written down."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.accounts.permissions import Permission
from portal.catalogs.codes import EnrollmentStatus as Status
from portal.catalogs.codes import Grade, Outcome, Shift, WithdrawalReason
from portal.enrollments import moves
from portal.enrollments.models import Enrollment
from portal.enrollments.moves import MoveRefused
from portal.web.i18n import use_locale

START = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
MARTA, BEATRIZ = uuid4(), uuid4()

# The picture of the design, written once more by hand.
PICTURE = {
    "draft": {"submitted", "cancelled"},
    "submitted": {"active", "returned", "cancelled"},
    "returned": {"submitted", "cancelled"},
    "active": {"completed", "withdrawn", "transferred"},
    "withdrawn": {"active"},
    "transferred": set(),
    "completed": set(),
    "cancelled": set(),
}


def an_enrollment(status: Status = Status.DRAFT) -> Enrollment:
    """One that lacks nothing for any move."""
    enrollment = Enrollment(
        grade=Grade.SIXTH,
        group_id=uuid4(),
        starts_on=date(2026, 1, 19),
        ends_on=date(2026, 11, 27),
        outcome=Outcome.PROMOTED,
        withdrawal_reason=WithdrawalReason.MOVED,
        status_history=[],
    )
    moves.begin(enrollment, by=MARTA, at=START)
    enrollment.status = status
    return enrollment


def test_the_table_is_the_picture() -> None:
    assert {status.value: {to.value for source, to in moves.TABLE if source == status} for status in Status} == PICTURE


@given(st.lists(st.tuples(st.sampled_from(list(Status)), st.booleans()), max_size=25))
def test_however_it_is_pushed_it_walks_along_the_arrows_and_remembers_the_way(
    pushes: list[tuple[Status, bool]],
) -> None:
    enrollment = an_enrollment()
    walked: list[tuple[str | None, str]] = [(None, "draft")]
    for step, (target, with_reason) in enumerate(pushes, start=1):
        before, history = enrollment.status, enrollment.status_history
        at = START + timedelta(minutes=step)
        reason = "A document is missing." if with_reason else None
        try:
            moves.move(enrollment, target, by=BEATRIZ, at=at, reason=reason)
        except MoveRefused:
            needs_reason = moves.REASON in getattr(moves.TABLE.get((before, target)), "needs", ())
            assert target.value not in PICTURE[before] or (needs_reason and not with_reason)
            assert (enrollment.status, enrollment.status_history) == (before, history)
        else:
            assert target.value in PICTURE[before]
            walked.append((before.value, target.value))
            assert enrollment.status_history[:-1] == history
            assert enrollment.status_history is not history
            assert enrollment.status_history[-1] == {
                "from": before.value,
                "to": target.value,
                "at": at.isoformat(),
                "by": str(BEATRIZ),
                "reason": reason,
            }
    assert [(line["from"], line["to"]) for line in enrollment.status_history] == walked
    assert walked[-1][1] == enrollment.status.value


def test_a_refusal_says_in_words_what_cannot_be() -> None:
    use_locale("en")
    with pytest.raises(MoveRefused) as refused:
        moves.move(an_enrollment(Status.WITHDRAWN), Status.COMPLETED, by=MARTA, at=START)
    assert refused.value.detail == "An enrollment that is “withdrawn” cannot become “completed”."
    assert refused.value.status_code == 409


@pytest.mark.parametrize(
    ("source", "target", "lacking"),
    [
        (Status.SUBMITTED, Status.ACTIVE, {"group_id": None}),
        (Status.SUBMITTED, Status.ACTIVE, {"starts_on": None}),
        (Status.ACTIVE, Status.WITHDRAWN, {"ends_on": None}),
        (Status.ACTIVE, Status.WITHDRAWN, {"withdrawal_reason": None}),
        (Status.ACTIVE, Status.COMPLETED, {"outcome": None}),
    ],
)
def test_what_a_move_needs_must_be_there(source: Status, target: Status, lacking: dict[str, None]) -> None:
    enrollment = an_enrollment(source)
    for name, value in lacking.items():
        setattr(enrollment, name, value)
    with pytest.raises(MoveRefused):
        moves.move(enrollment, target, by=BEATRIZ, at=START, reason="moved away")
    assert enrollment.status == source


def test_it_waits_from_the_moment_it_was_last_sent() -> None:
    enrollment = an_enrollment()
    moves.move(enrollment, Status.SUBMITTED, by=MARTA, at=START)
    moves.move(enrollment, Status.RETURNED, by=BEATRIZ, at=START + timedelta(hours=1), reason="A document is missing.")
    later = START + timedelta(hours=2)
    moves.move(enrollment, Status.SUBMITTED, by=MARTA, at=later)
    assert enrollment.submitted_at == later


def test_an_event_that_changes_no_status_is_remembered_too() -> None:
    enrollment = an_enrollment(Status.RETURNED)
    moves.remember(enrollment, "6th A → 6th B", by=MARTA, at=START)
    assert enrollment.status_history[-1]["from"] == enrollment.status_history[-1]["to"] == "returned"
    assert enrollment.status == Status.RETURNED


def test_an_enrollment_begins_once_and_only_where_one_can() -> None:
    with pytest.raises(MoveRefused):
        moves.begin(an_enrollment(), by=MARTA, at=START)
    with pytest.raises(MoveRefused):
        moves.begin(Enrollment(status_history=[]), Status.WITHDRAWN, by=MARTA, at=START)


def test_only_principals_decide_and_the_office_does_the_rest() -> None:
    deciding = {(move.source.value, move.target.value) for move in moves.MOVES if "approve" in move.permission.value}
    assert deciding == {("submitted", "active"), ("submitted", "returned"), ("active", "completed")}
    assert {move.permission for move in moves.MOVES} == {Permission.ENROLLMENTS_WRITE, Permission.ENROLLMENTS_APPROVE}


# --- Undo ---

DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))
IDS = st.sampled_from([uuid4() for _ in range(3)])
# Every column that an event may carry, with what it may hold.
CARRIED: dict[str, st.SearchStrategy[Any]] = {
    "group_id": st.none() | IDS,
    "campus_id": st.none() | IDS,
    "shift": st.none() | st.sampled_from(Shift),
    "grade": st.sampled_from(Grade),
    "starts_on": st.none() | DAYS,
    "ends_on": st.none() | DAYS,
    "outcome": st.none() | st.sampled_from(Outcome),
    "withdrawal_reason": st.none() | st.sampled_from(WithdrawalReason),
    "destination_name": st.none() | st.text(max_size=20),
    "destination_dane_code": st.none() | st.text("0123456789", max_size=12),
    "counterpart_school_id": st.none() | IDS,
    "counterpart_id": st.none() | IDS,
}
COLUMNS = st.fixed_dictionaries({}, optional=CARRIED)
PUSHES = st.tuples(st.sampled_from(["undo", "remember", *Status]), COLUMNS, st.integers(0, 20))


def columns_of(enrollment: Enrollment) -> dict[str, Any]:
    return {name: getattr(enrollment, name) for name in ("status", *CARRIED)}


def test_the_test_knows_every_column_that_an_event_may_carry() -> None:
    assert set(CARRIED) == set(moves._CARRIED)


@given(st.lists(PUSHES, max_size=30))
def test_an_undo_puts_everything_back_once_for_a_quarter_of_an_hour(
    pushes: list[tuple[Any, dict[str, Any], int]],
) -> None:
    enrollment = an_enrollment()
    at = START
    # What an undo would put back, and from when; nothing right after a beginning, an undo, or an event of no columns.
    undone_to: tuple[dict[str, Any], datetime] | None = None
    for push, columns, minutes in pushes:
        at += timedelta(minutes=minutes)
        seen, history = columns_of(enrollment), enrollment.status_history
        can_be_undone = undone_to is not None and at - undone_to[1] <= timedelta(minutes=15)
        assert (moves.undoable(enrollment, at) is not None) == can_be_undone
        try:
            if push == "undo":
                moves.undo(enrollment, by=MARTA, at=at)
            elif push == "remember":
                moves.remember(enrollment, "6th A → 6th B", by=MARTA, at=at, **columns)
            else:
                moves.move(enrollment, push, by=BEATRIZ, at=at, reason="because", **columns)
        except MoveRefused:
            assert not (push == "undo" and can_be_undone)
            assert (columns_of(enrollment), enrollment.status_history) == (seen, history)
            continue
        # What is kept is what JSON keeps, and it only grows.
        assert enrollment.status_history[:-1] == history
        enrollment.status_history = json.loads(json.dumps(enrollment.status_history))
        line, changed = enrollment.status_history[-1], {n: v for n, v in columns.items() if seen[n] != v}
        if push == "undo":
            assert undone_to is not None
            assert can_be_undone
            assert columns_of(enrollment) == undone_to[0]
            assert (line["undoes"], line["from"], line["to"]) == (
                history[-1]["at"],
                seen["status"],
                undone_to[0]["status"],
            )
            undone_to = None
        else:
            assert columns_of(enrollment) == seen | changed | {"status": line["to"]}
            assert (moves.before(line), moves.after(line)) == ({n: seen[n] for n in changed}, changed)
            undone_to = None if push == "remember" and not changed else (seen, at)


def test_undoing_a_return_keeps_the_place_in_the_queue() -> None:
    enrollment = an_enrollment()
    moves.move(enrollment, Status.SUBMITTED, by=MARTA, at=START)
    moves.move(enrollment, Status.RETURNED, by=BEATRIZ, at=START + timedelta(minutes=3), reason="a document")
    moves.undo(enrollment, by=BEATRIZ, at=START + timedelta(minutes=5))
    assert (enrollment.status, enrollment.submitted_at) == (Status.SUBMITTED, START)


def test_what_a_file_of_simat_did_is_not_undone_here() -> None:
    enrollment = an_enrollment()
    line = moves.entry(Status.DRAFT, Status.ACTIVE, by=MARTA, at=START, reason="SIMAT")
    enrollment.status, enrollment.status_history = Status.ACTIVE, [*enrollment.status_history, line]
    assert moves.undoable(enrollment, START) is None


def test_whoever_may_do_it_may_undo_it() -> None:
    group: UUID = uuid4()
    enrollment = an_enrollment(Status.ACTIVE)
    moves.remember(enrollment, "6th A → 6th B", by=MARTA, at=START, group_id=group)
    assert moves.undo_permission(enrollment.status_history[-1]) == Permission.GROUPS_CHANGE
    moves.move(enrollment, Status.COMPLETED, by=BEATRIZ, at=START)
    assert moves.undo_permission(enrollment.status_history[-1]) == Permission.ENROLLMENTS_APPROVE
    corrected = an_enrollment(Status.RETURNED)
    moves.remember(corrected, "Group", by=MARTA, at=START, group_id=group)
    assert moves.undo_permission(corrected.status_history[-1]) == Permission.ENROLLMENTS_WRITE
