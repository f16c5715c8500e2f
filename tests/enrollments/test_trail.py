"""Histories as a record tells them."""

from datetime import UTC, datetime
from uuid import uuid4

from portal.catalogs.codes import EnrollmentStatus as Status
from portal.enrollments import moves
from portal.enrollments.models import Enrollment
from portal.enrollments.trail import trail
from portal.years.models import SchoolYear

MARTA = uuid4()
NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


def test_of_two_lines_of_one_moment_the_later_one_comes_first() -> None:
    enrollment = Enrollment(status_history=[], year=SchoolYear(name="2026"), group_id=uuid4())
    moves.begin(enrollment, by=MARTA, at=NOW)
    moves.move(enrollment, Status.SUBMITTED, by=MARTA, at=NOW)
    assert [event["status"] for event in trail([enrollment], {})] == [Status.SUBMITTED, Status.DRAFT]
