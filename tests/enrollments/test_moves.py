"""The state machine: only the arrows of the table, each with what it needs, each written down."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.accounts.permissions import Permission
from portal.catalogs.codes import EnrollmentStatus as Status
from portal.catalogs.codes import Grade, Outcome
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
        status_history=[],
    )
    moves.begin(enrollment, by=MARTA, at=START)
    enrollment.status = status
    return enrollment


def test_the_table_is_the_picture() -> None:
    assert {status.value: {target.value for target in moves.targets(status)} for status in Status} == PICTURE


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
