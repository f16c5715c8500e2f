"""Histories as a record tells them."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from portal.catalogs.codes import EnrollmentStatus as Status
from portal.catalogs.codes import Outcome, WithdrawalReason
from portal.enrollments import moves
from portal.enrollments.models import Enrollment
from portal.enrollments.trail import corrections, last_line, trail
from portal.web.i18n import use_locale
from portal.years.models import SchoolYear

MARTA = uuid4()
NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


def test_of_two_lines_of_one_moment_the_later_one_comes_first() -> None:
    enrollment = Enrollment(status_history=[], year=SchoolYear(name="2026"), group_id=uuid4())
    moves.begin(enrollment, by=MARTA, at=NOW)
    moves.move(enrollment, Status.SUBMITTED, by=MARTA, at=NOW)
    assert [event["status"] for event in trail([enrollment], {}, sees_all=True)] == [Status.SUBMITTED, Status.DRAFT]


def told_of(enrollment: Enrollment, *, sees_all: bool = True) -> list[tuple[str, str | None, str | None]]:
    """Text, detail and quote of each event, the oldest first."""
    events = reversed(trail([enrollment], {}, sees_all=sees_all))
    return [(event["text"], event["detail"], event["reason"]) for event in events]


def an_active_one() -> Enrollment:
    enrollment = Enrollment(
        status_history=[], year=SchoolYear(name="2026"), group_id=uuid4(), starts_on=date(2026, 1, 19), grade=6
    )
    moves.begin(enrollment, Status.ACTIVE, by=MARTA, at=NOW)
    return enrollment


def test_what_the_columns_say_is_told_in_the_readers_language() -> None:
    enrollment = an_active_one()
    left: dict[str, Any] = {"withdrawal_reason": WithdrawalReason.WORK, "ends_on": date(2026, 8, 14)}
    moves.move(enrollment, Status.WITHDRAWN, by=MARTA, at=NOW, reason="Ayuda en la casa.", **left)
    again: dict[str, Any] = {"withdrawal_reason": None, "ends_on": None}
    moves.move(enrollment, Status.ACTIVE, by=MARTA, at=NOW, on=date(2026, 9, 1), **again)
    moves.remember(enrollment, "6.º A → 6.º B", by=MARTA, at=NOW, group_id=uuid4())
    ended: dict[str, Any] = {"outcome": Outcome.PROMOTED, "ends_on": date(2026, 11, 27)}
    moves.move(enrollment, Status.COMPLETED, by=MARTA, at=NOW, **ended)
    use_locale("en")
    assert told_of(enrollment) == [
        ("Enrolled for 2026", "", None),
        ("Withdrawn from 2026", "Work · until 14 Aug 2026", "Ayuda en la casa."),
        ("Enrolled again for 2026", "From 1 Sept 2026", None),
        ("Changed group in 2026", "6.º A → 6.º B", None),
        ("Finished 2026", "Promoted · until 27 Nov 2026", None),
    ]
    assert told_of(enrollment, sees_all=False)[1] == ("Withdrawn from 2026", "Until 14 Aug 2026", None)
    use_locale("es")
    assert told_of(enrollment)[1][1] == "Trabajo · hasta el 14 ago 2026"
    assert told_of(enrollment)[4][1] == "Promovido · hasta el 27 nov 2026"


def test_an_undo_names_what_it_undid_and_is_no_arrival() -> None:
    use_locale("en")
    enrollment = an_active_one()
    moves.move(enrollment, Status.COMPLETED, by=MARTA, at=NOW, outcome=Outcome.PROMOTED, ends_on=date(2026, 11, 27))
    moves.undo(enrollment, by=MARTA, at=NOW)
    assert told_of(enrollment)[-1] == ("Undone: finished 2026", None, None)
    assert trail([enrollment], {}, sees_all=True)[0]["status"] is None
    arrival = last_line(enrollment.status_history, Status.ACTIVE)
    assert arrival is not None
    assert arrival["from"] is None
    assert last_line(enrollment.status_history, Status.COMPLETED) is None


def test_a_beginning_says_where_it_came_from() -> None:
    use_locale("en")
    rolled = Enrollment(status_history=[], year=SchoolYear(name="2027"), rollover_id=uuid4())
    moves.begin(rolled, Status.ACTIVE, by=MARTA, at=NOW)
    received = Enrollment(status_history=[], year=SchoolYear(name="2026"))
    moves.begin(received, Status.SUBMITTED, by=MARTA, at=NOW)
    assert told_of(rolled)[0][0] == "Enrolled for 2027 by the roll-over"
    assert told_of(received)[0][0] == "Received by transfer for 2026"


def test_what_was_corrected_since_a_return_survives_an_undo() -> None:
    enrollment = Enrollment(status_history=[], year=SchoolYear(name="2026"), group_id=uuid4())
    moves.begin(enrollment, by=MARTA, at=NOW)
    moves.move(enrollment, Status.SUBMITTED, by=MARTA, at=NOW)
    moves.move(enrollment, Status.RETURNED, by=MARTA, at=NOW, reason="The group is the wrong one.")
    moves.remember(enrollment, "Group: A → B", by=MARTA, at=NOW)
    moves.move(enrollment, Status.SUBMITTED, by=MARTA, at=NOW)
    moves.undo(enrollment, by=MARTA, at=NOW)
    assert corrections(enrollment.status_history) == ["Group: A → B"]
    line = last_line(enrollment.status_history, Status.RETURNED)
    assert line is not None
    assert line["reason"] == "The group is the wrong one."
