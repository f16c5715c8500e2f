"""What there is to do today, for whoever may do it. Each number leads to the list that shows it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from litestar import Request

from portal.accounts.access import Access
from portal.accounts.permissions import Permission
from portal.schools.dashboard import Desk, Figures
from portal.web.i18n import _, format_ago, ngettext
from portal.web.pages import query, url_for


@dataclass(frozen=True)
class Task:
    """So many of something that wait for this person."""

    count: int
    title: str
    text: str
    action: str
    href: str


def tasks(request: Request[Any, Any, Any], access: Access, figures: Figures, desk: Desk) -> list[Task]:
    """The tasks of this person of which there is at least one."""
    found: list[Task] = []
    if access.may(Permission.ENROLLMENTS_APPROVE):
        found += _of_who_approves(request, access, desk)
    if access.may(Permission.ENROLLMENTS_WRITE):
        found += _of_who_asks(request, access, figures, desk)
    return [task for task in found if task.count]


def _of_who_approves(request: Request[Any, Any, Any], access: Access, desk: Desk) -> Iterator[Task]:
    waiting = access.waiting_for_review
    since = format_ago(desk.oldest_waiting, datetime.now(UTC)) if desk.oldest_waiting else ""
    yield Task(
        waiting,
        ngettext("Enrollment to review", "Enrollments to review", waiting),
        _("The oldest was submitted %(ago)s") % {"ago": since},
        _("Review them"),
        url_for(request, "reviews.index"),
    )


def _of_who_asks(request: Request[Any, Any, Any], access: Access, figures: Figures, desk: Desk) -> Iterator[Task]:
    enrollments, students = url_for(request, "enrollments.index"), url_for(request, "students.index")
    assert access.year is not None, "without a year there are no figures"
    yield Task(
        desk.returned,
        ngettext("Returned enrollment", "Returned enrollments", desk.returned),
        _("Correct what the principal asks for and submit them again"),
        _("Correct them"),
        enrollments + query({}, year="all", status="returned"),
    )
    yield Task(
        desk.drafts,
        ngettext("Enrollment not submitted yet", "Enrollments not submitted yet", desk.drafts),
        _("Begun and left as a draft"),
        _("Continue"),
        enrollments + query({}, year="all", status="draft"),
    )
    yield Task(
        figures.not_enrolled,
        ngettext(
            "Student without enrollment in %(year)s", "Students without enrollment in %(year)s", figures.not_enrolled
        )
        % {"year": access.year.name},
        _("They are on record and have no place this year"),
        _("See them"),
        students + query({}, status="none"),
    )
    yield Task(
        figures.without_guardian,
        ngettext("Student without guardian", "Students without guardian", figures.without_guardian),
        _("Nobody can be called, and no enrollment can be approved under 18"),
        _("See them"),
        students + query({}, guardian="none"),
    )
